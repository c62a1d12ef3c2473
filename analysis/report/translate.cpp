// Numbers are taken out of a text, what is left is looked up: whole, sentence by sentence, by a
// pattern, clause by clause. A French number has a decimal comma; versions, rule numbers and DOIs
// keep their points.
#include "analysis/report/translate.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace embolink {

namespace {

constexpr int deepest = 14;             // of phrases within phrases
constexpr std::size_t few_letters = 12; // a pattern with fewer fits too much to be tried early

bool is_digit(char byte) {
    return std::isdigit(static_cast<unsigned char>(byte)) != 0;
}

bool is_letter(char byte) {
    return std::isalpha(static_cast<unsigned char>(byte)) != 0;
}

// Anything to translate at all: three letters in a row.
bool has_words(const std::string& text) {
    int run = 0;
    for (const char byte : text) {
        run = is_letter(byte) ? run + 1 : 0;
        if (run == 3) {
            return true;
        }
    }
    return false;
}

bool is_list_of_patients(const std::string& text) {
    constexpr std::string_view patient = "Patient/";
    for (std::size_t at = 0; at < text.size();) {
        if (text.compare(at, patient.size(), patient) != 0) {
            return false;
        }
        const std::size_t space = text.find(' ', at);
        at = space == std::string::npos ? text.size() : space + 1;
    }
    return true;
}

// "12", "0.75", "1.0.0": from `at`, where a digit stands.
std::size_t end_of_number(const std::string& text, std::size_t at) {
    while (at < text.size() && (is_digit(text[at]) || (text[at] == '.' && at + 1 < text.size() &&
                                                       is_digit(text[at + 1])))) {
        ++at;
    }
    return at;
}

// "0.1.0", but not "0.1–0.2".
bool is_version(const std::string& number) {
    const std::size_t first = number.find('.');
    const std::size_t second = first == std::string::npos ? first : number.find('.', first + 1);
    return second != std::string::npos &&
           number.find("\u2013", first) >= second; // no dash between the two points
}

std::string with_comma(const std::string& number, char before, char after) {
    const bool no_decimal = is_letter(before) || before == '/' || before == '-' || before == '.' ||
                            after == '/' || is_version(number);
    std::string made = number;
    if (!no_decimal) {
        std::replace(made.begin(), made.end(), '.', ',');
    }
    return made;
}

// A sign or comparison belongs to its number: "−3", "+5", "<0.001".
std::size_t sign_length(const std::string& text, std::size_t at) {
    constexpr std::string_view minus = "\u2212";
    if (text.compare(at, minus.size(), minus) == 0) {
        return minus.size();
    }
    return text[at] == '+' || text[at] == '<' || text[at] == '>' ? 1 : 0;
}

// A range is one number: "23–46".
std::size_t end_of_range(const std::string& text, std::size_t at) {
    constexpr std::string_view dash = "\u2013";
    const std::size_t first = end_of_number(text, at);
    const std::size_t second = first + dash.size();
    const bool range = text.compare(first, dash.size(), dash) == 0 && second < text.size() &&
                       is_digit(text[second]);
    return range ? end_of_number(text, second) : first;
}

NumberedText numbered(const std::string& text) {
    NumberedText made;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t sign = sign_length(text, at);
        if (at + sign >= text.size() || !is_digit(text[at + sign])) {
            made.text += text[at++];
            continue;
        }
        const std::size_t end = end_of_range(text, at + sign);
        made.text += '#';
        made.numbers.push_back(with_comma(text.substr(at, end - at),
                                          at > 0 ? text[at - 1] : ' ',
                                          end < text.size() ? text[end] : ' '));
        at = end;
    }
    return made;
}

std::string filled(const std::string& text, const std::vector<std::string>& numbers) {
    std::string made;
    std::size_t next = 0;
    for (const char byte : text) {
        made += byte == '#' && next < numbers.size() ? numbers[next++] : std::string(1, byte);
    }
    return made;
}

std::vector<std::string> split_at_gaps(const std::string& text) {
    std::vector<std::string> literals;
    std::size_t start = 0;
    for (std::size_t gap = text.find("{}"); gap != std::string::npos;
         gap = text.find("{}", start)) {
        literals.push_back(text.substr(start, gap - start));
        start = gap + 2;
    }
    literals.push_back(text.substr(start));
    return literals;
}

using Gaps = std::vector<std::pair<std::size_t, std::size_t>>;

// Each gap as short as can be.
bool match(const std::vector<std::string>& literals,
           std::size_t index,
           const std::string& text,
           std::size_t at,
           Gaps& gaps) {
    if (index == literals.size()) {
        return at == text.size();
    }
    const std::string& literal = literals[index];
    if (literal.empty()) { // only the last one can be
        gaps.emplace_back(at, text.size());
        return at < text.size();
    }
    for (std::size_t found = text.find(literal, at + 1); found != std::string::npos;
         found = text.find(literal, found + 1)) {
        gaps.emplace_back(at, found);
        if (match(literals, index + 1, text, found + literal.size(), gaps)) {
            return true;
        }
        gaps.pop_back();
    }
    return false;
}

std::optional<Gaps> gaps_of(const std::vector<std::string>& literals, const std::string& text) {
    if (!text.starts_with(literals.front()) || !text.ends_with(literals.back())) {
        return std::nullopt;
    }
    Gaps gaps;
    return match(literals, 1, text, literals.front().size(), gaps) ? std::optional(gaps)
                                                                   : std::nullopt;
}

std::string_view joined_by(std::string_view separator) {
    return separator == "; "   ? "\u00a0; "
           : separator == ": " ? "\u00a0: "
           : separator == ". " ? " "
                               : ", ";
}

} // namespace

NumberedText NumberedText::part(std::size_t begin, std::size_t end) const {
    const auto number_at = [this](std::size_t place) {
        return std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(place), '#');
    };
    NumberedText made;
    made.text = text.substr(begin, end - begin);
    const auto last = std::min(number_at(end), static_cast<std::ptrdiff_t>(numbers.size()));
    for (auto i = number_at(begin); i < last; ++i) {
        made.numbers.push_back(numbers[static_cast<std::size_t>(i)]);
    }
    return made;
}

Phrases::Phrases(std::string_view catalogue) {
    const nlohmann::json list = nlohmann::json::parse(catalogue);
    for (const nlohmann::json& pair : list) {
        const std::string english = pair.at(0).get<std::string>();
        const std::string other = pair.at(1).get<std::string>();
        if (english.find("{}") == std::string::npos) {
            whole_[english] = other;
            continue;
        }
        Pattern pattern{split_at_gaps(english), other, 0};
        for (const std::string& literal : pattern.literals) {
            pattern.letters += literal.size();
        }
        patterns_.push_back(std::move(pattern));
    }
    std::stable_sort(patterns_.begin(), patterns_.end(), [](const auto& a, const auto& b) {
        return a.letters > b.letters;
    });
}

std::string Phrases::by_pattern(const NumberedText& text,
                                Which which,
                                int depth,
                                std::set<std::string>& unknown) const {
    for (const Pattern& pattern : patterns_) {
        const bool specific = pattern.letters >= few_letters;
        const auto gaps = specific == (which == Which::specific)
                              ? gaps_of(pattern.literals, text.text)
                              : std::nullopt;
        if (!gaps) {
            continue;
        }
        std::vector<std::string> numbers; // of the literals, in order
        std::vector<std::string> phrases;
        std::size_t at = 0;
        bool known = true;
        for (const auto& [begin, end] : *gaps) {
            const NumberedText gap = text.part(begin, end);
            known = known && (!has_words(gap.text) || whole_.contains(gap.text));
            const NumberedText literal = text.part(at, begin);
            numbers.insert(numbers.end(), literal.numbers.begin(), literal.numbers.end());
            phrases.push_back(gap.text);
            at = end;
        }
        if (which == Which::with_known_gaps && !known) {
            continue;
        }
        const NumberedText rest = text.part(at, text.text.size());
        numbers.insert(numbers.end(), rest.numbers.begin(), rest.numbers.end());
        std::string made;
        std::size_t number = 0;
        std::size_t phrase = 0;
        for (std::size_t i = 0; i < pattern.other.size(); ++i) {
            if (pattern.other[i] == '#' && number < numbers.size()) {
                made += numbers[number++];
            } else if (pattern.other.compare(i, 2, "{}") == 0 && phrase < gaps->size()) {
                const auto& [begin, end] = (*gaps)[phrase++];
                made += piece(text.part(begin, end), depth + 1, unknown);
                ++i;
            } else {
                made += pattern.other[i];
            }
        }
        return made;
    }
    return "";
}

std::string
Phrases::piece(const NumberedText& text, int depth, std::set<std::string>& unknown) const {
    const std::string& key = text.text;
    const auto found = whole_.find(key);
    if (found != whole_.end()) {
        return filled(found->second, text.numbers);
    }
    // Too short to be taken apart: "# of #."
    if (!has_words(key) && key.ends_with(".") && whole_.contains(key.substr(0, key.size() - 1))) {
        return filled(whole_.at(key.substr(0, key.size() - 1)), text.numbers) + ".";
    }
    if (!has_words(key) || is_list_of_patients(key)) {
        return filled(key, text.numbers);
    }
    const auto apart = [&](std::string_view separator) -> std::string {
        const std::size_t at = key.find(separator);
        if (at == std::string::npos) {
            return "";
        }
        const std::size_t end = separator == ". " ? at + 1 : at; // a sentence keeps its point
        return piece(text.part(0, end), depth + 1, unknown) + std::string(joined_by(separator)) +
               piece(text.part(at + separator.size(), key.size()), depth, unknown);
    };
    std::string made = depth > deepest ? "" : apart(". ");
    for (const Which which : {Which::specific, Which::with_known_gaps}) {
        if (made.empty() && depth <= deepest) {
            made = by_pattern(text, which, depth, unknown);
        }
    }
    for (const std::string_view separator : {"; ", ": ", ", "}) {
        made = made.empty() && depth <= deepest ? apart(separator) : made;
    }
    if (made.empty() && key.size() > 1 && key.ends_with(".")) {
        made = piece(text.part(0, key.size() - 1), depth, unknown) + ".";
    }
    if (made.empty() && depth <= deepest) {
        made = by_pattern(text, Which::general, depth, unknown);
    }
    if (made.empty()) {
        unknown.insert(filled(key, text.numbers));
        made = filled(key, text.numbers);
    }
    return made;
}

std::string Phrases::translated(const std::string& text, std::set<std::string>& unknown) const {
    return piece(numbered(text), 0, unknown);
}

} // namespace embolink
