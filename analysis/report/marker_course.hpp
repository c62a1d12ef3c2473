// Markers over time, from the timeline: the best change from baseline of each patient, and every
// value as a multiple of its upper limit of normal.
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// Urinary 5-HIAA, then chromogranin A, of HAE and HACE in the analysis set.
std::vector<MarkerCourse> marker_courses(const AuditDataset& dataset,
                                         const std::vector<TimelineEntry>& timeline);

// One lane per patient of the same set: HAE first, then by time to progression.
std::vector<Lane> lanes_of(const AuditDataset& dataset, const std::vector<TimelineEntry>& timeline);

} // namespace embolink
