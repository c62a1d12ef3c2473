#include "analysis/report/format.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace embolink {

namespace {

std::string printed(const char* format, double value, int digits) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, digits, value);
    return buffer.data();
}

// std::round, but never "-0".
long rounded(double value) {
    return std::lround(value);
}

} // namespace

std::string decimal(double value, int digits) {
    return printed("%.*f", value, digits);
}

std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::string percent(double proportion) {
    return std::to_string(rounded(100.0 * proportion)) + " %";
}

std::string percent_interval(const Interval& interval) {
    return std::to_string(rounded(100.0 * interval.lower)) + "\u2013" +
           std::to_string(rounded(100.0 * interval.upper)) + " %";
}

std::string points(double difference) {
    const long value = rounded(100.0 * difference);
    if (value < 0) {
        return "\u2212" + std::to_string(-value);
    }
    return (value > 0 ? "+" : "") + std::to_string(value);
}

std::string months(double days) {
    return decimal(days / days_per_month, 1);
}

std::string p_value(double p) {
    if (p < 0.001) {
        return "<0.001";
    }
    if (p > 0.995) {
        return ">0.99";
    }
    const int digits = p < 0.01 ? 4 : p < 0.1 ? 3 : 2; // two significant digits
    return decimal(p, digits);
}

std::string count_of(int part, int whole) {
    return std::to_string(part) + " of " + std::to_string(whole);
}

std::string plural(int count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

} // namespace embolink
