# The tests of connector/sandbox: no sockets, a request in and a reply out.
embolink_test(sandbox_test
  SOURCES sandbox_instants_test.cpp sandbox_read_test.cpp sandbox_search_test.cpp sandbox_sort_test.cpp
          sandbox_cors_test.cpp sandbox_write_test.cpp sandbox_transaction_test.cpp sandbox_loading_test.cpp
          sandbox_support.cpp
  LIBRARIES connector_sandbox)
embolink_test(sandbox_faults_test
  SOURCES sandbox_faults_test.cpp sandbox_support.cpp
  LIBRARIES connector_sandbox)
# The command with its port; the program is the one that users call.
embolink_test(sandbox_command_test
  SOURCES sandbox_command_test.cpp ../support/temp_folder.cpp
  LIBRARIES connector_http ZLIB::ZLIB)
target_compile_definitions(sandbox_command_test PRIVATE EMBOLINK_PROGRAM="$<TARGET_FILE:embolink>")
add_dependencies(sandbox_command_test embolink)
