// Logistic regression. The weighted least squares problem of each step is solved on an orthogonal
// basis (Gram-Schmidt, twice) and not by normal equations: covariates with a large common offset,
// such as years or identifiers, keep their digits.
#include "analysis/weighting/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace embolink {
namespace {

using Column = std::vector<double>;

double dot(const Column& a, const Column& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Columns = basis * triangle; column `kept[j]` has the coordinates triangle[j][0 .. j].
struct Basis {
    std::vector<std::size_t> kept; // columns that the ones before them do not determine
    std::vector<Column> vectors;
    std::vector<Column> triangle;
};

Basis orthogonal_basis(const std::vector<Column>& columns, const Column& root_weight) {
    constexpr double dependent = 1e-11; // of the column's own length
    Basis basis;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        Column v(root_weight.size());
        std::ranges::transform(columns[c], root_weight, v.begin(), std::multiplies{});
        const double length = std::sqrt(dot(v, v));
        Column coordinates(basis.kept.size() + 1, 0);
        for (int pass = 0; pass < 2; ++pass) {
            for (std::size_t i = 0; i < basis.vectors.size(); ++i) {
                const double along = dot(basis.vectors[i], v);
                coordinates[i] += along;
                for (std::size_t k = 0; k < v.size(); ++k) {
                    v[k] -= along * basis.vectors[i][k];
                }
            }
        }
        const double rest = std::sqrt(dot(v, v));
        if (!(rest > dependent * length)) {
            continue;
        }
        for (double& value : v) {
            value /= rest;
        }
        coordinates.back() = rest;
        basis.kept.push_back(c);
        basis.vectors.push_back(std::move(v));
        basis.triangle.push_back(std::move(coordinates));
    }
    return basis;
}

// The x of triangle * x = right.
Column solve(const Basis& basis, Column right) {
    for (std::size_t i = right.size(); i-- > 0;) {
        for (std::size_t j = i + 1; j < right.size(); ++j) {
            right[i] -= basis.triangle[j][i] * right[j];
        }
        right[i] /= basis.triangle[i][i];
    }
    return right;
}

// What R's binomial family gives for a linear predictor.
double probability(double eta) {
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    const double odds = eta < -30 ? epsilon : eta > 30 ? 1 / epsilon : std::exp(eta);
    return odds / (1 + odds);
}

double slope(double eta) {
    const double odds = std::exp(eta);
    return std::abs(eta) > 30 ? std::numeric_limits<double>::epsilon()
                              : odds / ((1 + odds) * (1 + odds));
}

double deviance(const std::vector<int>& outcome, const Column& fitted) {
    double sum = 0;
    for (std::size_t i = 0; i < fitted.size(); ++i) {
        sum -= 2 * (outcome[i] != 0 ? std::log(fitted[i]) : std::log1p(-fitted[i]));
    }
    return sum;
}

struct Step {
    Basis basis;
    Column coefficient; // of the kept columns
    Column eta;
};

Step least_squares(const std::vector<Column>& columns,
                   const std::vector<int>& outcome,
                   const Column& eta) {
    Column root_weight(eta.size());
    Column response(eta.size());
    for (std::size_t i = 0; i < eta.size(); ++i) {
        const double p = probability(eta[i]);
        const double change = slope(eta[i]);
        root_weight[i] = change / std::sqrt(p * (1 - p));
        response[i] = root_weight[i] * (eta[i] + (outcome[i] - p) / change);
    }
    Step step{orthogonal_basis(columns, root_weight), {}, Column(eta.size(), 0)};
    for (const Column& vector : step.basis.vectors) {
        step.coefficient.push_back(dot(vector, response));
    }
    step.coefficient = solve(step.basis, step.coefficient);
    for (std::size_t j = 0; j < step.coefficient.size(); ++j) {
        const Column& column = columns[step.basis.kept[j]];
        for (std::size_t i = 0; i < eta.size(); ++i) {
            step.eta[i] += step.coefficient[j] * column[i];
        }
    }
    return step;
}

// The intercept and the covariates, each divided by a power of two that brings it near 1: squares
// of 1e200 do not fit, and no digit changes.
struct Design {
    std::vector<Column> columns;
    std::vector<double> scale;
};

Design design_of(const std::vector<std::vector<double>>& rows) {
    const std::size_t count = rows.front().size() + 1;
    Design design{std::vector<Column>(count, Column(rows.size(), 1)), Column(count, 1)};
    for (std::size_t j = 1; j < count; ++j) {
        double largest = 0;
        for (const std::vector<double>& row : rows) {
            largest = std::max(largest, std::abs(row[j - 1]));
        }
        design.scale[j] = largest > 0 ? std::exp2(std::ilogb(largest)) : 1;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            design.columns[j][i] = rows[i][j - 1] / design.scale[j];
        }
    }
    return design;
}

void report(LogisticFit& fit, const Step& step, const std::vector<double>& scale) {
    const std::vector<std::size_t>& kept = step.basis.kept;
    fit.coefficient.resize(scale.size());
    fit.covariance.assign(scale.size(), std::vector<std::optional<double>>(scale.size()));
    std::vector<Column> inverse; // of the triangle, by column
    for (std::size_t j = 0; j < kept.size(); ++j) {
        Column unit(kept.size(), 0);
        unit[j] = 1;
        inverse.push_back(solve(step.basis, unit));
        fit.coefficient[kept[j]] = step.coefficient[j] / scale[kept[j]];
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
        for (std::size_t j = 0; j < kept.size(); ++j) {
            double sum = 0;
            for (const Column& column : inverse) {
                sum += column[i] * column[j];
            }
            fit.covariance[kept[i]][kept[j]] = sum / scale[kept[i]] / scale[kept[j]];
        }
    }
}

} // namespace

LogisticFit logistic_regression(const std::vector<std::vector<double>>& rows,
                                const std::vector<int>& outcome) {
    constexpr int most_steps = 100;
    constexpr double enough = 1e-14;
    constexpr double told_apart = 1e-8; // a fitted probability so near to 0 or 1
    const Design design = design_of(rows);
    const double start = std::log(3.0); // logit of (y + 1/2)/2
    Column eta;
    for (const int y : outcome) {
        eta.push_back(y != 0 ? start : -start);
    }
    LogisticFit fit;
    fit.fitted.resize(eta.size());
    std::ranges::transform(eta, fit.fitted.begin(), probability);
    double last = deviance(outcome, fit.fitted);
    Step step;
    fit.converged = false;
    for (int i = 0; i < most_steps && !fit.converged; ++i) {
        step = least_squares(design.columns, outcome, eta);
        eta = step.eta;
        std::ranges::transform(eta, fit.fitted.begin(), probability);
        const double now = deviance(outcome, fit.fitted);
        fit.converged = std::abs(now - last) / (std::abs(now) + 0.1) < enough;
        last = now;
    }
    report(fit, step, design.scale);
    fit.separated = std::ranges::any_of(
        fit.fitted, [](double p) { return p < told_apart || p > 1 - told_apart; });
    return fit;
}

} // namespace embolink
