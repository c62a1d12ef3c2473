# The tests of connector/sandbox.
