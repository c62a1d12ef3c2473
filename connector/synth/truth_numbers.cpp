#include "connector/synth/truth_numbers.hpp"

namespace embolink::synth {
namespace {

Wide power_of_ten(int exponent) {
    Wide power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

} // namespace

Fraction fraction(const std::string& decimal) {
    Fraction result{0, 1};
    bool after_point = false;
    for (const char c : decimal) {
        if (c == '.') {
            after_point = true;
            continue;
        }
        result.numerator = result.numerator * 10 + (c - '0');
        result.denominator *= after_point ? 10 : 1;
    }
    return result;
}

Fraction quotient(const Fraction& a, const Fraction& b) {
    return {a.numerator * b.denominator, a.denominator * b.numerator};
}

Fraction quotient(const std::string& a, const std::string& b) {
    return quotient(fraction(a), fraction(b));
}

Fraction product(const Fraction& a, const std::string& decimal) {
    const Fraction b = fraction(decimal);
    return {a.numerator * b.numerator, a.denominator * b.denominator};
}

bool greater(const Fraction& a, const std::string& decimal) {
    const Fraction b = fraction(decimal);
    return a.numerator * b.denominator > b.numerator * a.denominator;
}

bool equal(const Fraction& a, const std::string& decimal) {
    const Fraction b = fraction(decimal);
    return a.numerator * b.denominator == b.numerator * a.denominator;
}

std::string six_digits(const Fraction& fraction) {
    int decimals = 0;
    Wide scaled = 0;
    for (decimals = 0; decimals <= 8; ++decimals) {
        scaled = (2 * fraction.numerator * power_of_ten(decimals) + fraction.denominator) /
                 (2 * fraction.denominator);
        if (scaled * 10 >= 1000000)
            break;
    }
    std::string text = std::to_string(static_cast<std::int64_t>(scaled));
    if (decimals == 0)
        return text;
    const auto places = static_cast<std::size_t>(decimals);
    if (text.size() <= places)
        text.insert(0, places + 1 - text.size(), '0');
    text.insert(text.size() - places, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text;
}

} // namespace embolink::synth
