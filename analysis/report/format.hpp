// Numbers as people read them. Percent without decimals, months with one, p with two digits: the
// samples are small and more digits would be a false promise.
#pragma once

#include "analysis/interval.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace embolink {

inline constexpr double days_per_month = 30.4375; // R0.2

std::string percent(double proportion);                 // "41 %"
std::string percent_interval(const Interval& interval); // "23–58 %"
std::string points(double difference);                  // "-25", "+31": percentage points
std::string months(double days);                        // "17.2", from days
std::string p_value(double p);                          // "0.034", "0.75", "<0.001"
std::string decimal(double value, int digits);
std::optional<double> number_in(std::string_view text); // the whole text is a number
std::string count_of(int part, int whole);              // "18 of 21"
// "1 patient", "2 patients"
std::string plural(int count, const std::string& one, const std::string& many);

} // namespace embolink
