# The tests of connector/http.
embolink_test(http_values_test
  SOURCES http_url_test.cpp http_retry_test.cpp http_inflate_test.cpp
  LIBRARIES connector_http ZLIB::ZLIB)
