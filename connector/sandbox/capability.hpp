// What GET /metadata says: made of the same tables that the sandbox serves by.
#pragma once

#include "connector/sandbox/call.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace embolink::sandbox {

inline constexpr std::string_view not_for_production =
    "NOT FOR PRODUCTION: a demonstration server for invented data. It has no access control, keeps "
    "everything in memory, forgets everything when it stops, and can be told to answer wrongly.";

nlohmann::json capability_statement(const Surroundings& around);

} // namespace embolink::sandbox
