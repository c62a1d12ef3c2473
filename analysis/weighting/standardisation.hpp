// Direct standardisation: the rate that a hospital would have with another mix of cases
// (METHODS.md, section 15). The trial's mix is not published; this is for two periods or two
// departments.
#pragma once

#include "analysis/proportions/proportion.hpp"

#include <optional>
#include <vector>

namespace embolink {

struct Stratum {
    Proportion local;    // total may be 0
    double standard = 0; // size of the stratum in the standard population, not negative
};

struct StandardisedRate {
    double rate = 0;
    double standard_error = 0; // binomial within strata, the standard taken as known
    double crude = 0;
};

// Empty where a stratum of the standard has no local case, or the standard is empty.
std::optional<StandardisedRate> standardised_rate(const std::vector<Stratum>& strata);

} // namespace embolink
