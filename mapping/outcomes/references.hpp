// How sources of records become FHIR references. What a reference looks like on the server that is
// written (relative, absolute URL, by identifier) is not known here: a function from outside says.
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace embolink {

// "Observation/123" of the source (never a fragment) -> the Reference as it is written:
// {"reference": ...} or {"identifier": ...}. nullopt: the target takes no reference to it.
using ReferenceLink = std::function<std::optional<nlohmann::json>(const std::string& reference)>;

// "DiagnosticReport/1#x" -> "DiagnosticReport/1": nobody outside may point at a contained resource
// (FHIR R4 References, 2.3.0.5).
std::string container_of(std::string_view reference);

// "Observation/123", ".../fhir/Observation/123" -> "Observation"; empty when it names no type.
std::string_view resource_type(std::string_view reference);

// The references, sorted and unique, as a JSON array; those without a link are left out. A
// Reference by identifier gets its `type`, without which nobody can check what it may point at.
nlohmann::json linked(const std::set<std::string>& references, const ReferenceLink& link);

// One reference with its version: "/_history/<version>" where the link is a URL and the version a
// FHIR id, and always the extension source-version: versions such as "sha256:..." fit into no URL,
// references by identifier have none, and servers strip versions from references.
nlohmann::json versioned_reference(const RecordSource& source, const ReferenceLink& link);

// This software as a logical reference: no Device resource is written.
nlohmann::json software_reference(const std::string& software_version);

// `meta` of everything that is written: the profile, and the tag by which own output is recognised.
nlohmann::json written_meta(std::string_view profile);

} // namespace embolink
