// The parts of the report that count and describe; what compares is in audit_report.cpp.
#pragma once

#include "analysis/report/audit_report.hpp"
#include "analysis/report/dataset.hpp"

#include <vector>

namespace embolink {

FlowResult flow_result(const AuditDataset& dataset);

// The 24-month rate in other sets: R8.1 (the others, tier-a), R3.3 (Lipiodol only as HACE), R3.5
// (without crossover), R0.4 (deaths without date), R8.2 (all unread reports as progression). A line
// is made only where the set differs from the analysis set.
std::vector<SensitivityLine> sensitivity_lines(const AuditDataset& dataset,
                                               const TrialReference& trial,
                                               const SampleRules& rules);

// Disease control with both denominators, objective response, grade 3 toxicity (R8.6).
std::vector<OutcomeResult> outcome_results(const AuditDataset& dataset,
                                           const TrialReference& trial);

std::vector<Counted> best_responses(const AuditDataset& dataset); // HAE and HACE
std::vector<MarkerResult> marker_results(const AuditDataset& dataset);

// Flags on records of included patients, cautions apart.
void take_flags(AuditReport& report,
                const std::vector<EndpointRecord>& records,
                const AuditDataset& dataset);

// R5.10: how long before a progression the last scan without it was, HAE and HACE.
void take_scan_intervals(AuditReport& report, const AuditDataset& dataset);

} // namespace embolink
