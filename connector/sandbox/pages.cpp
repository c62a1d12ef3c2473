#include "connector/sandbox/pages.hpp"

#include "connector/core/hash.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t most_held = 1'000;

json link_json(const char* relation, const std::string& url) {
    return {{"relation", relation}, {"url", url}};
}

std::string url_of(const Surroundings& around, const std::string& type, const std::string& id) {
    return around.base + "/" + type + "/" + id;
}

// null: the resource is gone.
json search_entry(const ResultSet& set,
                  const Hit& hit,
                  const Repository& repository,
                  const Surroundings& around) {
    const Version* version = repository.alive(set.type, hit.id);
    if (version == nullptr) {
        return nullptr;
    }
    return {{"fullUrl", url_of(around, set.type, hit.id)},
            {"resource", *version->body},
            {"search", {{"mode", "match"}}}};
}

json history_entry(const ResultSet& set,
                   const Hit& hit,
                   const Repository& repository,
                   const Surroundings& around) {
    const std::vector<Version>& versions = *repository.versions(set.type, hit.id);
    const Version& version = versions.at(static_cast<std::size_t>(hit.version) - 1);
    // Created, or created again after a deletion.
    const bool fresh =
        hit.version == 1 || !versions[static_cast<std::size_t>(hit.version) - 2].body;
    json entry = {{"fullUrl", url_of(around, set.type, hit.id)}};
    entry["request"] = {{"method",
                         !version.body ? "DELETE"
                         : fresh       ? "POST"
                                       : "PUT"},
                        {"url", set.type + (version.body && fresh ? "" : "/" + hit.id)}};
    entry["response"] = {{"status",
                          status_text(!version.body ? 204
                                      : fresh       ? 201
                                                    : 200)},
                         {"etag", etag_of(version.number)},
                         {"lastModified", instant_text(version.updated)}};
    if (version.body) {
        entry["resource"] = *version.body;
    }
    return entry;
}

} // namespace

json self_link(const std::string& url) {
    return json::array({link_json("self", url)});
}

std::string Pages::link(const std::shared_ptr<const ResultSet>& set,
                        std::size_t first,
                        const std::string& base) {
    auto held =
        std::find_if(held_.rbegin(), held_.rend(), [&](const Held& one) { return one.set == set; });
    if (held == held_.rend()) {
        // Hashed, so that no client is tempted to count on.
        held_.push_back({sha256_hex("result set " + std::to_string(++last_)).substr(0, 24), set});
        if (held_.size() > most_held) {
            held_.pop_front();
        }
        held = held_.rbegin();
    }
    return base + "?_page=" + held->name + "." + std::to_string(first);
}

std::optional<Pages::Place> Pages::find(const std::string& token,
                                        const Surroundings& around) const {
    const auto dot = token.find('.');
    const std::string digits = dot == std::string::npos ? "" : token.substr(dot + 1);
    if (digits.empty() || digits.size() > 9 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
        return std::nullopt;
    }
    const auto held = std::find_if(held_.begin(), held_.end(), [&](const Held& one) {
        return one.name == token.substr(0, dot);
    });
    const Instant lifetime = around.habits.cursor_seconds * Instant{1'000};
    if (held == held_.end() || around.now - held->set->made > lifetime) {
        return std::nullopt;
    }
    return Place{
        held->set, std::min<std::size_t>(std::stoul(digits), held->set->hits.size()), token};
}

Answer make_page(const std::shared_ptr<const ResultSet>& set,
                 std::size_t first,
                 const std::string& own_url,
                 const Repository& repository,
                 Pages& pages,
                 const Surroundings& around) {
    const bool search = set->kind == SetKind::search;
    const std::size_t end = std::min(set->hits.size(), first + set->count);
    json bundle = {{"resourceType", "Bundle"}, {"type", search ? "searchset" : "history"}};
    bundle["meta"] = {{"lastUpdated", instant_text(around.now)}};
    bundle["link"] = self_link(own_url);
    if (end < set->hits.size()) {
        bundle["link"].push_back(link_json("next", pages.link(set, end, around.base)));
    }
    if (set->with_total) {
        bundle["total"] = set->hits.size();
    }
    for (std::size_t i = first; i < end; ++i) {
        json entry = search ? search_entry(*set, set->hits[i], repository, around)
                            : history_entry(*set, set->hits[i], repository, around);
        if (!entry.is_null()) {
            bundle["entry"].push_back(std::move(entry)); // an empty list is not allowed in FHIR
        }
    }
    Answer answer = json_answer(200, std::move(bundle));
    if (search) {
        answer.page = PagePlace{set, first, end, own_url};
    }
    return answer;
}

} // namespace embolink::sandbox
