// Every kind of resource that is written back, made without a server: the outcomes of the patients
// worked out by hand, and what none of them has. tests/validator checks them with the Java FHIR
// validator, the outcome tests hold them against the code systems.
#pragma once

#include "mapping/outcomes/outcome_observation.hpp"
#include "mapping/outcomes/outcome_provenance.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink::test {

// How a target wants its references.
enum class LinkStyle { relative, absolute, identifier, none };

ReferenceLink link_as(LinkStyle style);

// Preliminary, relative links, a fixed identifier, intended use as two notes.
OutcomeContext outcome_context(const EndpointRecord* cohort = nullptr);
ProvenanceContext provenance_context();

// A record of an included patient with one source each of Observation, DiagnosticReport and
// Encounter; T0 2020-02-10, cut 2023-06-30.
EndpointRecord outcome_record(const std::string& param, RecordStatus status);
EndpointRecord dated(EndpointRecord record, const std::string& iso_date);
EndpointRecord cohort_record();

// All records of the hand-worked patients (tests/scenarios/hand/golden.txt).
std::vector<EndpointRecord> hand_records();

// Resources with an id each, so that they can also be read back.
std::vector<nlohmann::json> outcome_samples();

} // namespace embolink::test
