// What may leave the department: no patient, no date, no count below the threshold and none that
// could be worked out. Every count is a band (bands.hpp), and no total is given. So of each cell at
// least as many values remain possible as the threshold, in one export and in two that follow one
// another, even for somebody who knows that one patient was added between them
// (tests/disclosure asks for the least and the greatest value of every cell, as linear programs).
#pragma once

#include "analysis/report/audit_report.hpp"
#include "analysis/report/bands.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

inline constexpr int default_suppression = 11; // statistics A13: CMS

struct ExportCell {
    std::string name;
    CountBand band;
};

// Parts of one group of patients: they add up to it, and there are at most `most_cells`; each, and
// the group, is told as a band.
struct ExportTable {
    std::string title;
    std::string group; // "HAE", "HACE"; "all" for the flow
    std::vector<ExportCell> cells;
    // Of a yes or no outcome: "DC" with the cells yes, no, not evaluable; others with yes, and no
    // or not evaluable.
    std::string param;
};

// A rate tells how many events there were, since the group is known by its band: rates are tenths,
// of which the outermost stand for all beyond, and only groups whose band begins at four steps or
// higher have any. Numbers at risk are not told beside them: a rate and two bands can meet in a
// corner that leaves few counts.
inline constexpr int first_place_of_a_curve = 5;
inline constexpr int first_place_of_a_point = 2; // at risk: at least one step

// The rate as the export tells it: 0.2 (below 0.25), 0.3 ... 0.8, 0.9 (from 0.85). Not lower than
// 0.2, since a lower rate of a step's patients at risk would tell how large the group must be.
double told_rate(double rate);

// One point of a curve, at whole years, as long as the band of those at risk allows.
struct ExportPoint {
    int month = 0;
    double survival = 1; // told_rate
};

struct ExportCurve {
    std::string endpoint; // "PFS", "OS", "HPFS"
    std::string group;
    CountBand patients;              // analysed, of the arm
    std::vector<ExportPoint> points; // empty: too few patients
    std::optional<int> median_month; // to half a year
};

struct ExportReport {
    int threshold = default_suppression;
    int step = 0; // of the bands
    std::string software_version;
    std::string rules_version;
    std::string intended_use_en;
    std::string intended_use_fr;
    std::string citation;
    std::vector<ExportTable> tables;
    std::vector<ExportCurve> curves;
};

// `threshold` at least 1.
ExportReport make_export(const AuditReport& report, int threshold, const std::string& secret);

std::string export_json(const ExportReport& report);
// `language`: "en", "fr".
std::string export_html(const ExportReport& report, const std::string& language);

} // namespace embolink
