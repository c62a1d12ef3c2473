// Kaplan-Meier: the estimate, its intervals, quantiles and what may be shown of it.
// Formulas, tie and variance choices: METHODS.md, sections 1 to 4. At one time events come before
// censorings. Undefined is an empty optional, never NaN.
#pragma once

#include "analysis/interval.hpp"
#include "analysis/survival/survival_data.hpp"

#include <optional>
#include <vector>

namespace embolink {

// The curve at one distinct observed time (event or censoring), valid until the next one.
struct KaplanMeierRow {
    double time = 0;
    double at_risk = 0; // just before `time`
    double events = 0;
    double censored = 0;
    double survival = 1;
    std::optional<double> greenwood = 0.0; // variance of log S; empty when S is 0 (infinite)
    double cumulative_hazard = 0;          // Nelson-Aalen
    double hazard_variance = 0;
};

struct KaplanMeier {
    int n = 0;
    std::vector<KaplanMeierRow> rows; // ascending time; empty for no subjects
};

// Ties are merged first (time_order). With delayed entry a risk set that empties leaves S at
// 0 for ever, as R does.
KaplanMeier kaplan_meier(const SurvivalData& data);

enum class IntervalType { plain, log, log_log, logit, arcsin };

// Pointwise interval of S from S and Greenwood's variance of log S. Empty where the transform is
// undefined: all types at S = 0; log-log, logit and arcsine at S = 1. Plain and log give [1, 1] at
// S = 1, which must not be shown: use bpcp.
std::optional<Interval> survival_interval(double survival,
                                          std::optional<double> greenwood,
                                          IntervalType type,
                                          double confidence = default_confidence);

// Beta product confidence procedure, method of moments (Fay, Brittain and Proschan 2013). Element 0
// holds before the first time, element j + 1 on [rows[j].time, rows[j + 1].time). Without censoring
// it is Clopper-Pearson. Unweighted data without delayed entry only.
std::vector<Interval> bpcp(const KaplanMeier& curve, double confidence = default_confidence);

// The curve at time t. `at_risk` counts those with time >= t.
struct KaplanMeierAt {
    double at_risk = 0;
    double survival = 1;
    std::optional<double> greenwood = 0.0;
    double cumulative_hazard = 0;
    std::size_t bpcp_index = 0;    // element of bpcp()
    bool beyond_follow_up = false; // t is later than every observed time
};

KaplanMeierAt at_time(const KaplanMeier& curve, double t);

// Whether S(t) may be shown (statistics A1, A13).
enum class Estimability {
    estimable,
    no_patients,
    follow_up_short, // nobody was observed until t
    few_at_risk      // fewer than `minimum_at_risk` at t
};
Estimability estimability(const KaplanMeier& curve, double t, double minimum_at_risk);

// q_p = min{t: S(t) <= 1 - p}; where S equals 1 - p on a flat stretch its midpoint, as R does. The
// limits invert the pointwise band of the same transform (Brookmeyer and Crowley 1982). Empty: not
// reached.
struct SurvivalQuantile {
    std::optional<double> time;
    std::optional<double> lower;
    std::optional<double> upper;
};

SurvivalQuantile quantile(const KaplanMeier& curve,
                          double p,
                          IntervalType type = IntervalType::log_log,
                          double confidence = default_confidence);

} // namespace embolink
