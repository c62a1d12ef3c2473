// Limits of normal of a laboratory result (R6.2): its own range, else the site's table.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <optional>

namespace embolink {

struct NormalLimits {
    std::optional<Decimal> lower;
    std::optional<Decimal> upper; // never zero or negative: no multiple of such a limit exists
    bool from_site_table = false; // then the patient's sex may have chosen the row
};

// In the result's unit. A row of the site's table speaks only of results in its own unit.
NormalLimits normal_limits(const PatientCase& patient, const LabResult& result);

} // namespace embolink
