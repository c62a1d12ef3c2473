// Literal references: taking them apart, rewriting them, and refusing those that lead nowhere.
#pragma once

#include "connector/sandbox/repository.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::sandbox {

struct LiteralReference {
    std::string type; // "" when the text is a bare id
    std::string id;   // "" when the text is none of "id", "Type/id", "Type/id/_history/version"
};

LiteralReference split_reference(std::string_view text);

// Takes this server's own address off an absolute URL; other texts stay as they are. `bases` end
// without a slash.
std::string without_base(const std::string& text, const std::vector<std::string>& bases);

// Every element named "reference" that holds a text, at any depth.
void each_reference(nlohmann::json& resource, const std::function<void(std::string&)>& use);
std::vector<std::string> references_of(const nlohmann::json& resource);

struct ReferenceRules {
    std::vector<std::string> bases; // of this server
    bool foreign = true;            // references to other servers are taken
};

// Throws Refusal (400) for a reference in `body` to a resource that this server does not have, as
// HAPI does; those that the version `before` (may be null) held already are let pass: loaded data
// may point outside itself. References within the resource ("#x"), by identifier alone, and by
// urn:oid are not judged.
void check_references(const nlohmann::json& body,
                      const nlohmann::json* before,
                      const Repository& repository,
                      const ReferenceRules& rules);

} // namespace embolink::sandbox
