// Baseline factors and progression-free survival: the trial's own list, one at a time, and HAE
// beside HACE after weighting. Described, not explained (R8.7).
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// Univariable Cox, or Firth with few events or a monotone likelihood (statistics A3, A13); HAE and
// HACE of the analysis set together, p after Holm over the factors that could be tested.
std::vector<PrognosticFactor> prognostic_factors(const AuditDataset& dataset);

// Overlap weights from a propensity score (A12), under the guards of A13.
WeightedResult weighted_arms(const AuditDataset& dataset);

} // namespace embolink
