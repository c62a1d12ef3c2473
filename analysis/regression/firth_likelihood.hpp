// Firth's penalised likelihood of a Cox model and its maximum, some coefficients being held.
#pragma once

#include "analysis/regression/cox_likelihood.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embolink {

struct FirthDerivatives {
    double log_likelihood = 0; // penalised
    std::vector<double> score; // its derivative
    Matrix information;        // of the likelihood without penalty
};

// By the scaled covariates. Empty when the information is singular or exp overflows.
std::optional<FirthDerivatives>
firth_derivatives(const CoxDesign& design, std::span<const double> beta, Ties ties);

struct FirthMaximum {
    std::vector<double> beta;
    FirthDerivatives at;
    bool converged = false;
};

// From `start`, where the derivatives must exist; coefficient `held`, if any, stays as it is there.
std::optional<FirthMaximum> maximise_firth(const CoxDesign& design,
                                           Ties ties,
                                           std::vector<double> start,
                                           std::optional<std::size_t> held = {});

} // namespace embolink
