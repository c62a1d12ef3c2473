// Weights that make two treatment groups alike in their measured covariates, and what they cost
// (statistics A12, A13; METHODS.md, section 15). `treated` is 1 or 0 by subject, `score` the
// probability of being treated.
#pragma once

#include <optional>
#include <vector>

namespace embolink {

struct PropensityWeights {
    std::vector<double> inverse;    // 1/score or 1/(1 - score): the mean over all subjects
    std::vector<double> stabilised; // times the share of the own group
    std::vector<double> overlap;    // 1 - score or score (Li, Morgan and Zaslavsky 2018)
};

PropensityWeights propensity_weights(const std::vector<int>& treated,
                                     const std::vector<double>& score);

// Weights below the `low` and above the `high` quantile (R's type 7) are set to it.
std::vector<double> truncated(const std::vector<double>& weights, double low, double high);

// Kish: (sum w)^2 / sum w^2 over one group; 0 when it is empty.
double effective_sample_size(const std::vector<double>& weights,
                             const std::vector<int>& treated,
                             int group);

// Difference of the weighted means over the root of the mean of the UNWEIGHTED variances of the two
// groups, so that weighting cannot shrink it by its denominator. Infinite where only the variances
// are 0, empty where the difference is, too, or a group has fewer than two.
std::optional<double> standardised_difference(const std::vector<double>& covariate,
                                              const std::vector<int>& treated,
                                              const std::vector<double>& weights);

// Weighted mean of the outcome in one group (Hajek), and its standard error for weights taken as
// known. Empty when the group is.
struct WeightedMean {
    double mean = 0;
    double standard_error = 0;
};

std::optional<WeightedMean> weighted_mean(const std::vector<double>& outcome,
                                          const std::vector<int>& treated,
                                          const std::vector<double>& weights,
                                          int group);

// Below any of these the unadjusted comparison is shown, with a flag (statistics A13).
inline constexpr int fewest_weighted_subjects = 40;
inline constexpr int fewest_weighted_in_group = 10;
inline constexpr double least_effective_size = 10;

} // namespace embolink
