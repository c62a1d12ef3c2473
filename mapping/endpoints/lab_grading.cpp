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

// What bounds are taken from.
struct Yardstick {
    const LabResult& result;
    const NormalLimits& limits;
    const LabBaseline* baseline = nullptr; // only where thresholds are multiples of it

    bool converted() const {
        return result.converted || limits.converted || (baseline != nullptr && baseline->converted);
    }
};

// The bound in the result's unit; nullopt: it needs a limit that nobody gives.
std::optional<Decimal> bound_of(const GradeThreshold& threshold, const Yardstick& yardstick) {
    const auto& limits = yardstick.limits;
    switch (threshold.kind) {
    case ThresholdKind::upper_multiple:
        return limits.upper ? std::optional(multiply(threshold.bound, *limits.upper))
                            : std::nullopt;
    case ThresholdKind::absolute_above:
        return threshold.bound;
    case ThresholdKind::absolute_below:
        return threshold.grade == 1 ? limits.lower : std::optional(threshold.bound);
    case ThresholdKind::baseline_multiple:
        return multiply(threshold.bound, yardstick.baseline->result->value);
    }
    return std::nullopt;
}

// Terminology 2.5: above a bound is exclusive but for R6.3's 1.5 x baseline, below a bound too. A
// converted value gets the tolerance of R0.5, which speaks for the lower grade.
bool reached(const Yardstick& yardstick,
             const GradeThreshold& threshold,
             Side side,
             const Decimal& bound) {
    const auto& value = yardstick.result.value;
    const bool falling = threshold.kind == ThresholdKind::absolute_below;
    const auto order = compare(value, bound);
    if (threshold.inclusive && order == 0) {
        return side != Side::just_below;
    }
    const bool touches = side == (falling ? Side::just_below : Side::just_above);
    if (touches && !yardstick.converted()) {
        return falling ? order <= 0 : order >= 0;
    }
    return falling ? exceeds(bound, value, yardstick.converted())
                   : exceeds(value, bound, yardstick.converted());
}

LabGrade
grade_at(const std::vector<GradeThreshold>& thresholds, const Yardstick& yardstick, Side side) {
    LabGrade grade;
    for (const auto& threshold : thresholds) {
        const auto bound = bound_of(threshold, yardstick);
        if (bound && reached(yardstick, threshold, side, *bound) &&
            threshold.grade >= grade.least) {
            grade.least = threshold.grade;
            grade.most = threshold.at_least ? worst_grade : threshold.grade;
        }
    }
    return grade;
}

bool needs_limit(const LabTerm& term) {
    return std::any_of(
        term.thresholds.begin(), term.thresholds.end(), [](const GradeThreshold& threshold) {
            return threshold.kind == ThresholdKind::upper_multiple;
        });
}

LabGrade grade_by(const LabTerm& term,
                  const std::vector<GradeThreshold>& thresholds,
                  const Yardstick& yardstick) {
    const bool falling = falls_with_value(term);
    switch (yardstick.result.comparator) {
    case Comparator::none:
        break;
    case Comparator::less:
    case Comparator::less_or_equal: {
        const bool equal = yardstick.result.comparator == Comparator::less_or_equal;
        const auto bound = grade_at(thresholds, yardstick, equal ? Side::at : Side::just_below);
        return falling ? LabGrade{bound.least, worst_grade} : LabGrade{0, bound.most};
    }
    case Comparator::greater:
    case Comparator::greater_or_equal: {
        const bool equal = yardstick.result.comparator == Comparator::greater_or_equal;
        const auto bound = grade_at(thresholds, yardstick, equal ? Side::at : Side::just_above);
        return falling ? LabGrade{0, bound.most} : LabGrade{bound.least, worst_grade};
    }
    }
    return grade_at(thresholds, yardstick, Side::at);
}

} // namespace

std::optional<LabGrade>
grade_laboratory_value(const LabTerm& term, const LabResult& result, const NormalLimits& limits) {
    const bool gradable = needs_limit(term) ? limits.upper.has_value() : result.unit == term.unit;
    if (!gradable) {
        return std::nullopt;
    }
    const auto grade = grade_by(term, term.thresholds, {result, limits});
    // R6.2: without a lower limit nobody can tell normal from grade 1; the bounds of the higher
    // grades are numbers of their own.
    const bool needs_lower = falls_with_value(term) && !limits.lower && grade.least == 0;
    return needs_lower ? std::nullopt : std::optional(grade);
}

std::optional<LabGrade> grade_against_baseline(const LabTerm& term,
                                               const LabResult& result,
                                               const NormalLimits& limits,
                                               const std::optional<LabBaseline>& baseline) {
    const auto by_limit = grade_laboratory_value(term, result, limits);
    if (!baseline || term.baseline_rule == BaselineRule::none) {
        return by_limit;
    }
    const auto own = [&] { return grade_by(term, term.by_baseline, {result, limits, &*baseline}); };
    const bool abnormal = baseline->abnormal.value_or(false);
    switch (term.baseline_rule) {
    case BaselineRule::none:
        break;
    case BaselineRule::instead_if_abnormal:
        return abnormal ? std::optional(own()) : by_limit;
    case BaselineRule::besides: {
        // Of a bound nothing but "less than" tells that the increase is at least so large.
        const bool measured = baseline->result->comparator == Comparator::none ||
                              baseline->abnormal == std::optional(false);
        if (!by_limit || !measured) {
            return by_limit;
        }
        auto increase = own();
        if (baseline->result->comparator != Comparator::none && increase.least > 0) {
            increase.most = worst_grade; // the baseline was smaller still
        }
        return LabGrade{std::max(by_limit->least, increase.least),
                        std::max(by_limit->most, increase.most)};
    }
    case BaselineRule::perhaps_if_abnormal:
        if (by_limit && abnormal) {
            const auto other = own();
            const auto least = std::min(by_limit->least, other.least);
            return LabGrade{
                least, std::max({by_limit->least, other.least, least > 0 ? by_limit->most : 0})};
        }
    }
    return by_limit;
}

} // namespace embolink
