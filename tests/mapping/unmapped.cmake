# What is not understood, and what mapping it would change.
embolink_test(unmapped_test
  SOURCES unmapped_elements_test.cpp unmapped_proposals_test.cpp unmapped_workbench_test.cpp
          ${PROJECT_SOURCE_DIR}/tests/support/fhir_patient.cpp
  LIBRARIES fact_reading mapping)
