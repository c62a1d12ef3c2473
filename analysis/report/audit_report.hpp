// The audit report as a value: every figure of report.html and report.json, already computed.
// Rendering adds nothing. Order of the story: the answer in words, the verdicts with their guards,
// who was counted, survival, response, toxicity, data quality, methods.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "analysis/report/csv.hpp"
#include "analysis/report/verdict.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct Counted {
    std::string name;
    int count = 0;
};

// One step of a Kaplan-Meier curve; the interval is log-log, or BPCP where log-log is undefined.
struct CurvePoint {
    int days = 0;
    int at_risk = 0; // just before
    int events = 0;
    int censored = 0;
    double survival = 1;
    std::optional<Interval> interval;
    std::optional<Interval> bpcp;
};

struct RiskCount {
    int month = 0;
    int at_risk = 0;
};

// A time in days with its interval; empty parts are not reached.
struct TimeQuantile {
    std::optional<double> days;
    std::optional<double> lower;
    std::optional<double> upper;
};

// PFS or OS of one group of patients (statistics A1, A13).
struct SurvivalResult {
    std::string group; // "HAE", "HACE", "HAE + HACE", ...
    int n = 0;
    int events = 0;
    int not_evaluable = 0;
    std::vector<Counted> reasons; // of events, censorings and not evaluable
    bool suppressed = false;      // n < 5: counts only
    std::vector<CurvePoint> curve;
    std::vector<RiskCount> risk_table;
    LocalRate at_24; // survival empty: see why_not
    std::optional<Interval> at_24_bpcp;
    std::string why_not; // "follow-up-short", "few-at-risk", "suppressed", "no-patients"
    // Without a rate at 24 months: the curve on the last day with at least 5 at risk (A1).
    std::optional<CurvePoint> last_reliable;
    TimeQuantile median;
    TimeQuantile follow_up; // reverse Kaplan-Meier
    int last_days = 0;      // longest follow-up
};

// The published rate under one assumption, and how the local one differs from it.
struct ScenarioResult {
    std::string id;         // "A1", "A2", "A3"
    std::string text;       // the assumption
    double effective_n = 0; // 0 on the pooled rate, which has two
    Interval published_interval;
    std::optional<FixedTest> test;
    std::optional<Interval> difference; // MOVER 95 % of local - published
    bool from_bpcp = false;             // difference made from BPCP limits (log-log undefined)
};

struct ComparisonResult {
    std::string group;
    double published = 0;
    bool derived_rate = false; // the pooled 0.4123 is ours, not the abstract's
    LocalRate local;
    std::optional<double> difference;
    std::vector<ScenarioResult> scenarios;
    Verdict verdict;                          // R8 endpoints only; left as made for OS
    int candidates = 0;                       // patients with an unread imaging report
    int undated_candidates = 0;               // of these, without the report's date
    std::optional<LocalRate> all_progression; // with all of them as progression (R8.2)
};

struct SensitivityLine {
    std::string label;
    std::string group;
    int n = 0;
    int events = 0;
    LocalRate at_24;
    std::optional<FixedTest> test; // against the published rate under A2
};

struct LogRankResult24 {
    int n_hae = 0, n_hace = 0;
    int events_hae = 0, events_hace = 0;
    std::optional<double> chi_squared;
    std::optional<double> p;
    std::optional<double> p_permutation; // small samples (statistics A2)
    bool permutation_exact = false;
    std::string why_not;
};

struct FisherLine {
    int trial_events = 0;
    int trial_n = 0;
    double p = 1;
};

// A proportion over one denominator, beside each feasible trial denominator (R8.6).
struct ProportionResult {
    std::string group;
    std::string denominator; // "evaluable" or "all included"
    int events = 0;
    int n = 0;
    bool suppressed = false;
    std::optional<double> rate;
    std::optional<Interval> wilson;
    std::optional<Interval> clopper_pearson;
    std::vector<FisherLine> against_trial; // determined patients only
};

struct OutcomeResult {
    std::string param; // "DC", "OR", "TOX3"
    std::string title;
    std::optional<double> published;
    std::vector<TrialCount> feasible;
    std::vector<ProportionResult> lines;
    std::vector<Counted> not_evaluable; // reasons, determined patients
};

struct MarkerResult {
    std::string name;
    std::string group;
    int n = 0;
    int evaluable = 0;
    int elevated = 0, elevated_2x = 0, elevated_5x = 0;
    std::optional<double> median_multiple;
    std::vector<Counted> not_evaluable;
};

struct FlowResult {
    int candidates = 0;
    std::vector<Counted> excluded;
    int included = 0;
    std::vector<Counted> outside; // included, not in the analysis set
    int analysed = 0;
    std::vector<Counted> arms; // of the analysis set
};

struct Sentence {
    std::string topic; // "Progression-free survival"
    std::string text;
    std::string word; // short badge: "inconclusive", "no verdict", ...
};

struct AuditReport {
    AuditSettings settings;
    bool has_timeline = false;
    VerdictDate date = VerdictDate::none_declared;
    std::string headline;
    std::vector<Sentence> answers;
    FlowResult flow;
    std::vector<SurvivalResult> pfs; // HAE, HACE, HAE + HACE, then HACE-DEB, UNDETERMINED if any
    std::vector<SurvivalResult> os;
    std::vector<ComparisonResult> comparisons;    // PFS against the trial: HAE, HACE, HAE + HACE
    std::vector<ComparisonResult> os_comparisons; // descriptive: HAE, HACE
    std::vector<SensitivityLine> sensitivity;
    LogRankResult24 pfs_log_rank;
    LogRankResult24 os_log_rank;
    std::vector<OutcomeResult> outcomes;
    std::vector<Counted> best_response;
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
