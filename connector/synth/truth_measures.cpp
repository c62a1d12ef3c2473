// Marker baselines and what becomes of them.
#include "connector/synth/truth_numbers.hpp"
#include "connector/synth/truth_parts.hpp"

#include <algorithm>
#include <map>

namespace embolink::synth {
namespace {

// Preference among series that have a value in the window (R7.1, R7.3): lower is better.
int preference(MarkerSeries series, const std::map<int, int>& usable) {
    switch (series) {
    case MarkerSeries::hiaa_mass_rate:
    case MarkerSeries::hiaa_molar_rate:
        return 0;
    case MarkerSeries::hiaa_spot_ratio:
        return 2;
    default:
        break;
    }
    const auto found = usable.find(static_cast<int>(series));
    const int count = found == usable.end() ? 0 : found->second;
    return (1000 - count) * 10 + static_cast<int>(series);
}

const MarkerPlan* baseline_marker(const PatientPlan& plan, bool hiaa, bool& stale) {
    std::map<int, int> usable;
    for (const MarkerPlan& marker : plan.markers)
        usable[static_cast<int>(marker.series)] += marker.limit_missing ? 0 : 1;
    const MarkerPlan* best = nullptr;
    for (const MarkerPlan& marker : plan.markers) {
        if (is_hiaa(marker.series) != hiaa || marker.series == MarkerSeries::hiaa_concentration ||
            marker.day > 0)
            continue;
        if (marker.day < -90) {
            stale = true;
            continue;
        }
        const int here = preference(marker.series, usable);
        const int there = best == nullptr ? here + 1 : preference(best->series, usable);
        if (here < there || (here == there && marker.day > best->day))
            best = &marker;
    }
    return best;
}

} // namespace

TruthRecord baseline_record(const PatientPlan& plan, bool hiaa) {
    TruthRecord record;
    record.param = hiaa ? "BASE-5HIAA" : "BASE-CGA";
    bool stale = false;
    const MarkerPlan* marker = baseline_marker(plan, hiaa, stale);
    if (marker == nullptr || marker->limit_missing) {
        record.status = "not-evaluable";
        record.reason = marker != nullptr ? "uln-missing"
                        : stale           ? "baseline-stale"
                                          : "baseline-missing";
        return record;
    }
    const Fraction multiple = quotient(marker->value, marker->limit);
    record.status = "value";
    record.number_value = six_digits(multiple);
    record.unit = "xULN";
    if (marker->comparator == "<") {
        record.flags.push_back("at-most");
        return record;
    }
    if (marker->comparator == ">")
        record.flags.push_back("at-least");
    if (greater(multiple, "1"))
        record.flags.push_back("elevated");
    if (greater(multiple, "2"))
        record.flags.push_back("elevated-2x");
    if (greater(multiple, "5"))
        record.flags.push_back("elevated-5x");
    return record;
}

TruthRecord marker_response_record(const PatientPlan& plan, bool hiaa) {
    TruthRecord record;
    record.param = hiaa ? "RESP-5HIAA" : "RESP-CGA";
    record.status = "not-evaluable";
    const TruthRecord base = baseline_record(plan, hiaa);
    if (base.status == "not-evaluable") {
        record.reason = base.reason;
        return record;
    }
    bool stale = false;
    const MarkerPlan& baseline = *baseline_marker(plan, hiaa, stale);
    const auto flagged = [&base](const char* flag) {
        return std::find(base.flags.begin(), base.flags.end(), flag) != base.flags.end();
    };
    if (!flagged("elevated")) {
        record.reason = "baseline-not-elevated";
        return record;
    }
    const int end = therapy_cut(plan, course_of(plan, readings_of(plan))).day;
    record.reason = "no-follow-up";
    for (const MarkerPlan& marker : plan.markers) { // by day
        if (is_hiaa(marker.series) != hiaa || marker.day < 28 || marker.day > end)
            continue;
        if (marker.series != baseline.series) { // alone it is another assay
            if (record.reason == "no-follow-up")
                record.reason = "assay-changed";
            continue;
        }
        if (!greater(quotient(marker.value, baseline.value), "0.5")) {
            record.status = "value";
            record.reason.clear();
            record.flag_value = true;
            record.day = marker.day;
            break;
        }
        // Above a bound there is no half to stay above.
        if (baseline.comparator.empty()) {
            record.status = "value";
            record.reason.clear();
            record.flag_value = false;
        } else {
            record.reason = "indeterminate";
        }
    }
    if (record.status == "value" && !baseline.comparator.empty())
        record.flags.push_back("at-least");
    return record;
}

} // namespace embolink::synth
