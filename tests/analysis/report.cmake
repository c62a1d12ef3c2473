# The audit report: unit tests, and the made-up cohort's report for R and the browser.
add_library(report_cohort STATIC report_cohort.cpp)
target_link_libraries(report_cohort PUBLIC analysis project_options)

add_executable(report_page report_page.cpp)
target_link_libraries(report_page PRIVATE report_cohort)
