// Two proportions (statistics A7; METHODS.md, section 8). `first` is row 1: (x1, n1 - x1).
#pragma once

#include "analysis/proportions/proportion.hpp"

#include <optional>

namespace embolink {

struct TwoByTwo {
    Proportion first;
    Proportion second;
};

// Fisher's exact test; two-sided by minimum likelihood. Mid-P takes half of the probability of the
// observed table off.
struct FisherTest {
    double two_sided = 1;
    double less = 1;
    double greater = 1;
    double two_sided_mid_p = 1;
    double less_mid_p = 1;
    double greater_mid_p = 1;
    double observed_probability = 1;
};

FisherTest fisher_test(const TwoByTwo& table);

// Intervals of first - second.
Interval newcombe(const TwoByTwo& table, double confidence = default_confidence); // method 10
Interval miettinen_nurminen(const TwoByTwo& table, double confidence = default_confidence);

// Pooled z of the difference; empty when nobody or everybody had the event.
std::optional<double> pooled_z(const TwoByTwo& table);

} // namespace embolink
