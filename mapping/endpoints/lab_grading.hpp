// One laboratory value against the thresholds of its term: multiples of the upper limit and
// absolute bounds, the patient's own baseline ignored (R6.3 TOX-ULN).
#pragma once

#include "mapping/endpoints/grading.hpp"
#include "mapping/endpoints/limits.hpp"
#include "mapping/facts/facts.hpp"

#include <optional>

namespace embolink {

// The grade the value has at least, and the highest it may have. They differ where the value is
// only a bound, or where CTCAE asks for more than a value (R6.3, flag grade-at-least). 0: no
// toxicity.
struct LabGrade {
    int least = 0;
    int most = 0;

    bool certain() const { return least == most; }
};

// nullopt: not gradable (no limit where a multiple is asked for, or another unit than the bounds').
std::optional<LabGrade>
grade_laboratory_value(const LabTerm& term, const LabResult& result, const NormalLimits& limits);

} // namespace embolink
