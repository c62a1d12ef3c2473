// The identifiers by which a hospital names a patient, for opt-outs (R9.6).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <set>
#include <string>

namespace embolink {

// "system|value" of each identifier of a Patient resource.
std::set<std::string> identifiers_of(const nlohmann::json& patient);

} // namespace embolink
