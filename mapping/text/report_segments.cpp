#include "mapping/text/report_segments.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 14> abbreviations = {"vs",
                                                            "ca",
                                                            "bzw",
                                                            "resp",
                                                            "cf",
                                                            "dr",
                                                            "prof",
                                                            "approx",
                                                            "fig",
                                                            "nr",
                                                            "incl",
                                                            "evtl",
                                                            "ggf",
                                                            "max"};
// A line of at least this length that ends without punctuation was wrapped by a machine.
constexpr std::size_t wrapped_length = 50;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_a_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

// Whether the point after `text` belongs to an abbreviation: one letter ("Z. n.") or a known one.
bool abbreviates(std::string_view text) {
    std::size_t begin = text.size();
    while (begin > 0 && !is_blank(text[begin - 1]) && text[begin - 1] != '.' &&
           text[begin - 1] != '(') {
        --begin;
    }
    std::string word;
    for (const char c : text.substr(begin)) {
        word += lower(c);
    }
    return (word.size() == 1 && !is_digit(word[0])) ||
           std::ranges::find(abbreviations, word) != abbreviations.end();
}

bool continues(std::string_view line, std::string_view next) {
    if (line.empty() || next.empty() ||
        std::string_view{".:;!?"}.find(line.back()) != std::string_view::npos) {
        return false;
    }
    const char first = next.front();
    if ((first >= 'a' && first <= 'z') || line.back() == ',') {
        return true;
    }
    const bool item = first == '-' || first == '*' || is_digit(first) || !((first | 0x20) >= 'a');
    const bool headed = next.substr(0, 40).find(':') != std::string_view::npos;
    return line.size() >= wrapped_length && !item && !headed;
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<ReportSegment> run() {
        for (at_ = 0; at_ < text_.size(); ++at_) {
            step();
        }
        finish('\n');
        return std::move(segments_);
    }

private:
    char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\n'; }

    char previous() const { return at_ > 0 ? text_[at_ - 1] : '\n'; }

    void step() {
        const char c = text_[at_];
        const bool spaced = is_blank(next()) || next() == '\n';
        const bool number = is_digit(previous()) && is_digit(next());
        if (c == '\n') {
            end_line();
        } else if (c == '.' && spaced && !abbreviates(current_)) {
            finish('.');
        } else if (c == ';' || c == '!') {
            finish('.');
        } else if ((c == ',' || c == ':') && !number) {
            finish(c);
        } else if (c == '(' || c == ')') {
            finish('(');
        } else if (c == '?') {
            finish('?');
        } else if (c == '-' && is_blank(previous()) && spaced) {
            finish(',');
        } else {
            current_ += c;
        }
    }

    void end_line() {
        const std::size_t end = text_.find('\n', at_ + 1);
        const std::string_view following = trimmed(text_.substr(
            at_ + 1, end == std::string_view::npos ? std::string_view::npos : end - at_ - 1));
        const std::size_t begin = at_ == 0 ? std::string_view::npos : text_.rfind('\n', at_ - 1);
        const std::size_t start = begin == std::string_view::npos ? 0 : begin + 1;
        const std::string_view line = trimmed(text_.substr(start, at_ - start));
        if (continues(line, following)) {
            current_ += ' ';
            return;
        }
        finish('\n');
        blank_line_ = blank_line_ || following.empty();
    }

    void finish(char mark) {
        const std::string_view text = trimmed(current_);
        if (std::ranges::none_of(text, is_of_a_word)) {
            // Two marks in a row: a line end or a question outweighs a comma.
            if (mark == '\n' || mark == '?') {
                before_ = mark;
            }
            if (!segments_.empty() && mark == '\n' && segments_.back().after == ',') {
                segments_.back().after = mark;
            }
        } else {
            segments_.push_back({std::string{text}, before_, mark, blank_line_});
            before_ = mark == '?' ? '.' : mark; // only a mark of its own asks about what follows
            blank_line_ = false;
        }
        current_.clear();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string current_;
    char before_ = '\n';
    bool blank_line_ = false;
    std::vector<ReportSegment> segments_;
};

} // namespace

std::vector<ReportSegment> split_report(std::string_view text) {
    return Splitter(text).run();
}

} // namespace embolink
