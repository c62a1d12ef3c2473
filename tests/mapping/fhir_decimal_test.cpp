#include "mapping/fhir/decimal.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

Decimal d(std::string_view text) {
    return parse_decimal(text).value();
}

TEST(Decimal, TakesJsonNumbersOnly) {
    for (const char* good : {"0", "-3", "1.10", "1e-3", "12E+2", "0.5"}) {
        EXPECT_TRUE(parse_decimal(good)) << good;
        EXPECT_EQ(parse_decimal(good)->text, good);
    }
    for (const char* bad :
         {"", "-", "+1", ".5", "1.", "01", "1,5", " 1", "1 ", "1e", "NaN", "0x1", "1.2.3", "1e+"}) {
        EXPECT_FALSE(parse_decimal(bad)) << bad;
    }
}

TEST(Decimal, RefusesWhatWouldEatTheMemory) {
    EXPECT_FALSE(parse_decimal("1e999999999"));
    EXPECT_FALSE(parse_decimal("1e61"));
    EXPECT_TRUE(parse_decimal("1e60"));
    EXPECT_FALSE(parse_decimal(std::string(61, '1')));
    EXPECT_TRUE(parse_decimal(std::string(60, '1')));
}

TEST(Decimal, ComparesExactlyWhereDoublesCannot) {
    EXPECT_EQ(compare(d("1.10"), d("1.1")), std::strong_ordering::equal);
    EXPECT_EQ(compare(d("1e2"), d("100")), std::strong_ordering::equal);
    EXPECT_EQ(compare(d("-0"), d("0.0")), std::strong_ordering::equal);
    EXPECT_EQ(compare(d("0.1000000000000000000001"), d("0.1")), std::strong_ordering::greater);
    EXPECT_EQ(compare(d("-2"), d("-1")), std::strong_ordering::less);
    // 0.1 * 3 is 0.3 here and is not in binary floating point.
    EXPECT_EQ(compare(multiply(d("0.1"), d("3")), d("0.3")), std::strong_ordering::equal);
}

TEST(Decimal, DividesExactlyAndNotByZero) {
    const Decimal third = divide(d("1"), d("3")).value();
    EXPECT_EQ(compare(multiply(third, d("3")), d("1")), std::strong_ordering::equal);
    EXPECT_FALSE(divide(d("1"), d("0.00")));
    EXPECT_EQ(compare(divide(d("10e0"), d("4")).value(), d("2.5")), std::strong_ordering::equal);
}

TEST(Decimal, RoundsHalfAwayFromZeroToSignificantDigits) {
    EXPECT_EQ(to_significant(d("1.25"), 2), "1.3");
    EXPECT_EQ(to_significant(d("-1.25"), 2), "-1.3");
    EXPECT_EQ(to_significant(d("1.2499"), 2), "1.2");
    EXPECT_EQ(to_significant(d("0.00012345"), 3), "0.000123");
    EXPECT_EQ(to_significant(d("123456789"), 3), "123000000");
    EXPECT_EQ(to_significant(d("120.0"), 6), "120");
    EXPECT_EQ(to_significant(d("999.9995"), 6), "1000");
    EXPECT_EQ(to_significant(d("0"), 6), "0");
    EXPECT_EQ(to_significant(divide(d("10"), d("8")).value(), 6), "1.25");
    EXPECT_EQ(to_significant(divide(d("2"), d("3")).value(), 6), "0.666667");
    EXPECT_EQ(to_significant(divide(d("100"), d("3")).value(), 6), "33.3333");
}

// R0.5: tolerance speaks for the lower grade, and only after a conversion.
TEST(Decimal, ExceedsWithToleranceOnlyWhereConverted) {
    EXPECT_TRUE(exceeds(d("5.0000000001"), d("5"), false));
    EXPECT_FALSE(exceeds(d("5.0000000001"), d("5"), true));
    EXPECT_TRUE(exceeds(d("5.00001"), d("5"), true));
    EXPECT_FALSE(exceeds(d("5"), d("5"), false));
    EXPECT_FALSE(exceeds(d("4.9999"), d("5"), true));
}

} // namespace
} // namespace embolink
