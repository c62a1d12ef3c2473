#include "connector/service/notification.hpp"

#include "connector/core/json_read.hpp"
#include "connector/service/answers.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace embolink::service {
namespace {

using nlohmann::json;

// Of an instant as FHIR writes it; the rest is nobody's.
constexpr std::size_t longest_time = 40;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// FHIR R4 `id`, after a name of a type: it becomes part of a URL.
bool is_type_and_id(std::string_view text) {
    const auto slash = text.find('/');
    const std::string_view type = text.substr(0, slash);
    const std::string_view id = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    return !type.empty() && type.size() <= 64 && !id.empty() && id.size() <= 64 &&
           std::all_of(type.begin(), type.end(), is_letter) &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

// "Type/id" at the end of a reference, whatever host stands before it: nothing is fetched from
// there. "" for anything else.
std::string local_part(std::string_view reference) {
    reference = reference.substr(0, reference.find("/_history/"));
    const auto id = reference.rfind('/');
    if (id == std::string_view::npos || id == 0) {
        return "";
    }
    const auto type = reference.rfind('/', id - 1);
    if (type != std::string_view::npos) {
        reference = reference.substr(type + 1);
    }
    return is_type_and_id(reference) ? std::string(reference) : "";
}

// A resource without id is one that changed all the same.
Change change_of(const std::shared_ptr<const json>& body) {
    if (const auto read = make_resource(body, "")) {
        return service::change_of(*read);
    }
    return {};
}

std::optional<std::int64_t> number_of(const json& value) {
    if (value.is_number_integer()) {
        return value.get<std::int64_t>();
    }
    if (value.is_string()) { // R5 and the backport write integer64 as text
        const std::string& text = value.get_ref<const std::string&>();
        if (!text.empty() && text.size() < 18 &&
            text.find_first_not_of("0123456789") == std::string::npos) {
            return std::stoll(text);
        }
    }
    return std::nullopt;
}

// The value of a part of Parameters, whichever type it has.
const json& value_of(const json& part) {
    static const json none;
    if (part.is_object()) {
        for (const auto& [key, value] : part.items()) {
            if (key.rfind("value", 0) == 0) {
                return value;
            }
        }
    }
    return none;
}

void take_event(Notification& out, const json& number, const json& time, const json& focus) {
    if (const auto event = number_of(number)) {
        out.events.insert(*event);
        if (time.is_string()) {
            out.times[*event] = time.get_ref<const std::string&>().substr(0, longest_time);
        }
    }
    const std::string reference = local_part(text_of(focus, "reference"));
    if (reference.empty()) {
        ++out.nameless; // content "empty" of the backport has none
        return;
    }
    Change change;
    change.reference = reference;
    out.changes.push_back(std::move(change));
}

NotificationKind kind_of(std::string_view type) {
    if (type == "handshake") {
        return NotificationKind::handshake;
    }
    return type == "heartbeat" ? NotificationKind::heartbeat : NotificationKind::event;
}

void take_subscription(Notification& out, const json& value) {
    const std::string reference = local_part(text_of(value, "reference"));
    if (reference.rfind("Subscription/", 0) == 0) {
        out.subscription = reference.substr(std::string("Subscription/").size());
    }
}

// The backport's status in R4: a Parameters resource.
void take_parameters(Notification& out, const json& status) {
    for (const json* part : elements_of(status, "parameter")) {
        const std::string_view name = text_of(*part, "name");
        if (name == "type" && value_of(*part).is_string()) {
            out.kind = kind_of(value_of(*part).get_ref<const std::string&>());
        }
        if (name == "events-since-subscription-start") {
            out.total = number_of(value_of(*part));
        } else if (name == "subscription") {
            take_subscription(out, value_of(*part));
        }
        if (name != "notification-event") {
            continue;
        }
        json number;
        json time;
        json focus;
        for (const json* inner : elements_of(*part, "part")) {
            const std::string_view what = text_of(*inner, "name");
            if (what == "event-number") {
                number = value_of(*inner);
            } else if (what == "timestamp") {
                time = value_of(*inner);
            } else if (what == "focus") {
                focus = value_of(*inner);
            }
        }
        take_event(out, number, time, focus);
    }
}

// The same in R4B and R5.
void take_status(Notification& out, const json& status) {
    out.kind = kind_of(text_of(status, "type"));
    out.total = number_of(member_of(status, "eventsSinceSubscriptionStart"));
    take_subscription(out, member_of(status, "subscription"));
    for (const json* event : elements_of(status, "notificationEvent")) {
        take_event(out,
                   member_of(*event, "eventNumber"),
                   member_of(*event, "timestamp"),
                   member_of(*event, "focus"));
    }
}

// False: it is no status.
bool take_as_status(Notification& out, const json& resource) {
    const std::string_view type = text_of(resource, "resourceType");
    if (type == "Parameters") {
        take_parameters(out, resource);
    } else if (type == "SubscriptionStatus") {
        take_status(out, resource);
    }
    return type == "Parameters" || type == "SubscriptionStatus";
}

void take_entry(Notification& out, std::vector<Change>& beside, const json& entry) {
    const json& resource = member_of(entry, "resource");
    if (take_as_status(out, resource)) {
        return;
    }
    if (!text_of(resource, "resourceType").empty()) {
        beside.push_back(change_of(std::make_shared<json>(resource)));
    } else {
        const std::string reference = local_part(text_of(member_of(entry, "request"), "url"));
        if (!reference.empty()) {
            Change change;
            change.reference = reference;
            beside.push_back(std::move(change));
        }
    }
}

// Entries that no event refers to are what the events without reference are about.
void take_beside(Notification& out, std::vector<Change> beside) {
    std::set<std::string> referred;
    for (const Change& one : out.changes) {
        referred.insert(one.reference);
    }
    for (Change& one : beside) {
        if (out.nameless > 0 && referred.count(one.reference) == 0) {
            --out.nameless;
        }
        out.changes.push_back(std::move(one));
    }
}

// A resource that came whole tells more than the reference to it beside it.
void drop_told_twice(std::vector<Change>& changes) {
    std::set<std::string> whole;
    for (const Change& one : changes) {
        if (one.whole && !one.reference.empty()) {
            whole.insert(one.reference);
        }
    }
    std::erase_if(changes,
                  [&](const Change& one) { return !one.whole && whole.count(one.reference) > 0; });
}

} // namespace

Change change_of(const Resource& resource) {
    const json& body = *resource.body;
    Change out;
    out.reference = resource.source.id.empty() ? "" : resource.source.reference();
    out.version = text_of(member_of(body, "meta"), "versionId");
    if (resource.source.type == "Patient") {
        out.patient = out.reference;
    }
    for (const char* key : {"subject", "patient"}) {
        const std::string named = local_part(text_of(member_of(body, key), "reference"));
        if (named.rfind("Patient/", 0) == 0) {
            out.patient = named;
        }
    }
    out.whole = true;
    out.own = is_own_output(resource);
    if (resource.source.type == "Procedure") {
        out.resource = std::make_shared<Resource>(resource);
    }
    return out;
}

Notification read_notification(const std::string& body) {
    Notification out;
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return out;
    }
    const ParsedJson parsed = parse_json(body);
    if (!parsed.value || text_of(*parsed.value, "resourceType").empty()) {
        throw Refusal(400, "structure", "the body is no FHIR resource in JSON");
    }
    out.kind = NotificationKind::event;
    if (take_as_status(out, *parsed.value)) {
        return out;
    }
    if (text_of(*parsed.value, "resourceType") != "Bundle") {
        out.changes.push_back(change_of(parsed.value));
        return out;
    }
    std::vector<Change> beside;
    for (const json* entry : elements_of(*parsed.value, "entry")) {
        take_entry(out, beside, *entry);
    }
    take_beside(out, std::move(beside));
    drop_told_twice(out.changes);
    return out;
}

} // namespace embolink::service
