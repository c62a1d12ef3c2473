// Timeline lines (contracts section 3) of procedure rows and of what excluded a patient.
#pragma once

#include "mapping/endpoints/cohort.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/timeline/sessions.hpp"

#include <string>
#include <vector>

namespace embolink {

// One line for every embolization row: a session of the course with its round, or set aside and
// why. `course` null: no session. `params`: of the records that use the course's sessions.
std::vector<TimelineEntry> row_lines(const PatientTimeline& timeline,
                                     const std::vector<Session>& sessions,
                                     const Course* course,
                                     const std::vector<std::string>& params);

// The Conditions (or the Patient) behind an exclusion that is not about rows; empty otherwise.
std::vector<TimelineEntry> exclusion_lines(const PatientTimeline& timeline,
                                           const CohortFinding& finding);

// One line per fact: lines that differ only in `used_by` become one, and a fact that decided some
// record is not set aside. Sorted by date, source, kind and content.
std::vector<TimelineEntry> unite_lines(std::vector<TimelineEntry> lines);

} // namespace embolink
