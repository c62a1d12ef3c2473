// What a FHIR server tells a rest-hook (Subscriptions R4, and the R5 backport to R4): read without
// believing more of it than "something may have changed".
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

enum class NotificationKind {
    empty,     // no body: something changed
    handshake, // of the backport: the server tries the way
    heartbeat, // nothing changed
    event      // resources or references to them came
};

// One resource that changed.
struct Change {
    std::string reference; // "Observation/1"
    std::string version;   // meta.versionId, "" not told
    std::string patient;   // "Patient/1", "" not told (id only)
    bool own = false;      // what embolink itself wrote (R9.1)
};

struct Notification {
    NotificationKind kind = NotificationKind::empty;
    std::vector<Change> changes;
    // Of the backport: the numbers of the events that are told, the first and the last.
    std::optional<std::int64_t> first_event;
    std::optional<std::int64_t> last_event;
};

// The body of a POST or PUT: nothing, one resource, or a Bundle of whatever type (servers send
// `history` as they should, and others). Throws Refusal (400) for what is none of these.
Notification read_notification(const std::string& body);

} // namespace embolink::service
