# The tests of connector/http.
