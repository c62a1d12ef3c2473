#include "mapping/endpoints/lab_grading.hpp"

#include <algorithm>

namespace embolink {
namespace {

constexpr int worst_grade = 4; // grade 5 is death, and never a value's (R6.4)

// Where the true value lies: at the number written, or just beside it.
enum class Side { at, just_above, just_below };

bool falls_with_value(const LabTerm& term) {
    return std::any_of(
        term.thresholds.begin(), term.thresholds.end(), [](const GradeThreshold& threshold) {
            return threshold.kind == ThresholdKind::absolute_below;
        });
}

// The bound in the result's unit; nullopt: it needs a limit that nobody gives.
std::optional<Decimal> bound_of(const GradeThreshold& threshold, const NormalLimits& limits) {
    switch (threshold.kind) {
    case ThresholdKind::upper_multiple:
        return limits.upper ? std::optional(multiply(threshold.bound, *limits.upper))
                            : std::nullopt;
    case ThresholdKind::absolute_above:
        return threshold.bound;
    case ThresholdKind::absolute_below:
        return threshold.grade == 1 ? limits.lower : std::optional(threshold.bound);
    }
    return std::nullopt;
}

// Terminology 2.5: above a bound is exclusive, below a bound too. A converted value gets the
// tolerance of R0.5, which speaks for the lower grade.
bool reached(
    const LabResult& result, bool converted, Side side, const Decimal& bound, bool falling) {
    const bool touches = side == (falling ? Side::just_below : Side::just_above);
    if (touches && !converted) {
        const auto order = compare(result.value, bound);
        return falling ? order <= 0 : order >= 0;
    }
    return falling ? exceeds(bound, result.value, converted)
                   : exceeds(result.value, bound, converted);
}

LabGrade
grade_at(const LabTerm& term, const LabResult& result, const NormalLimits& limits, Side side) {
    LabGrade grade;
    const bool falling = falls_with_value(term);
    const bool converted = result.converted || limits.converted;
    for (const auto& threshold : term.thresholds) {
        const auto bound = bound_of(threshold, limits);
        if (bound && reached(result, converted, side, *bound, falling) &&
            threshold.grade >= grade.least) {
            grade.least = threshold.grade;
            grade.most = threshold.at_least ? worst_grade : threshold.grade;
        }
    }
    return grade;
}

bool gradable(const LabTerm& term, const LabResult& result, const NormalLimits& limits) {
    const auto needs_limit = [](const GradeThreshold& threshold) {
        return threshold.kind == ThresholdKind::upper_multiple;
    };
    const bool multiples = std::any_of(term.thresholds.begin(), term.thresholds.end(), needs_limit);
    return multiples ? limits.upper.has_value() : result.unit == term.unit;
}

} // namespace

std::optional<LabGrade>
grade_laboratory_value(const LabTerm& term, const LabResult& result, const NormalLimits& limits) {
    if (!gradable(term, result, limits)) {
        return std::nullopt;
    }
    const bool falling = falls_with_value(term);
    switch (result.comparator) {
    case Comparator::none:
        return grade_at(term, result, limits, Side::at);
    case Comparator::less:
    case Comparator::less_or_equal: {
        const auto side = result.comparator == Comparator::less ? Side::just_below : Side::at;
        const auto bound = grade_at(term, result, limits, side);
        return falling ? LabGrade{bound.least, worst_grade} : LabGrade{0, bound.most};
    }
    case Comparator::greater:
    case Comparator::greater_or_equal: {
        const auto side = result.comparator == Comparator::greater ? Side::just_above : Side::at;
        const auto bound = grade_at(term, result, limits, side);
        return falling ? LabGrade{0, bound.most} : LabGrade{bound.least, worst_grade};
    }
    }
    return std::nullopt;
}

} // namespace embolink
