// What an outcome is known by, and when two of them are the same (contracts section 5).
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace embolink {

// UUID version 5 (RFC 9562 section 5.5) over source name, trial, surviving patient, course and
// param: the same on every machine and in every run.
std::string outcome_identifier(const std::string& source_name, const EndpointRecord& record);

// What makes a record worth sending again, as two SHA-256 with a point between them: of arm, start,
// status, date, value, reason, caution flags and the references of its sources, not their versions;
// and of what the outcome names of the patient's COHORT record (null: nothing).
std::string fingerprint(const EndpointRecord& record, const EndpointRecord* cohort);

// Whether the second parts differ: another diagnosis or session is named.
bool names_others(const std::string& fingerprint, const std::string& other);

// SHA-256 of who a Patient resource says that the patient is: identifiers, links, sex, birth date,
// death, activity. Nothing is written for a patient of whom this changed since the derivation.
std::string identity_hash(const nlohmann::json& patient);

// SHA-256 of all of an Observation that a person could change, as the server shows it: everything
// but id, meta, narrative (servers make it) and status, which has rules of its own (decision.hpp).
// Another hash at a later version is somebody else's edit. Must be an object.
std::string own_elements_hash(const nlohmann::json& observation);

// Over what no server rewrites (code, value, effective, components) and which resources the outcome
// names, in whatever form: tells whether a request of unknown fate has arrived.
std::string core_hash(const nlohmann::json& observation);

} // namespace embolink
