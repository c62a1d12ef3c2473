#include "analysis/regression/cox_design.hpp"

#include "analysis/linear/cholesky.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace embolink {
namespace {

double weight_of(const CoxData& data, std::size_t subject) {
    return data.survival.weight.empty() ? 1.0 : data.survival.weight[subject];
}

// Weighted mean of every column; a constant column's own value, to the last bit.
std::vector<double> means(const CoxData& data, double total_weight) {
    const Matrix& x = data.covariates;
    std::vector<double> mean(x.columns, 0);
    std::vector<bool> constant(x.columns, true);
    for (std::size_t i = 0; i < x.rows; ++i) {
        const double weight = weight_of(data, i);
        for (std::size_t j = 0; j < x.columns; ++j) {
            mean[j] += weight * x(i, j);
            if (x(i, j) != x(0, j)) {
                constant[j] = false;
            }
        }
    }
    for (std::size_t j = 0; j < x.columns; ++j) {
        mean[j] = constant[j] ? x(0, j) : mean[j] / total_weight;
    }
    return mean;
}

std::vector<double>
scales(const CoxData& data, const std::vector<double>& mean, double total_weight) {
    const Matrix& x = data.covariates;
    std::vector<double> deviation(x.columns, 0);
    for (std::size_t i = 0; i < x.rows; ++i) {
        const double weight = weight_of(data, i);
        for (std::size_t j = 0; j < x.columns; ++j) {
            deviation[j] += weight * std::abs(x(i, j) - mean[j]);
        }
    }
    for (double& d : deviation) {
        d = d > 0 ? total_weight / d : 1;
    }
    return deviation;
}

void gather_rows(CoxDesign& design, const CoxData& data) {
    const std::size_t n = data.size();
    const std::size_t p = data.covariates.columns;
    design.x = Matrix(n, p);
    design.weight.resize(n);
    design.event.resize(n);
    constexpr std::size_t ahead = 16; // rows: the covariates lie anywhere in memory
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t subject = design.subject[i];
        if (i + ahead < n) {
            __builtin_prefetch(&data.covariates.values[design.subject[i + ahead] * p]);
        }
        const bool event = data.survival.event[subject] != 0;
        design.weight[i] = weight_of(data, subject);
        design.event[i] = event ? 1 : 0;
        design.events += event ? 1 : 0;
        for (std::size_t j = 0; j < p; ++j) {
            design.x(i, j) = (data.covariates(subject, j) - design.mean[j]) * design.scale[j];
        }
    }
}

void gather_offset(CoxDesign& design, const CoxData& data) {
    if (data.offset.empty()) {
        return;
    }
    const double centre = std::accumulate(data.offset.begin(), data.offset.end(), 0.0) /
                          static_cast<double>(data.size());
    for (const std::uint32_t subject : design.subject) {
        design.offset.push_back(data.offset[subject] - centre);
    }
}

} // namespace

CoxDesign cox_design(const CoxData& data) {
    TimeOrder order = time_order(data.survival.time);
    CoxDesign design;
    design.time = std::move(order.time);
    StratifiedOrder rows = by_stratum(std::move(order), data.strata);
    design.rank = std::move(rows.rank);
    design.subject = std::move(rows.subject);
    design.stratum_begin = std::move(rows.begin);
    design.stratum = std::move(rows.stratum);
    const std::vector<double>& weight = data.survival.weight;
    const double total = weight.empty() ? static_cast<double>(data.size())
                                        : std::accumulate(weight.begin(), weight.end(), 0.0);
    design.mean = means(data, total);
    design.scale = scales(data, design.mean, total);
    gather_rows(design, data);
    gather_offset(design, data);
    return design;
}

std::vector<double> linear_predictors(const CoxDesign& design, std::span<const double> beta) {
    std::vector<double> out(design.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = (design.offset.empty() ? 0 : design.offset[i]) + dot(design.x.row(i), beta);
    }
    return out;
}

} // namespace embolink
