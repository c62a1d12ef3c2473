// TOX3 and the marker baselines of a plan, on the decimal texts that are written, in whole numbers.
#include "connector/synth/truth_parts.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

namespace embolink::synth {
namespace {

__extension__ using Wide = __int128;

// A decimal text as digits and the power of ten that divides them.
struct Scaled {
    std::int64_t digits = 0;
    int decimals = 0;
};

Scaled parse(const std::string& text) {
    Scaled scaled;
    bool after_point = false;
    for (const char c : text) {
        if (c == '.') {
            after_point = true;
            continue;
        }
        scaled.digits = scaled.digits * 10 + (c - '0');
        scaled.decimals += after_point ? 1 : 0;
    }
    return scaled;
}

Wide power_of_ten(int exponent) {
    Wide power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

struct Fraction {
    Wide numerator;
    Wide denominator;
};

Fraction quotient(const std::string& value, const std::string& limit) {
    const Scaled v = parse(value);
    const Scaled l = parse(limit);
    return {Wide{v.digits} * power_of_ten(l.decimals), Wide{l.digits} * power_of_ten(v.decimals)};
}

bool greater(const Fraction& fraction, int multiple) {
    return fraction.numerator > fraction.denominator * multiple;
}

bool below(const std::string& value, int bound) {
    const Scaled v = parse(value);
    return Wide{v.digits} < Wide{bound} * power_of_ten(v.decimals);
}

// Six significant digits, half up (the plan writes no value that ends in a tie).
std::string six_digits(const Fraction& fraction) {
    int decimals = 0;
    Wide scaled = 0;
    for (decimals = 0; decimals <= 8; ++decimals) {
        scaled = (2 * fraction.numerator * power_of_ten(decimals) + fraction.denominator) /
                 (2 * fraction.denominator);
        if (scaled * 10 >= 1000000)
            break;
    }
    std::string text = std::to_string(static_cast<std::int64_t>(scaled));
    if (decimals == 0)
        return text;
    const auto places = static_cast<std::size_t>(decimals);
    if (text.size() <= places)
        text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, ".");
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

bool severe(const LabPlan& lab) {
    switch (lab.analyte) {
    case Analyte::alt:
    case Analyte::ast:
    case Analyte::alp:
        return greater(quotient(lab.value, lab.limit), 5);
    case Analyte::bilirubin:
    case Analyte::creatinine:
        return greater(quotient(lab.value, lab.limit), 3);
    case Analyte::neutrophils:
        return below(lab.value, 1);
    case Analyte::platelets:
        break;
    }
    return below(lab.value, 50);
}

struct Window {
    int from = 0;
    int to = 0;
};

std::vector<Window> windows_of(const PatientPlan& plan) {
    std::vector<Window> windows;
    for (const auto& round : course_of(plan, readings_of(plan)).rounds) {
        for (const Session& session : round) {
            if (!windows.empty())
                windows.back().to = std::min(windows.back().to, session.day - 1);
            windows.push_back({session.day, session.day + 30});
        }
    }
    return windows;
}

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

TruthRecord toxicity_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "TOX3";
    bool gradable = false;
    bool severe_found = false;
    std::string flag;
    const std::vector<Window> windows = windows_of(plan);
    for (const Window& window : windows) {
        for (const LabPlan& lab : plan.labs) {
            if (lab.day <= window.from || lab.day > window.to)
                continue; // a value of the day itself without a time is the baseline
            gradable = true;
            severe_found = severe_found || severe(lab);
        }
        for (const EventPlan& event : plan.events) {
            if (event.day < window.from || event.day > window.to || !event.related)
                continue;
            gradable = true;
            if (event.grade < 3)
                continue;
            severe_found = true;
            if (event.form == EventForm::severity_only)
                flag = "grade-from-severity";
            else if (event.form == EventForm::condition)
                flag = "grade-at-least";
        }
    }
    const bool open = days_between(plan.t0, plan.as_of) < windows.back().to;
    record.status = severe_found || (!open && gradable) ? "value" : "not-evaluable";
    if (record.status == "value")
        record.flag_value = severe_found;
    else
        record.reason = open ? "window-open" : "no-safety-data";
    if (!flag.empty())
        record.flags.push_back(flag);
    return record;
}

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
    if (greater(multiple, 1))
        record.flags.push_back("elevated");
    if (greater(multiple, 2))
        record.flags.push_back("elevated-2x");
    if (greater(multiple, 5))
        record.flags.push_back("elevated-5x");
    return record;
}

} // namespace embolink::synth
