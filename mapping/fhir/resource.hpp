// One FHIR resource as it came in: JSON with decimals kept as text, and where it came from.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace embolink {

struct SourceRef {
    std::string type;         // "Observation"
    std::string id;           // any length; servers exist with 88 characters
    std::string version_id;   // meta.versionId, opaque (R9.3); empty: absent
    std::string last_updated; // meta.lastUpdated as written; empty: absent

    std::string reference() const { return type + "/" + id; }
};

// Immutable once made. `content_hash` is SHA-256 (64 hex digits) over `canonical_json(body)`,
// computed by whoever read the bytes.
struct Resource {
    SourceRef source;
    std::shared_ptr<const nlohmann::json> body;
    std::string content_hash;
    // The source says that the resource was deleted at meta.lastUpdated: the body holds nothing
    // else, and no earlier version is evidence.
    bool deleted = false;

    // What a record names as version: versionId, else "sha256:" + hash.
    std::string version() const;
};

// Parses JSON text so that no decimal loses its digits: a number with a fraction or exponent, and
// any integer outside 64 bits, becomes a JSON binary value with subtype `decimal_token` that holds
// the token (JSON text can hold no binary, so it cannot be mistaken). Depth is limited to 100;
// duplicate keys keep the last value and are counted.
struct ParsedJson {
    std::shared_ptr<const nlohmann::json> value; // null: not JSON, see error
    std::string error;                           // position and kind of the fault, no content
    int duplicate_keys = 0;
};

constexpr unsigned char decimal_token = 1;
ParsedJson parse_json(std::string_view text);

// Keys sorted, no white space, numbers as written: the bytes that are hashed (R9.3).
std::string canonical_json(const nlohmann::json& value);

// Makes a Resource out of a parsed object: type, id and meta are lifted out. nullopt when it is not
// an object with a resourceType (structure issue by the caller). An absent id stays empty.
std::optional<Resource> make_resource(std::shared_ptr<const nlohmann::json> body,
                                      std::string content_hash);

} // namespace embolink
