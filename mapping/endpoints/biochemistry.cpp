// Baseline of a tumour marker as a multiple of its upper limit of normal (R7.1-R7.3):
//   1. the results that can be trended, each in its series (property and laboratory);
//   2. the preferred one of the series that have a value in the window before T0;
//   3. its last value there, divided by its own upper limit, to six significant digits.
#include "mapping/endpoints/limits.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

namespace embolink {
namespace {

constexpr int significant_digits = 6;

// R7.1: in order of preference. What is not listed - concentrations, plasma, other fluids - never
// stands in.
struct MarkerRule {
    std::string_view analyte;
    std::vector<std::string_view> properties;
    bool most_values_first = false; // R7.3: CgA's series with the most usable values goes before
};

const MarkerRule* marker_rule(const std::string& analyte) {
    static const std::vector<MarkerRule> rules = {
        {"5-HIAA", {"rate-24h", "ratio-24h", "ratio-spot"}, false},
        {"CgA", {"mass", "molar", "unit"}, true},
    };
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const MarkerRule& rule) {
        return rule.analyte == analyte;
    });
    return found == rules.end() ? nullptr : &*found;
}

struct SeriesKey {
    std::size_t preference; // index into MarkerRule::properties
    std::string laboratory;
    friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

struct Series {
    std::vector<const LabResult*> results; // in order of time
    std::vector<const LabResult*> usable;  // of these, what has a limit and decides something
};

using SeriesMap = std::map<SeriesKey, Series>;

// A value without a time is taken as the first of its day; what is left equal is ordered by origin,
// so that the order of the input matters nowhere.
auto time_key(const LabResult& result) {
    constexpr auto no_time = std::numeric_limits<std::int64_t>::min();
    return std::tuple(
        result.effective->first, result.effective->utc_seconds.value_or(no_time), result.origin);
}

enum class Elevation { elevated, not_elevated, undecided };

// R7.3. A bound decides only when every value that it allows lies on one side of the limit.
enum class Comparison { exact, tolerant }; // R0.5

Elevation elevation(const LabResult& result, const Decimal& limit, Comparison how) {
    const auto order = compare(result.value, limit);
    switch (result.comparator) {
    case Comparator::none:
        return exceeds(result.value, limit, how == Comparison::tolerant) ? Elevation::elevated
                                                                         : Elevation::not_elevated;
    case Comparator::less:
    case Comparator::less_or_equal:
        return order <= 0 ? Elevation::not_elevated : Elevation::undecided;
    case Comparator::greater:
        return order >= 0 ? Elevation::elevated : Elevation::undecided;
    case Comparator::greater_or_equal:
        return order > 0 ? Elevation::elevated : Elevation::undecided;
    }
    return Elevation::undecided;
}

Comparison comparison(const NormalLimits& limits) {
    return limits.converted ? Comparison::tolerant : Comparison::exact;
}

bool is_usable(const PatientCase& patient, const LabResult& result) {
    const auto limits = normal_limits(patient, result);
    return limits.upper &&
           elevation(result, *limits.upper, comparison(limits)) != Elevation::undecided;
}

SeriesMap find_series(const PatientCase& patient, const MarkerRule& rule) {
    SeriesMap series;
    for (const auto& lab : patient.timeline.labs) {
        const auto property =
            std::find(rule.properties.begin(), rule.properties.end(), lab.property);
        const bool trendable = lab.analyte == rule.analyte && property != rule.properties.end();
        const bool dated =
            lab.effective && lab.effective->to_the_day() && lab.effective->first <= patient.as_of;
        if (trendable && dated && lab.standing == Standing::accepted) {
            const auto preference = static_cast<std::size_t>(property - rule.properties.begin());
            series[{preference, lab.laboratory}].results.push_back(&lab);
        }
    }
    for (auto& [key, one] : series) {
        std::sort(one.results.begin(), one.results.end(), [](const auto* a, const auto* b) {
            return time_key(*a) < time_key(*b);
        });
        std::copy_if(one.results.begin(),
                     one.results.end(),
                     std::back_inserter(one.usable),
                     [&](const auto* result) { return is_usable(patient, *result); });
    }
    return series;
}

// R7.2: on T0 itself a value drawn after the puncture is no baseline.
bool in_window(const PatientCase& patient, const LabResult& result) {
    const auto day = days_between(patient.t0(), result.effective->first);
    if (day == 0) {
        const auto& puncture = patient.course.rounds.front().sessions.front().puncture_utc;
        const auto& drawn = result.effective->utc_seconds;
        return !(drawn && puncture && *drawn > *puncture);
    }
    return day < 0 && day >= -patient.trial.windows.marker_baseline.days;
}

const LabResult* last_in_window(const PatientCase& patient, const Series& series) {
    const LabResult* last = nullptr;
    for (const auto* result : series.results) {
        last = in_window(patient, *result) ? result : last;
    }
    return last;
}

struct Baseline {
    const LabResult* result = nullptr;
    const Series* series = nullptr;
    std::string name; // "rate-24h", and the laboratory when known
};

// Where two series are equal in preference, the one with the later value.
Baseline find_baseline(const PatientCase& patient, const MarkerRule& rule, const SeriesMap& all) {
    Baseline best;
    std::tuple<std::size_t, std::size_t> best_rank;
    for (const auto& [key, series] : all) {
        const auto* result = last_in_window(patient, series);
        if (result == nullptr) {
            continue;
        }
        const auto scarcity = std::numeric_limits<std::size_t>::max() - series.usable.size();
        const std::tuple rank{rule.most_values_first ? scarcity : 0, key.preference};
        const bool better = best.result == nullptr || rank < best_rank ||
                            (rank == best_rank && time_key(*best.result) < time_key(*result));
        if (better) {
            const auto laboratory = key.laboratory.empty() ? "" : " " + key.laboratory;
            best = {result, &series, std::string(rule.properties[key.preference]) + laboratory};
            best_rank = rank;
        }
    }
    return best;
}

const LabResult* latest_before_window(const PatientCase& patient, const SeriesMap& all) {
    const LabResult* latest = nullptr;
    for (const auto& [key, series] : all) {
        for (const auto* result : series.results) {
            const bool older =
                result->effective->first < patient.t0() && !in_window(patient, *result);
            if (older && (latest == nullptr || time_key(*latest) < time_key(*result))) {
                latest = result;
            }
        }
    }
    return latest;
}

TimelineEntry marker_entry(const LabResult& result) {
    auto entry = timeline_entry("marker", result.effective->first, {result.origin});
    entry.value =
        with_comparator(result.comparator, to_significant(result.value, significant_digits));
    entry.unit = result.unit;
    entry.series = result.analyte + " " + result.property;
    return entry;
}

// The highest of x1, x2, x5 that the value is surely above.
void flag_elevation(Trail& trail, const LabResult& result, const NormalLimits& limits) {
    struct Step {
        const char* times;
        const char* flag;
    };

    for (const auto& step :
         {Step{"1", "elevated"}, Step{"2", "elevated-2x"}, Step{"5", "elevated-5x"}}) {
        const auto bound = multiply(*limits.upper, *parse_decimal(step.times));
        if (elevation(result, bound, comparison(limits)) == Elevation::elevated) {
            trail.flag(step.flag);
        }
    }
}

Derived finish_value(Trail& trail,
                     const PatientCase& patient,
                     const Baseline& baseline,
                     TimelineEntry entry) {
    const auto& result = *baseline.result;
    const auto limits = normal_limits(patient, result);
    if (limits.from_site_table && patient.timeline.person) {
        trail.cite(patient.timeline.person->origin, "limits", "R6.2");
    }
    if (!limits.upper) {
        trail.note_set_aside(std::move(entry), "R7.2 no upper limit of normal");
        return trail.finish(NotEvaluable{"uln-missing"});
    }
    const auto multiple = to_significant(*divide(result.value, *limits.upper), significant_digits);
    entry.x_uln = with_comparator(result.comparator, multiple);
    if (elevation(result, *limits.upper, comparison(limits)) == Elevation::undecided) {
        trail.note_set_aside(std::move(entry), "R7.3 a bound that decides nothing");
        return trail.finish(NotEvaluable{"indeterminate"});
    }
    trail.note_used(std::move(entry));
    flag_elevation(trail, result, limits);
    if (result.comparator == Comparator::less || result.comparator == Comparator::less_or_equal) {
        trail.flag("at-most");
    } else if (result.comparator != Comparator::none) {
        trail.flag("at-least");
    }
    return trail.finish(Value{DecimalText{multiple}, "xULN", ""});
}

} // namespace

Derived derive_baseline_marker(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto* rule = marker_rule(definition.marker);
    const auto series = rule != nullptr ? find_series(patient, *rule) : SeriesMap{};
    const auto baseline = rule != nullptr ? find_baseline(patient, *rule, series) : Baseline{};
    if (baseline.result == nullptr) {
        const auto* stale = latest_before_window(patient, series);
        if (stale == nullptr) {
            return trail.finish(NotEvaluable{"baseline-missing"});
        }
        trail.cite(stale->origin, "baseline", "R7.2");
        trail.note_set_aside(marker_entry(*stale), "R7.2 older than the baseline window");
        return trail.finish(NotEvaluable{"baseline-stale"});
    }
    trail.cite(baseline.result->origin, "baseline", "R7.2");
    if (rule->most_values_first) { // what makes this series the preferred one
        for (const auto* result : baseline.series->usable) {
            trail.cite(result->origin, "series", "R7.3");
        }
    }
    auto entry = marker_entry(*baseline.result);
    entry.series = definition.marker + " " + baseline.name;
    return finish_value(trail, patient, baseline, std::move(entry));
}

} // namespace embolink
