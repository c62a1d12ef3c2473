#include "connector/sandbox/search.hpp"

#include "connector/sandbox/answer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace embolink::sandbox {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
    throw Refusal(400, "value", "the search parameter " + name + " " + why);
}

std::size_t parse_count(const std::string& text) {
    constexpr std::size_t longest = 9; // digits; far below what size_t holds
    if (text.empty() || text.size() > longest ||
        text.find_first_not_of("0123456789") != std::string::npos) {
        refuse("_count", "is no whole number");
    }
    return std::stoul(text);
}

class SearchParser {
public:
    SearchParser(const ServedType& type, Handling handling, const Surroundings& around)
        : around_(around), handling_(handling) {
        search_.type = &type;
        search_.count = std::min(search_.count, around.habits.largest_page);
    }

    void take(const std::string& name, const std::string& value) {
        if (name == "_elements" || name == "_pretty" || name == "_format") {
            return; // allowed to have no effect, so they are not among what was applied
        }
        if (take_result_parameter(name, value) || take_criterion(name, value)) {
            search_.applied.emplace_back(name, value);
        } else if (handling_ == Handling::strict) {
            throw Refusal(400,
                          "not-supported",
                          "the search parameter " + name + " is not known for " +
                              search_.type->type + "; Prefer: handling=lenient passes it over");
        }
    }

    Search finish() {
        if (around_.habits.require_category && search_.type->type == "Observation" &&
            !has("category") && !has("_id")) {
            throw Refusal(400, "required", "a search of Observation must say its category");
        }
        return std::move(search_);
    }

private:
    // False: no parameter of this kind, or a value this server does not have.
    bool take_result_parameter(const std::string& name, const std::string& value) {
        if (name == "_count") {
            const std::size_t wished = parse_count(value);
            search_.count_only = search_.count_only || wished == 0;
            search_.count = std::clamp<std::size_t>(wished, 1, around_.habits.largest_page);
            return true;
        }
        if (name == "_summary") {
            search_.count_only = search_.count_only || value == "count";
            return value == "count" || value == "false";
        }
        if (name == "_total") {
            search_.with_total = value == "accurate" || value == "estimate";
            return search_.with_total || value == "none";
        }
        if (name == "_sort") {
            return take_sort(value);
        }
        return false;
    }

    bool take_sort(const std::string& value) {
        std::vector<SortKey> keys;
        for (const std::string& text : split_unescaped(value, ',')) {
            const bool descends = text.rfind('-', 0) == 0;
            const SearchParameter* parameter = known(text.substr(descends ? 1 : 0));
            if (parameter == nullptr || !can_sort_by(*parameter)) {
                return false;
            }
            keys.push_back({parameter, descends ? Direction::descending : Direction::ascending});
        }
        search_.sort = std::move(keys);
        return true;
    }

    bool take_criterion(const std::string& name, const std::string& value) {
        const auto colon = name.find(':');
        const std::string modifier = colon == std::string::npos ? "" : name.substr(colon + 1);
        const SearchParameter* parameter = known(name.substr(0, colon));
        if (parameter == nullptr) {
            return false;
        }
        search_.criteria.push_back(make_criterion(*parameter, modifier, value, around_.bases));
        return true;
    }

    // nullptr: this server does not have it.
    const SearchParameter* known(const std::string& name) const {
        const bool hidden = name == "_lastUpdated" && around_.habits.no_last_updated;
        return hidden ? nullptr : find_parameter(*search_.type, name);
    }

    bool has(const std::string& name) const {
        return std::any_of(search_.criteria.begin(),
                           search_.criteria.end(),
                           [&](const Criterion& c) { return c.parameter->name == name; });
    }

    const Surroundings& around_;
    Handling handling_;
    Search search_;
};

std::vector<std::string> wanted_ids(const Criterion& criterion) {
    std::vector<std::string> ids;
    for (const Wanted& wanted : criterion.any_of) {
        const auto* token = std::get_if<WantedToken>(&wanted);
        const auto* reference = std::get_if<WantedReference>(&wanted);
        if (token != nullptr && token->code) {
            ids.push_back(*token->code);
        } else if (reference != nullptr) {
            ids.push_back(reference->literal.id);
        }
    }
    return ids;
}

// Ids that may match, found without looking at every resource of the type where _id or the patient
// is given. Each stands once.
std::vector<std::string> candidates(const Search& search, const Repository& repository) {
    const std::string& type = search.type->type;
    for (const Criterion& criterion : search.criteria) {
        const std::vector<std::string>& paths = criterion.parameter->paths;
        const bool by_id = criterion.parameter->name == "_id";
        const bool by_subject = paths == std::vector<std::string>{"subject"};
        if (!by_id && !by_subject) {
            continue;
        }
        std::vector<std::string> ids = wanted_ids(criterion);
        if (by_subject && ids.size() == 1 && !ids.front().empty()) {
            return repository.ids_of_subject(type, ids.front());
        }
        if (by_id) {
            std::sort(ids.begin(), ids.end());
            ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
            return ids;
        }
    }
    return repository.ids(type);
}

} // namespace

Search parse_search(const ServedType& type,
                    const http::Query& query,
                    Handling handling,
                    const Surroundings& around) {
    SearchParser parser(type, handling, around);
    for (const auto& [name, value] : query) {
        parser.take(name, value);
    }
    return parser.finish();
}

std::vector<std::string> find_matches(const Search& search, const Repository& repository) {
    std::vector<Match> found;
    for (std::string& id : candidates(search, repository)) {
        const Version* version = repository.alive(search.type->type, id);
        const bool matches =
            version != nullptr &&
            std::all_of(search.criteria.begin(), search.criteria.end(), [&](const Criterion& c) {
                return meets(*version->body, c);
            });
        if (matches) {
            found.push_back({std::move(id), version->body.get()});
        }
    }
    if (!search.sort.empty()) {
        sort_matches(found, search.sort);
    }
    std::vector<std::string> ids;
    ids.reserve(found.size());
    for (Match& match : found) {
        ids.push_back(std::move(match.id));
    }
    return ids;
}

} // namespace embolink::sandbox
