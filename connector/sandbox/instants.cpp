#include "connector/sandbox/instants.hpp"

#include "mapping/fhir/partial_date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace embolink::sandbox {
namespace {

constexpr Instant second_ms = 1'000;
constexpr Instant minute_ms = 60 * second_ms;
constexpr Instant day_ms = 24 * 60 * minute_ms;

Interval whole_days(const PartialDate& date) {
    return {date.first.time_since_epoch().count() * day_ms,
            (date.last.time_since_epoch().count() + 1) * day_ms - 1};
}

// `clock` is "hh:mm[:ss[.f]]"; adds what the seconds do not tell.
Interval within_second(Instant second, std::string_view clock) {
    const Instant first = second * second_ms;
    const auto dot = clock.find('.');
    if (dot == std::string_view::npos) {
        const bool to_the_second = std::count(clock.begin(), clock.end(), ':') == 2;
        return {first, first + (to_the_second ? second_ms : minute_ms) - 1};
    }
    Instant fraction = 0;
    Instant width = second_ms;
    for (std::size_t i = dot + 1; i < clock.size() && width > 1; ++i) {
        fraction = fraction * 10 + (clock[i] - '0');
        width /= 10;
    }
    return {first + fraction * width, first + (fraction + 1) * width - 1};
}

struct CivilTime {
    std::chrono::year_month_day date;
    std::chrono::weekday weekday;
    int hour, minute, second, millisecond;
};

CivilTime civil(Instant instant) {
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds{instant}};
    const sys_days day = floor<days>(time);
    const hh_mm_ss<milliseconds> clock{time - day};
    return {year_month_day{day},
            weekday{day},
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count())};
}

} // namespace

Instant to_instant(std::chrono::system_clock::time_point time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::optional<Interval> parse_interval(std::string_view text) {
    const auto t = text.find('T');
    if (t == std::string_view::npos) {
        const std::optional<PartialDate> date = parse_partial_date(text, {});
        return date ? std::optional(whole_days(*date)) : std::nullopt;
    }
    std::string zoned(text);
    std::replace(zoned.begin(), zoned.end(), ' ', '+');
    auto zone = zoned.find_first_of("Z+-", t);
    if (zone == std::string::npos) {
        zone = zoned.size();
        zoned += 'Z';
    }
    const std::optional<PartialDate> date = parse_partial_date(zoned, {});
    if (!date || !date->utc_seconds) {
        return std::nullopt;
    }
    return within_second(*date->utc_seconds, std::string_view(zoned).substr(t + 1, zone - t - 1));
}

bool date_matches(DatePrefix prefix, const Interval& wanted, const Interval& actual) {
    const bool inside = wanted.first <= actual.first && actual.last <= wanted.last;
    switch (prefix) {
    case DatePrefix::eq:
        return inside;
    case DatePrefix::ne:
        return !inside;
    case DatePrefix::gt:
        return actual.last > wanted.last;
    case DatePrefix::lt:
        return actual.first < wanted.first;
    case DatePrefix::ge:
        return inside || actual.last > wanted.last;
    case DatePrefix::le:
        return inside || actual.first < wanted.first;
    case DatePrefix::sa:
        return actual.first > wanted.last;
    case DatePrefix::eb:
        return actual.last < wanted.first;
    }
    return false;
}

std::string instant_text(Instant instant) {
    const CivilTime time = civil(instant);
    std::array<char, 64> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(time.date.year()),
                  static_cast<unsigned>(time.date.month()),
                  static_cast<unsigned>(time.date.day()),
                  time.hour,
                  time.minute,
                  time.second,
                  time.millisecond);
    return text.data();
}

std::string http_date_text(Instant instant) {
    // Not strftime: RFC 9110 wants these names whatever the locale.
    static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const CivilTime time = civil(instant);
    std::array<char, 64> text{};
    std::snprintf(text.data(),
                  text.size(),
                  "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  days[time.weekday.c_encoding()],
                  static_cast<unsigned>(time.date.day()),
                  months[static_cast<unsigned>(time.date.month()) - 1],
                  static_cast<int>(time.date.year()),
                  time.hour,
                  time.minute,
                  time.second);
    return text.data();
}

} // namespace embolink::sandbox
