// Baseline of a tumour marker as a multiple of its upper limit of normal (R7.1-R7.3):
//   1. the results that can be trended, each in its series (property and laboratory);
//   2. the preferred one of the series that have a value in the window before T0;
//   3. its last value there, divided by its own upper limit, to six significant digits.
#include "mapping/endpoints/marker_series.hpp"
#include "mapping/endpoints/trail.hpp"

namespace embolink {
namespace {

constexpr int significant_digits = 6;

// The highest of x1, x2, x5 that the value is surely above.
void flag_elevation(Trail& trail, const LabResult& result, const NormalLimits& limits) {
    struct Step {
        const char* times;
        const char* flag;
    };

    for (const auto& step :
         {Step{"1", "elevated"}, Step{"2", "elevated-2x"}, Step{"5", "elevated-5x"}}) {
        const auto bound = multiply(*limits.upper, *parse_decimal(step.times));
        if (elevation(result, bound, limits) == Elevation::elevated) {
            trail.flag(step.flag);
        }
    }
}

Derived finish_value(Trail& trail,
                     const PatientCase& patient,
                     const MarkerBaseline& baseline,
                     TimelineEntry entry) {
    const auto& result = *baseline.result;
    const auto limits = normal_limits(patient, result);
    if (limits.depends_on_patient && patient.timeline.person) {
        trail.cite(patient.timeline.person->origin, "limits", "R6.2");
    }
    if (!limits.upper) {
        trail.note_set_aside(std::move(entry), "R7.2 no upper limit of normal");
        return trail.finish(NotEvaluable{"uln-missing"});
    }
    const auto multiple = to_significant(*divide(result.value, *limits.upper), significant_digits);
    if (elevation(result, *limits.upper, limits) == Elevation::undecided) {
        trail.note_set_aside(std::move(entry), "R7.3 a bound that decides nothing");
        return trail.finish(NotEvaluable{"indeterminate"});
    }
    trail.note_used(std::move(entry));
    flag_elevation(trail, result, limits);
    if (result.comparator != Comparator::none) {
        trail.flag(bound_flag(result.comparator));
    }
    return trail.finish(Value{DecimalText{multiple}, "xULN", ""});
}

} // namespace

Derived derive_baseline_marker(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto* rule = marker_rule(definition.marker);
    const auto series = rule != nullptr ? find_series(patient, *rule) : SeriesMap{};
    const auto baseline =
        rule != nullptr ? find_baseline(patient, *rule, series) : MarkerBaseline{};
    if (baseline.result == nullptr) {
        const auto* stale = latest_before_window(patient, series);
        if (stale == nullptr) {
            return trail.finish(NotEvaluable{"baseline-missing"});
        }
        trail.cite(stale->origin, "baseline", "R7.2");
        trail.note_set_aside(marker_entry(patient, *stale, ""),
                             "R7.2 older than the baseline window");
        return trail.finish(NotEvaluable{"baseline-stale"});
    }
    trail.cite(baseline.result->origin, "baseline", "R7.2");
    if (rule->most_values_first) { // what makes this series the preferred one
        for (const auto* result : baseline.series->usable) {
            trail.cite(result->origin, "series", "R7.3");
        }
    }
    auto entry = marker_entry(patient, *baseline.result, baseline.name);
    return finish_value(trail, patient, baseline, std::move(entry));
}

} // namespace embolink
