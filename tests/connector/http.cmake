# The tests of connector/http.
embolink_test(http_values_test
  SOURCES http_url_test.cpp http_retry_test.cpp http_inflate_test.cpp
    ../support/temp_folder.cpp
  LIBRARIES connector_http ZLIB::ZLIB)
# The client and the server, each against a partner that does what the test says.
embolink_test(http_client_test
  SOURCES http_client_test.cpp http_client_faults_test.cpp http_loop.cpp
    ../support/temp_folder.cpp
  LIBRARIES connector_http ZLIB::ZLIB)
embolink_test(http_server_test
  SOURCES http_server_test.cpp http_server_hostile_test.cpp http_loop.cpp
  LIBRARIES connector_http)
embolink_test(http_tls_test
  SOURCES http_tls_test.cpp http_certificates.cpp http_loop.cpp ../support/temp_folder.cpp
  LIBRARIES connector_http ZLIB::ZLIB)
