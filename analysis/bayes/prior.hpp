// Priors made of a published count x0 of n0, and whether the local data contradict them
// (statistics A10; METHODS.md, section 13). The trial must not serve as prior and as the standard
// of comparison in one statement.
#pragma once

#include "analysis/bayes/beta_distribution.hpp"

namespace embolink {

struct PublishedCount {
    double events = 0;
    double total = 0;
};

// A flat prior updated with the share `delta` (0 to 1) of the published count (Ibrahim and Chen).
BetaDistribution power_prior(const PublishedCount& published, double delta);

// The published count in full with this weight, else a flat prior (Schmidli 2014).
BetaMixture robust_prior(const PublishedCount& published, double weight);

// Prior predictive check of the published count against the local one, both whole numbers.
struct PriorConflict {
    double box_p = 1;          // Box 1980: twice the smaller tail of the local count, at most 1
    double no_more_likely = 1; // probability of the counts that are no more likely than the local
    double bayes_factor = 1;   // published against flat prior; below 1 the data prefer the flat one
};

PriorConflict prior_conflict(const PublishedCount& published, int events, int total);

// Below this box_p the informative analysis is not to be shown (statistics A10).
inline constexpr double conflict_level = 0.05;

} // namespace embolink
