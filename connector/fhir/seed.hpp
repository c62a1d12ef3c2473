// Where a cohort's patients come from.
//
// Seed `search` asks for Procedures by the codes of an embolization, ours and the site's, and takes
// their patients. A procedure that is named in words only cannot be found by code, and no R4 server
// searches free text alike: such a patient needs a line in the file of the seed `file`, or a code
// of his own in the site's concept maps.
#pragma once

#include "connector/fhir/habits.hpp"
#include "connector/fhir/server_address.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/site.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace embolink::fhir {

struct SeedCode {
    std::string system; // "" any
    std::string code;

    friend auto operator<=>(const SeedCode&, const SeedCode&) = default;
};

// Every code that makes a Procedure a row of a candidate (R1.1), under each known spelling of its
// system; sorted. `terminology` must know the site's codes (with_site): a code that the site has
// given another meaning is not asked for. Where definitions name the beginning of a code only
// (OPS, ICD-10-PCS), all codes that may stand below it are asked for: a search finds whole codes.
std::vector<SeedCode> seed_codes(const Terminology& terminology, const SiteConfig& site);

// Comma lists of codes ("any of these"), each value short enough for a URL when it is escaped.
std::vector<Search> seed_searches(const std::vector<SeedCode>& codes,
                                  const ServerHabits& habits,
                                  std::size_t longest_value = 1500);

// The patient of a Procedure that one of its codes makes a row of a candidate; nullopt for what
// came without having been asked for (code-only search, a server that ignored `code`) and for
// subjects of other servers.
std::optional<std::string> seeded_patient(const Resource& procedure,
                                          const Terminology& terminology,
                                          const ServerAddress& server);

// One line of a cohort file.
struct SeedLine {
    std::size_t number = 0;
    std::string reference;  // "Patient/1", or
    std::string identifier; // "system|value"
};

// One patient per line: `Patient/<id>` or `system|value`; blank lines and lines that begin with #
// are passed over. Throws Error (config) that names every faulty line by number, never by content.
std::vector<SeedLine> parse_seed_file(const std::string& text, const std::string& name);

// Patient?identifier=system|value
Search identifier_search(const SeedLine& line);

} // namespace embolink::fhir
