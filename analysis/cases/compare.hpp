// Compares a result with the `expected` part of a reference case, key by key. A key of `expected`
// that the result lacks is a difference, unless it only documents how R got its values; keys that
// only the result has are not looked at. Where an object of `expected` has `compare_only`, only the
// keys that it lists are compared.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace embolink {

struct Comparison {
    std::size_t values = 0;               // numbers, texts and nulls that were compared
    std::vector<std::string> differences; // "/path: expected A, got B"; empty when all agree
};

// Numbers agree when |a - b| <= tolerance * max(1, |b|), p-values below 1e-12 by their logarithm,
// infinities only with themselves. Two kinds of object are not exact: a Monte Carlo mean (it has
// `mc_se`) agrees within 4 of its standard errors; of a supremum over a `nuisance` rate only `p` is
// compared, to 1e-6 of itself, as R searches a grid.
Comparison compare_with_expected(const nlohmann::json& expected,
                                 const nlohmann::json& result,
                                 double tolerance);

// Runs a whole reference case file: `kind`, `input`, `expected`, `tolerance_rel`. A case that
// compares nothing differs. Throws CaseError where the file is no case.
Comparison check_case(const nlohmann::json& file);

} // namespace embolink
