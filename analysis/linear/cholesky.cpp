#include "analysis/linear/cholesky.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

Cholesky cholesky(const Matrix& symmetric, std::span<const double> threshold) {
    const std::size_t n = symmetric.rows;
    Cholesky out{symmetric, std::vector<bool>(n, true), 0};
    Matrix& f = out.factor;
    for (std::size_t i = 0; i < n; ++i) {
        const double pivot = f(i, i);
        if (!std::isfinite(pivot) || pivot <= threshold[i]) {
            f(i, i) = 0;
            out.used[i] = false;
            continue;
        }
        ++out.rank;
        for (std::size_t j = i + 1; j < n; ++j) {
            const double ratio = f(j, i) / pivot;
            for (std::size_t k = j; k < n; ++k) {
                f(k, j) -= ratio * f(k, i);
            }
            f(j, i) = ratio;
        }
    }
    return out;
}

Cholesky cholesky(const Matrix& symmetric, double relative) {
    double largest = 0;
    for (std::size_t i = 0; i < symmetric.rows; ++i) {
        largest = std::max(largest, symmetric(i, i));
    }
    const std::vector<double> threshold(symmetric.rows, relative * largest);
    return cholesky(symmetric, threshold);
}

std::vector<double> solve(const Cholesky& decomposed, std::span<const double> right) {
    const Matrix& f = decomposed.factor;
    std::vector<double> x(right.begin(), right.end());
    for (std::size_t i = 0; i < f.rows; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            x[i] -= decomposed.used[j] ? x[j] * f(i, j) : 0;
        }
    }
    for (std::size_t i = f.rows; i-- > 0;) {
        if (!decomposed.used[i]) {
            x[i] = 0;
            continue;
        }
        x[i] /= f(i, i);
        for (std::size_t j = i + 1; j < f.rows; ++j) {
            x[i] -= x[j] * f(j, i); // x[j] is 0 where j is left out
        }
    }
    return x;
}

Matrix inverse(const Cholesky& decomposed) {
    const std::size_t n = decomposed.factor.rows;
    Matrix out(n, n);
    std::vector<double> unit(n, 0);
    for (std::size_t j = 0; j < n; ++j) {
        if (!decomposed.used[j]) {
            continue;
        }
        unit[j] = 1;
        const std::vector<double> column = solve(decomposed, unit);
        unit[j] = 0;
        for (std::size_t i = 0; i < n; ++i) {
            out(i, j) = column[i];
        }
    }
    for (std::size_t i = 0; i < n; ++i) { // round-off must not make it unsymmetric
        for (std::size_t j = 0; j < i; ++j) {
            out(i, j) = out(j, i) = (out(i, j) + out(j, i)) / 2;
        }
    }
    return out;
}

double log_determinant(const Cholesky& decomposed) {
    double sum = 0;
    for (std::size_t i = 0; i < decomposed.factor.rows; ++i) {
        sum += decomposed.used[i] ? std::log(decomposed.factor(i, i)) : 0;
    }
    return sum;
}

std::optional<double>
quadratic_form(const Matrix& symmetric, std::span<const double> x, double relative) {
    const Cholesky decomposed = cholesky(symmetric, relative);
    if (decomposed.rank < symmetric.rows) {
        return std::nullopt;
    }
    return dot(x, solve(decomposed, x));
}

Matrix scaled(const Matrix& symmetric, std::span<const double> factor) {
    Matrix out = symmetric;
    for (std::size_t i = 0; i < out.rows; ++i) {
        for (std::size_t j = 0; j < out.columns; ++j) {
            out(i, j) *= factor[i] * factor[j];
        }
    }
    return out;
}

double dot(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

std::vector<double> product(const Matrix& a, std::span<const double> x) {
    std::vector<double> out(a.rows, 0);
    for (std::size_t i = 0; i < a.rows; ++i) {
        out[i] = dot(a.row(i), x);
    }
    return out;
}

} // namespace embolink
