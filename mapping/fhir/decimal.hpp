// Exact decimals. Rule R0.5: numbers are compared exactly as written, never in binary floating
// point. A Decimal is the text of a rational number; arithmetic is done by decimal.cpp on
// arbitrary-precision rationals, which stay behind that wall.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace embolink {

// `text` is "-12.50" as written, or "n/d" after arithmetic; always valid (made by the functions
// below only).
struct Decimal {
    std::string text = "0";
};

// A JSON number token ("1.10", "-3", "1e-3"); nullopt for anything else.
std::optional<Decimal> parse_decimal(std::string_view text);

std::strong_ordering compare(const Decimal& a, const Decimal& b);
Decimal add(const Decimal& a, const Decimal& b);
Decimal subtract(const Decimal& a, const Decimal& b);
Decimal multiply(const Decimal& a, const Decimal& b);
std::optional<Decimal> divide(const Decimal& a, const Decimal& b); // nullopt: b is zero

// Rounded half away from zero to this many significant digits, as a plain decimal ("1.25", "0.5",
// "120"); no exponent, no trailing zeros.
std::string to_significant(const Decimal& value, int digits);

// a > b by more than the relative tolerance of R0.5 for converted values (1e-9), which speaks for
// the lower grade or the non-event; exact when `tolerant` is false.
bool exceeds(const Decimal& a, const Decimal& b, bool tolerant);

} // namespace embolink
