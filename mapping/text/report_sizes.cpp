#include "mapping/text/report_sizes.hpp"

#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace embolink {

namespace {

constexpr double least_difference = 5.0; // mm, RECIST 1.1
constexpr double least_ratio = 0.2;
constexpr double rounding = 1e-6;
// No lesion has more digits; longer ones are numbers of something else.
constexpr std::size_t longest_number = 4;

struct Size {
    std::size_t begin = 0;
    std::size_t end = 0;
    double value = 0;
    bool in_centimetres = false;
    bool has_unit = false;
    bool former = false;
    bool current = false;

    double millimetres() const { return in_centimetres ? value * 10 : value; }
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_of_a_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_year(const Word& word) {
    return word.folded.size() == 4 && std::ranges::all_of(word.folded, is_digit) &&
           (word.folded.starts_with("19") || word.folded.starts_with("20"));
}

// Marks that part a word before them from a size behind.
bool parts(char c) {
    return c == ',' || c == '(' || c == ')' || c == ';';
}

class SizeReader {
public:
    SizeReader(std::string_view text, const ReportWords& words) : text_(text), words_(words) {}

    SizeChange run() {
        while (at_ < text_.size()) {
            take();
        }
        lend_units();
        std::erase_if(sizes_, [](const Size& size) { return !size.has_unit; });
        for (std::size_t i = 0; i <= sizes_.size(); ++i) {
            mark(i);
        }
        SizeChange worst = SizeChange::none;
        for (std::size_t i = 0; i + 1 < sizes_.size(); ++i) {
            const SizeChange one = change(sizes_[i], sizes_[i + 1]);
            worst = rank(one) > rank(worst) ? one : worst;
        }
        return worst;
    }

private:
    static int rank(SizeChange change) {
        switch (change) {
        case SizeChange::none:
            return 0;
        case SizeChange::same:
            return 1;
        case SizeChange::smaller:
            return 2;
        case SizeChange::larger_some:
            return 3;
        case SizeChange::larger:
            break;
        }
        return 4;
    }

    char behind(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

    void skip_blanks(std::size_t& at) const {
        while (behind(at) == ' ') {
            ++at;
        }
    }

    std::optional<double> number_at(std::size_t& at) const {
        std::size_t digits = 0;
        double value = 0;
        for (; is_digit(behind(at)); ++at, ++digits) {
            value = value * 10 + (text_[at] - '0');
        }
        if (digits == 0 || digits > longest_number) {
            return std::nullopt;
        }
        if ((behind(at) == '.' || behind(at) == ',') && is_digit(behind(at + 1))) {
            double weight = 0.1;
            for (++at; is_digit(behind(at)); ++at, weight /= 10) {
                value += weight * (text_[at] - '0');
            }
        }
        return value;
    }

    // "x" or the sign of multiplication, and a number behind it.
    bool goes_on_by(std::size_t& at) const {
        std::size_t next = at;
        skip_blanks(next);
        const bool sign = text_.substr(std::min(next, text_.size()), 2) == "\xC3\x97";
        if (!sign && behind(next) != 'x' && behind(next) != '*') {
            return false;
        }
        next += sign ? 2 : 1;
        skip_blanks(next);
        if (!is_digit(behind(next))) {
            return false;
        }
        at = next;
        return true;
    }

    // Behind the unit at that place, or the place itself.
    std::size_t after_unit(std::size_t at, Size& size) const {
        std::size_t next = at;
        skip_blanks(next);
        const std::string_view unit = text_.substr(std::min(next, text_.size()), 2);
        if ((unit != "mm" && unit != "cm") || is_of_a_word(behind(next + 2))) {
            return at;
        }
        size.has_unit = true;
        size.in_centimetres = unit == "cm";
        return next + 2;
    }

    void take() {
        if (!is_digit(text_[at_])) {
            ++at_;
            return;
        }
        // "T2", "03/2020"
        bool whole = at_ == 0 || !(is_of_a_word(text_[at_ - 1]) || text_[at_ - 1] == '/');
        Size size;
        size.begin = at_;
        do {
            const auto number = number_at(at_);
            whole = whole && number.has_value();
            size.value = std::max(size.value, number.value_or(0));
            at_ = after_unit(at_, size);
        } while (goes_on_by(at_));
        size.end = at_;
        if (whole && behind(at_) != '/') {
            sizes_.push_back(size);
        }
    }

    std::string_view between(std::size_t begin, std::size_t end) const {
        return text_.substr(begin, end - begin);
    }

    // "from 20 to 31 mm": one word of ours stands between.
    void lend_units() {
        for (std::size_t i = 0; i + 1 < sizes_.size(); ++i) {
            const Size& next = sizes_[i + 1];
            if (sizes_[i].has_unit || !next.has_unit) {
                continue;
            }
            const auto inner = split_words(between(sizes_[i].end, next.begin));
            if (inner.size() == 1 && words_.size_word_at(inner, 0).length == 1) {
                sizes_[i].has_unit = true;
                sizes_[i].in_centimetres = next.in_centimetres;
            }
        }
    }

    // The words before size `i` (after the last one for i = count) belong to it, unless a comma or
    // bracket parts them: then they belong to the size before. The word nearest to a size counts.
    void mark(std::size_t i) {
        const std::size_t begin = i == 0 ? 0 : sizes_[i - 1].end;
        const std::size_t end = i == sizes_.size() ? text_.size() : sizes_[i].begin;
        const std::string_view inner = between(begin, end);
        const auto first = std::ranges::find_if(inner, parts);
        const auto last = std::find_if(inner.rbegin(), inner.rend(), parts).base();
        const bool parted = first != inner.end();
        if (i > 0 && (parted || i == sizes_.size())) {
            const auto length = static_cast<std::size_t>(first - inner.begin());
            mark_by(sizes_[i - 1], inner.substr(0, length), false, i > 1);
        }
        if (i < sizes_.size()) {
            const auto from = parted ? static_cast<std::size_t>(last - inner.begin()) : 0;
            mark_by(sizes_[i], inner.substr(from), true, i > 0 && parted);
        }
    }

    void mark_by(Size& size, std::string_view inner, bool last_counts, bool may_be_dated) {
        const auto inner_words = split_words(inner);
        const bool dated = may_be_dated && std::ranges::any_of(inner_words, is_year);
        std::optional<SizeWord> nearest;
        for (std::size_t at = 0; at < inner_words.size();) {
            const auto match = words_.size_word_at(inner_words, at);
            if (match.length > 0 && match.word != SizeWord::becomes && (last_counts || !nearest)) {
                nearest = match.word;
            }
            at += std::max<std::size_t>(match.length, 1);
        }
        if (!nearest && dated) {
            nearest = SizeWord::former; // "(25 mm in 03/2020)"
        }
        if (nearest && !size.former && !size.current) {
            size.former = *nearest == SizeWord::former;
            size.current = *nearest == SizeWord::current;
        }
    }

    static SizeChange change(const Size& first, const Size& second) {
        const bool second_is_former = second.former && !first.former;
        const bool first_is_former =
            !second.former && (first.former || (second.current && !first.current));
        if (!first_is_former && !second_is_former) {
            return SizeChange::none;
        }
        const double now = (second_is_former ? first : second).millimetres();
        const double before = (second_is_former ? second : first).millimetres();
        const double difference = now - before;
        const bool by_length = std::abs(difference) >= least_difference - rounding;
        const bool by_ratio = std::abs(difference) >= least_ratio * before - rounding;
        if (!by_length && !by_ratio) {
            return SizeChange::same;
        }
        if (difference < 0) {
            return SizeChange::smaller;
        }
        return by_length && by_ratio ? SizeChange::larger : SizeChange::larger_some;
    }

    std::string_view text_;
    const ReportWords& words_;
    std::size_t at_ = 0;
    std::vector<Size> sizes_;
};

} // namespace

SizeChange read_size_change(std::string_view sentence, const ReportWords& words) {
    return SizeReader(sentence, words).run();
}

} // namespace embolink
