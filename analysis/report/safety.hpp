// Toxicity by grade, arm and term, and its course over the department's patients.
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// Worst grades from the records; by term from the timeline, which may be null.
ToxicityResult toxicity_result(const AuditDataset& dataset,
                               const std::vector<TimelineEntry>* timeline);

// CUSUM and VLAD of grade 3 toxicity against the published rate as a constant: the abstract gives
// no case mix (statistics A11). Cases in the order of their first session.
MonitoringResult monitoring_result(const AuditDataset& dataset, const TrialReference& trial);

} // namespace embolink
