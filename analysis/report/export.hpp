// What may leave the department: no patient, no date, no count below the threshold and none that
// could be worked out. Every count is the band that it lies in, and no total is given. Bands begin
// at multiples of their width, which is the threshold and one more for each cell that a table has:
// of two exports that follow one another, each cell that moves into its next band tells that the
// group has grown by one. So of each cell at least as many values remain possible as the threshold,
// in one export and in two (tests/analysis/export_test.cpp asks every value of every cell).
#pragma once

#include "analysis/report/audit_report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

inline constexpr int default_suppression = 11; // statistics A13: CMS

inline constexpr int most_cells = 7; // of one table

constexpr int band_width(int threshold) {
    return threshold + most_cells;
}

// [lower, upper], as wide as band_width.
struct CountBand {
    int lower = 0;
    int upper = 0;

    friend bool operator==(const CountBand&, const CountBand&) = default;
};

CountBand band_of(int count, int threshold);

struct ExportCell {
    std::string name;
    CountBand band;
};

// Parts of one group of patients: they add up to it, and there are three to `most_cells`, so that
// two never give away the third.
struct ExportTable {
    std::string title;
    std::string group; // "HAE", "HACE"; "all" for the flow
    std::vector<ExportCell> cells;
    std::string param; // of a yes or no outcome ("DC"), with the cells yes, no, not evaluable
};

// A rate tells how many events there were, since the group is known by its band: rates are tenths,
// of which the outermost stand for all beyond, and groups of fewer than this many bands have none.
// Then of each number of events as many values remain as the threshold.
inline constexpr int bands_of_a_curve = 5;

// The rate as the export tells it: 0.1 (below 0.15), 0.2 ... 0.8, 0.9 (from 0.85).
double told_rate(double rate);

// One point of a curve, at whole years: that a point is shown depends on the size of the group
// alone, which its band tells anyway.
struct ExportPoint {
    int month = 0;
    double survival = 1; // told_rate
    CountBand at_risk;
};

struct ExportCurve {
    std::string endpoint; // "PFS", "OS", "HPFS"
    std::string group;
    std::vector<ExportPoint> points; // empty: too few patients
    std::optional<int> median_month; // to half a year
};

struct ExportReport {
    int threshold = default_suppression;
    std::string software_version;
    std::string rules_version;
    std::string intended_use_en;
    std::string intended_use_fr;
    std::string citation;
    std::vector<ExportTable> tables;
    std::vector<ExportCurve> curves;
};

// `threshold` at least 1.
ExportReport make_export(const AuditReport& report, int threshold);

std::string export_json(const ExportReport& report);
std::string export_html(const ExportReport& report);

} // namespace embolink
