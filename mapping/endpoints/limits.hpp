// Limits of normal of a laboratory result (R6.2): its own range, else the site's table.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <optional>

namespace embolink {

struct NormalLimits {
    std::optional<Decimal> lower;
    std::optional<Decimal> upper;    // never zero or negative: no multiple of such a limit exists
    bool depends_on_patient = false; // age or sex may have chosen the range
    bool converted = false;          // value or limits are converted: compare with R0.5's tolerance
};

// "<", "<=", ">", ">=" before the text of a bound (data-reality 2), for timeline lines.
std::string with_comparator(Comparator comparator, const std::string& value);

// In the result's unit. `patient.site.limits` are those of canonical_site_limits.
NormalLimits normal_limits(const PatientCase& patient, const LabResult& result);

} // namespace embolink
