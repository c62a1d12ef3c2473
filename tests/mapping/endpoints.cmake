# Derivation tables of the endpoint rules; tiny patients are built by tests/support/timeline_builder.
add_library(timeline_builder STATIC ${PROJECT_SOURCE_DIR}/tests/support/timeline_builder.cpp)
target_link_libraries(timeline_builder
  PUBLIC mapping project_options GTest::gmock
  PRIVATE nlohmann_json::nlohmann_json)
target_compile_definitions(timeline_builder PRIVATE EMBOLINK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

foreach(area assessments biochemistry confirmed_response covariates early_death grading
             limits marker_response overall_survival progression_kinds progression_sources readmission
             response therapy time_to_event toxicity undated worst_toxicity)
  embolink_test(${area}_test SOURCES ${area}_test.cpp LIBRARIES timeline_builder mapping)
endforeach()
embolink_test(endpoint_properties_test
  SOURCES endpoint_properties_test.cpp LIBRARIES timeline_builder mapping rapidcheck)
embolink_test(site_limits_test SOURCES site_limits_test.cpp LIBRARIES test_support mapping)
