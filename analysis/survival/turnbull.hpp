// The survival curve of interval-censored times: nonparametric maximum likelihood (Turnbull 1976;
// METHODS.md). Progression is only known to lie between two scans.
#pragma once

#include <vector>

namespace embolink {

// Events known to lie in (left, right]; right infinite for a right-censored subject, left equal to
// right for an exact time. left <= right.
struct IntervalCensored {
    std::vector<double> left;
    std::vector<double> right;
};

// The likelihood depends only on the probability of the innermost intervals, between a left end and
// the right end next to it. Where inside such an interval the mass lies the data do not say.
struct TurnbullMass {
    double left = 0;
    double right = 0;
    double probability = 0;
};

struct Turnbull {
    std::vector<TurnbullMass> masses; // ascending; those with probability > 0
    double log_likelihood = 0;        // sum of log P(left, right]
    bool converged = true;
};

// At least one subject. When all are right-censored the mass lies beyond the last time.
Turnbull turnbull(const IntervalCensored& data);

} // namespace embolink
