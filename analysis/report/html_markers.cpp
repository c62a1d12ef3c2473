// Tumour markers: at baseline, their best change, every value over time.
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

#include <cmath>

namespace embolink {

namespace {

std::string marker_table(const AuditReport& report) {
    Table table;
    table.caption = "Baseline markers as multiples of the upper limit of normal (ULN)";
    table.head = {cell("Marker"),
                  cell("Group"),
                  number_cell("Evaluable"),
                  number_cell("Above ULN"),
                  number_cell("Above 2 x"),
                  number_cell("Above 5 x"),
                  number_cell("Median, x ULN"),
                  cell("Not evaluable")};
    for (const MarkerResult& marker : report.markers) {
        std::string missing;
        for (const Counted& item : marker.not_evaluable) {
            missing += (missing.empty() ? "" : "; ") + std::to_string(item.count) + " " +
                       reason_words(item.name);
        }
        table.rows.push_back(
            {row_header(marker.name),
             cell(marker.group),
             number_cell(count_of(marker.evaluable, marker.n)),
             number_cell(std::to_string(marker.elevated)),
             number_cell(std::to_string(marker.elevated_2x)),
             number_cell(std::to_string(marker.elevated_5x)),
             number_cell(marker.median_multiple ? decimal(*marker.median_multiple, 1) : "n < 5"),
             cell(missing)});
    }
    return render_table(table);
}

std::string course_id(const MarkerCourse& course) {
    return course.name == "Chromogranin A" ? "cga" : "hiaa";
}

std::string change_table(const MarkerCourse& course) {
    Table table;
    table.caption = course.name + ": lowest value after treatment against baseline";
    table.head = {cell("Patient"),
                  cell("Arm"),
                  number_cell("Change"),
                  number_cell("Month"),
                  cell("Response (R7.4)")};
    for (const MarkerChange& change : course.changes) {
        table.rows.push_back({row_header(change.patient),
                              cell(change.arm),
                              number_cell(decimal(100 * change.change, 0) + " %"),
                              number_cell(months(change.days)),
                              cell(!change.response   ? "not evaluable"
                                   : *change.response ? "yes"
                                                      : "no")});
    }
    return render_table(table);
}

std::string values_table(const MarkerCourse& course) {
    Table table;
    table.caption = course.name + ": every value as a multiple of its upper limit of normal";
    table.head = {cell("Patient"), cell("Arm"), cell("Month: multiple of ULN")};
    for (const MarkerLine& line : course.lines) {
        std::string values;
        for (const MarkerPoint& point : line.points) {
            values += (values.empty() ? "" : "; ") + months(point.days) + ": " +
                      decimal(point.multiple, 1);
        }
        table.rows.push_back({row_header(line.patient), cell(line.arm), cell(values)});
    }
    return render_table(table);
}

std::string course_part(const AuditReport& report) {
    std::string waterfalls;
    std::string strands;
    std::string tables;
    for (const MarkerCourse& course : report.marker_courses) {
        if (!course.changes.empty()) {
            waterfalls += figure(waterfall_chart(course, "waterfall-" + course_id(course)));
            tables += details(course.name + ": changes in figures", change_table(course));
        }
        if (!course.lines.empty()) {
            strands += figure(spaghetti_chart(course, "course-" + course_id(course)));
            tables += details(course.name + ": every value", values_table(course));
        }
    }
    if (waterfalls.empty() && strands.empty()) {
        return note("Change and course of the markers need the timeline, or there is no value.");
    }
    return heading("Best change from baseline") +
           note("Values of one assay and unit only. A response is a value at or below half of an "
                "elevated baseline, from day 28 until a new therapy. A value known as a limit only "
                "can decide a response and has no bar.") +
           element("div", {{"class", "panels two"}}, waterfalls) + heading("Every value") +
           note("A line joins the values of one patient and one assay; multiples of one "
                "assay\u2019s "
                "upper limit do not compare with another\u2019s.") +
           element("div", {{"class", "panels two"}}, strands) + tables;
}

} // namespace

std::string marker_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "markers"}}, "Tumour markers");
    inner += note("In the trial, elevated urinary 5-HIAA and elevated chromogranin A at baseline "
                  "went with shorter progression-free survival; it gives no cut-off and no rate of "
                  "biochemical response.");
    inner += marker_table(report) + course_part(report);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
