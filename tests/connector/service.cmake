# The tests of connector/service: what is due when, and what every answer has in common. The service
# as its users call it is tests/faults/service.py, cds.py, operations.py,
# subscriptions.py and own_subscriptions.py.
embolink_test(service_test
  SOURCES service_schedule_test.cpp service_router_test.cpp service_config_test.cpp
          service_pass_loop_test.cpp service_token_test.cpp service_key_set_test.cpp
          service_cds_test.cpp service_hook_call_test.cpp service_feedback_test.cpp
          service_markers_test.cpp service_cds_hooks_test.cpp
          service_operations_test.cpp service_subscriptions_test.cpp
          service_own_subscriptions_test.cpp json_view_test.cpp http_loop.cpp
          ../support/temp_folder.cpp
  LIBRARIES connector_service simdjson::simdjson spdlog::spdlog prometheus-cpp::core PkgConfig::CJOSE ZLIB::ZLIB)
