#include "analysis/weighting/standardisation.hpp"

#include <cmath>

namespace embolink {

std::optional<StandardisedRate> standardised_rate(const std::vector<Stratum>& strata) {
    double standard = 0;
    double events = 0;
    double total = 0;
    for (const Stratum& stratum : strata) {
        standard += stratum.standard;
        events += stratum.local.events;
        total += stratum.local.total;
        if (stratum.standard > 0 && stratum.local.total == 0) {
            return std::nullopt;
        }
    }
    if (!(standard > 0)) {
        return std::nullopt;
    }
    StandardisedRate out;
    out.crude = events / total;
    double variance = 0;
    for (const Stratum& stratum : strata) {
        if (stratum.standard > 0) {
            const double share = stratum.standard / standard;
            const double p = stratum.local.estimate();
            out.rate += share * p;
            variance += share * share * p * (1 - p) / stratum.local.total;
        }
    }
    out.standard_error = std::sqrt(variance);
    return out;
}

} // namespace embolink
