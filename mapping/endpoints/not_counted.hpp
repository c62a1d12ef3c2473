// Timeline lines of what was left out for its status (R9.2): no rule reads it, people ask for it.
#pragma once

#include "mapping/records/endpoint_record.hpp"
#include "mapping/timeline/timeline.hpp"

#include <vector>

namespace embolink {

// One line for each fact that some rule would look at, set aside by the status of its resource.
std::vector<TimelineEntry> not_counted_lines(const PatientTimeline& timeline);

} // namespace embolink
