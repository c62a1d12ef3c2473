// The system's time-zone table, behind the function that the mapping takes (rule R0.1).
#pragma once

#include "mapping/fhir/partial_date.hpp"

#include <string>

namespace embolink {

// `name` is an IANA name; "" gives the empty function (dates as written). Throws Error (config)
// for a name that the system's table does not have.
ZoneRule zone_rule(const std::string& name);

bool is_time_zone(const std::string& name);

} // namespace embolink
