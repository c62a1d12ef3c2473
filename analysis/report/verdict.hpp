// The verdict of rule R8: the only place that says better, worse, consistent or inconclusive.
// It knows three numbers per comparison and nothing of patients, so a table of cases tests it.
#pragma once

#include "analysis/report/format.hpp"
#include "mapping/records/date.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

inline constexpr int verdict_min_patients = 10;          // R8.2
inline constexpr int verdict_min_at_risk = 5;            // R8.2
inline constexpr int verdict_max_candidates_of = 20;     // R8.2, one in 20 is 5 %
inline constexpr double verdict_max_undetermined = 0.20; // R8.2, share of the analysis set
inline constexpr double verdict_max_half_width = 0.15;   // R8.4, 15 points
inline constexpr double verdict_alpha = 0.05;            // two-sided, after Holm

// R8.5 lets a site declare any dates. At 5 % each, up to ten looks half a year apart call fewer
// than 5 % of the hospitals that equal the trial better or worse; more or closer looks may call
// more, and are tested at this level (METHODS.md, "Simulated"; `./dev torture`).
inline constexpr double many_looks_alpha = 0.025;
inline constexpr std::size_t usual_looks = 10;
inline constexpr int usual_days_between_looks = 180;

// The local Kaplan-Meier rate at 24 months. `survival` empty: not estimable there.
struct LocalRate {
    int n = 0;
    int at_risk = 0;
    std::optional<double> survival;
    double greenwood = 0;             // variance of log S
    std::optional<Interval> interval; // log-log 95 %
};

// A published rate and the variance of it that the trial's assumed size gives.
struct PublishedRate {
    double rate = 0;
    double variance = 0; // of the rate itself
};

enum class Answer { better, worse, consistent, inconclusive };

// In the order of R8.2; the first that fires is the named one.
enum class Guard {
    few_patients,          // n < 10
    few_at_risk,           // fewer than 5 at risk at 24 months
    unresolved_candidates, // in more than 5 % of patients
    candidate_bounds,      // all-progression and none-progression give different answers
    undetermined_arms      // more than 20 %, only where an arm is judged
};

struct ComparisonCase {
    std::string name;
    LocalRate local;
    std::optional<LocalRate> all_progression; // R8.2 bound; empty: no candidates
    int candidates = 0;                       // patients with an unread report
    PublishedRate published;                  // under A2
    std::optional<double> undetermined_share; // set on by-arm comparisons only
};

// Klein's cloglog comparison. Empty when a rate is 0 or 1, or not estimable: undefined there.
struct FixedTest {
    double z = 0; // positive: local rate higher
    double p = 1;
};

std::optional<FixedTest> cloglog_test(const LocalRate& local, const PublishedRate& published);

struct Verdict {
    Answer answer = Answer::inconclusive; // guards included
    Answer unguarded = Answer::inconclusive;
    std::vector<Guard> guards; // every one that fires, in order
    std::optional<FixedTest> test;
    std::optional<double> p_holm;             // over the three comparisons
    std::optional<double> half_width;         // of the local interval
    std::optional<Answer> if_all_progression; // the answer at the R8.2 bound
    double level = verdict_alpha;             // at which p_holm rejects
    // Why inconclusive: a guard's code, "test-undefined", "many-looks" (p between the levels),
    // "interval-too-wide".
    std::string reason;
};

// R8.2-R8.4 over all comparisons at once: Holm needs the family. An undefined test counts in the
// family as p = 1, which only makes the others harder to reject. `level`: of verdict_level.
std::vector<Verdict> decide(const std::vector<ComparisonCase>& cases, double level = verdict_alpha);

// R8.5: whether a verdict may be stated at all.
// `no_cut`: the data hold no dated embolization, so that there is nothing to look at.
enum class VerdictDate { declared, interim, none_declared, no_cut };
VerdictDate verdict_date(std::optional<Date> as_of, const std::vector<Date>& analysis_dates);

// What each look of a site's plan is tested at: verdict_alpha or many_looks_alpha.
double verdict_level(std::vector<Date> analysis_dates);

std::string to_string(Answer answer); // "better", ...
std::string to_string(Guard guard);   // "n-below-10", ...
std::string guard_words(Guard guard); // "there are fewer than 10 patients"

} // namespace embolink
