// One laboratory value against the thresholds of its term: multiples of the upper limit and
// absolute bounds (R6.3 TOX-ULN), and v5's rules for an abnormal baseline (TOX).
#pragma once

#include "mapping/endpoints/grading.hpp"
#include "mapping/endpoints/lab_baseline.hpp"
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

// nullopt: not gradable (no limit where the grade hangs on one, or another unit than the bounds').
std::optional<LabGrade>
grade_laboratory_value(const LabTerm& term, const LabResult& result, const NormalLimits& limits);

// R6.3 TOX. `baseline` absent, or open whether it is abnormal: taken as normal (R6.2).
std::optional<LabGrade> grade_against_baseline(const LabTerm& term,
                                               const LabResult& result,
                                               const NormalLimits& limits,
                                               const std::optional<LabBaseline>& baseline);

} // namespace embolink
