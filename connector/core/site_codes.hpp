// The site's own code maps: FHIR ConceptMap and ValueSet resources, written out in the site file or
// in files of their own.
#pragma once

#include "connector/core/json_object.hpp"
#include "mapping/site.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace embolink {

struct SiteCodes {
    std::vector<SiteCode> codes;
    std::vector<SitePhrase> phrases;
    std::vector<SiteSpelling> unit_spellings;
    std::vector<std::string> file_texts; // canonical JSON of the files read, for the site's hash
};

// Reads the keys `concept_maps` and `value_sets` of the site object; faults are added to `faults`.
SiteCodes
read_site_codes(JsonObject& site, const std::filesystem::path& folder, ConfigFaults& faults);

} // namespace embolink
