// The site's table of normal limits (R6.2) brought into the units in which results are compared.
#pragma once

#include "mapping/fhir/terminology.hpp"
#include "mapping/issue.hpp"
#include "mapping/site.hpp"

#include <vector>

namespace embolink {

struct CanonicalLimits {
    std::vector<SiteLimit> limits; // in the order of the table, quantity and converted set
    Issues issues;                 // one per row that names an unknown code or unit: it is left out
};

// `terminology` with the site's own codes.
CanonicalLimits canonical_site_limits(const Terminology& terminology,
                                      const std::vector<SiteLimit>& table);

} // namespace embolink
