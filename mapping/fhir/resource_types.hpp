// The names of the resource types of FHIR R4: what may come in without any rule that reads it.
#pragma once

#include <string_view>

namespace embolink {

// Whether FHIR R4 (4.0.1) has a resource type of this name.
bool is_r4_resource_type(std::string_view name);

} // namespace embolink
