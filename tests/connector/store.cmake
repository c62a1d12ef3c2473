# The tests of connector/store.
