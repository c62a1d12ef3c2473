// Cox's model with Firth's penalty: finite estimates where the likelihood is monotone, and less
// bias with few events (Firth 1993; Heinze and Schemper 2001; METHODS.md).
#pragma once

#include "analysis/interval.hpp"
#include "analysis/regression/cox.hpp"

#include <optional>
#include <vector>

namespace embolink {

struct FirthCoefficient {
    double beta = 0;
    double lower = 0; // profile limits of beta, infinite when the profile never falls so far
    double upper = 0;
    CoxTest test; // penalised likelihood ratio of beta = 0, the others maximised
};

// l*(beta) = l(beta) + log det I(beta) / 2, I the information of all covariates, which the penalty
// keeps when one coefficient is fixed. Only differences of l* mean anything: its value depends on
// the units of the covariates.
struct FirthFit {
    std::vector<FirthCoefficient> coefficients;
    Matrix variance; // inverse information at the maximum of l*
    double penalised_log_likelihood_null = 0;
    double penalised_log_likelihood = 0;
    CoxTest all; // of all coefficients together
    bool converged = true;
};

// Empty when the information is singular: no events, or a covariate that is constant or collinear.
std::optional<FirthFit>
cox_firth(const CoxDesign& design, Ties ties, double confidence = default_confidence);

} // namespace embolink
