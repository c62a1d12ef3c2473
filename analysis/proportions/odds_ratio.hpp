// Odds ratio of two proportions (statistics A7; METHODS.md, section 8).
#pragma once

#include "analysis/proportions/two_by_two.hpp"

#include <optional>

namespace embolink {

// x1 (n2 - x2) / (x2 (n1 - x1)); infinite where only the denominator is 0, empty where both are.
std::optional<double> sample_odds_ratio(const TwoByTwo& table);

// Conditional maximum likelihood given both margins and its exact interval (two one-sided tests of
// half the error each). 0 and infinity at the ends of the possible tables; where only one table is
// possible the estimate is 0, as in R, and the interval says nothing: [0, infinity].
struct ConditionalOddsRatio {
    double estimate = 1;
    Interval interval;
};

// `tolerance`: where the root finder stops, on the odds ratio or its reciprocal, whichever is below
// 1. R's fisher.test stops at uniroot_tolerance (analysis/numeric/roots.hpp).
ConditionalOddsRatio conditional_odds_ratio(const TwoByTwo& table,
                                            double confidence = default_confidence,
                                            double tolerance = 1e-14);

} // namespace embolink
