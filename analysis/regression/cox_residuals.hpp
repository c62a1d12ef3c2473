// Residuals of a Cox fit, the robust variance that they give, and the baseline hazard.
#pragma once

#include "analysis/regression/cox.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embolink {

// Every function takes the design of the fit and coefficients of its scaled covariates
// (CoxFit::scaled_beta). O(n p).

// By subject, in input order: event less expected number of events.
std::vector<double>
martingale_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties);

// Row for each subject, in input order: its part of the score, in units of the scaled covariates,
// without its weight.
Matrix score_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties);

// Covariates of each event less their mean in the risk set, in units of the covariates as given.
// Events by stratum and time.
struct SchoenfeldResiduals {
    std::vector<double> time;
    Matrix residuals;
};

SchoenfeldResiduals
schoenfeld_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties);

// The sandwich variance of Lin and Wei 1989: the sum of squares of the subjects' influence on the
// coefficients, or of the summed influence of each cluster. `score_test` uses the same at beta = 0.
struct RobustVariance {
    Matrix variance;
    double score_test = 0;
};

// `cluster` is empty (every subject its own) or one code from 0 per subject.
RobustVariance robust_variance(const CoxDesign& design,
                               const CoxFit& fit,
                               Ties ties,
                               std::span<const int> cluster = {});

// Cumulative hazard of a subject whose covariates are all 0, at every distinct time of each
// stratum: Breslow's estimate, with Efron's correction for ties where the fit uses it.
struct BaselineHazard {
    std::vector<double> time;
    // Infinite, 0 or empty (0 times infinity) where covariates of 0 are too far from the data.
    std::vector<std::optional<double>> hazard;
    std::vector<int> stratum; // its code
};

BaselineHazard baseline_hazard(const CoxDesign& design, std::span<const double> beta, Ties ties);

} // namespace embolink
