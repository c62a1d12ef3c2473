// Other published series, as context.
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

namespace embolink {

std::string context_section(const AuditReport& report) {
    Table table;
    table.caption = "Other published series (not compared with anything here)";
    table.head = {cell("Study"), cell("Design"), cell("Published figures"), cell("Source")};
    for (const PublishedSeries& study : report.comparators) {
        table.rows.push_back(
            {row_header(study.study), cell(study.design), cell(study.figures), cell(study.source)});
    }
    return element("section",
                   {},
                   text_element("h2", {{"id", "context"}}, "What others published") +
                       note("Other patients, other definitions, other times from other starts: "
                            "these figures show how wide the literature is, not where this "
                            "hospital stands.") +
                       render_table(table)) +
           "\n";
}

} // namespace embolink
