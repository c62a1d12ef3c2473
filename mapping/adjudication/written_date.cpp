#include "mapping/adjudication/written_date.hpp"

#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace embolink {

namespace {

struct MonthName {
    std::string_view begins; // folded; a longer word that begins so is the month, too
    unsigned month;
};

constexpr std::array<MonthName, 18> months = {{
    {"jan", 1},
    {"feb", 2},
    {"fev", 2},
    {"mar", 3},
    {"apr", 4},
    {"avr", 4},
    {"mai", 5},
    {"may", 5},
    {"juin", 6},
    {"jun", 6},
    {"juil", 7},
    {"jul", 7},
    {"aug", 8},
    {"aou", 8},
    {"sep", 9},
    {"okt", 10},
    {"oct", 10},
    {"nov", 11},
}};

unsigned month_named(std::string_view word) {
    if (word.starts_with("maerz") || word.starts_with("mrz")) {
        return 3;
    }
    if (word.starts_with("dec") || word.starts_with("dez")) {
        return 12;
    }
    const auto found = std::ranges::find_if(
        months, [&](const MonthName& name) { return word.starts_with(name.begins); });
    return found == months.end() ? 0 : found->month;
}

bool is_number(std::string_view word) {
    return !word.empty() && word.size() <= 4 &&
           std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

int number_of(std::string_view word) {
    int number = 0;
    for (const char c : word) {
        number = number * 10 + (c - '0');
    }
    return number;
}

std::optional<Date> date_of(int year, int month, int day) {
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    return date.ok() ? std::optional{Date{date}} : std::nullopt;
}

// Three numbers, year last. With points the day is first; with slashes or dashes only where one of
// them can be no month, or both are the same.
std::optional<Date> date_of_numbers(const std::vector<std::string>& words, bool points) {
    if (words[2].size() != 4) {
        return std::nullopt;
    }
    const int first = number_of(words[0]);
    const int second = number_of(words[1]);
    const int year = number_of(words[2]);
    const bool ambiguous = !points && first <= 12 && second <= 12 && first != second;
    if (ambiguous) {
        return std::nullopt;
    }
    return points || second <= 12 ? date_of(year, second, first) : date_of(year, first, second);
}

// A named month, and the day on either side of it: "8 mai 2020", "May 8, 2020".
std::optional<Date> date_of_names(const std::vector<std::string>& words) {
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
        const unsigned month = month_named(words[at]);
        const std::string& day = words[1 - at];
        if (month != 0 && is_number(day) && words[2].size() == 4) {
            return date_of(number_of(words[2]), static_cast<int>(month), number_of(day));
        }
    }
    return std::nullopt;
}

// "14 30", "14 30 05", "2 30 pm" after the date; nullopt: something else.
std::optional<std::int64_t> seconds_of(const std::vector<std::string>& words) {
    std::vector<int> numbers;
    bool afternoon = false;
    bool halves = false;
    for (std::size_t i = 3; i < words.size(); ++i) {
        if (words[i] == "am" || words[i] == "pm") {
            halves = true;
            afternoon = words[i] == "pm";
        } else if (is_number(words[i]) && !halves) {
            numbers.push_back(number_of(words[i]));
        } else if (words[i] != "h" && words[i] != "uhr") {
            return std::nullopt;
        }
    }
    numbers.resize(std::max<std::size_t>(numbers.size(), 3));
    if (numbers.size() > 3 || numbers[0] > 23 || numbers[1] > 59 || numbers[2] > 59 ||
        (halves && (numbers[0] < 1 || numbers[0] > 12))) {
        return std::nullopt;
    }
    const int hour = halves ? numbers[0] % 12 + (afternoon ? 12 : 0) : numbers[0];
    return std::int64_t{hour} * 3600 + numbers[1] * 60 + numbers[2];
}

} // namespace

std::optional<WrittenDate> parse_written_date(std::string_view text) {
    if (const auto iso = parse_partial_date(text, {}); iso && iso->to_the_day()) {
        const std::int64_t day = std::int64_t{iso->first.time_since_epoch().count()} * 86400;
        return WrittenDate{iso->first, iso->utc_seconds.value_or(day)};
    }
    std::vector<std::string> words;
    for (Word& word : split_words(text)) {
        words.push_back(std::move(word.folded));
    }
    if (words.size() < 3) {
        return std::nullopt;
    }
    std::optional<Date> date;
    if (is_number(words[0]) && is_number(words[1]) && is_number(words[2])) {
        const bool year_first = words[0].size() == 4; // "2020-05-08 10:00", "2020/05/08"
        date = year_first
                   ? date_of(number_of(words[0]), number_of(words[1]), number_of(words[2]))
                   : date_of_numbers(words, text.substr(0, 6).find('.') != std::string_view::npos);
    } else {
        date = date_of_names(words);
    }
    const auto seconds = seconds_of(words);
    if (!date || !seconds) {
        return std::nullopt;
    }
    return WrittenDate{*date, std::int64_t{date->time_since_epoch().count()} * 86400 + *seconds};
}

} // namespace embolink
