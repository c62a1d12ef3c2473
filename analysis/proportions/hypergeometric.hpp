// The events of a table's first row given both margins: the distribution behind Fisher's test and
// the conditional estimate of the odds ratio.
#pragma once

#include "analysis/proportions/two_by_two.hpp"

#include <cstddef>
#include <vector>

namespace embolink {

struct Hypergeometric {
    int low = 0;                     // smallest possible number of events in the first row
    std::vector<double> probability; // of low, low + 1, ...; they sum to 1

    int high() const { return low + static_cast<int>(probability.size()) - 1; }

    double at_most(int x) const;
    double at_least(int x) const;
    double mean() const;
};

// Fisher's noncentral distribution for this odds ratio (positive and finite); 1 is the central one.
// By recurrence from the mode outwards, which keeps the digits of every probability above 1e-300.
Hypergeometric hypergeometric(const TwoByTwo& margins, double odds_ratio = 1);

} // namespace embolink
