#include "connector/sandbox/reads.hpp"

#include "connector/sandbox/search.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

Answer version_answer(const Version& version) {
    Answer answer = json_answer(200, *version.body);
    set_version_headers(answer.headers, version.number, version.updated);
    return answer;
}

Refusal unknown(const std::string& type, const std::string& id) {
    return {404, "not-found", "there is no " + type + "/" + id};
}

Refusal deleted(const std::string& reference, int version, const Surroundings& around) {
    const std::string place =
        around.base + "/" + reference + "/_history/" + std::to_string(version);
    return {410, "deleted", reference + " was deleted", {{"Location", place}}};
}

struct HistoryLimits {
    std::size_t count = 20;
    Instant since = std::numeric_limits<Instant>::min();
};

HistoryLimits
history_limits(const http::Query& query, Handling handling, const Surroundings& around) {
    HistoryLimits limits;
    for (const auto& [name, value] : query) {
        const std::optional<Interval> since = parse_interval(value);
        const bool number = value.find_first_not_of("0123456789") == std::string::npos &&
                            !value.empty() && value.size() < 10;
        if (name == "_since" && since && value.find('T') != std::string::npos) {
            limits.since = since->first;
        } else if (name == "_count" && number) {
            limits.count = std::max<std::size_t>(std::stoul(value), 1);
        } else if (name == "_since" || name == "_count") {
            throw Refusal(400, "value", "the parameter " + name + " is not understood");
        } else if (handling == Handling::strict && name != "_format" && name != "_pretty") {
            throw Refusal(400, "not-supported", "a history has no parameter " + name);
        }
    }
    limits.count = std::min(limits.count, around.habits.largest_page);
    return limits;
}

} // namespace

Answer Reads::read(const Call& call, const Surroundings& around) const {
    const std::string& type = call.path[0];
    const std::string& id = call.path[1];
    const Version* version = repository_.current(type, id);
    if (version == nullptr) {
        throw unknown(type, id);
    }
    if (!version->body) {
        throw deleted(type + "/" + id, version->number, around);
    }
    const std::string strong = etag_of(version->number).substr(2);
    if (call.if_none_match == strong || call.if_none_match == "W/" + strong) {
        Answer answer;
        answer.status = 304;
        return answer;
    }
    return version_answer(*version);
}

Answer Reads::read_version(const Call& call, const Surroundings& around) const {
    const std::string& type = call.path[0];
    const std::string& id = call.path[1];
    const std::vector<Version>* versions = repository_.versions(type, id);
    if (versions == nullptr) {
        throw unknown(type, id);
    }
    for (const Version& version : *versions) {
        if (std::to_string(version.number) == call.path[3]) {
            if (!version.body) {
                throw deleted(type + "/" + id, version.number, around);
            }
            return version_answer(version);
        }
    }
    throw unknown(type, id + "/_history/" + call.path[3]);
}

Answer Reads::search(const Call& call, const Surroundings& around) {
    const ServedType& type = *find_served_type(call.path[0]);
    const Search search = parse_search(type, call.query, call.handling, around);
    auto set = std::make_shared<ResultSet>();
    set->type = type.type;
    set->count = search.count;
    set->with_total = search.with_total || search.count_only;
    set->made = around.now;
    set->self = around.base + "/" + type.type;
    if (!search.applied.empty()) {
        set->self += "?" + http::encode_query(search.applied);
    }
    for (std::string& id : find_matches(search, repository_)) {
        set->hits.push_back({std::move(id), 0});
    }
    if (search.count_only) {
        json bundle = {{"resourceType", "Bundle"},
                       {"type", "searchset"},
                       {"total", set->hits.size()},
                       {"link", self_link(set->self)}};
        return json_answer(200, std::move(bundle));
    }
    return make_page(set, 0, set->self, repository_, pages_, around);
}

Answer Reads::history(const Call& call, const Surroundings& around) {
    const std::string& type = call.path[0];
    const bool of_one = call.path.size() == 3;
    const HistoryLimits limits = history_limits(call.query, call.handling, around);
    if (of_one && repository_.versions(type, call.path[1]) == nullptr) {
        throw unknown(type, call.path[1]);
    }
    std::vector<std::pair<Instant, Hit>> found;
    for (const std::string& id : of_one ? std::vector{call.path[1]} : repository_.ids(type)) {
        const std::vector<Version>& versions = *repository_.versions(type, id);
        for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
            if (version->updated >= limits.since) {
                found.emplace_back(version->updated, Hit{id, version->number});
            }
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first > b.first; // newest first (FHIR R4 http, 3.1.0.10)
    });
    auto set = std::make_shared<ResultSet>();
    set->kind = SetKind::history;
    set->type = type;
    set->count = limits.count;
    set->made = around.now;
    set->self = around.base + "/" + type + (of_one ? "/" + call.path[1] : "") + "/_history";
    if (!call.query.empty()) {
        set->self += "?" + http::encode_query(call.query);
    }
    for (auto& [updated, hit] : found) {
        set->hits.push_back(std::move(hit));
    }
    return make_page(set, 0, set->self, repository_, pages_, around);
}

Answer Reads::next_page(const std::string& token, const Surroundings& around) {
    const std::optional<Pages::Place> place = pages_.find(token, around);
    if (!place) {
        throw Refusal(410, "expired", "this link is unknown or has expired: search again");
    }
    return make_page(
        place->set, place->first, around.base + "?_page=" + token, repository_, pages_, around);
}

std::string Reads::type_of_page(const std::string& token, const Surroundings& around) const {
    const std::optional<Pages::Place> place = pages_.find(token, around);
    return place ? place->set->type : "";
}

} // namespace embolink::sandbox
