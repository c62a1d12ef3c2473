#include "analysis/report/json_values.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

using nlohmann::json;

namespace {

json toxicity_json(const ToxicityResult& result) {
    json grades = json::array();
    for (const GradeLine& line : result.grades) {
        grades.push_back({{"group", line.group},
                          {"version", line.version},
                          {"patients_by_grade_0_to_5", line.grades},
                          {"not_evaluable", line.not_evaluable}});
    }
    json terms = json::array();
    for (const ToxicityTerm& term : result.terms) {
        json arms = json::object();
        for (const auto& [arm, count] : term.grade3_by_arm) {
            arms[arm] = count;
        }
        terms.push_back({{"term", term.term},
                         {"patients_by_grade_1_to_5", term.grades},
                         {"grade3_by_arm", arms}});
    }
    return {{"worst_grade", grades}, {"terms", terms}};
}

json monitoring_json(const MonitoringResult& result) {
    return {{"expected", result.expected},
            {"odds_ratio", result.odds_ratio},
            {"limit", maybe(result.limit)},
            {"run_length_as_expected", maybe(result.run_length_as_expected)},
            {"run_length_doubled", maybe(result.run_length_doubled)},
            {"events", result.events},
            {"cusum", result.cusum},
            {"vlad", result.vlad},
            {"first_signal", maybe(result.first_signal)},
            {"why_not", text_or_null(result.why_not)}};
}

json marker_course_json(const MarkerCourse& course) {
    json changes = json::array();
    for (const MarkerChange& change : course.changes) {
        changes.push_back({{"patient", change.patient},
                           {"arm", change.arm},
                           {"change", change.change},
                           {"days", change.days},
                           {"response", maybe(change.response)}});
    }
    json lines = json::array();
    for (const MarkerLine& line : course.lines) {
        json points = json::array();
        for (const MarkerPoint& point : line.points) {
            points.push_back(json::array({point.days, point.multiple}));
        }
        lines.push_back({{"patient", line.patient}, {"arm", line.arm}, {"points", points}});
    }
    return {{"marker", course.name},
            {"changes", changes},
            {"lines", lines},
            {"without_change", course.without_change},
            {"without_line", course.without_line}};
}

json lane_json(const Lane& lane) {
    json marks = json::array();
    for (const LaneMark& mark : lane.marks) {
        marks.push_back({{"days", mark.days}, {"kind", mark.kind}, {"text", mark.text}});
    }
    return {{"patient", lane.patient},
            {"arm", lane.arm},
            {"followed_days", lane.followed},
            {"died", lane.died},
            {"pfs_days", maybe(lane.pfs_days)},
            {"progressed", lane.progressed},
            {"pfs_reason", lane.pfs_reason},
            {"marks", marks}};
}

json completeness_json(const CompletenessResult& result) {
    json rows = json::array();
    for (const CompletenessRow& row : result.rows) {
        json cells = json::array();
        for (const auto& [complete, patients] : row.cells) {
            cells.push_back(json::array({complete, patients}));
        }
        rows.push_back({{"element", row.element},
                        {"complete", row.complete},
                        {"patients", row.patients},
                        {"complete_of_patients_by_month", cells}});
    }
    return {{"months", result.months}, {"elements", rows}};
}

} // namespace

json course_json(const AuditReport& report) {
    json courses = json::array();
    for (const MarkerCourse& course : report.marker_courses) {
        courses.push_back(marker_course_json(course));
    }
    json lanes = json::array();
    for (const Lane& lane : report.lanes) {
        lanes.push_back(lane_json(lane));
    }
    return {{"toxicity", toxicity_json(report.toxicity)},
            {"monitoring_grade3", monitoring_json(report.monitoring)},
            {"marker_courses", courses},
            {"patients", lanes}};
}

json data_json(const AuditReport& report) {
    json months = json::array();
    for (const MonthCount& month : report.months) {
        months.push_back({{"month", month.month},
                          {"sessions_found", month.found},
                          {"other_rows", month.other},
                          {"counted_by_department", maybe(month.counted)}});
    }
    json causes = json::array();
    for (const QualityCause& cause : report.causes) {
        causes.push_back({{"cause", cause.cause},
                          {"area", cause.area},
                          {"owner", text_or_null(cause.owner)},
                          {"patients", cause.patients},
                          {"records", cause.records}});
    }
    json comparators = json::array();
    for (const PublishedSeries& study : report.comparators) {
        comparators.push_back({{"study", study.study},
                               {"design", study.design},
                               {"figures", study.figures},
                               {"source", study.source}});
    }
    return {{"embolizations_by_month", months},
            {"completeness", completeness_json(report.completeness)},
            {"causes", causes},
            {"comparators", comparators}};
}

} // namespace embolink
