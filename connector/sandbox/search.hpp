// The search of one type: its parameters understood, and the ids that match.
#pragma once

#include "connector/sandbox/call.hpp"
#include "connector/sandbox/criteria.hpp"
#include "connector/sandbox/sorting.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace embolink::sandbox {

struct Search {
    const ServedType* type = nullptr;
    std::vector<Criterion> criteria;
    http::Query applied; // what the self link shows
    std::size_t count = 20;
    bool count_only = false;
    bool with_total = false;
    std::vector<SortKey> sort; // none: in the order of their creation
};

// Throws Refusal (400) for a parameter that is not known (strict handling; lenient passes it over),
// and in either handling for a modifier or a value that is not understood.
Search parse_search(const ServedType& type,
                    const http::Query& query,
                    Handling handling,
                    const Surroundings& around);

// In the order asked for; of deleted resources none.
std::vector<std::string> find_matches(const Search& search, const Repository& repository);

} // namespace embolink::sandbox
