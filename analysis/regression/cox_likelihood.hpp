// The partial likelihood of a Cox model with its first two derivatives.
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <span>
#include <vector>

namespace embolink {

// By the scaled covariates of the design.
struct CoxDerivatives {
    double log_likelihood = 0;
    std::vector<double> score;
    Matrix information;          // minus the second derivative
    std::vector<double> moments; // the information's diagonal before squared means are taken off:
                                 // what round-off in it is measured by
};

// O(n p^2). The values are not finite where exp(x beta) overflows.
CoxDerivatives cox_derivatives(const CoxDesign& design, std::span<const double> beta, Ties ties);

} // namespace embolink
