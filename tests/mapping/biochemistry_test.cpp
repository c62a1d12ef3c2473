// R7.1-R7.3: baseline of 5-HIAA and chromogranin A.
#include "mapping/endpoints/lab_order.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

LabResult& marker(TinyPatient& patient,
                  int on_day,
                  const std::string& analyte,
                  const std::string& property,
                  const std::string& value,
                  const std::string& limit) {
    auto& lab = patient.lab(on_day, analyte, value);
    lab.property = property;
    if (!limit.empty()) {
        lab.upper_limit = parse_decimal(limit);
    }
    return lab;
}

std::string hiaa(const TinyPatient& patient) {
    return summary(patient.record("BASE-5HIAA"));
}

std::string cga(const TinyPatient& patient) {
    return summary(patient.record("BASE-CGA"));
}

TinyPatient with_rate(int on_day, const std::string& value, const std::string& limit) {
    TinyPatient patient;
    marker(patient, on_day, "5-HIAA", "rate-24h", value, limit);
    return patient;
}

// What sorting needs, and what "the last value" means.
TEST(LabOrder, R9_4_ByDayThenTimeThenOriginAndNoneBeforeItself) {
    TinyPatient patient;
    const LabResult first = patient.lab(5, "CgA", "1");
    LabResult second = patient.lab(5, "CgA", "1");
    EXPECT_FALSE(drawn_earlier(first, first));
    EXPECT_TRUE(drawn_earlier(first, second));
    EXPECT_FALSE(drawn_earlier(second, first));
    second.effective = on(4);
    EXPECT_TRUE(drawn_earlier(second, first));
    second.effective = at(5, 8);
    EXPECT_TRUE(drawn_earlier(first, second)) << "without a time it comes first";
    LabResult earlier_that_day = first;
    earlier_that_day.origin.reference = "Observation/z";
    earlier_that_day.effective = at(5, 7);
    EXPECT_TRUE(drawn_earlier(earlier_that_day, second));
}

TEST(BaselineMarker, R7_2_MultipleOfTheOwnLimitToSixDigits) {
    EXPECT_EQ(hiaa(with_rate(-10, "10.0", "8")), "value 1.25 xULN [elevated]");
    EXPECT_EQ(hiaa(with_rate(-10, "2", "6")), "value 0.333333 xULN");
    EXPECT_EQ(hiaa(with_rate(-10, "52.3", "41.8")), "value 1.2512 xULN [elevated]");
}

TEST(BaselineMarker, R7_2_ElevatedIsAboveTheLimit) {
    EXPECT_EQ(hiaa(with_rate(-10, "8", "8")), "value 1 xULN");
    EXPECT_EQ(hiaa(with_rate(-10, "8.001", "8")), "value 1.00013 xULN [elevated]");
    EXPECT_EQ(hiaa(with_rate(-10, "16", "8")), "value 2 xULN [elevated]");
    EXPECT_EQ(hiaa(with_rate(-10, "16.8", "8")), "value 2.1 xULN [elevated,elevated-2x]");
    EXPECT_EQ(hiaa(with_rate(-10, "40", "8")), "value 5 xULN [elevated,elevated-2x]");
    EXPECT_EQ(hiaa(with_rate(-10, "41", "8")),
              "value 5.125 xULN [elevated,elevated-2x,elevated-5x]");
}

TEST(BaselineMarker, R0_5_AConvertedValueAtTheLimitIsNotElevated) {
    auto patient = with_rate(-10, "8.000000001", "8");
    EXPECT_EQ(hiaa(patient), "value 1 xULN [elevated]");
    patient.timeline.labs.front().converted = true;
    EXPECT_EQ(hiaa(patient), "value 1 xULN");
}

TEST(BaselineMarker, R7_2_OfTwoLaboratoriesTheValueDrawnLast) {
    for (const auto& [first, second, value] :
         {std::tuple{-5, -10, "value 2 xULN [elevated]"}, {-10, -5, "value 1.5 xULN [elevated]"}}) {
        TinyPatient patient;
        marker(patient, first, "5-HIAA", "rate-24h", "16", "8").laboratory = "Organization/a";
        marker(patient, second, "5-HIAA", "rate-24h", "12", "8").laboratory = "Organization/b";
        EXPECT_EQ(hiaa(patient), value);
    }
}

TEST(BaselineMarker, R7_2_WindowReachesBack90Days) {
    EXPECT_EQ(hiaa(with_rate(-90, "4", "8")), "value 0.5 xULN");
    EXPECT_EQ(hiaa(with_rate(-91, "4", "8")), "not-evaluable baseline-stale");
    EXPECT_EQ(hiaa(with_rate(0, "4", "8")), "value 0.5 xULN");
    EXPECT_EQ(hiaa(with_rate(1, "4", "8")), "not-evaluable baseline-missing");
    EXPECT_EQ(hiaa(TinyPatient()), "not-evaluable baseline-missing");
}

TEST(BaselineMarker, R7_2_NotAfterThePunctureOfDay0) {
    auto patient = with_rate(0, "4", "8");
    auto& lab = patient.timeline.labs.front();
    lab.effective = at(0, 12);
    EXPECT_EQ(hiaa(patient), "value 0.5 xULN") << "the puncture has no time";
    patient.timeline.procedures.front().performed = {at(0, 10), at(0, 11)};
    EXPECT_EQ(hiaa(patient), "not-evaluable baseline-missing");
    lab.effective = at(0, 10);
    EXPECT_EQ(hiaa(patient), "value 0.5 xULN");
}

TEST(BaselineMarker, R7_2_TheLastValueOfTheWindow) {
    auto patient = with_rate(-60, "4", "8");
    marker(patient, -20, "5-HIAA", "rate-24h", "24", "8");
    marker(patient, -40, "5-HIAA", "rate-24h", "8", "8");
    EXPECT_EQ(hiaa(patient), "value 3 xULN [elevated,elevated-2x]");
}

TEST(BaselineMarker, R7_2_OfOneDayTheLaterTime) {
    TinyPatient patient;
    marker(patient, -20, "5-HIAA", "rate-24h", "4", "8").effective = at(-20, 16);
    marker(patient, -20, "5-HIAA", "rate-24h", "8", "8").effective = at(-20, 8);
    marker(patient, -20, "5-HIAA", "rate-24h", "16", "8");
    EXPECT_EQ(hiaa(patient), "value 0.5 xULN");
}

TEST(BaselineMarker, R7_1_RateGoesBefore24HourRatioBeforeSpotRatio) {
    TinyPatient patient;
    marker(patient, -3, "5-HIAA", "ratio-spot", "20", "10");
    EXPECT_EQ(hiaa(patient), "value 2 xULN [elevated]");
    marker(patient, -30, "5-HIAA", "ratio-24h", "15", "10");
    EXPECT_EQ(hiaa(patient), "value 1.5 xULN [elevated]");
    marker(patient, -60, "5-HIAA", "rate-24h", "4", "8");
    EXPECT_EQ(hiaa(patient), "value 0.5 xULN");
}

TEST(BaselineMarker, R7_2_OnlySeriesWithAValueInTheWindowCompete) {
    TinyPatient patient;
    marker(patient, -200, "5-HIAA", "rate-24h", "4", "8");
    marker(patient, -3, "5-HIAA", "ratio-spot", "20", "10");
    EXPECT_EQ(hiaa(patient), "value 2 xULN [elevated]");
}

TEST(BaselineMarker, R7_1_ConcentrationsAndPlasmaNeverStandIn) {
    for (const char* property :
         {"concentration-24h", "concentration-spot", "plasma", "plasma-platelet-rich"}) {
        TinyPatient patient;
        marker(patient, -10, "5-HIAA", property, "20", "8");
        EXPECT_EQ(hiaa(patient), "not-evaluable baseline-missing") << property;
    }
}

TEST(BaselineMarker, R7_2_WithoutALimit) {
    EXPECT_EQ(hiaa(with_rate(-10, "20", "")), "not-evaluable uln-missing");
    EXPECT_EQ(hiaa(with_rate(-10, "20", "0")), "not-evaluable uln-missing");
    auto patient = with_rate(-60, "4", "8");
    marker(patient, -10, "5-HIAA", "rate-24h", "20", "");
    EXPECT_EQ(hiaa(patient), "not-evaluable uln-missing") << "the last value is the baseline";
}

TEST(BaselineMarker, TheSitesTableGivesAMissingLimit) {
    auto patient = with_rate(-10, "20", "");
    patient.timeline.labs.front().unit = "mg/(24.h)";
    patient.timeline.labs.front().limit_keys = {"|1695-6"};
    patient.site.limits = {
        {"", "1695-6", "mg/(24.h)", "", std::nullopt, parse_decimal("8"), "5-HIAA|rate-24h"}};
    EXPECT_EQ(hiaa(patient), "value 2.5 xULN [elevated,elevated-2x]");
    patient.timeline.labs.front().upper_limit = parse_decimal("10");
    EXPECT_EQ(hiaa(patient), "value 2 xULN [elevated]") << "its own limit goes before";
}

struct BoundRow {
    Comparator comparator;
    const char* value;
    const char* expected;
};

class MarkerBound : public ::testing::TestWithParam<BoundRow> {};

TEST_P(MarkerBound, R7_3_UpperLimit8) {
    auto patient = with_rate(-10, GetParam().value, "8");
    patient.timeline.labs.front().comparator = GetParam().comparator;
    EXPECT_EQ(hiaa(patient), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MarkerBound,
    ::testing::Values(
        BoundRow{Comparator::less, "2", "value 0.25 xULN [at-most]"},
        BoundRow{Comparator::less, "8", "value 1 xULN [at-most]"},
        BoundRow{Comparator::less_or_equal, "8", "value 1 xULN [at-most]"},
        BoundRow{Comparator::less, "9", "not-evaluable indeterminate"},
        BoundRow{Comparator::greater, "8", "value 1 xULN [at-least,elevated]"},
        BoundRow{Comparator::greater_or_equal, "8", "not-evaluable indeterminate"},
        BoundRow{Comparator::greater_or_equal, "10", "value 1.25 xULN [at-least,elevated]"},
        BoundRow{Comparator::greater, "7", "not-evaluable indeterminate"},
        BoundRow{Comparator::greater, "16", "value 2 xULN [at-least,elevated,elevated-2x]"}));

TEST(BaselineMarker, TimelineLinesKeepTheComparator) {
    auto patient = with_rate(-10, "2", "8");
    patient.timeline.labs.front().comparator = Comparator::less;
    const auto derived = patient.derive(endpoint("BASE-5HIAA"));
    ASSERT_EQ(derived.notes.size(), 1U);
    EXPECT_EQ(derived.notes.front().value, "<2");
    EXPECT_EQ(derived.notes.front().x_uln, "<0.25");
}

TEST(BaselineMarker, R7_3_CgaTakesTheSeriesWithMostUsableValues) {
    TinyPatient patient;
    marker(patient, -5, "CgA", "mass", "500", "100");
    marker(patient, -10, "CgA", "unit", "60", "20");
    marker(patient, 100, "CgA", "unit", "30", "20");
    EXPECT_EQ(cga(patient), "value 3 xULN [elevated,elevated-2x]");
    marker(patient, 200, "CgA", "mass", "500", "100");
    EXPECT_EQ(cga(patient), "value 5 xULN [elevated,elevated-2x]") << "at a tie mass";
}

TEST(BaselineMarker, R7_3_ValuesWithoutALimitAreNotUsable) {
    TinyPatient patient;
    marker(patient, -5, "CgA", "molar", "5", "10");
    marker(patient, -10, "CgA", "unit", "60", "20");
    marker(patient, 100, "CgA", "unit", "30", "");
    marker(patient, 110, "CgA", "unit", "30", "").comparator = Comparator::less;
    EXPECT_EQ(cga(patient), "value 0.5 xULN") << "one each: molar before unit";
}

TEST(BaselineMarker, R7_1_LaboratoriesAreSeriesOfTheirOwn) {
    TinyPatient patient;
    marker(patient, -5, "CgA", "mass", "500", "100").laboratory = "Organization/a";
    marker(patient, -60, "CgA", "mass", "150", "100").laboratory = "Organization/b";
    marker(patient, 60, "CgA", "mass", "150", "100").laboratory = "Organization/b";
    EXPECT_EQ(cga(patient), "value 1.5 xULN [elevated]");
}

TEST(BaselineMarker, OneMarkerDoesNotSpeakForTheOther) {
    EXPECT_EQ(cga(with_rate(-10, "4", "8")), "not-evaluable baseline-missing");
}

} // namespace
} // namespace embolink::testing
