#include "connector/sandbox/sorting.hpp"

#include "connector/sandbox/criteria.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace embolink::sandbox {
namespace {

bool is_id(const SearchParameter& parameter) {
    return parameter.name == "_id";
}

// The smaller comes first. A period stands where it begins; of several dates the one counts that
// comes first in the order asked for (FHIR R4 search, "Sorting").
Instant place_of(const nlohmann::json& body, const SortKey& key) {
    Instant place = std::numeric_limits<Instant>::max();
    for (const Interval& date : dates_of(body, *key.parameter)) {
        const bool open = date.first == std::numeric_limits<Instant>::min();
        const Instant begin = open ? date.last : date.first;
        place = std::min(place, key.direction == Direction::ascending ? begin : -begin);
    }
    return place;
}

struct Placed {
    std::vector<Instant> places; // one for each key
    Match match;
};

} // namespace

bool can_sort_by(const SearchParameter& parameter) {
    return parameter.kind == ParameterKind::date || is_id(parameter);
}

void sort_matches(std::vector<Match>& matches, const std::vector<SortKey>& keys) {
    // No two ids are equal, so that keys after _id decide nothing.
    const auto id = std::find_if(
        keys.begin(), keys.end(), [](const SortKey& key) { return is_id(*key.parameter); });
    const bool ids_descend = id != keys.end() && id->direction == Direction::descending;
    std::vector<Placed> placed;
    placed.reserve(matches.size());
    for (Match& match : matches) {
        std::vector<Instant> places;
        std::transform(keys.begin(), id, std::back_inserter(places), [&](const SortKey& key) {
            return place_of(*match.body, key);
        });
        placed.push_back({std::move(places), std::move(match)});
    }
    std::sort(placed.begin(), placed.end(), [&](const Placed& a, const Placed& b) {
        if (a.places != b.places) {
            return a.places < b.places;
        }
        return ids_descend ? b.match.id < a.match.id : a.match.id < b.match.id;
    });
    std::transform(placed.begin(), placed.end(), matches.begin(), [](Placed& one) {
        return std::move(one.match);
    });
}

} // namespace embolink::sandbox
