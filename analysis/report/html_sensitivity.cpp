// The same estimate read in other ways.
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

namespace embolink {

namespace {

std::string rate_cell(const SensitivityLine& line) {
    if (!line.range) {
        return rate_words(line.at_24, std::nullopt);
    }
    return percent(line.range->lower) == percent(line.range->upper) ? percent(line.range->lower)
                                                                    : percent_interval(*line.range);
}

std::string sensitivity_table(const AuditReport& report) {
    Table table;
    table.caption = "The same estimate read otherwise (sensitivity, no verdict)";
    table.stack = true;
    table.head = {cell("Reading and group"),
                  number_cell("Patients"),
                  number_cell("Events"),
                  number_cell("At risk"),
                  number_cell("Rate"),
                  number_cell("95 %"),
                  number_cell("p (A2)")};
    for (const SensitivityLine& line : report.sensitivity) {
        table.rows.push_back(
            {row_header(line.label + ", " + line.group),
             number_cell(std::to_string(line.n)),
             number_cell(std::to_string(line.events)),
             number_cell(std::to_string(line.at_24.at_risk)),
             number_cell(rate_cell(line)),
             number_cell(line.at_24.interval ? percent_interval(*line.at_24.interval) : "\u2013"),
             number_cell(line.test ? p_value(line.test->p) : "\u2013")});
    }
    return render_table(table);
}

} // namespace

std::string sensitivity_section(const AuditReport& report) {
    std::string inner =
        text_element("h2", {{"id", "sensitivity"}}, "Would another reading change the answer?");
    inner += note("The rate at 24 months, and the test against the trial under A2 without "
                  "correction, in other sets of patients, under other rules and with time counted "
                  "otherwise. Between two scans nobody knows the day of a progression: the "
                  "Turnbull estimate says which rates are possible and has no interval.");
    inner += report.sensitivity.empty()
                 ? paragraph("There is nothing that could be read otherwise.")
                 : sensitivity_table(report);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
