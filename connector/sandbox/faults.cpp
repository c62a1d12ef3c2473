#include "connector/sandbox/faults.hpp"

#include "connector/core/error.hpp"
#include "connector/core/json_object.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

struct KindName {
    const char* name;
    FaultKind kind;
    const char* meaning;
};

constexpr std::array kinds = {
    KindName{"429", FaultKind::too_many_requests, "refused; see retry_after"},
    KindName{"503", FaultKind::unavailable, "refused; see retry_after"},
    KindName{"500", FaultKind::server_error, "an OperationOutcome; see acted"},
    KindName{"502", FaultKind::bad_gateway, "a gateway's HTML page; see acted"},
    KindName{"401", FaultKind::unauthorized, "as when a token runs out"},
    KindName{"html", FaultKind::html, "status 200 with an HTML error page"},
    KindName{"reset-before", FaultKind::reset_before, "connection reset, not acted"},
    KindName{"reset-after", FaultKind::reset_after, "connection reset, the server has acted"},
    KindName{"truncate", FaultKind::truncate, "half of the body, then closed"},
    KindName{"wrong-length", FaultKind::wrong_length, "Content-Length promises more"},
    KindName{"bad-gzip", FaultKind::bad_gzip, "a gzip body that is damaged"},
    KindName{"slow", FaultKind::slow, "answered after delay_ms"},
    KindName{"missing-meta", FaultKind::missing_meta, "no versions, no times, no ETag"},
    KindName{"expired-cursor", FaultKind::expired_cursor, "410 on a next link"},
    KindName{"duplicate-entries",
             FaultKind::duplicate_entries,
             "each entry twice, the last one again on the next page"},
    KindName{"loop", FaultKind::loop, "the next link leads to its own page"},
    KindName{"no-next", FaultKind::no_next, "no next link, but a total that says more"},
    KindName{"outcome-entry", FaultKind::outcome_entry, "an OperationOutcome among the entries"},
    KindName{"empty-last-page", FaultKind::empty_last_page, "the last page is empty"}};

const KindName* find_kind(const std::string& name) {
    const auto* found = std::find_if(
        kinds.begin(), kinds.end(), [&](const KindName& kind) { return name == kind.name; });
    return found == kinds.end() ? nullptr : found;
}

// What all the numbers and switches of this file need; JsonObject knows texts and lists.
class Part {
public:
    Part(const json& value, const std::string& pointer, ConfigFaults& faults)
        : object(value, pointer, faults) {}

    std::size_t number(const char* key, std::size_t otherwise, std::size_t least) {
        constexpr std::size_t most = 1'000'000'000;
        const json* found = object.value(key);
        if (found == nullptr) {
            return otherwise;
        }
        if (!found->is_number_unsigned() || found->get<std::size_t>() < least ||
            found->get<std::size_t>() > most) {
            object.fault(key, "a whole number from " + std::to_string(least));
            return otherwise;
        }
        return found->get<std::size_t>();
    }

    bool flag(const char* key, bool otherwise) {
        const json* found = object.value(key);
        if (found != nullptr && !found->is_boolean()) {
            object.fault(key, "true or false");
        }
        return found != nullptr && found->is_boolean() ? found->get<bool>() : otherwise;
    }

    // A key that has no meaning for this fault is a fault of the file: somebody expects an effect.
    void only_with(const char* key, bool fits, const char* faults) {
        if (!fits && object.value(key) != nullptr) {
            object.fault(key, std::string("no such key with this fault; it goes with ") + faults);
        }
    }

    JsonObject object;
};

RetryAfter retry_after(const std::string& word) {
    if (word == "seconds") {
        return RetryAfter::seconds;
    }
    if (word == "date") {
        return RetryAfter::date;
    }
    return word == "garbage" ? RetryAfter::garbage : RetryAfter::none;
}

std::string or_any(const std::string& text) {
    return text.empty() ? "*" : text;
}

FaultRule read_rule(const json& value, const std::string& pointer, ConfigFaults& faults) {
    Part part(value, pointer, faults);
    FaultRule rule;
    rule.method =
        or_any(part.object.choice("method", {"*", "GET", "POST", "PUT", "DELETE"}, false));
    rule.path = or_any(part.object.text("path"));
    if (rule.path.size() > 1 && rule.path.front() == '/') {
        rule.path.erase(0, 1);
    }
    rule.skip = part.number("skip", 0, 0);
    rule.times = part.number("times", 1, 1);
    std::set<std::string> names;
    for (const KindName& kind : kinds) {
        names.insert(kind.name);
    }
    rule.name = part.object.choice("fault", names, true);
    const KindName* kind = find_kind(rule.name);
    rule.kind = kind == nullptr ? rule.kind : kind->kind;
    const bool waits =
        rule.kind == FaultKind::too_many_requests || rule.kind == FaultKind::unavailable;
    const bool may_act =
        rule.kind == FaultKind::server_error || rule.kind == FaultKind::bad_gateway;
    part.only_with("retry_after", waits, "429 and 503");
    part.only_with("seconds", waits, "429 and 503");
    part.only_with("acted", may_act, "500 and 502");
    part.only_with("delay_ms", rule.kind == FaultKind::slow, "slow");
    if (waits) {
        rule.retry_after = retry_after(
            part.object.choice("retry_after", {"none", "seconds", "date", "garbage"}, false));
        rule.seconds = static_cast<int>(part.number("seconds", 1, 0));
    }
    rule.acted = may_act && part.flag("acted", false);
    if (rule.kind == FaultKind::slow) {
        rule.delay = std::chrono::milliseconds(part.number("delay_ms", 0, 1));
        if (part.object.value("delay_ms") == nullptr) {
            part.object.fault("delay_ms", "a whole number from 1");
        }
    }
    part.object.refuse_other_keys();
    return rule;
}

Habits read_habits(const json& value, ConfigFaults& faults) {
    Part part(value, "/habits", faults);
    Habits habits;
    habits.require_category = part.flag("require_category", false);
    habits.no_last_updated = part.flag("no_last_updated", false);
    habits.foreign_references = part.flag("foreign_references", true);
    habits.post_search = part.flag("post_search", true);
    habits.long_ids = part.object.choice("ids", {"short", "long"}, false) == "long";
    habits.conflict_status = static_cast<int>(part.number("conflict_status", 412, 0));
    if (habits.conflict_status != 409 && habits.conflict_status != 412) {
        part.object.fault("conflict_status", "409 or 412");
    }
    habits.largest_page = part.number("largest_page", habits.largest_page, 1);
    habits.cursor_seconds = static_cast<int>(part.number("cursor_seconds", 3'600, 0));
    part.object.refuse_other_keys();
    return habits;
}

} // namespace

FaultPlan parse_faults(const std::string& text, const std::string& file) {
    ConfigFaults faults;
    FaultPlan plan;
    const json value = parse_config_json(text, faults);
    if (!value.is_discarded()) {
        JsonObject root(value, "", faults);
        root.each("faults", [&](const json& rule, const std::string& pointer) {
            plan.rules.push_back(read_rule(rule, pointer, faults));
        });
        if (const json* habits = root.value("habits")) {
            plan.habits = read_habits(*habits, faults);
        }
        root.refuse_other_keys();
    }
    if (faults.empty()) {
        return plan;
    }
    std::string where = file;
    for (const std::string& fault : faults) {
        where += "\n" + fault;
    }
    throw Error(ErrorKind::config,
                "the faults file has " + std::to_string(faults.size()) +
                    (faults.size() == 1 ? " fault" : " faults") + " of its own",
                where,
                "mend the places named; embolink sandbox --help explains every key");
}

std::string faults_help() {
    std::string text =
        "The faults file (JSON, // comments):\n"
        "  {\"faults\": [{\"method\": \"GET\", \"path\": \"Observation\", \"skip\": 2, \"times\": "
        "1,\n"
        "               \"fault\": \"429\", \"retry_after\": \"date\", \"seconds\": 3}],\n"
        "   \"habits\": {\"require_category\": true}}\n"
        "  method       GET, POST, PUT, DELETE, or \"*\" (default)\n"
        "  path         beginning of the path below the base, whole segments; \"/\" is the base\n"
        "               itself (transactions), \"*\" any (default). A next link counts as\n"
        "               TYPE/_page, so \"Observation\" means its searches and all their pages,\n"
        "               \"Observation/_page\" the pages after the first\n"
        "  skip, times  how many matching requests pass before (0), how many it strikes (1)\n"
        "  retry_after  none (default), seconds, date, garbage: with 429 and 503\n"
        "  seconds      what Retry-After asks for (1)\n"
        "  acted        true: 500 and 502 after the request was served all the same (false)\n"
        "  delay_ms     with slow\n"
        "  fault, at most one a request, those that do not fit an answer wait for one that does:\n";
    for (const KindName& kind : kinds) {
        std::string name = kind.name;
        name.resize(18, ' ');
        text += "    " + name + kind.meaning + "\n";
    }
    return text +
           "  habits       require_category: Observation is only searched with a category;\n"
           "               no_last_updated: no versions, no times, no search by them;\n"
           "               ids: short or long (88 characters); conflict_status: 412 or 409;\n"
           "               foreign_references: false refuses references to other servers;\n"
           "               post_search: false answers POST _search with 404;\n"
           "               largest_page: 200; cursor_seconds: 3600, the life of next links\n"
           "What struck is counted at GET /fhir/$sandbox-faults, what was asked for at\n"
           "GET /fhir/$sandbox-counts.\n";
}

} // namespace embolink::sandbox
