#include "mapping/fhir/partial_date.hpp"
#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

std::string parsed(std::string_view text, const ZoneRule& zone = {}) {
    return test::shown(parse_partial_date(text, zone));
}

TEST(PartialDate, KeepsThePrecisionThatIsWritten) {
    EXPECT_EQ(parsed("2020"), "2020");
    EXPECT_EQ(parsed("2020-02"), "2020-02");
    EXPECT_EQ(parsed("2020-02-10"), "2020-02-10");
    EXPECT_EQ(parsed("1970-01-02T00:00:01Z"), "1970-01-02@86401");
}

TEST(PartialDate, SpansTheDaysItMayMean) {
    const auto february = parse_partial_date("2020-02", {}).value();
    EXPECT_EQ(to_iso(february.first), "2020-02-01");
    EXPECT_EQ(to_iso(february.last), "2020-02-29");
    EXPECT_FALSE(february.to_the_day());
    const auto year = parse_partial_date("2021", {}).value();
    EXPECT_EQ(to_iso(year.last), "2021-12-31");
    EXPECT_TRUE(parse_partial_date("2020-02-10", {})->to_the_day());
}

TEST(PartialDate, TakesEveryWrittenTime) {
    EXPECT_EQ(parsed("1970-01-01T00:01Z"), "1970-01-01@60");
    EXPECT_EQ(parsed("1970-01-01T00:00:02.123456Z"), "1970-01-01@2");
    EXPECT_EQ(parsed("1970-01-01T02:00:00+02:00"), "1970-01-01@0");
    EXPECT_EQ(parsed("1969-12-31T19:00:00-05:00"), "1969-12-31@0");
    EXPECT_EQ(parsed("2016-12-31T23:59:60Z"), "2016-12-31@1483228800"); // leap second
}

TEST(PartialDate, KeepsTheDateButNoInstantWithoutAnOffset) {
    const auto date = parse_partial_date("2020-02-10T08:30:00", {}).value();
    EXPECT_EQ(date.precision, Precision::day);
    EXPECT_FALSE(date.utc_seconds);
}

TEST(PartialDate, RefusesWhatDoesNotExist) {
    for (const char* bad : {"",
                            "20",
                            "0000",
                            "2020-13",
                            "2020-00",
                            "2021-02-29",
                            "2020-02-30",
                            "2020-2-1",
                            "20200210",
                            "2020-02-10T",
                            "2020-02-10T24:00:00Z",
                            "2020-02-10T10:60:00Z",
                            "2020-02-10T10:00:61Z",
                            "2020-02-10T10Z",
                            "2020-02-10T10:00:00+15:00",
                            "2020-02-10T10:00:00.Z",
                            "2020-02-10T10:00:00ZZ",
                            "2020-02-10 ",
                            " 2020",
                            "yesterday",
                            "2020-02-10T10:00:00+0200"}) {
        EXPECT_FALSE(parse_partial_date(bad, {})) << bad;
    }
}

// R0.1: the site's zone moves instants, and instants only.
TEST(PartialDate, ConvertsInstantsToTheHospitalsDate) {
    const ZoneRule two_hours_east = [](std::int64_t utc) {
        return Date{std::chrono::floor<std::chrono::days>(
            std::chrono::sys_seconds{std::chrono::seconds{utc + 7200}})};
    };
    EXPECT_EQ(parsed("2020-06-30T23:30:00Z").substr(0, 10), "2020-06-30");
    EXPECT_EQ(parsed("2020-06-30T23:30:00Z", two_hours_east).substr(0, 10), "2020-07-01");
    EXPECT_EQ(parsed("2020-06-30", two_hours_east), "2020-06-30");
    EXPECT_EQ(parsed("2020-06-30T23:30:00", two_hours_east), "2020-06-30");
}

} // namespace
} // namespace embolink
