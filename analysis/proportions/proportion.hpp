// One proportion x of n: intervals and exact tests (statistics A6; METHODS.md, section 7).
#pragma once

#include "analysis/interval.hpp"

namespace embolink {

// A count of events among subjects; 0 <= events <= total, total > 0 for every function here.
struct Proportion {
    int events = 0;
    int total = 0;

    double estimate() const { return static_cast<double>(events) / total; }
};

// Exact (Clopper and Pearson 1934); 0 and 1 at the ends.
Interval clopper_pearson(Proportion p, double confidence = default_confidence);
// Score interval (Wilson 1927), without and with continuity correction.
Interval wilson(Proportion p, double confidence = default_confidence);
Interval wilson_corrected(Proportion p, double confidence = default_confidence);
// Lancaster's mid-P: half of the observed probability counts on each side.
Interval mid_p(Proportion p, double confidence = default_confidence);
Interval jeffreys(Proportion p, double confidence = default_confidence);
Interval agresti_coull(Proportion p, double confidence = default_confidence); // may leave [0, 1]
Interval wald(Proportion p,
              double confidence = default_confidence); // for comparison only: too narrow
// Two one-sided limits, each of level `confidence`.
Interval clopper_pearson_one_sided(Proportion p, double confidence = default_confidence);

// Tests of p = p0, 0 < p0 < 1.
struct ProportionTest {
    double two_sided = 1; // by minimum likelihood, as R's binom.test
    double greater = 1;   // exact one-sided
    double less = 1;
    double greater_mid_p = 1;
    double less_mid_p = 1;
    double score_z = 0;
};

ProportionTest test_proportion(Proportion p, double p0);

} // namespace embolink
