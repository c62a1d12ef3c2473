// The site's table of normal limits (R6.2) brought into the units in which results are compared.
#pragma once

#include "mapping/fhir/terminology.hpp"
#include "mapping/issue.hpp"
#include "mapping/site.hpp"

#include <vector>

namespace embolink {

struct CanonicalLimits {
    // In the order of the table, quantity and converted set; a row whose code no definition knows
    // stands once for every quantity that its unit fits.
    std::vector<SiteLimit> limits;
    Issues issues; // rows with an unknown code (warning), and those left out (error)
};

// `terminology` with the site's own codes.
CanonicalLimits canonical_site_limits(const Terminology& terminology,
                                      const std::vector<SiteLimit>& table);

} // namespace embolink
