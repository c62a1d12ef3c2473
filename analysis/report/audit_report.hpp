// The audit report as a value: every figure of report.html and report.json, already computed.
// Rendering adds nothing. Order of the story: the answer in words, the verdicts with their guards,
// who was counted, survival, response, toxicity, data quality, methods.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "analysis/report/csv.hpp"
#include "analysis/report/report_values.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct AuditReport {
    AuditSettings settings;
    bool has_timeline = false;
    VerdictDate date = VerdictDate::none_declared;
    std::string headline;
    std::vector<Sentence> answers;
    FlowResult flow;
    std::vector<SurvivalResult> pfs; // HAE, HACE, HAE + HACE, then HACE-DEB, UNDETERMINED if any
    std::vector<SurvivalResult> os;
    std::vector<SurvivalResult> hpfs;             // the trial has none to compare with
    std::vector<ComparisonResult> comparisons;    // PFS against the trial: HAE, HACE, HAE + HACE
    std::vector<ComparisonResult> os_comparisons; // descriptive: HAE, HACE
    std::vector<SensitivityLine> sensitivity;
    LogRankResult24 pfs_log_rank;
    LogRankResult24 os_log_rank;
    std::vector<OutcomeResult> outcomes;
    std::vector<ResponseLine> best_response;
    std::vector<OneSampleResult> one_sample;
    std::vector<ProbabilityLine> probabilities;
    BorrowingResult borrowing;
    std::vector<MarginLine> margins;
    ToxicityResult toxicity;
    MonitoringResult monitoring;
    std::vector<MarkerCourse> marker_courses; // empty without a timeline
    std::vector<Lane> lanes;                  // without a timeline they have no marks
    std::vector<PrognosticFactor> factors;
    WeightedResult weighted;
    std::vector<MonthCount> months;
    CompletenessResult completeness;
    std::vector<QualityCause> causes;
    std::vector<PublishedSeries> comparators;
    std::vector<MarkerResult> markers;
    std::vector<Counted> flags;         // on records of included patients
    std::vector<Counted> caution_flags; // the ones that say "could well be otherwise"
    int patients_with_caution = 0;
    std::optional<double> scan_interval_median; // days between last free scan and progression
    int scan_intervals = 0;
    std::vector<std::string> missing; // what cannot be shown and why
    std::vector<IssueCount> issues;
};

AuditReport make_audit_report(const AuditInput& input);

// One self-contained page: no script, no network.
std::string render_html(const AuditReport& report);

// Sorted keys, two-space indent; null where not estimable, with a reason beside it.
std::string render_json(const AuditReport& report);

} // namespace embolink
