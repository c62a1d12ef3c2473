# The tests of connector/fhir.
