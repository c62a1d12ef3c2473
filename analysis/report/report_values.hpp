// What the parts of the audit report are made of: plain figures, already computed. audit_report.hpp
// puts them together.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "analysis/report/verdict.hpp"

#include <optional>
#include <string>
#include <utility>
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
    std::vector<std::string> with_event; // patients; for the internal report alone
    std::vector<std::string> left;       // censored here
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
    std::optional<Interval> range; // a rate that is only known to lie in it; then at_24 has none
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
    // Local - trial: Newcombe's 95 %, the widest over the counts that the trial may have had.
    std::optional<Interval> difference;
};

struct OutcomeResult {
    std::string param; // "DC", "TOX3", ...
    std::string title;
    std::optional<double> published;
    std::vector<TrialCount> feasible;
    std::vector<Interval> feasible_intervals; // Clopper-Pearson of each feasible count
    std::vector<ProportionResult> lines;
    std::vector<Counted> not_evaluable; // reasons, determined patients
};

// Best overall response of one group; `confirmed`: BOR-CONFIRMED (R4.6).
struct ResponseLine {
    std::string group;
    bool confirmed = false;
    std::vector<Counted> counts; // CR, PR, SD, PD, NE
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
    bool first_screen = true;
};

// One-sample log-rank against one shape of the trial's curve (A9).
struct OneSampleLine {
    double shape = 1; // Weibull; 1 is exponential
    double expected = 0;
    std::optional<double> ratio; // observed / expected
    std::optional<Interval> ratio_interval;
    std::optional<double> p_two_sided; // Wu's form, the trial's rate taken as known
    double poisson_worse = 1;          // exact, one-sided
    double poisson_better = 1;
};

struct OneSampleResult {
    std::string group;
    int n = 0;
    double published = 0;
    int observed = 0; // events until 24 months
    std::vector<OneSampleLine> lines;
    // p with the trial's own uncertainty (A1 to A3), exponential shape
    std::vector<std::pair<std::string, std::optional<double>>> uncertain;
    std::string why_not;
};

// Flat prior, local data, and how probable it is that the local rate lies above the published one.
struct ProbabilityLine {
    std::string what;
    std::string group;
    double events = 0; // not whole for a Kaplan-Meier rate
    double total = 0;
    double published = 0;
    double mean = 0;
    Interval interval;
    double above = 0; // P(rate > published)
};

struct BorrowingLine {
    double share = 0;    // of the trial's count in the prior; the weight of a robust mixture
    bool robust = false; // mixture with a flat prior
    double weight_after = 0;
    double mean = 0;
    Interval interval;
};

struct BorrowingResult {
    TrialCount trial;
    int events = 0;
    int n = 0;
    std::optional<double> conflict_p; // Box; empty: nothing to borrow for
    bool conflict = false;            // then only the flat line stands
    std::vector<BorrowingLine> lines;
};

// The declared margin (A13). `difference` empty: not estimable.
struct MarginLine {
    std::string group;
    std::optional<double> difference;
    std::optional<Interval> interval;
    bool shown = false;
    bool testable = true;
};

// Worst grade per patient of one toxicity term, by arm.
struct ToxicityTerm {
    std::string term;
    std::vector<int> grades; // patients with worst grade 1 .. 5 of it, HAE and HACE
    std::vector<std::pair<std::string, int>> grade3_by_arm; // "HAE", "HACE": with grade 3 or more
};

struct GradeLine {
    std::string group;
    std::string version;     // "CTCAE v5", "by limits of normal"
    std::vector<int> grades; // patients with worst grade 0 .. 5
    int not_evaluable = 0;
};

struct ToxicityResult {
    std::vector<GradeLine> grades;
    std::vector<ToxicityTerm> terms; // empty without a timeline
};

// Patients in the order of their first session, grade 3 toxicity against the published rate (A11).
struct MonitoringResult {
    std::string why_not; // fewer than 20 cases
    double expected = 0; // per case
    double odds_ratio = 2;
    std::optional<double> limit;
    std::optional<double> run_length_as_expected; // cases until a false signal
    std::optional<double> run_length_doubled;     // cases until a true one
    std::vector<int> events;
    std::vector<double> cusum;
    std::vector<double> vlad;        // expected less observed
    std::optional<int> first_signal; // 1: the first case
};

// The best change of a marker from baseline within one comparable series (R7).
struct MarkerChange {
    std::string patient;
    std::string arm;
    double change = 0;            // -0.6: fell by 60 %
    int days = 0;                 // of the lowest value
    std::optional<bool> response; // the RESP record
};

struct MarkerPoint {
    int days = 0;
    double multiple = 0; // of ULN
};

struct MarkerLine {
    std::string patient;
    std::string arm;
    std::vector<MarkerPoint> points;
};

struct MarkerCourse {
    std::string name;
    std::vector<MarkerChange> changes; // greatest rise first
    std::vector<MarkerLine> lines;
    int without_change = 0; // analysed patients without baseline or later value in one series
    int without_line = 0;
};

struct LaneMark {
    int days = 0;
    std::string kind; // "session", "CR", "PR", "SD", "PD", "NE", "therapy", "toxicity"
    std::string text;
};

// One patient in the swimmer plot.
struct Lane {
    std::string patient;
    std::string arm;
    int followed = 0; // days of OS
    bool died = false;
    std::optional<int> pfs_days;
    bool progressed = false; // PFS event
    std::string pfs_reason;
    std::vector<LaneMark> marks;
};

struct PrognosticFactor {
    std::string name;
    std::string contrast; // "yes against no", "per 10 years"
    std::string in_trial; // "associated", "not associated", "not reported"
    int n = 0;            // with the covariate and a PFS
    int exposed = 0;      // of a yes/no factor
    int events = 0;
    int missing = 0;
    std::string method; // "Cox", "Firth"; empty: see why_not
    std::optional<double> hazard_ratio;
    std::optional<Interval> interval;
    std::optional<double> p;
    std::optional<double> p_holm;
    std::string why_not;
};

struct BalanceLine {
    std::string name;
    std::optional<double> before; // standardised difference HAE - HACE
    std::optional<double> after;
};

// HAE beside HACE with overlap weights (A12, A13), described only.
struct WeightedResult {
    std::string why_not; // a guard that fired
    int n_hae = 0, n_hace = 0;
    double effective_hae = 0, effective_hace = 0;
    std::vector<BalanceLine> balance;
    std::optional<double> hazard_ratio; // HACE against HAE, robust variance
    std::optional<Interval> interval;
    std::optional<double> hazard_ratio_unweighted;
    std::optional<Interval> interval_unweighted;
};

struct MonthCount {
    std::string month;          // "2020-03"
    int found = 0;              // sessions in the data, of included and excluded patients
    int other = 0;              // rows that make no session: other purpose, not performed
    std::optional<int> counted; // by the department
};

// One data element: in how many of the analysed patients treated in a period it can be judged.
struct CompletenessRow {
    std::string element;
    std::vector<std::pair<int, int>> cells; // complete, patients; by period
    int complete = 0;
    int patients = 0;
};

struct CompletenessResult {
    std::vector<std::string> months; // of the first session
    std::vector<CompletenessRow> rows;
};

// What keeps a figure from being better known, with who can mend it.
struct QualityCause {
    std::string cause; // in words
    std::string area;  // key of the site's `owners`
    std::string owner; // empty: nobody is named
    int patients = 0;  // 0: not known by patient
    int records = 0;
};

// A published study beside the trial, for context only.
struct PublishedSeries {
    std::string study;
    std::string design;
    std::string figures;
    std::string source;
};

} // namespace embolink
