#include "connector/cli/candidates_file.hpp"

#include "connector/core/output_file.hpp"
#include "connector/pull/csv_rows.hpp"

namespace embolink {
namespace {

// A spreadsheet would take a report that begins so for a formula.
std::string as_text(const std::string& cell) {
    const bool formula =
        !cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != std::string_view::npos;
    return formula ? "'" + cell : cell;
}

} // namespace

void write_candidates(const std::string& path,
                      const std::vector<OpenItem>& items,
                      TextColumn text) {
    OutputFile file(path);
    std::vector<std::string> header = {"patient",
                                       "date",
                                       "reference",
                                       "kind",
                                       "proposed",
                                       "decision",
                                       "reader",
                                       "reason",
                                       "decided_at",
                                       "withdrawn"};
    if (text == TextColumn::write) {
        header.push_back("text");
    }
    file.write(csv_line(header));
    for (const OpenItem& item : items) {
        std::vector<std::string> cells = {item.patient,
                                          item.date ? to_iso(*item.date) : "",
                                          item.reference,
                                          to_string(item.kind),
                                          item.proposed,
                                          "",
                                          "",
                                          "",
                                          "",
                                          ""};
        if (text == TextColumn::write) {
            cells.push_back(as_text(item.text));
        }
        file.write(csv_line(cells));
    }
    file.commit();
}

} // namespace embolink
