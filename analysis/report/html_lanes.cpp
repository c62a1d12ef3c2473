// Each patient: a lane in the picture and a row of the table that the curves lead to.
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

std::string marks_words(const Lane& lane) {
    std::string text;
    for (const LaneMark& mark : lane.marks) {
        text += (text.empty() ? "" : "; ") + months(mark.days) + " " +
                (mark.kind == "session" ? "session" : mark.text);
    }
    return text;
}

std::string patient_table(const AuditReport& report) {
    Table table;
    table.caption = "Patients of the analysis set, HAE and HACE; times in months";
    table.head = {cell("Patient"),
                  cell("Arm"),
                  number_cell("Progression-free"),
                  cell("Ended by"),
                  number_cell("Observed"),
                  cell("Alive"),
                  cell("Course, by month")};
    std::size_t number = 0;
    for (const Lane& lane : report.lanes) {
        table.row_ids.push_back("patient-" + std::to_string(++number));
        table.rows.push_back({row_header(lane.patient),
                              cell(lane.arm),
                              number_cell(lane.pfs_days ? months(*lane.pfs_days) : "\u2013"),
                              cell(reason_words(lane.pfs_reason)),
                              number_cell(months(lane.followed)),
                              cell(lane.died ? "died" : "yes"),
                              cell(marks_words(lane))});
    }
    return render_table(table);
}

bool has_arm(const AuditReport& report, const std::string& arm) {
    return std::any_of(report.lanes.begin(), report.lanes.end(), [&](const Lane& lane) {
        return lane.arm == arm;
    });
}

} // namespace

std::map<std::string, std::string> patient_anchors(const AuditReport& report) {
    std::map<std::string, std::string> anchors;
    std::size_t number = 0;
    for (const Lane& lane : report.lanes) {
        anchors[lane.patient] = "patient-" + std::to_string(++number);
    }
    return anchors;
}

std::string lanes_section(const AuditReport& report) {
    if (report.lanes.empty()) {
        return "";
    }
    std::string inner = text_element("h2", {{"id", "lanes"}}, "The course of each patient");
    inner += note("Thick: free of progression; thin: observed afterwards. The dashed line is month "
                  "24. An arrow at the end: alive when last known.");
    std::string pictures;
    for (const char* arm : {"HAE", "HACE"}) {
        if (has_arm(report, arm)) {
            pictures += figure(swimmer_chart(report.lanes, arm));
        }
    }
    inner += element("div", {{"class", "panels two"}}, pictures);
    const auto in_arm = [&](const std::string& arm) {
        return std::count_if(report.lanes.begin(), report.lanes.end(), [&](const Lane& lane) {
            return lane.arm == arm;
        });
    };
    if (std::max(in_arm("HAE"), in_arm("HACE")) > static_cast<std::ptrdiff_t>(most_lanes)) {
        inner += note("Of an arm with more than " + std::to_string(most_lanes) +
                      " patients, so many are drawn, evenly taken from the longest to the shortest "
                      "time.");
    }
    inner += details("Every patient in figures", patient_table(report));
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
