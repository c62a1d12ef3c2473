// Unconditional exact tests of two proportions (statistics A7; METHODS.md, section 8): all tables
// with the same two totals, the probability of the more extreme ones at its largest over the
// unknown common rate.
#pragma once

#include "analysis/proportions/two_by_two.hpp"

#include <optional>

namespace embolink {

struct UnconditionalTest {
    double p = 1;        // two-sided
    double nuisance = 0; // a common rate where it is reached; there may be several
};

// The largest total of one row: all tables are looked at, at some thousand rates.
inline constexpr int largest_unconditional_total = 200;

// Boschloo 1970: tables are ordered by Fisher's two-sided p. Barnard 1945: by |z| of the pooled
// difference. No correction of Berger and Boos. Empty where a row is larger than
// largest_unconditional_total.
std::optional<UnconditionalTest> boschloo_test(const TwoByTwo& table);
std::optional<UnconditionalTest> barnard_test(const TwoByTwo& table);

} // namespace embolink
