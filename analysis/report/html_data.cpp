// How much of the department's work is in the data, and how complete each element is.
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

namespace embolink {

namespace {

std::string months_table(const std::vector<MonthCount>& months) {
    Table table;
    table.caption = "Embolizations by month, all candidates";
    table.head = {cell("Month"),
                  number_cell("Sessions found"),
                  number_cell("Rows that make no session"),
                  number_cell("Counted by the department")};
    for (const MonthCount& month : months) {
        table.rows.push_back(
            {row_header(month.month),
             number_cell(std::to_string(month.found)),
             number_cell(std::to_string(month.other)),
             number_cell(month.counted ? std::to_string(*month.counted) : "\u2013")});
    }
    return render_table(table);
}

std::string ascertainment_words(const std::vector<MonthCount>& months) {
    int found = 0;
    int counted = 0;
    int fewer = 0;
    bool any = false;
    for (const MonthCount& month : months) {
        if (month.counted) {
            any = true;
            found += month.found;
            counted += *month.counted;
            fewer += month.found < *month.counted ? 1 : 0;
        }
    }
    if (!any) {
        return "The site file gives no count of the department (procedure_counts), so nobody can "
               "say how many embolizations are missing here.";
    }
    return "In the months that the department counted it made " + std::to_string(counted) +
           " embolizations, and " + std::to_string(found) + " sessions are in the data; " +
           plural(fewer, "month has", "months have") + " fewer than were counted.";
}

std::string complete_table(const CompletenessResult& result) {
    Table table;
    table.caption = "Complete of patients, by month of the first session";
    table.head = {cell("Element"), number_cell("All")};
    for (const std::string& month : result.months) {
        table.head.push_back(number_cell(month));
    }
    for (const CompletenessRow& row : result.rows) {
        std::vector<Cell> cells = {row_header(row.element),
                                   number_cell(count_of(row.complete, row.patients))};
        for (const auto& [complete, patients] : row.cells) {
            cells.push_back(number_cell(
                patients == 0 ? "" : std::to_string(complete) + "/" + std::to_string(patients)));
        }
        table.rows.push_back(cells);
    }
    return render_table(table);
}

} // namespace

std::string data_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "data"}}, "How much of it is in the data");
    std::string pictures;
    std::string tables;
    if (!report.months.empty()) {
        pictures += figure(months_chart(report.months), ascertainment_words(report.months));
        tables += details("Embolizations by month, in figures", months_table(report.months));
    }
    if (!report.completeness.rows.empty()) {
        pictures += figure(completeness_chart(report.completeness),
                           "Analysis set, all arms; months are taken together when there are many. "
                           "White: no patient in that time.");
        tables += details("Completeness by month, in figures", complete_table(report.completeness));
    }
    if (pictures.empty()) {
        return "";
    }
    inner += element("div", {{"class", "panels two"}}, pictures) + tables;
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
