# Readers' decisions: files, the list of open items, and the program with both.
embolink_test(decisions_test
  SOURCES decisions_test.cpp ../support/temp_folder.cpp
  LIBRARIES connector ZLIB::ZLIB)
target_compile_definitions(decisions_test PRIVATE EMBOLINK_PROGRAM="$<TARGET_FILE:embolink>")
add_dependencies(decisions_test embolink)
