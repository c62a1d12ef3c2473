// The 24-month rate read in other ways, beside the verdict and without one.
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// R8.1 (the others, tier-a), R3.3 (Lipiodol only as HACE), R3.5 (without crossover), R0.4 (deaths
// without date), R8.2 (all unread reports as progression), PFS-ITT, interval censoring and lead
// time (statistics A12), records derived otherwise. A line is made only where it differs from the
// analysis set's.
std::vector<SensitivityLine>
sensitivity_lines(const AuditDataset& dataset, const AuditInput& input, const SampleRules& rules);

} // namespace embolink
