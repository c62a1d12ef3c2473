#include "connector/pull/decision_file.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/pull/byte_source.hpp"
#include "connector/pull/csv_rows.hpp"
#include "mapping/fhir/text_bytes.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

namespace embolink {
namespace {

constexpr std::size_t largest_file = std::size_t{64} * 1024 * 1024;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(ErrorKind::input,
                what,
                path,
                "give the list that `embolink derive --candidates` wrote, filled in and saved as "
                "CSV, or NDJSON of decisions");
}

std::string read_whole(ByteSource& source, const std::string& path) {
    std::string bytes;
    while (source.append_to(bytes)) {
        if (bytes.size() > largest_file) {
            refuse(path, "too large for a list of decisions");
        }
    }
    if (!source.fault().empty()) {
        refuse(path, source.fault());
    }
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        refuse(path, "text in UTF-16");
    }
    return to_utf8(bytes);
}

// "Decided at" -> "decided_at"
std::string column_name(const std::string& header) {
    std::string name = fold(header);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name;
}

class FileReader {
public:
    FileReader(const std::string& path, DecisionFile& file)
        : path_(path),
          name_(path == "-" ? "standard input" : std::filesystem::path(path).filename().string()),
          file_(file) {}

    void read_json(const std::string& text) {
        std::istringstream lines(text);
        std::size_t number = 0;
        for (std::string line; std::getline(lines, line);) {
            ++number;
            if (line.find_first_not_of(" \t\r") == std::string::npos) {
                continue;
            }
            auto row = decision_row_from_json(line, place(number));
            if (auto* issue = std::get_if<Issue>(&row)) {
                file_.issues.push_back(std::move(*issue));
            } else {
                take(std::get<DecisionRow>(row));
            }
        }
    }

    void read_table(const std::string& text) {
        const CsvTable table = parse_csv(text);
        for (const CsvFault& fault : table.faults) {
            report(fault.line, fault.text + "; the row is left out");
        }
        if (table.rows.empty()) {
            return;
        }
        const std::vector<std::string> columns = columns_of(table.rows.front());
        for (auto row = table.rows.begin() + 1; row != table.rows.end(); ++row) {
            if (row->cells.size() > columns.size()) {
                report(row->line, "more cells than columns; the row is left out");
                continue;
            }
            DecisionRow decision{place(row->line), {}};
            for (std::size_t i = 0; i < row->cells.size(); ++i) {
                decision.cells.emplace(columns[i], row->cells[i]);
            }
            take(decision);
        }
    }

private:
    std::string place(std::size_t line) const { return name_ + ":" + std::to_string(line); }

    void report(std::size_t line, std::string text) {
        file_.issues.push_back({Severity::error,
                                IssueCode::structure,
                                "Adjudication",
                                place(line),
                                "",
                                std::move(text),
                                ""});
    }

    std::vector<std::string> columns_of(const CsvRow& header) const {
        std::vector<std::string> columns;
        for (const std::string& cell : header.cells) {
            columns.push_back(column_name(cell));
        }
        const std::set<std::string> names(columns.begin(), columns.end());
        const bool decides = names.count("decision") + names.count("value") > 0;
        if (names.count("patient") == 0 || names.count("kind") == 0 || !decides) {
            refuse(path_, "no columns \"patient\", \"kind\" and \"decision\" in the first line");
        }
        return columns;
    }

    void take(const DecisionRow& row) {
        ReadDecision read =
            read_decision(row, [](const std::string& text) { return sha256_hex(text); });
        if (!read.issue && !read.decision) {
            ++file_.undecided;
        }
        if (read.issue) {
            file_.issues.push_back(std::move(*read.issue));
        }
        if (read.decision) {
            file_.decisions.push_back(std::move(*read.decision));
        }
    }

    const std::string& path_;
    std::string name_;
    DecisionFile& file_;
};

} // namespace

DecisionFile read_decision_file(const std::string& path) {
    DecisionFile file;
    ByteSource source(path);
    const std::string text = read_whole(source, path);
    file.digest = {path == "-" ? "standard input" : std::filesystem::path(path).filename().string(),
                   source.sha256()};
    FileReader reader(path, file);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) {
        return file;
    }
    if (text[first] == '{') {
        reader.read_json(text);
    } else {
        reader.read_table(text);
    }
    return file;
}

} // namespace embolink
