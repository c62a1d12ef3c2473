# The tests of connector/fhir.
embolink_test(fhir_paging_test
  SOURCES fhir_paging_test.cpp
  LIBRARIES connector_fhir)
