// Overall survival (R5.8, R5.9).
#pragma once

#include "mapping/endpoints/patient_case.hpp"

namespace embolink {

// Event `death`; censored `last-known-alive` at the last contact; not-evaluable
// `death-date-unknown`.
Derived derive_overall_survival(const PatientCase& patient, const EndpointDefinition& definition);

} // namespace embolink
