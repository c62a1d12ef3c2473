// CSV as spreadsheets save it (RFC 4180, and what Excel makes of it): commas, semicolons or tabs,
// quoted cells with line breaks, byte order mark, CRLF, a first line "sep=;". Parsed by libcsv.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

struct CsvRow {
    std::size_t line = 0; // where it begins, from 1
    std::vector<std::string> cells;
};

struct CsvFault {
    std::size_t line = 0; // where the row begins
    std::string text;
};

struct CsvTable {
    std::vector<CsvRow> rows; // the header first; empty lines left out
    std::vector<CsvFault> faults;
};

// `text` is UTF-8. The separator is the one of these that stands most often in the first line.
CsvTable parse_csv(std::string_view text);

// One row, every cell quoted, with a newline.
std::string csv_line(const std::vector<std::string>& cells);

} // namespace embolink
