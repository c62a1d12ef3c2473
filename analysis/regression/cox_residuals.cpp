#include "analysis/regression/cox_residuals.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/regression/cox_hazard.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

bool dies(const CoxDesign& design, std::size_t row) {
    return design.event[row] != 0;
}

// Rows of a Matrix summed by cluster.
Matrix collapsed(const Matrix& rows, std::span<const int> cluster) {
    const int last = cluster.empty() ? -1 : *std::ranges::max_element(cluster);
    Matrix out(static_cast<std::size_t>(last + 1), rows.columns);
    for (std::size_t i = 0; i < rows.rows; ++i) {
        for (std::size_t j = 0; j < rows.columns; ++j) {
            out(static_cast<std::size_t>(cluster[i]), j) += rows(i, j);
        }
    }
    return out;
}

// R' R
Matrix cross_product(const Matrix& rows) {
    Matrix out(rows.columns, rows.columns);
    for (std::size_t i = 0; i < rows.rows; ++i) {
        for (std::size_t j = 0; j < rows.columns; ++j) {
            for (std::size_t k = 0; k < rows.columns; ++k) {
                out(j, k) += rows(i, j) * rows(i, k);
            }
        }
    }
    return out;
}

// Weighted score residuals, one row for each subject or cluster.
Matrix influence(const CoxDesign& design,
                 std::span<const double> beta,
                 Ties ties,
                 std::span<const int> cluster) {
    Matrix scores = score_residuals(design, beta, ties);
    for (std::size_t i = 0; i < design.size(); ++i) {
        for (std::size_t j = 0; j < scores.columns; ++j) {
            scores(design.subject[i], j) *= design.weight[i];
        }
    }
    return cluster.empty() ? scores : collapsed(scores, cluster);
}

} // namespace

std::vector<double>
martingale_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    const std::vector<double> risk = risks(design, beta).row;
    std::vector<double> out(design.size());
    double hazard = 0;
    std::size_t stratum = 0;
    for (const TiedRows& rows : hazard_steps(design, risk, ties)) {
        hazard = rows.stratum == stratum ? hazard : 0;
        stratum = rows.stratum;
        for (std::size_t i = rows.begin; i < rows.end; ++i) {
            const double own = dies(design, i) ? rows.hazard_of_dying : rows.hazard;
            out[design.subject[i]] = (dies(design, i) ? 1 : 0) - risk[i] * (hazard + own);
        }
        hazard += rows.hazard;
    }
    return out;
}

Matrix score_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    const std::vector<double> risk = risks(design, beta).row;
    const std::size_t p = design.covariates();
    Matrix out(design.size(), p);
    double hazard = 0;
    std::vector<double> drift(p, 0); // mean covariates times hazard so far
    std::size_t stratum = 0;
    for (const TiedRows& rows : hazard_steps(design, risk, ties)) {
        if (rows.stratum != stratum) {
            stratum = rows.stratum;
            hazard = 0;
            std::ranges::fill(drift, 0);
        }
        for (std::size_t i = rows.begin; i < rows.end; ++i) {
            const bool event = dies(design, i);
            for (std::size_t j = 0; j < p; ++j) {
                const double x = design.x(i, j);
                double h = hazard;
                double a = drift[j];
                if (rows.events > 0) {
                    h += event ? rows.hazard_of_dying : rows.hazard;
                    a += event ? rows.drift_of_dying[j] : rows.drift[j];
                }
                out(design.subject[i], j) = (event ? x - rows.mean[j] : 0) - risk[i] * (x * h - a);
            }
        }
        hazard += rows.hazard;
        for (std::size_t j = 0; j < p && rows.events > 0; ++j) {
            drift[j] += rows.drift[j];
        }
    }
    return out;
}

SchoenfeldResiduals
schoenfeld_residuals(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    const std::vector<double> risk = risks(design, beta).row;
    const std::size_t p = design.covariates();
    SchoenfeldResiduals out;
    out.residuals = Matrix(static_cast<std::size_t>(design.events), p);
    for (const TiedRows& rows : hazard_steps(design, risk, ties)) {
        for (std::size_t i = rows.begin; i < rows.end; ++i) {
            if (!dies(design, i)) {
                continue;
            }
            for (std::size_t j = 0; j < p; ++j) {
                out.residuals(out.time.size(), j) =
                    (design.x(i, j) - rows.mean[j]) / design.scale[j];
            }
            out.time.push_back(design.time[design.rank[i]]);
        }
    }
    return out;
}

RobustVariance robust_variance(const CoxDesign& design,
                               const CoxFit& fit,
                               Ties ties,
                               std::span<const int> cluster) {
    const Matrix scores = influence(design, fit.scaled_beta, ties, cluster);
    // Scores are in units of the scaled covariates: those as given have scores / scale.
    std::vector<double> unit;
    for (const double s : design.scale) {
        unit.push_back(1 / s);
    }
    const Matrix middle = scaled(cross_product(scores), unit);
    const std::size_t p = design.covariates();
    Matrix half(p, p); // naive variance times middle
    RobustVariance out{Matrix(p, p), 0};
    for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) {
            for (std::size_t k = 0; k < p; ++k) {
                half(i, j) += fit.variance(i, k) * middle(k, j);
            }
        }
    }
    for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < p; ++j) {
            out.variance(i, j) = dot(half.row(i), fit.variance.row(j));
        }
    }
    const std::vector<double> zero(p, 0);
    const Matrix at_zero = influence(design, zero, ties, cluster);
    std::vector<double> score(p, 0);
    for (std::size_t i = 0; i < at_zero.rows; ++i) {
        for (std::size_t j = 0; j < p; ++j) {
            score[j] += at_zero(i, j);
        }
    }
    const Matrix squares = cross_product(at_zero);
    std::vector<double> threshold;
    for (std::size_t j = 0; j < p; ++j) {
        threshold.push_back(1e-13 * squares(j, j));
    }
    out.score_test = dot(score, solve(cholesky(squares, threshold), score));
    return out;
}

BaselineHazard baseline_hazard(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    double at_mean = 0; // linear predictor of the mean covariates, which the rows are centred at
    for (std::size_t j = 0; j < design.covariates(); ++j) {
        at_mean += design.mean[j] * design.scale[j] * beta[j];
    }
    const Risks risk = risks(design, beta);
    const double factor = std::exp(-at_mean - risk.lowered_by);
    BaselineHazard out;
    double hazard = 0;
    std::size_t stratum = 0;
    for (const TiedRows& rows : hazard_steps(design, risk.row, ties)) {
        hazard = (rows.stratum == stratum ? hazard : 0) + rows.hazard;
        stratum = rows.stratum;
        out.time.push_back(design.time[design.rank[rows.begin]]);
        const double at_zero = hazard * factor;
        out.hazard.push_back(std::isnan(at_zero) ? std::nullopt : std::optional{at_zero});
        out.stratum.push_back(design.stratum[rows.stratum]);
    }
    return out;
}

} // namespace embolink
