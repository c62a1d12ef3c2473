# Versions, merge links, timelines, sessions, cohort, arm, course, derivation and the records' JSON.
foreach(area current_facts identities timeline sessions disease history arm course cohort trial
             record_json)
  embolink_test(${area}_test SOURCES ${area}_test.cpp
    LIBRARIES timeline_builder mapping rapidcheck)
endforeach()
embolink_test(derive_test
  SOURCES derive_test.cpp ${PROJECT_SOURCE_DIR}/tests/support/fhir_patient.cpp
          ${PROJECT_SOURCE_DIR}/tests/support/pipeline.cpp
  LIBRARIES mapping)
