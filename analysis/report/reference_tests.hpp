// What else can be said beside the verdict's test: all follow-up against the trial's rate
// (one-sample log-rank, statistics A9), probabilities instead of tests for small n (A10), and a
// margin that the site declared (A13). None of it decides the verdict.
#pragma once

#include "analysis/report/dataset.hpp"
#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// PFS of each compared group against its published rate, cut off at 24 months.
std::vector<OneSampleResult> one_sample_results(const AuditDataset& dataset,
                                                const TrialReference& trial,
                                                const SampleRules& rules);

// PFS at 24 months as an effective number of patients, disease control, grade 3 toxicity.
std::vector<ProbabilityLine> probability_lines(const std::vector<ComparisonResult>& comparisons,
                                               const std::vector<OutcomeResult>& outcomes);

// Grade 3 toxicity with the trial's count as prior: how far it moves the local estimate.
BorrowingResult borrowing_result(const std::vector<OutcomeResult>& outcomes);

// Empty without a declared margin.
std::vector<MarginLine> margin_lines(const std::vector<ComparisonResult>& comparisons,
                                     const AuditSettings& settings);

} // namespace embolink
