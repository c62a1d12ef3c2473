// The patient's own laboratory value before a session (R6.2), against which v5 grades what follows
// (R6.3 TOX).
#pragma once

#include "mapping/endpoints/limits.hpp"
#include "mapping/endpoints/patient_case.hpp"

#include <optional>
#include <string>

namespace embolink {

struct LabBaseline {
    const LabResult* result = nullptr;
    // Above the upper limit of the value itself. nullopt: no limit, or a bound that leaves it open.
    std::optional<bool> abnormal;
    bool limit_by_patient = false;
    bool converted = false; // value or limit: compare with R0.5's tolerance
};

// The last accepted value within the window before the session; on its day before the puncture when
// times allow. nullopt: none.
std::optional<LabBaseline>
find_lab_baseline(const PatientCase& patient, const std::string& analyte, const Session& session);

} // namespace embolink
