// Restricted mean survival time: the area under Kaplan-Meier up to a time tau (statistics A4;
// METHODS.md). Royston and Parmar 2013; Uno et al. 2014.
#pragma once

#include "analysis/survival/kaplan_meier.hpp"

#include <optional>

namespace embolink {

// Area up to tau, in the unit of the times, and its variance: sum over event times t_j <= tau of
// A_j^2 d_j / (n_j (n_j - d_j)), A_j the area from t_j to tau, without the factor m / (m - 1). The
// curve is carried forward beyond the last observed time. The variance is 0 when nobody had an
// event by tau, which is no statement of precision.
struct RestrictedMean {
    double estimate = 0;
    double variance = 0;
};

RestrictedMean restricted_mean(const KaplanMeier& curve, double tau);

// The time to which both arms determine their curves: an arm whose last time is an event has S = 0
// afterwards and may be extended, but not beyond the other arm's last censoring. As survRM2.
double largest_tau(const SurvivalData& arm1, const SurvivalData& arm0);

// A contrast of two arms with its normal interval; empty where it is undefined (0 / 0), infinite
// where a mean is 0.
struct Contrast {
    std::optional<double> estimate;
    std::optional<double> lower;
    std::optional<double> upper;
    std::optional<double> p;
};

struct RestrictedMeanComparison {
    double tau = 0;
    RestrictedMean arm1;
    RestrictedMean arm0;
    Contrast difference; // arm 1 - arm 0
    Contrast ratio;      // arm 1 / arm 0, interval by the delta method on the log scale
    Contrast lost_ratio; // of tau - mean, likewise
};

// Empty when tau is beyond largest_tau. Both arms have subjects.
std::optional<RestrictedMeanComparison> compare_restricted_means(const SurvivalData& arm1,
                                                                 const SurvivalData& arm0,
                                                                 std::optional<double> tau = {},
                                                                 double confidence = 0.95);

} // namespace embolink
