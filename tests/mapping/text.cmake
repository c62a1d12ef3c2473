embolink_test(lesion_sums_test SOURCES lesion_sums_test.cpp LIBRARIES timeline_builder mapping)
embolink_test(candidates_test SOURCES candidates_test.cpp LIBRARIES timeline_builder mapping)
# Report text as candidates: the words and what they mean.
embolink_test(report_text_test
  SOURCES report_text_test.cpp report_sentences_test.cpp
  LIBRARIES fact_reading mapping nlohmann_json::nlohmann_json)
# Readers' decisions.
embolink_test(adjudication_test SOURCES adjudication_test.cpp LIBRARIES mapping)
embolink_test(explain_test SOURCES explain_test.cpp LIBRARIES test_support mapping)
embolink_test(decisions_applied_test SOURCES decisions_applied_test.cpp LIBRARIES test_support mapping)
