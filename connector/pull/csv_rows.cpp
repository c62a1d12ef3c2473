#include "connector/pull/csv_rows.hpp"

#include <algorithm>
#include <array>
#include <csv.h>

namespace embolink {
namespace {

// One parse; libcsv calls back for every cell and row.
class Parser {
public:
    explicit Parser(char separator) : separator_(separator) { start(); }

    ~Parser() { csv_free(&parser_); }

    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    // `line` with its newline.
    void feed(std::string_view line, std::size_t number) {
        if (row_line_ == 0) {
            row_line_ = number;
        }
        const std::size_t done = csv_parse(&parser_, line.data(), line.size(), cell, row, this);
        if (done < line.size()) {
            fault("a quote where none may stand");
            csv_free(&parser_);
            start();
            cells_.clear();
            row_line_ = 0;
        }
    }

    CsvTable finish() {
        if (csv_fini(&parser_, cell, row, this) != 0) {
            fault("a quoted cell that does not end; nothing behind it was read");
        }
        return std::move(table_);
    }

private:
    void start() {
        if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) {
            throw std::bad_alloc{};
        }
        csv_set_delim(&parser_, static_cast<unsigned char>(separator_));
    }

    void fault(const char* text) { table_.faults.push_back({row_line_, text}); }

    static void cell(void* content, std::size_t length, void* self) {
        static_cast<Parser*>(self)->cells_.emplace_back(static_cast<const char*>(content), length);
    }

    static void row(int, void* self) {
        auto& parser = *static_cast<Parser*>(self);
        const bool empty = std::ranges::all_of(
            parser.cells_, [](const std::string& text) { return text.empty(); });
        if (!empty) {
            parser.table_.rows.push_back({parser.row_line_, std::move(parser.cells_)});
        }
        parser.cells_.clear();
        parser.row_line_ = 0;
    }

    csv_parser parser_{};
    char separator_;
    std::vector<std::string> cells_;
    std::size_t row_line_ = 0; // 0: no row has begun
    CsvTable table_;
};

char separator_of(std::string_view first_line) {
    constexpr std::array<char, 3> known = {',', ';', '\t'};
    return *std::ranges::max_element(
        known, {}, [&](char separator) { return std::ranges::count(first_line, separator); });
}

} // namespace

CsvTable parse_csv(std::string_view text) {
    std::size_t number = 1;
    const auto line_at = [&](std::size_t at) {
        const std::size_t end = text.find('\n', at);
        return text.substr(at,
                           end == std::string_view::npos ? std::string_view::npos : end - at + 1);
    };
    std::size_t at = 0;
    std::string_view line = line_at(0);
    char separator = separator_of(line);
    if (line.starts_with("sep=") && line.size() > 4) { // Excel's own first line
        separator = line[4];
        at = line.size();
        ++number;
    }
    Parser parser(separator);
    for (; at < text.size(); at += line.size(), ++number) {
        line = line_at(at);
        parser.feed(line, number);
    }
    return parser.finish();
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) {
        std::string quoted(2 * cell.size() + 2, '\0');
        quoted.resize(csv_write(quoted.data(), quoted.size(), cell.data(), cell.size()));
        line += (line.empty() ? "" : ",") + quoted;
    }
    return line + "\n";
}

} // namespace embolink
