// New anticancer therapy (R5.2) beyond the first one that patient_case.hpp gives.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

// The first start, or first dose increase, of a somatostatin analogue after T0 (R5.2): seen and,
// unless the trial says so, not counted. nullopt: none.
struct AnalogueChange {
    Date date;
    std::vector<Origin> origins; // for an increase also the dose before it
    bool increase = false;
    std::vector<std::string> flags; // therapy-from-request, therapy-from-text
};

std::optional<AnalogueChange> first_analogue_change(const PatientCase& patient);

} // namespace embolink
