// What a server says of itself (FHIR R4 CapabilityStatement). Servers say too much and too little:
// the probe (probe.hpp) believes only what it tried; what would write is known from here alone.
#pragma once

#include "connector/fhir/answer.hpp"

#include <map>
#include <set>
#include <string>

namespace embolink::fhir {

struct TypeCapability {
    std::set<std::string> interactions;  // "read", "search-type", "create", ...
    std::set<std::string> search_params; // "patient", ...
    bool conditional_create = false;
    bool conditional_update = false;
};

struct Capability {
    std::string fhir_version; // "4.0.1"; empty: not said
    std::string software;     // name and version, for people; empty: not said
    std::map<std::string, TypeCapability> types;
    bool transaction = false;
    bool batch = false;

    // A server that lists no type at all has said nothing about any.
    bool denies(const std::string& type) const { return !types.empty() && !types.contains(type); }
};

// The answer to GET BASE/metadata. Throws Error: http for a status other than 200, protocol when it
// is no CapabilityStatement or one of another FHIR than R4 (4.0 or 4.3, R4B).
Capability read_capability(const Answer& answer, const std::string& base_url);

} // namespace embolink::fhir
