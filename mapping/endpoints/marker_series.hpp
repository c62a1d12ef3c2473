// Series of a tumour marker (R7.1, R7.3) and the baseline among them (R7.2): what BASE and RESP
// have in common.
#pragma once

#include "mapping/endpoints/limits.hpp"
#include "mapping/endpoints/patient_case.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// R7.1: properties in order of preference. What is not listed - concentrations, plasma, other
// fluids - never stands in.
struct MarkerRule {
    std::string_view analyte;
    std::vector<std::string_view> properties;
    bool most_values_first = false; // R7.3: CgA's series with the most usable values goes before
};

// nullptr: no rule for the analyte.
const MarkerRule* marker_rule(const std::string& analyte);

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

SeriesMap find_series(const PatientCase& patient, const MarkerRule& rule);

struct MarkerBaseline {
    const LabResult* result = nullptr;
    const Series* series = nullptr;
    std::string name; // "rate-24h", and the laboratory when known
};

// R7.2: the last value within the window before T0 of the preferred one of the series that have one
// there; of two equal in preference the one with the later value. Empty: none.
MarkerBaseline
find_baseline(const PatientCase& patient, const MarkerRule& rule, const SeriesMap& all);

// The latest value that is older than the window; nullptr: none.
const LabResult* latest_before_window(const PatientCase& patient, const SeriesMap& all);

enum class Elevation { elevated, not_elevated, undecided };

// R7.3: a bound decides only when every value that it allows lies on one side of `limit`. R0.5:
// `limits` say whether anything was converted.
Elevation elevation(const LabResult& result, const Decimal& limit, const NormalLimits& limits);

// "<x" gives at-most, ">x" at-least; nothing for a value without comparator.
std::string bound_flag(Comparator comparator);

// A timeline line of the value; `series` as find_baseline names it, "" for another one.
TimelineEntry
marker_entry(const PatientCase& patient, const LabResult& result, const std::string& series);

} // namespace embolink
