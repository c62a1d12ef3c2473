// The parts of the report that count and describe; what compares is in audit_report.cpp.
#pragma once

#include "analysis/report/audit_report.hpp"
#include "analysis/report/dataset.hpp"

#include <vector>

namespace embolink {

FlowResult flow_result(const AuditDataset& dataset);

// Disease control with both denominators, grade 3 toxicity, objective response, early death,
// biochemical responses (R8.6).
std::vector<OutcomeResult> outcome_results(const AuditDataset& dataset,
                                           const TrialReference& trial);

std::vector<ResponseLine> best_responses(const AuditDataset& dataset);
std::vector<MarkerResult> marker_results(const AuditDataset& dataset);

// Flags on records of included patients, cautions apart.
void take_flags(AuditReport& report,
                const std::vector<EndpointRecord>& records,
                const AuditDataset& dataset);

// R5.10: how long before a progression the last scan without it was, HAE and HACE.
void take_scan_intervals(AuditReport& report, const AuditDataset& dataset);

} // namespace embolink
