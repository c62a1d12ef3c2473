// One patient's records in plain words: what was decided, by which rule, from which resource
// versions, and what was set aside and why. For people at a tumour board; programs read the
// timeline lines.
#pragma once

#include "mapping/derive.hpp"

#include <string>
#include <string_view>

namespace embolink {

// `patient` is "Patient/<id>" or a bare id; `param` empty: all records. Plain text, lines of about
// 100 characters. An empty result means that the patient has no record in `cohort` (no candidate by
// R1.1, or not in the input).
std::string explain_patient(const DerivedCohort& cohort,
                            std::string_view patient,
                            std::string_view param,
                            const TrialDefinition& trial);

// Whether the chain behind `param` ("": all records) tells of a fact: used by the record, or set
// aside by a rule of the record's kind.
bool is_told_for(const TimelineEntry& entry, std::string_view param, const TrialDefinition& trial);

// The sentence for a reason, flag, source role or rule id of the records; empty when there is none.
// A test holds the tables against the closed lists of the rules.
std::string_view words_for_reason(std::string_view reason);
std::string_view words_for_flag(std::string_view flag);
std::string_view words_for_rule(std::string_view rule);

} // namespace embolink
