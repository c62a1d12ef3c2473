// The hazard of a Cox model at each event time with the means of the covariates in its risk set:
// what residuals and the baseline hazard add up.
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <span>
#include <vector>

namespace embolink {

// Rows [begin, end) of one stratum that share a time.
struct TiedRows {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t stratum = 0; // index, not code
    double events = 0;       // unweighted
    // Sums over the steps l of Efron's d tied deaths (one step with Breslow's ties):
    double hazard = 0;          // of those who do not die
    double hazard_of_dying = 0; // with the factor 1 - l/d
    std::vector<double> mean;   // of the covariates, averaged over the steps; empty: no events
    std::vector<double> drift;  // mean times hazard
    std::vector<double> drift_of_dying;
};

// All groups of tied rows by stratum and ascending time. `risk` is Risks::row.
std::vector<TiedRows>
hazard_steps(const CoxDesign& design, std::span<const double> risk, Ties ties);

// exp(linear predictor - lowered_by) of every row; 0 but where exp would overflow.
struct Risks {
    std::vector<double> row;
    double lowered_by = 0;
};

Risks risks(const CoxDesign& design, std::span<const double> beta);

} // namespace embolink
