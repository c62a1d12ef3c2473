// Which records are written back, under which name, and when a changed one is worth sending again
// (contracts section 5). The resources themselves: outcome_observation.hpp, outcome_provenance.hpp.
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace embolink {

// PFS, OS, BOR, DC, TOX3, RESP-5HIAA, RESP-CGA.
std::span<const std::string_view> written_params();

// A record of an included patient (excluded ones have no arm and no T0) of a written param.
bool is_written(const EndpointRecord& record);

// What the UUID version 5 of the Observation's identifier is made of: source.name, trial, surviving
// Patient id, course and param. One text per outcome, for ever: neither a new version of the trial
// file nor of the rules changes it.
std::string outcome_name(std::string_view source_name, const EndpointRecord& record);

// Equal texts: nothing to send. Over arm, start, status, date, value, reason, caution flags and the
// set of source references without versions; not over rules_version and as_of.
std::string outcome_fingerprint(const EndpointRecord& record);

// What an outcome names of its patient's COHORT record: the diagnoses, which become `focus`, and
// the rows of the first session, which become `partOf`. References as the record has them.
std::set<std::string> named_diagnoses(const EndpointRecord& cohort);
std::set<std::string> named_sessions(const EndpointRecord& cohort);

// Equal texts: `focus` and `partOf` stay. `cohort` null: without them.
std::string outcome_links_fingerprint(const EndpointRecord* cohort);

// Both censored for the same reason, and only follow-up went on: a later date, or other sources of
// the roles censor, assessment and contact. A date that moves back is a correction and no mere
// move: it takes back a claim of follow-up.
bool only_censoring_moved(const EndpointRecord& before, const EndpointRecord& after);

} // namespace embolink
