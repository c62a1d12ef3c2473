// How this software's own resources are recognised when they come back (R9.1). These constants are
// public contract (contracts section 5) and never change.
#pragma once

#include "mapping/fhir/resource.hpp"

#include <string_view>

namespace embolink {

inline constexpr std::string_view outcome_identifier_system =
    "https://embolink.org/fhir/NamingSystem/outcome";
inline constexpr std::string_view device_identifier_system =
    "https://embolink.org/fhir/NamingSystem/device";
inline constexpr std::string_view tag_system = "https://embolink.org/fhir/CodeSystem/tag";
inline constexpr std::string_view derived_tag_code = "derived-by-embolink";

// By identifier system, tag, or the device that made it; one sign is enough.
bool is_own_output(const Resource& resource);

// meta.security: HTEST marks test data (R9.5).
bool is_test_data(const Resource& resource);

// meta.security: confidentiality restricted (R) or very restricted (V) (R9.6).
bool is_restricted(const Resource& resource);

} // namespace embolink
