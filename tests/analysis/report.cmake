# The audit report: unit tests, and the made-up cohort's report for R and the browser.
add_library(report_cohort STATIC report_cohort.cpp)
target_link_libraries(report_cohort PUBLIC analysis project_options)

embolink_test(report_verdict_test SOURCES report_verdict_test.cpp LIBRARIES analysis)
embolink_test(report_dataset_test SOURCES report_dataset_test.cpp LIBRARIES report_cohort)
embolink_test(export_test SOURCES export_test.cpp LIBRARIES report_cohort)
embolink_test(report_french_test SOURCES report_french_test.cpp LIBRARIES report_cohort)
embolink_test(report_parts_test SOURCES report_parts_test.cpp LIBRARIES report_cohort)
embolink_test(report_test SOURCES report_test.cpp LIBRARIES report_cohort)
embolink_test(report_words_test SOURCES report_words_test.cpp LIBRARIES report_cohort)

# Also writes build/PRESET/measure_samples.ndjson, which tests/validator checks.
embolink_test(measure_report_test SOURCES measure_report_test.cpp LIBRARIES report_cohort)

add_executable(report_page report_page.cpp)
target_link_libraries(report_page PRIVATE report_cohort)

# Needs R with survival and jsonlite; `./dev test --all` installs them, so that nothing skips there.
find_program(RSCRIPT Rscript)
if(RSCRIPT)
  add_test(NAME check_r_test
    COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/check_r_test.sh" $<TARGET_FILE:report_page>
            "${CMAKE_CURRENT_BINARY_DIR}/check_r" "${CMAKE_CURRENT_SOURCE_DIR}/check_r_test.R")
endif()
