#include "connector/http/retry.hpp"

#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <locale>
#include <sstream>
#include <string>

namespace embolink::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;
using Instant = std::chrono::time_point<system_clock, seconds>;

// No server means to wait 30 years: from here on a number is seconds since 1970, and a thousand
// times as much is milliseconds.
constexpr long long first_epoch_seconds = 1'000'000'000;
constexpr long long first_epoch_milliseconds = first_epoch_seconds * 1000;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<Instant> read_date(std::string_view text, const char* format) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    Instant instant;
    in >> date::parse(format, instant);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
        return std::nullopt;
    }
    return instant;
}

// Two digits that seem more than 50 years ahead mean the last century (RFC 9110 5.6.7).
Instant settle_century(Instant instant, system_clock::time_point now) {
    const date::sys_days day = date::floor<date::days>(instant);
    const date::year_month_day ymd(day);
    const date::year_month_day today(date::floor<date::days>(now));
    if (ymd.year() - date::years{50} > today.year()) {
        return date::sys_days(ymd - date::years{100}) + (instant - day);
    }
    return instant;
}

// The three forms of RFC 9110 5.6.7; a recipient must read all of them.
std::optional<Instant> read_http_date(std::string_view text, system_clock::time_point now) {
    if (const auto instant = read_date(text, "%a, %d %b %Y %H:%M:%S GMT")) {
        return instant;
    }
    // Without its weekday, which the library would check against a century not yet settled.
    const auto comma = std::min(text.find(','), text.size());
    if (const auto instant = read_date(text.substr(comma), ", %d-%b-%y %H:%M:%S GMT")) {
        return settle_century(*instant, now);
    }
    return read_date(text, "%a %b %e %H:%M:%S %Y");
}

// In milliseconds throughout: the system clock's nanoseconds end in the year 2262.
milliseconds until(std::chrono::time_point<system_clock, milliseconds> instant,
                   system_clock::time_point now) {
    return std::max(milliseconds{0}, instant - std::chrono::floor<milliseconds>(now));
}

std::optional<milliseconds> read_number(std::string_view text, system_clock::time_point now) {
    long long number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size() || number < 0 ||
        number >= first_epoch_milliseconds * 100) {
        return std::nullopt;
    }
    if (number >= first_epoch_milliseconds) {
        return until(std::chrono::time_point<system_clock, milliseconds>(milliseconds{number}),
                     now);
    }
    if (number >= first_epoch_seconds) {
        return until(Instant(seconds{number}), now);
    }
    return seconds{number};
}

} // namespace

std::optional<milliseconds> parse_retry_after(std::string_view text, system_clock::time_point now) {
    const std::string_view value = trimmed(text);
    if (const auto wait = read_number(value, now)) {
        return wait;
    }
    if (const auto instant = read_http_date(value, now)) {
        return until(*instant, now);
    }
    return std::nullopt;
}

std::optional<system_clock::time_point> parse_http_date(std::string_view text,
                                                        system_clock::time_point now) {
    // The system clock's nanoseconds end in the year 2262, a date's four digits do not.
    constexpr Instant last = std::chrono::floor<seconds>(system_clock::time_point::max());
    const auto instant = read_http_date(trimmed(text), now);
    return instant && *instant < last ? std::optional<system_clock::time_point>(*instant)
                                      : std::nullopt;
}

} // namespace embolink::http
