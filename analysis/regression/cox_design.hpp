// What a Cox model is fitted to, and the arrangement that every pass over it uses.
#pragma once

#include "analysis/linear/matrix.hpp"
#include "analysis/survival/survival_data.hpp"
#include "analysis/survival/time_order.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace embolink {

enum class Ties { efron, breslow };

// Right-censored times with covariates. `strata` is empty or one code from 0 per subject: each
// stratum has a baseline hazard of its own. `offset` is empty or a known part of the linear
// predictor. Weights are positive; entry times are not used.
struct CoxData {
    SurvivalData survival;
    Matrix covariates; // one row per subject, finite
    std::vector<int> strata;
    std::vector<double> offset;

    std::size_t size() const { return survival.size(); }
};

// Rows by stratum and ascending time. Covariates are centred at their weighted mean and divided by
// their mean absolute deviation, which keeps the digits of a covariate like 1e6 + small; a constant
// column becomes 0. The offset is centred.
struct CoxDesign {
    Matrix x;
    std::vector<double> weight;
    std::vector<double> offset; // empty when there is none
    std::vector<std::uint8_t> event;
    std::vector<std::uint32_t> rank; // of the row's time among `time`
    std::vector<std::uint32_t> subject;
    std::vector<std::size_t> stratum_begin; // first row of each stratum, then the number of rows
    std::vector<int> stratum;               // its code
    std::vector<double> time;               // distinct times, ties merged (time_order)
    std::vector<double> mean;               // of the covariates as given
    std::vector<double> scale;              // x = (covariate - mean) * scale
    int events = 0;

    std::size_t size() const { return weight.size(); }

    std::size_t covariates() const { return mean.size(); }
};

CoxDesign cox_design(const CoxData& data);

// offset + x beta of every row; beta belongs to the scaled covariates.
std::vector<double> linear_predictors(const CoxDesign& design, std::span<const double> beta);

} // namespace embolink
