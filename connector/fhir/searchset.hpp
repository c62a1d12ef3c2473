// One page of a search (FHIR R4 Bundle of type searchset) as plain values. Servers leave out what
// they may and some of what they must: `total`, `meta`, `search.mode`, links.
#pragma once

#include "connector/fhir/outcome.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/issue.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

struct SearchEntry {
    Resource resource;
    bool is_match = true; // false: included beside the matches
};

struct SearchPage {
    std::vector<SearchEntry> entries;             // resources with type and id, hashed
    int received = 0;                             // entries that are matches, readable or not
    std::vector<OutcomeIssue> outcomes;           // what the server said beside them, each once
    Issues issues;                                // entries that could not be taken
    std::optional<std::int64_t> total;            // matches on all pages, says the server
    std::optional<std::string> next;              // as written
    std::optional<std::set<std::string>> applied; // parameter names of the self link, without
                                                  // modifiers; nullopt: no link, or no query in it

    // False only when the self link says that the server took no notice of the parameter.
    bool applies(const std::string& parameter) const {
        return !applied || applied->contains(parameter);
    }
};

struct ReadPage {
    std::optional<SearchPage> page;
    std::string fault; // why there is none; holds no content
};

// `type` is what was searched: an entry without search.mode is a match when it has that type.
// `place` names the page in issues ("search Observation, page 2").
ReadPage
read_search_page(const std::string& body, const std::string& type, const std::string& place);

// A single resource with an id, hashed; nullopt with `fault` set otherwise.
struct ReadResource {
    std::optional<Resource> resource;
    std::string fault;
};

ReadResource read_resource(const std::string& body);

} // namespace embolink::fhir
