// Dates as intervals and the prefixes that compare them (FHIR R4 search, 3.1.1.4.7).
#include "connector/sandbox/instants.hpp"

#include <gtest/gtest.h>

namespace {

using namespace embolink::sandbox;

Interval interval(const char* text) {
    const auto parsed = parse_interval(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(Interval{});
}

std::string span(const char* text) {
    const Interval i = interval(text);
    return instant_text(i.first) + " " + instant_text(i.last);
}

TEST(SandboxInstants, ADateStandsForAllItMayMean) {
    EXPECT_EQ(span("2024"), "2024-01-01T00:00:00.000Z 2024-12-31T23:59:59.999Z");
    EXPECT_EQ(span("2024-02"), "2024-02-01T00:00:00.000Z 2024-02-29T23:59:59.999Z");
    EXPECT_EQ(span("2024-02-03"), "2024-02-03T00:00:00.000Z 2024-02-03T23:59:59.999Z");
    EXPECT_EQ(span("2024-02-03T04:05Z"), "2024-02-03T04:05:00.000Z 2024-02-03T04:05:59.999Z");
    EXPECT_EQ(span("2024-02-03T04:05:06Z"), "2024-02-03T04:05:06.000Z 2024-02-03T04:05:06.999Z");
    EXPECT_EQ(span("2024-02-03T04:05:06.5Z"), "2024-02-03T04:05:06.500Z 2024-02-03T04:05:06.599Z");
    EXPECT_EQ(span("2024-02-03T04:05:06.789Z"),
              "2024-02-03T04:05:06.789Z 2024-02-03T04:05:06.789Z");
    EXPECT_EQ(span("2024-02-03T04:05:06.7891234Z"),
              "2024-02-03T04:05:06.789Z 2024-02-03T04:05:06.789Z");
}

TEST(SandboxInstants, ReadsZonesEvenWhereThePlusWasNotEscaped) {
    EXPECT_EQ(span("2024-02-03T04:05:06+01:00"),
              "2024-02-03T03:05:06.000Z 2024-02-03T03:05:06.999Z");
    EXPECT_EQ(span("2024-02-03T04:05:06 01:00"),
              "2024-02-03T03:05:06.000Z 2024-02-03T03:05:06.999Z");
    EXPECT_EQ(span("2024-02-03T04:05:06-01:00"),
              "2024-02-03T05:05:06.000Z 2024-02-03T05:05:06.999Z");
    EXPECT_EQ(span("2024-02-03T04:05:06"), "2024-02-03T04:05:06.000Z 2024-02-03T04:05:06.999Z");
}

TEST(SandboxInstants, RefusesWhatIsNoDate) {
    for (const char* text :
         {"", "x", "2024-13", "2024-02-30", "2024-02-03T25:00Z", "2024-02-03T"}) {
        EXPECT_FALSE(parse_interval(text)) << text;
    }
}

TEST(SandboxInstants, PrefixesCompareIntervals) {
    const Interval march = interval("2024-03");
    const Interval fifth = interval("2024-03-05");
    const Interval later = interval("2024-04-01");
    const Interval before = interval("2024-02-29");
    const Interval around{before.first, later.last};

    struct Row {
        DatePrefix prefix;
        bool fifth, later, before, around; // does a resource of that time match 2024-03?
    };

    for (const Row& row : {Row{DatePrefix::eq, true, false, false, false},
                           Row{DatePrefix::ne, false, true, true, true},
                           Row{DatePrefix::gt, false, true, false, true},
                           Row{DatePrefix::lt, false, false, true, true},
                           Row{DatePrefix::ge, true, true, false, true},
                           Row{DatePrefix::le, true, false, true, true},
                           Row{DatePrefix::sa, false, true, false, false},
                           Row{DatePrefix::eb, false, false, true, false}}) {
        const int number = static_cast<int>(row.prefix);
        EXPECT_EQ(date_matches(row.prefix, march, fifth), row.fifth) << number;
        EXPECT_EQ(date_matches(row.prefix, march, later), row.later) << number;
        EXPECT_EQ(date_matches(row.prefix, march, before), row.before) << number;
        EXPECT_EQ(date_matches(row.prefix, march, around), row.around) << number;
    }
}

// RFC 9110 5.6.7 has this example.
TEST(SandboxInstants, WritesHttpDates) {
    EXPECT_EQ(http_date_text(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(instant_text(784'111'777'089), "1994-11-06T08:49:37.089Z");
    EXPECT_EQ(instant_text(-1), "1969-12-31T23:59:59.999Z");
}

} // namespace
