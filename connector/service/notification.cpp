#include "connector/service/notification.hpp"

#include "connector/core/json_read.hpp"
#include "connector/service/answers.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::service {
namespace {

using nlohmann::json;

// "Type/id" at the end of a reference, whatever host stands before it: nothing is fetched from
// there.
std::string local_part(std::string_view reference) {
    const auto history = reference.find("/_history/");
    reference = reference.substr(0, history);
    const auto id = reference.rfind('/');
    if (id == std::string_view::npos || id == 0) {
        return "";
    }
    const auto type = reference.rfind('/', id - 1);
    return std::string(type == std::string_view::npos ? reference : reference.substr(type + 1));
}

Change change_of(const std::shared_ptr<const json>& body) {
    const json& resource = *body;
    Change out;
    const std::string type(text_of(resource, "resourceType"));
    out.reference = type + "/" + std::string(text_of(resource, "id"));
    out.version = text_of(member_of(resource, "meta"), "versionId");
    if (type == "Patient") {
        out.patient = out.reference;
    }
    for (const char* key : {"subject", "patient"}) {
        const std::string named = local_part(text_of(member_of(resource, key), "reference"));
        if (named.rfind("Patient/", 0) == 0) {
            out.patient = named;
        }
    }
    const auto read = make_resource(body, "");
    out.own = read && is_own_output(*read);
    return out;
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

void take_event(Notification& out, const json& number, const json& focus) {
    if (const auto event = number_of(number)) {
        out.first_event = std::min(out.first_event.value_or(*event), *event);
        out.last_event = std::max(out.last_event.value_or(*event), *event);
    }
    const std::string reference = local_part(text_of(focus, "reference"));
    if (!reference.empty()) {
        out.changes.push_back({reference, "", "", false});
    }
}

NotificationKind kind_of(std::string_view type) {
    if (type == "handshake") {
        return NotificationKind::handshake;
    }
    return type == "heartbeat" ? NotificationKind::heartbeat : NotificationKind::event;
}

// The backport's status in R4: a Parameters resource.
void take_parameters(Notification& out, const json& status) {
    for (const json* part : elements_of(status, "parameter")) {
        const std::string_view name = text_of(*part, "name");
        if (name == "type" && value_of(*part).is_string()) {
            out.kind = kind_of(value_of(*part).get_ref<const std::string&>());
        }
        if (name != "notification-event") {
            continue;
        }
        json number;
        json focus;
        for (const json* inner : elements_of(*part, "part")) {
            const std::string_view what = text_of(*inner, "name");
            if (what == "event-number") {
                number = value_of(*inner);
            } else if (what == "focus") {
                focus = value_of(*inner);
            }
        }
        take_event(out, number, focus);
    }
}

// The same in R4B and R5.
void take_status(Notification& out, const json& status) {
    out.kind = kind_of(text_of(status, "type"));
    for (const json* event : elements_of(status, "notificationEvent")) {
        take_event(out, member_of(*event, "eventNumber"), member_of(*event, "focus"));
    }
}

void take_entry(Notification& out, const json& entry) {
    const json& resource = member_of(entry, "resource");
    const std::string_view type = text_of(resource, "resourceType");
    if (type == "Parameters") {
        take_parameters(out, resource);
    } else if (type == "SubscriptionStatus") {
        take_status(out, resource);
    } else if (!type.empty()) {
        out.changes.push_back(change_of(std::make_shared<json>(resource)));
    } else {
        const std::string reference = local_part(text_of(member_of(entry, "request"), "url"));
        if (!reference.empty()) {
            out.changes.push_back({reference, "", "", false});
        }
    }
}

// A resource that came whole tells more than the reference to it beside it.
void drop_told_twice(std::vector<Change>& changes) {
    const std::vector<Change> all = changes;
    std::erase_if(changes, [&](const Change& one) {
        return one.patient.empty() && !one.own &&
               std::any_of(all.begin(), all.end(), [&](const Change& other) {
                   return other.reference == one.reference && (!other.patient.empty() || other.own);
               });
    });
}

} // namespace

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
    if (text_of(*parsed.value, "resourceType") != "Bundle") {
        out.changes.push_back(change_of(parsed.value));
        return out;
    }
    for (const json* entry : elements_of(*parsed.value, "entry")) {
        take_entry(out, *entry);
    }
    drop_told_twice(out.changes);
    return out;
}

} // namespace embolink::service
