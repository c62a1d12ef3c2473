// The table of endpoint kinds: a trial file names a kind, this names its function. A new kind is
// one function and one row here; a trial made of known kinds needs no C++.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <string_view>

namespace embolink {

// "cohort" and "course" are kinds too: derive.cpp makes them before the others.
bool is_endpoint_kind(std::string_view kind);

// `definition.kind` must be a kind other than "cohort" and "course" (parse_trial sees to that).
Derived derive_endpoint(const PatientCase& patient, const EndpointDefinition& definition);

} // namespace embolink
