// What the figures rest on: embolizations found by month beside the department's own count, how
// complete each data element is, and what keeps figures from being better known.
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

// Sessions of all candidates, excluded ones included, by calendar month. Months between the first
// and the last are never left out.
std::vector<MonthCount> ascertainment(const std::vector<TimelineEntry>& timeline,
                                      const std::map<std::string, int>& counted);

// By month of the first session, analysis set of all arms.
CompletenessResult completeness(const AuditDataset& dataset);

// From the reasons and caution flags of included patients' records and from the issues of reading,
// the most frequent first. `owners` by area: laboratory, imaging, readers, procedures, pharmacy,
// oncology, administration, integration.
std::vector<QualityCause> quality_causes(const std::vector<EndpointRecord>& records,
                                         const AuditDataset& dataset,
                                         const AuditInput& input);

} // namespace embolink
