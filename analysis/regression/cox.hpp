// Cox's proportional hazards model (statistics A3; METHODS.md).
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <optional>
#include <vector>

namespace embolink {

// How a fit ended.
enum class CoxOutcome {
    fitted,
    no_events,           // nothing to estimate
    monotone_likelihood, // the likelihood rises for ever along a coefficient: no finite estimate,
                         // its Wald test and standard error mean nothing; use cox_firth
    not_converged        // the iterations ran out
};

// A13: below this a fit of several covariates is not to be shown, only one of each, or Firth's.
inline constexpr int events_for_each_covariate = 10;

struct CoxOptions {
    Ties ties = Ties::efron;
    double tolerance = 1e-14; // relative change of the log-likelihood that ends the iterations
    int most_iterations = 60;
};

// A test of all coefficients that were estimated.
struct CoxTest {
    double statistic = 0;
    double p = 1;
};

struct CoxFit {
    CoxOutcome outcome = CoxOutcome::fitted;
    int n = 0;
    int events = 0;
    // By covariate, in its own unit. A covariate that is constant, or a combination of earlier
    // ones, within all risk sets is left out: its coefficient is empty, its variance 0.
    std::vector<std::optional<double>> beta;
    Matrix variance;
    double log_likelihood_null = 0;
    double log_likelihood = 0;
    int degrees_of_freedom = 0; // coefficients estimated
    CoxTest likelihood_ratio;
    CoxTest score;
    std::optional<CoxTest> wald; // empty when no coefficient was estimated, or one of no variance
    int iterations = 0;
    std::vector<double> scaled_beta; // of the design's covariates; 0 for those left out
    std::vector<bool> infinite;      // which coefficients have no finite estimate

    double standard_error(std::size_t i) const;
};

// Newton's method from 0 with step halving, O(n p^2) for each iteration.
CoxFit cox_fit(const CoxDesign& design, const CoxOptions& options = {});

// The Wald test with another variance, as that of robust_variance.
std::optional<CoxTest> wald_test(const CoxFit& fit, const Matrix& variance);

// Upper tail of chi-square; p is 1 on 0 degrees of freedom, as R has it.
CoxTest chi_square_test(double statistic, int degrees_of_freedom);

} // namespace embolink
