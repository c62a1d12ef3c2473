#include "mapping/fhir/decimal.hpp"

#include <boost/multiprecision/cpp_int.hpp>

namespace embolink {

namespace {

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

// A patient's number needs a handful of digits; the limits keep a hostile "1e999999999" from
// eating the memory.
constexpr std::size_t most_digits = 60;
constexpr int largest_exponent = 60;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Integer power_of_ten(int exponent) {
    return boost::multiprecision::pow(Integer{10}, static_cast<unsigned>(exponent));
}

// The parts of a JSON number token.
struct Token {
    bool negative = false;
    std::string digits; // without point
    int exponent = 0;   // value = digits * 10^exponent
};

// Reads digits from `text` at `at`; the position after them.
std::size_t take_digits(std::string_view text, std::size_t at, std::string& into) {
    while (at < text.size() && is_digit(text[at])) {
        into += text[at++];
    }
    return at;
}

// The exponent part "e-3" at `at`; nullopt when malformed or out of bounds.
std::optional<int> take_exponent(std::string_view text, std::size_t at) {
    if (at == text.size()) {
        return 0;
    }
    if (text[at] != 'e' && text[at] != 'E') {
        return std::nullopt;
    }
    ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
        negative = text[at++] == '-';
    }
    if (at == text.size()) {
        return std::nullopt;
    }
    int value = 0;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) {
            return std::nullopt;
        }
        value = value * 10 + (text[at] - '0');
        if (value > largest_exponent) {
            return std::nullopt;
        }
    }
    return negative ? -value : value;
}

std::optional<Token> tokenize(std::string_view text) {
    Token token;
    std::size_t at = 0;
    if (at < text.size() && text[at] == '-') {
        token.negative = true;
        ++at;
    }
    const std::size_t first_digit = at;
    at = take_digits(text, at, token.digits);
    const std::size_t whole = at - first_digit;
    if (whole == 0 || (whole > 1 && text[first_digit] == '0')) {
        return std::nullopt;
    }
    int fraction = 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t before = at + 1;
        at = take_digits(text, before, token.digits);
        if (at == before || token.digits.size() > most_digits) {
            return std::nullopt;
        }
        fraction = static_cast<int>(at - before);
    }
    const std::optional<int> exponent = take_exponent(text, at);
    if (!exponent || token.digits.size() > most_digits) {
        return std::nullopt;
    }
    token.exponent = *exponent - fraction;
    return token;
}

Rational rational_of_token(const Token& token) {
    // Leading zeros would make cpp_int read the digits as octal.
    const std::size_t first = token.digits.find_first_not_of('0');
    if (first == std::string::npos) {
        return Rational{0};
    }
    Integer digits{token.digits.substr(first)};
    if (token.negative) {
        digits = -digits;
    }
    if (token.exponent >= 0) {
        return Rational{digits * power_of_ten(token.exponent)};
    }
    return Rational{digits, power_of_ten(-token.exponent)};
}

Rational value_of(const Decimal& decimal) {
    const std::size_t bar = decimal.text.find('/');
    if (bar != std::string::npos) {
        return Rational{Integer{decimal.text.substr(0, bar)},
                        Integer{decimal.text.substr(bar + 1)}};
    }
    if (const std::optional<Token> token = tokenize(decimal.text)) {
        return rational_of_token(*token);
    }
    return Rational{Integer{decimal.text}}; // a long integer made by arithmetic
}

Decimal decimal_of(const Rational& value) {
    return Decimal{value.str()};
}

// The digits of `scaled` (an integer) as a plain decimal with `places` digits after the point and
// no trailing zeros.
std::string plain(const Integer& scaled, int places) {
    std::string digits = scaled.str();
    if (places <= 0) {
        return digits + std::string(static_cast<std::size_t>(-places), '0');
    }
    const auto fraction = static_cast<std::size_t>(places);
    if (digits.size() <= fraction) {
        digits.insert(0, fraction + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - fraction, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') {
        digits.pop_back();
    }
    return digits;
}

} // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    if (!tokenize(text)) {
        return std::nullopt;
    }
    return Decimal{std::string{text}};
}

std::strong_ordering compare(const Decimal& a, const Decimal& b) {
    if (a.text == b.text) {
        return std::strong_ordering::equal;
    }
    const int order = value_of(a).compare(value_of(b));
    return order < 0   ? std::strong_ordering::less
           : order > 0 ? std::strong_ordering::greater
                       : std::strong_ordering::equal;
}

Decimal add(const Decimal& a, const Decimal& b) {
    return decimal_of(value_of(a) + value_of(b));
}

Decimal subtract(const Decimal& a, const Decimal& b) {
    return decimal_of(value_of(a) - value_of(b));
}

Decimal multiply(const Decimal& a, const Decimal& b) {
    return decimal_of(value_of(a) * value_of(b));
}

std::optional<Decimal> divide(const Decimal& a, const Decimal& b) {
    const Rational divisor = value_of(b);
    if (divisor == 0) {
        return std::nullopt;
    }
    return decimal_of(value_of(a) / divisor);
}

std::string to_significant(const Decimal& value, int digits) {
    const Rational number = value_of(value);
    if (number == 0 || digits < 1) {
        return "0";
    }
    const Rational magnitude = abs(number);
    const Integer numerator_part = numerator(magnitude);
    const Integer denominator_part = denominator(magnitude);
    // 10^order <= magnitude < 10^(order + 1); the lengths leave at most one step of correction.
    int order = static_cast<int>(numerator_part.str().size()) -
                static_cast<int>(denominator_part.str().size());
    const Rational guess =
        order >= 0 ? Rational{power_of_ten(order)} : Rational{Integer{1}, power_of_ten(-order)};
    if (magnitude < guess) {
        --order;
    }
    const int places = digits - 1 - order;
    Integer top = numerator_part;
    Integer bottom = denominator_part;
    (places >= 0 ? top : bottom) *= power_of_ten(places >= 0 ? places : -places);
    const Integer rounded = (2 * top + bottom) / (2 * bottom); // half away from zero
    return (number < 0 ? "-" : "") + plain(rounded, places);
}

bool exceeds(const Decimal& a, const Decimal& b, bool tolerant) {
    if (!tolerant) {
        return compare(a, b) == std::strong_ordering::greater;
    }
    const Rational left = value_of(a);
    const Rational right = value_of(b);
    const Rational allowance = abs(right) / Rational{power_of_ten(9)};
    return left - right > allowance;
}

} // namespace embolink
