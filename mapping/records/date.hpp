// Calendar dates of the clinical record. Rule R0.1: days are whole calendar days, so every
// duration in the program is an integer number of days until the last division for display.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace embolink {

// A civil date as a count of days; subtraction gives std::chrono::days. Not a clock.
using Date = std::chrono::sys_days;

// "2012-04-11". Years 0001 to 9999.
std::string to_iso(Date date);

// Exactly YYYY-MM-DD and a date that exists; anything else is nullopt.
std::optional<Date> date_from_iso(std::string_view text);

// Whole days from start to end, negative when end is earlier (R0.1: T0 is day 0).
constexpr int days_between(Date start, Date end) {
    return static_cast<int>((end - start).count());
}

constexpr Date plus_days(Date date, int days) {
    return date + std::chrono::days{days};
}

} // namespace embolink
