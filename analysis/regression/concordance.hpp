// Harrell's concordance of a risk score with survival.
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <optional>
#include <span>

namespace embolink {

// Weighted numbers of comparable pairs, within strata: one subject has an event and the other is
// observed longer, or as long and censored.
struct Concordance {
    double concordant = 0; // the higher score had the event
    double discordant = 0;
    double tied_score = 0;

    // (concordant + tied / 2) / all; empty without a comparable pair.
    std::optional<double> value() const;
};

// `score`: one per row of the design. O(n log n).
Concordance concordance(const CoxDesign& design, std::span<const double> score);

} // namespace embolink
