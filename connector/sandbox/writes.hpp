// Creates, updates and deletes, all of them or none: a single request is a list of one.
#pragma once

#include "connector/sandbox/call.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace embolink::sandbox {

enum class Verb { remove, create, update }; // in the order a transaction runs them

struct Write {
    Verb verb = Verb::create;
    std::string type;
    std::string id;                       // update, remove; else ""
    std::optional<http::Query> condition; // If-None-Exist of a create, criteria of an update
    std::string if_match;                 // "" or W/"3"
    Body body;                            // null for remove
    std::string full_url;                 // what other writes of the list may refer to it by
};

// Of a POST, PUT or DELETE. Throws Refusal where type, id, condition or body are not as it needs.
Write make_write(const Call& call);

enum class Deed { created, updated, removed, nothing };

struct Written {
    Deed deed = Deed::nothing;
    std::string type;
    std::string id;
    int version = 0; // 0: there is no such resource
    Instant updated = 0;
    Body body; // null: deleted
};

// Carries the writes out, removals first, then creates, then updates (FHIR R4 http, 3.1.0.11.2),
// and gives what came of each in the order of the list. Throws Refusal, and then nothing has
// changed.
std::vector<Written>
write_all(const std::vector<Write>& writes, Repository& repository, const Surroundings& around);

// "W/\"3\"" or "\"3\"" to 3. Throws Refusal (400).
int parse_etag(const std::string& text);

} // namespace embolink::sandbox
