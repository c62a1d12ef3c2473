// What a FHIR server tells a rest-hook (Subscriptions R4, and the R5 backport to R4): read without
// believing more of it than "something may have changed".
#pragma once

#include "mapping/fhir/resource.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
    std::string reference;                    // "Observation/1", "" not told
    std::string version;                      // meta.versionId, "" not told
    std::string patient;                      // "Patient/1", "" not told (id only)
    bool whole = false;                       // the resource itself came, not a reference to it
    bool own = false;                         // what embolink itself wrote (R9.1)
    std::shared_ptr<const Resource> resource; // a Procedure that came whole; else none
};

struct Notification {
    NotificationKind kind = NotificationKind::empty;
    std::vector<Change> changes;
    std::set<std::int64_t> events; // of the backport: the numbers of those that are told
    std::map<std::int64_t, std::string> times; // when they happened, as the server writes it
    std::size_t nameless = 0;                  // events of which nothing says what changed
    std::optional<std::int64_t> total; // events since the Subscription began, says the server
    std::string subscription;          // its id on the server, "" not told
};

// The body of a POST or PUT: nothing, one resource, or a Bundle of whatever type (servers send
// `history` as they should, and others). Throws Refusal (400) for what is none of these.
Notification read_notification(const std::string& body);

// What is to be known of one resource that changed.
Change change_of(const Resource& resource);

} // namespace embolink::service
