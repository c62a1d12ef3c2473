#include "connector/sandbox/loading.hpp"

#include "connector/sandbox/references.hpp"
#include "connector/sandbox/search_parameters.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

std::optional<Instant> last_updated(const json& body) {
    const auto meta = body.find("meta");
    if (meta == body.end() || !meta->is_object()) {
        return std::nullopt;
    }
    const auto written = meta->find("lastUpdated");
    if (written == meta->end() || !written->is_string()) {
        return std::nullopt;
    }
    const std::optional<Interval> interval = parse_interval(written->get<std::string>());
    return interval ? std::optional(interval->first) : std::nullopt;
}

// As the server keeps it: references without its own address, with long ids where those are usual.
json adapted(json body, IdStyle ids, const std::vector<std::string>& bases) {
    each_reference(body, [&](std::string& reference) {
        reference = without_base(reference, bases);
        const LiteralReference literal = split_reference(reference);
        if (ids == IdStyle::lengthy && !literal.type.empty()) {
            reference = literal.type + "/" + lengthy_id(literal.id);
        }
    });
    return body;
}

} // namespace

void Loading::add(Body resource) {
    const auto type = resource->at("resourceType").get<std::string>();
    if (find_served_type(type) == nullptr) {
        ++summary_.left_out[type];
        return;
    }
    const std::pair<std::string, std::string> key{type, resource->at("id").get<std::string>()};
    std::vector<Copy>& copies = copies_[key];
    if (copies.empty()) {
        order_.push_back(key);
    }
    const bool again = std::any_of(
        copies.begin(), copies.end(), [&](const Copy& copy) { return *copy.body == *resource; });
    if (again) {
        ++summary_.repeated;
        return;
    }
    copies.push_back({last_updated(*resource), std::move(resource)});
}

LoadSummary Loading::finish(Repository& repository,
                            IdStyle ids,
                            Instant now,
                            const std::vector<std::string>& bases) {
    for (const auto& key : order_) {
        std::vector<Copy>& copies = copies_[key];
        // nullopt is less than any time.
        std::stable_sort(copies.begin(), copies.end(), [](const Copy& a, const Copy& b) {
            return a.updated < b.updated;
        });
        // An undated version is no younger than the one that follows it.
        const auto dated = std::find_if(copies.begin(), copies.end(), [](const Copy& copy) {
            return copy.updated.has_value();
        });
        const Instant undated = dated == copies.end() ? now : *dated->updated;
        for (const Copy& copy : copies) {
            const Instant updated = std::min(now, copy.updated.value_or(undated));
            repository.restore(key.first,
                               ids == IdStyle::lengthy ? lengthy_id(key.second) : key.second,
                               adapted(*copy.body, ids, bases),
                               updated);
        }
        ++summary_.resources;
        summary_.older_versions += copies.size() - 1;
    }
    copies_.clear();
    order_.clear();
    return summary_;
}

} // namespace embolink::sandbox
