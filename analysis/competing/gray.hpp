// Gray's test of equal cumulative incidence in groups (Gray 1988; METHODS.md).
#pragma once

#include "analysis/competing/competing_data.hpp"
#include "analysis/linear/matrix.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embolink {

// Two or more groups, numbered from 0, each with subjects; one stratum, weight rho = 0. Subjects
// who had another kind of event stay in the risk set with the weight of Gray's R_i(t). Only equal
// times are tied, as in cmprsk.
struct GrayTest {
    std::vector<double> score; // of all groups but the last
    Matrix variance;
    int degrees_of_freedom = 0;
    std::optional<double> chi_square; // empty: the variance is singular (no events of the cause,
                                      // or groups that never met)
    std::optional<double> p;
};

GrayTest gray_test(const CompetingData& data, std::span<const int> group, int groups, int cause);

} // namespace embolink
