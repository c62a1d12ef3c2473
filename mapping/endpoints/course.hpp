// COURSE: the rounds of the first course and what qualifies them (R2, R3.5).
#pragma once

#include "mapping/endpoints/arm.hpp"
#include "mapping/endpoints/patient_case.hpp"

#include <vector>

namespace embolink {

// `arms`: of every session of the course in order; the first is the patient's arm.
Derived derive_course(const PatientCase& patient,
                      const EndpointDefinition& definition,
                      const std::vector<ArmFinding>& arms);

} // namespace embolink
