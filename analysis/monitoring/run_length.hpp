// How many cases a CUSUM runs on average before it signals (statistics A11; METHODS.md, section
// 14): how often it cries wolf when all is as expected, and how late it is when it is not.
#pragma once

#include <optional>
#include <vector>

namespace embolink {

struct CusumStep {
    double size = 0; // up or down
    double probability = 0;
};

// The steps of a case whose expected probability is drawn from `expected` (not empty), weighed for
// `odds_ratio`, when odds are truly multiplied by `true_odds_ratio` (1: in control). Their
// probabilities sum to 1.
std::vector<CusumStep>
cusum_steps(const std::vector<double>& expected, double odds_ratio, double true_odds_ratio);

// Average run length from 0 to the first value >= limit: a Markov chain on a grid of values (Brook
// and Evans 1972), where a step that ends between two points is shared between them so that its
// mean is kept. Infinite where no step leads upwards, or none ever reaches the limit. Empty where
// the chain does not settle: steps that are very small against the limit.
std::optional<double> average_run_length(const std::vector<CusumStep>& steps, double limit);

} // namespace embolink
