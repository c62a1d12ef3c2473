# What is written back: outcomes as FHIR resources, and the resources that describe them.
add_library(outcome_sampling STATIC ${PROJECT_SOURCE_DIR}/tests/support/outcome_samples.cpp)
target_link_libraries(outcome_sampling PUBLIC mapping project_options
                                       PRIVATE nlohmann_json::nlohmann_json)
target_compile_definitions(outcome_sampling PRIVATE EMBOLINK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

embolink_test(outcomes_test
  SOURCES outcome_test.cpp outcome_observation_test.cpp outcome_provenance_test.cpp
  LIBRARIES outcome_sampling mapping)
embolink_test(outcome_codes_test
  SOURCES outcome_codes_test.cpp
  LIBRARIES outcome_sampling fact_reading mapping)
# Also writes build/PRESET/outcome_samples.ndjson, which tests/validator checks.
embolink_test(outcome_samples_test
  SOURCES outcome_samples_test.cpp
  LIBRARIES outcome_sampling fact_reading mapping)
