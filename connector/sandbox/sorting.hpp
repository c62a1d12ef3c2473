// The order of a search's results (FHIR R4 search, "Sorting").
#pragma once

#include "connector/sandbox/search_parameters.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink::sandbox {

enum class Direction { ascending, descending };

struct SortKey {
    const SearchParameter* parameter = nullptr;
    Direction direction = Direction::ascending;
};

// By dates and by _id; by tokens and references it would be an order that nobody reads.
bool can_sort_by(const SearchParameter& parameter);

struct Match {
    std::string id;
    const nlohmann::json* body = nullptr;
};

// By the first key, where that is equal by the next, and at last by id, so that no two resources
// are ever equal. A resource without the date comes last in either direction.
void sort_matches(std::vector<Match>& matches, const std::vector<SortKey>& keys);

} // namespace embolink::sandbox
