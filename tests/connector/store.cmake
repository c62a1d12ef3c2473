# The tests of connector/store. store_contract_test is the specification of the store: it speaks to
# the interface alone and runs on every backend that store_contract.cpp lists.
embolink_test(store_contract_test
  SOURCES store_runs_test.cpp store_chains_test.cpp store_resources_test.cpp
          store_derivations_test.cpp store_outbox_test.cpp store_contract.cpp
          ../support/temp_folder.cpp
  LIBRARIES connector_store ZLIB::ZLIB)
# What is SQLite's own: the file, its schema, its faults, and what a killed process leaves.
embolink_test(store_sqlite_test
  SOURCES store_file_test.cpp store_schema_test.cpp store_kill_test.cpp store_reports_test.cpp
          store_tokens_test.cpp
          store_contract.cpp
          ../support/temp_folder.cpp
  LIBRARIES connector_store SQLiteCpp Threads::Threads ZLIB::ZLIB)
# What may be kept of a resource.
embolink_test(store_trim_test
  SOURCES store_trim_test.cpp fact_text.cpp ../support/pipeline.cpp ../support/temp_folder.cpp
  LIBRARIES connector_store synth ZLIB::ZLIB)
