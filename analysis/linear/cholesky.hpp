// Symmetric matrices that are positive definite or nearly so: L D L' with columns that depend on
// earlier ones left out, as a regression does with collinear covariates.
#pragma once

#include "analysis/linear/matrix.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embolink {

struct Cholesky {
    Matrix factor;          // unit lower triangle L; D on the diagonal, 0 for a left-out column
    std::vector<bool> used; // whether a column took part
    std::size_t rank = 0;   // columns that did
};

// Decomposes the lower triangle of `symmetric`. Column i is left out when what the earlier columns
// leave of its diagonal is at most threshold[i], or not finite.
Cholesky cholesky(const Matrix& symmetric, std::span<const double> threshold);

// The same threshold, `relative` times the largest diagonal element, for every column.
Cholesky cholesky(const Matrix& symmetric, double relative);

// A x = right; 0 for left-out columns.
std::vector<double> solve(const Cholesky& decomposed, std::span<const double> right);

// Rows and columns of left-out columns are 0.
Matrix inverse(const Cholesky& decomposed);

// Of the columns that were used.
double log_determinant(const Cholesky& decomposed);

// x' A^-1 x; empty when A is singular (a column is left out at `relative`).
std::optional<double>
quadratic_form(const Matrix& symmetric, std::span<const double> x, double relative = 1e-10);

// Scales row and column i by factor[i].
Matrix scaled(const Matrix& symmetric, std::span<const double> factor);

double dot(std::span<const double> a, std::span<const double> b);

// A x
std::vector<double> product(const Matrix& a, std::span<const double> x);

} // namespace embolink
