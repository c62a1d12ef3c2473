// The pictures beside the survival curves, each from figures of the report that a table of the page
// has, too. Ids are unique in the page.
#pragma once

#include "analysis/report/report_values.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

// One endpoint: what is found here and what the trial published, on one scale from 0 to 100 %.
struct ForestRow {
    std::string label;
    std::string style;           // "hae", "hace", "all"
    std::optional<double> local; // empty: not estimable
    std::optional<Interval> interval;
    std::string note;                // "74 patients", or why there is no estimate
    std::optional<double> published; // empty: not published
    std::optional<Interval> published_interval;
};

std::string forest_chart(const std::vector<ForestRow>& rows);

// Parts of a whole, one bar per group; parts in order from harmless to severe.
struct BarRow {
    std::string label;
    std::vector<int> parts;
};

struct BarChart {
    std::string id;
    std::string title;
    std::vector<std::string> names;  // of the parts
    std::vector<std::string> styles; // classes of the parts
    std::vector<BarRow> rows;
    bool as_share = true; // each bar is its own 100 %; else lengths are patients
};

std::string bar_chart(const BarChart& chart);

// Best change of each patient, sorted; -50 % is a biochemical response (R7.4).
std::string waterfall_chart(const MarkerCourse& course, const std::string& id);

// Every value over time, in multiples of the upper limit of normal, on a log scale.
std::string spaghetti_chart(const MarkerCourse& course, const std::string& id);

// One lane per patient of one arm, longest progression-free time first; at most `most` of them,
// evenly taken.
inline constexpr std::size_t most_lanes = 120;
std::string swimmer_chart(const std::vector<Lane>& lanes, const std::string& arm);

// How complete each data element is; months are taken together by quarter or year when many.
std::string completeness_chart(const CompletenessResult& result);

// Embolizations found by month, and the department's own count.
std::string months_chart(const std::vector<MonthCount>& months);

// CUSUM of grade 3 toxicity with its limit.
std::string cusum_chart(const MonitoringResult& result);

} // namespace embolink
