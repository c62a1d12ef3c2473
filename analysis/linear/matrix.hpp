// A small dense matrix of doubles, row by row: information matrices, covariates of few columns.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace embolink {

struct Matrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<double> values; // rows * columns

    Matrix() = default;

    Matrix(std::size_t row_count, std::size_t column_count)
        : rows(row_count), columns(column_count), values(row_count * column_count, 0.0) {}

    double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }

    double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }

    std::span<const double> row(std::size_t i) const { return {&values[i * columns], columns}; }
};

} // namespace embolink
