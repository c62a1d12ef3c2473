# The tests of connector/fhir: machines against scripted answers, no sockets.
embolink_test(fhir_paging_test
  SOURCES fhir_paging_test.cpp fhir_paging_end_test.cpp
  LIBRARIES connector_fhir)
embolink_test(fhir_reference_test
  SOURCES fhir_reference_test.cpp
  LIBRARIES connector_fhir)
embolink_test(fhir_client_test
  SOURCES fhir_client_test.cpp
  LIBRARIES connector_fhir spdlog::spdlog)
embolink_test(fhir_plan_test
  SOURCES fhir_plan_test.cpp
  LIBRARIES connector_fhir)
embolink_test(fhir_links_test
  SOURCES fhir_links_test.cpp
  LIBRARIES connector_fhir)
embolink_test(fhir_probe_test
  SOURCES fhir_probe_test.cpp
  LIBRARIES connector_fhir)
