// What would change a record: what a reader, more data or time could add. Words for people at a
// tumour board.
#pragma once

#include "mapping/derive.hpp"

#include <string>
#include <string_view>

namespace embolink {

// One line for each thing that leaves the records of the patient open; `param` empty: all. Ends
// with a newline, or is empty.
std::string what_would_change(const DerivedCohort& cohort,
                              const std::string& patient,
                              std::string_view param,
                              const TrialDefinition& trial);

// The patient's items that wait for a reader, and what readers have decided.
std::string open_to_readers(const DerivedCohort& cohort, const std::string& patient);
std::string decided_by_readers(const DerivedCohort& cohort, const std::string& patient);

} // namespace embolink
