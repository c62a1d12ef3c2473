// The site part of the configuration as the mapping uses it (contracts section 2, "Site part").
// Plain values: `connector` reads and checks the file. With none given, the conservative reading of
// the rules holds.
#pragma once

#include "mapping/fhir/decimal.hpp"
#include "mapping/records/date.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink {

// A local code that the site declares to carry a concept (concept_maps, value_sets, drugs).
struct SiteCode {
    std::string system; // "" matches any system
    std::string code;
    std::string concept_name;    // a name of facts/concepts.hpp, or a response/analyte/term key
    bool without_system = false; // only where the code comes without any
    // The code system that `concept_name` is a code of, where the definitions have that code: then
    // the local code means what it means. "" none.
    std::string target_system = {};
};

// A local drug name, matched as whole words (site.drugs).
struct SiteDrugName {
    std::string name;
    std::string concept_name;
};

// Local words for a concept, matched as whole words in every text that its domain is read from: a
// ConceptMap whose source is `local_text_system`.
struct SitePhrase {
    std::string phrase;
    std::string concept_name;
    std::string target_system = {}; // as of a SiteCode
};

inline constexpr const char* local_text_system = "https://embolink.org/fhir/CodeSystem/local-text";

// How the site writes a unit: a ConceptMap whose target is UCUM.
struct SiteSpelling {
    std::string written;
    std::string unit; // one that definitions/units.json accepts
};

inline constexpr const char* ucum_system = "http://unitsofmeasure.org";

// site.uln_tables: limits for results that carry none of their own.
struct SiteLimit {
    std::string system; // of the code below; "" any
    std::string code;   // the Observation's code
    std::string unit;
    std::string sex; // administrative gender, "" both
    std::optional<Decimal> low;
    std::optional<Decimal> high;
    // Set by canonical_site_limits (mapping/endpoints/site_limits.hpp), empty in the file: the
    // quantity that the code stands for ("5-HIAA|rate-24h"), and whether unit and limits had to be
    // converted to its canonical unit (R0.5).
    std::string quantity;
    bool converted = false;
};

// site.unit_defaults: the unit of results of one local code that come without a unit.
struct SiteUnit {
    std::string system; // "" any
    std::string code;
    std::string unit;
};

// site.interventional: who and where the angiography suite is (R3.2 context of the procedure).
struct InterventionalSuite {
    std::set<std::string> performers; // references
    std::set<std::string> roles;      // "system|code"
    std::set<std::string> locations;  // references
};

struct SiteConfig {
    std::string name;
    std::string time_zone;                // IANA name, "" none
    std::set<std::string> complete_feeds; // resource types known to be complete (R3.3d, R10)
    std::vector<SiteCode> codes;
    std::vector<SiteDrugName> drug_names;
    std::vector<SitePhrase> phrases;
    std::vector<SiteSpelling> unit_spellings;
    std::vector<SiteUnit> unit_defaults;
    std::vector<SiteLimit> limits;
    InterventionalSuite interventional;
    std::set<Date> analysis_dates; // R8.5
    std::set<std::string> opt_out; // Patient references (R9.6)
    bool read_report_text = true;  // text_policy "candidates" (R4.4); false: "off" (R8.2)
    std::string content_hash;      // of the site file, "" none
};

} // namespace embolink
