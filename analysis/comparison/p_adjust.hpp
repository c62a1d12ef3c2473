// Adjusted p-values for a family of tests (statistics A13; METHODS.md, section 11). Results are in
// the order of the input and at most 1.
#pragma once

#include <vector>

namespace embolink {

std::vector<double> bonferroni_adjusted(const std::vector<double>& p);
std::vector<double> holm_adjusted(const std::vector<double>& p);
std::vector<double> hochberg_adjusted(const std::vector<double>& p);
std::vector<double> benjamini_hochberg_adjusted(const std::vector<double>& p);

} // namespace embolink
