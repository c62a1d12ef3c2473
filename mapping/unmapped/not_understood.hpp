// What a resource says that no definition and no site map understands, element by element. The
// readers report it too, in words that repeat neither codes nor texts; here it is named, so that
// somebody can map it.
#pragma once

#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/site.hpp"

#include <string>
#include <vector>

namespace embolink {

enum class UnknownKind {
    code,
    text, // of an element without codes
    unit  // in which a known quantity came, or did not come
};

std::string to_string(UnknownKind kind);

struct NotUnderstood {
    UnknownKind kind = UnknownKind::code;
    std::string element; // "Procedure.code"
    std::string system;  // of the code, or of the result that has the unit; "" none
    std::string code;    // as written; of a unit: the result's
    std::string written; // text: its folded words; unit: tidied, "" none was given
    std::string words;   // displays and text beside the code: for proposals, never shown
    std::vector<CodeDomain> domains; // what the element may say
    std::string quantity;            // unit: "5-HIAA|rate-24h"
    std::vector<std::string> units;  // Observation.code: how its number is measured
};

// `terminology` with the site's codes.
std::vector<NotUnderstood> find_not_understood(const Resource& resource,
                                               const Terminology& terminology,
                                               const SiteConfig& site,
                                               const ZoneRule& zone);

} // namespace embolink
