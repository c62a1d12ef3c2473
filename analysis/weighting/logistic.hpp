// Logistic regression by maximum likelihood: the model of a propensity score (METHODS.md, section
// 15).
#pragma once

#include <optional>
#include <vector>

namespace embolink {

struct LogisticFit {
    // Intercept first, then the columns. Empty for a column that the ones before it determine (it
    // is dropped, as R does), and so are its rows and columns of the covariance.
    std::vector<std::optional<double>> coefficient;
    std::vector<std::vector<std::optional<double>>> covariance; // inverse information
    std::vector<double> fitted; // probability of outcome 1, by subject
    bool converged = true;
    // Some subjects are told apart completely: their fitted probabilities go to 0 or 1 and the
    // coefficients have no finite estimate; what stands there is where the iteration stopped.
    bool separated = false;
};

// `rows`: covariates by subject, equally long; `outcome`: 0 or 1. Both not empty. Iteratively
// reweighted least squares on an orthogonal basis, started and stopped as R's glm (relative change
// of the deviance below 1e-14, at most 100 steps).
LogisticFit logistic_regression(const std::vector<std::vector<double>>& rows,
                                const std::vector<int>& outcome);

} // namespace embolink
