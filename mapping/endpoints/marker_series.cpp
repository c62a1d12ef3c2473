#include "mapping/endpoints/marker_series.hpp"

#include "mapping/endpoints/lab_order.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace embolink {
namespace {

constexpr int significant_digits = 6;

bool is_usable(const PatientCase& patient, const LabResult& result) {
    const auto limits = normal_limits(patient, result);
    return limits.upper && elevation(result, *limits.upper, limits) != Elevation::undecided;
}

// R7.2: on T0 itself a value drawn after the puncture is no baseline.
bool in_window(const PatientCase& patient, const LabResult& result) {
    const auto before = days_between(result.effective->first, patient.t0());
    if (before < 0 || before > patient.trial.windows.marker_baseline.days) {
        return false;
    }
    return before > 0 ||
           !drawn_after_puncture(result, patient.course.rounds.front().sessions.front());
}

const LabResult* last_in_window(const PatientCase& patient, const Series& series) {
    const LabResult* last = nullptr;
    for (const auto* result : series.results) {
        last = in_window(patient, *result) ? result : last;
    }
    return last;
}

} // namespace

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

SeriesMap find_series(const PatientCase& patient, const MarkerRule& rule) {
    SeriesMap series;
    for (const auto& lab : patient.timeline.labs) {
        const auto property =
            std::find(rule.properties.begin(), rule.properties.end(), lab.property);
        if (lab.analyte == rule.analyte && property != rule.properties.end()) {
            const auto preference = static_cast<std::size_t>(property - rule.properties.begin());
            series[{preference, lab.laboratory}].results.push_back(&lab);
        }
    }
    for (auto& [key, one] : series) {
        std::sort(one.results.begin(), one.results.end(), [](const auto* a, const auto* b) {
            return drawn_earlier(*a, *b);
        });
        std::copy_if(one.results.begin(),
                     one.results.end(),
                     std::back_inserter(one.usable),
                     [&](const auto* result) { return is_usable(patient, *result); });
    }
    return series;
}

MarkerBaseline
find_baseline(const PatientCase& patient, const MarkerRule& rule, const SeriesMap& all) {
    MarkerBaseline best;
    std::tuple<std::size_t, std::size_t> best_rank;
    for (const auto& [key, series] : all) {
        const auto* result = last_in_window(patient, series);
        if (result == nullptr) {
            continue;
        }
        const auto scarcity = std::numeric_limits<std::size_t>::max() - series.usable.size();
        const std::tuple rank{rule.most_values_first ? scarcity : 0, key.preference};
        const bool better = best.result == nullptr || rank < best_rank ||
                            (rank == best_rank && drawn_earlier(*best.result, *result));
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
            if (older && (latest == nullptr || drawn_earlier(*latest, *result))) {
                latest = result;
            }
        }
    }
    return latest;
}

Elevation elevation(const LabResult& result, const Decimal& limit, const NormalLimits& limits) {
    const auto order = compare(result.value, limit);
    switch (result.comparator) {
    case Comparator::none:
        return exceeds(result.value, limit, limits.converted) ? Elevation::elevated
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

std::string bound_flag(Comparator comparator) {
    switch (comparator) {
    case Comparator::none:
        return "";
    case Comparator::less:
    case Comparator::less_or_equal:
        return "at-most";
    case Comparator::greater:
    case Comparator::greater_or_equal:
        return "at-least";
    }
    return "";
}

TimelineEntry
marker_entry(const PatientCase& patient, const LabResult& result, const std::string& series) {
    auto entry = timeline_entry("marker", result.effective->first, {result.origin});
    entry.value =
        with_comparator(result.comparator, to_significant(result.value, significant_digits));
    entry.unit = result.unit;
    entry.series = result.analyte + " " + (series.empty() ? result.property : series);
    if (const auto limits = normal_limits(patient, result); limits.upper) {
        entry.x_uln = with_comparator(
            result.comparator,
            to_significant(*divide(result.value, *limits.upper), significant_digits));
    }
    return entry;
}

} // namespace embolink
