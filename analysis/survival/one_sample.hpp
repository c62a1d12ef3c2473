// One-sample log-rank: the events of one cohort against those that a reference survival curve
// expects (statistics A9; METHODS.md).
#pragma once

#include "analysis/interval.hpp"
#include "analysis/survival/survival_data.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace embolink {

// S(t0) = survival, S exponential (shape 1) or Weibull: H0(t) = -log(survival) (t / t0)^shape.
struct WeibullReference {
    double survival = 0.5;
    double t0 = 1;
    double shape = 1;
};

// S0 as a right-continuous step function, 1 before the first time. Times ascend.
struct StepReference {
    std::vector<double> time;
    std::vector<double> survival;
};

using ReferenceCurve = std::variant<WeibullReference, StepReference>;

// H0(t) = -log S0(t); infinite where S0 is 0, empty for 0 times infinity.
std::optional<double> cumulative_hazard(const ReferenceCurve& reference, double t);

struct ZTestTails {
    double z = 0; // positive: more events than expected
    double p_two_sided = 1;
    double p_worse = 1; // of as many or more events
};

// Empty is undefined: 0 / 0, or an expected number that is infinite.
struct OneSampleLogRank {
    int observed = 0;
    double expected = 0;
    std::optional<double> ratio;       // observed / expected, infinite when nobody was expected
    std::optional<ZTestTails> breslow; // (O - E) / sqrt(E), Breslow 1975
    std::optional<ZTestTails> wu;      // (O - E) / sqrt((O + E) / 2), Wu 2014
    std::optional<double> ratio_lower; // Garwood's exact Poisson limits of O, over E
    std::optional<double> ratio_upper;
    double poisson_worse = 1;  // P(X >= O), X Poisson with mean E
    double poisson_better = 1; // P(X <= O)
    double poisson_worse_mid_p = 1;
    double poisson_better_mid_p = 1;
};

// E sums H0 over all subjects at their own exit time, less H0 at their entry with delayed entry.
// Empty when H0 is undefined for a subject.
std::optional<OneSampleLogRank> one_sample_log_rank(const SurvivalData& data,
                                                    const ReferenceCurve& reference,
                                                    double confidence = default_confidence);

// The reference is itself an estimate from `n` patients (Peto's variance of a rate): the variance
// of log H0 is (1 - p) / (n p log^2 p), and Z = log(O / E) / sqrt(1 / O + that). Empty when O, E,
// or p leaves it undefined.
std::optional<ZTestTails>
uncertain_reference_test(const OneSampleLogRank& result, double reference_rate, double n);

} // namespace embolink
