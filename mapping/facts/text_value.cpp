#include "mapping/facts/text_value.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

// Longest first, so that "<=" is not read as "<".
constexpr std::array<std::pair<std::string_view, Comparator>, 14> comparators = {{
    {"less than", Comparator::less},
    {"greater than", Comparator::greater},
    {"more than", Comparator::greater},
    {"\u2264", Comparator::less_or_equal},
    {"\u2265", Comparator::greater_or_equal},
    {"<=", Comparator::less_or_equal},
    {">=", Comparator::greater_or_equal},
    {"LE ", Comparator::less_or_equal},
    {"GE ", Comparator::greater_or_equal},
    {"LT ", Comparator::less},
    {"GT ", Comparator::greater},
    {"<", Comparator::less},
    {">", Comparator::greater},
    {"=", Comparator::none},
}};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Blanks of every width become plain ones, so that the rest can be read byte by byte.
std::string plain_blanks(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size();) {
        bool replaced = false;
        for (const std::string_view wide : {"\u00A0", "\u202F", "\u2009", "\t"}) {
            if (text.substr(at).starts_with(wide)) {
                plain += ' ';
                at += wide.size();
                replaced = true;
                break;
            }
        }
        if (!replaced) {
            plain += text[at++];
        }
    }
    return plain;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    return text;
}

// Whether `text` from `at` on is exactly `groups` of the separator and three digits, up to `end`.
bool grouped(std::string_view text, std::size_t at, std::size_t end, char separator) {
    if (at == 0 || at > 3) {
        return false;
    }
    for (; at < end; at += 4) {
        if (end - at < 4 || text[at] != separator || !is_digit(text[at + 1]) ||
            !is_digit(text[at + 2]) || !is_digit(text[at + 3])) {
            return false;
        }
    }
    return true;
}

std::string without(std::string_view text, char separator) {
    std::string kept{text};
    std::erase(kept, separator);
    return kept;
}

// The whole part, with its thousands taken together.
std::optional<std::string> whole_part(std::string_view text, char forbidden) {
    for (const char separator : {' ', '.', ',', '\''}) {
        const std::size_t first = text.find(separator);
        if (first == std::string_view::npos) {
            continue;
        }
        if (separator == forbidden || !grouped(text, first, text.size(), separator)) {
            return std::nullopt;
        }
        return without(text, separator);
    }
    return std::string{text};
}

// How much of the text is the number: digits, and marks that stand between two digits.
std::size_t number_length(std::string_view text) {
    std::size_t end = text.starts_with('-') ? 1 : 0;
    while (end < text.size()) {
        if (is_digit(text[end])) {
            ++end;
            continue;
        }
        const bool mark = text[end] == '.' || text[end] == ',' || text[end] == '\'';
        // A blank groups thousands only before exactly three digits.
        const bool group = text[end] == ' ' && text.size() - end > 3 && is_digit(text[end + 1]) &&
                           is_digit(text[end + 2]) && is_digit(text[end + 3]) &&
                           (text.size() - end == 4 || !is_digit(text[end + 4]));
        if (end == 0 || !(mark || group) || end + 1 == text.size() || !is_digit(text[end + 1])) {
            break;
        }
        ++end;
    }
    return end;
}

} // namespace

std::optional<Decimal> parse_written_number(std::string_view text) {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::string_view digits = text.substr(sign);
    if (digits.empty() || !is_digit(digits.front())) {
        return std::nullopt;
    }
    const std::size_t mark = digits.find_last_of(".,");
    std::string whole{digits};
    std::string fraction;
    if (mark != std::string_view::npos) {
        const char separator = digits[mark];
        const std::string_view after = digits.substr(mark + 1);
        const bool several = digits.find(separator) != mark;
        const bool other_before =
            digits.substr(0, mark).find_first_of("., '") != std::string_view::npos;
        // "1,234" alone may be 1.234 or 1234; "0,123" and "1.234" (FHIR's own form) may not.
        if (separator == ',' && after.size() == 3 && !other_before && digits.front() != '0' &&
            mark <= 3) {
            return std::nullopt;
        }
        if (!several) {
            whole = digits.substr(0, mark);
            fraction = after;
        }
        const auto joined = whole_part(whole, several ? '\0' : separator);
        if (!joined) {
            return std::nullopt;
        }
        whole = *joined;
    } else if (const auto joined = whole_part(whole, '\0')) {
        whole = *joined;
    } else {
        return std::nullopt;
    }
    const std::size_t first = std::min(whole.find_first_not_of('0'), whole.size());
    whole = first == whole.size() ? "0" : whole.substr(first);
    return parse_decimal((sign > 0 ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction));
}

std::optional<TextValue> parse_text_value(std::string_view text) {
    const std::string plain = plain_blanks(text);
    std::string_view rest = trimmed(plain);
    TextValue parsed;
    for (const auto& [written, comparator] : comparators) {
        if (rest.starts_with(written)) {
            parsed.comparator = comparator;
            rest = trimmed(rest.substr(written.size()));
            break;
        }
    }
    const std::size_t length = number_length(rest);
    const auto number = parse_written_number(rest.substr(0, length));
    if (length == 0 || !number) {
        return std::nullopt;
    }
    parsed.value = *number;
    const std::string_view unit = trimmed(rest.substr(length));
    // "10-20", "5 +/- 1", "12 (high)": more than a number and a unit. "mg/(24.h)" is a unit.
    const std::size_t bracket = unit.find('(');
    const bool remark =
        bracket != std::string_view::npos && (bracket == 0 || unit[bracket - 1] != '/');
    const bool more = remark || unit.find_first_of("-+<>=;") != std::string_view::npos ||
                      unit.starts_with('.') || unit.starts_with(',');
    if (more) {
        return std::nullopt;
    }
    parsed.unit = unit;
    return parsed;
}

} // namespace embolink
