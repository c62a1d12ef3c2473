// R7.4: RESP-5HIAA and RESP-CGA.
#include "mapping/facts/concepts.hpp"
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

LabResult& rate(TinyPatient& patient, int on_day, const std::string& value) {
    return marker(patient, on_day, "5-HIAA", "rate-24h", value, "8");
}

std::string hiaa(const TinyPatient& patient) {
    return summary(patient.record("RESP-5HIAA"));
}

std::string cga(const TinyPatient& patient) {
    return summary(patient.record("RESP-CGA"));
}

TinyPatient elevated() {
    TinyPatient patient;
    rate(patient, -10, "20");
    return patient;
}

TEST(MarkerResponse, R7_4_AtMostHalfIsAResponseDatedAtTheFirst) {
    auto patient = elevated();
    rate(patient, 60, "10.01");
    EXPECT_EQ(hiaa(patient), "value false");
    rate(patient, 90, "10.0");
    EXPECT_EQ(hiaa(patient), "value true 90");
    rate(patient, 75, "3");
    EXPECT_EQ(hiaa(patient), "value true 75");
    rate(patient, 120, "40");
    EXPECT_EQ(hiaa(patient), "value true 75") << "any value";
}

TEST(MarkerResponse, R7_4_FromDay28) {
    auto patient = elevated();
    rate(patient, 27, "3");
    EXPECT_EQ(hiaa(patient), "not-evaluable no-follow-up");
    patient.timeline.labs.back().effective = on(28);
    EXPECT_EQ(hiaa(patient), "value true 28");
}

TEST(MarkerResponse, R7_4_ToNewTherapyTheDayIncluded) {
    auto patient = elevated();
    rate(patient, 100, "3");
    patient.drug({100,
                  DrugSource::statement,
                  "active",
                  std::string(concepts::anticancer_targeted),
                  false,
                  "e"});
    EXPECT_EQ(hiaa(patient), "value true 100");
    patient.timeline.labs.back().effective = on(101);
    EXPECT_EQ(hiaa(patient), "not-evaluable no-follow-up");
}

TEST(MarkerResponse, R7_4_ToASecondCourse) {
    auto patient = elevated();
    patient.session(151);
    rate(patient, 151, "3");
    EXPECT_EQ(hiaa(patient), "value true 151");
    patient.timeline.labs.back().effective = on(152);
    EXPECT_EQ(hiaa(patient), "not-evaluable no-follow-up");
}

TEST(MarkerResponse, R7_4_OnlyWithAnElevatedBaseline) {
    TinyPatient patient;
    rate(patient, -10, "8");
    rate(patient, 60, "3");
    EXPECT_EQ(hiaa(patient), "not-evaluable baseline-not-elevated");
    patient.timeline.labs.front().value = *parse_decimal("8.01");
    EXPECT_EQ(hiaa(patient), "value true 60");
    patient.timeline.labs.front().comparator = Comparator::less; // at most 8.01
    EXPECT_EQ(hiaa(patient), "not-evaluable indeterminate");
}

TEST(MarkerResponse, R7_4_BasesReason) {
    TinyPatient missing;
    rate(missing, 60, "3");
    EXPECT_EQ(hiaa(missing), "not-evaluable baseline-missing");
    TinyPatient stale;
    rate(stale, -91, "20");
    rate(stale, 60, "3");
    EXPECT_EQ(hiaa(stale), "not-evaluable baseline-stale");
    TinyPatient no_limit;
    marker(no_limit, -10, "5-HIAA", "rate-24h", "20", "");
    rate(no_limit, 60, "3");
    EXPECT_EQ(hiaa(no_limit), "not-evaluable uln-missing");
}

TEST(MarkerResponse, R7_4_LessThanCountsWhenTheBoundDoes) {
    auto patient = elevated();
    rate(patient, 60, "10").comparator = Comparator::less;
    EXPECT_EQ(hiaa(patient), "value true 60 [at-most]");
    patient.timeline.labs.back().value = *parse_decimal("10.1");
    EXPECT_EQ(hiaa(patient), "not-evaluable indeterminate");
    rate(patient, 90, "15");
    EXPECT_EQ(hiaa(patient), "value false") << "one that decides";
}

TEST(MarkerResponse, R7_4_MoreThanHalfByItsBound) {
    auto patient = elevated();
    rate(patient, 60, "10").comparator = Comparator::greater;
    EXPECT_EQ(hiaa(patient), "value false [at-least]");
    rate(patient, 90, "15");
    EXPECT_EQ(hiaa(patient), "value false") << "a measured one says no, too";
    auto equal = elevated();
    rate(equal, 60, "10").comparator = Comparator::greater_or_equal;
    EXPECT_EQ(hiaa(equal), "not-evaluable indeterminate");
    equal.timeline.labs.back().value = *parse_decimal("10.1");
    EXPECT_EQ(hiaa(equal), "value false [at-least]");
    equal.timeline.labs.back().comparator = Comparator::greater;
    equal.timeline.labs.back().value = *parse_decimal("9.9");
    EXPECT_EQ(hiaa(equal), "not-evaluable indeterminate");
}

TEST(MarkerResponse, R7_4_ABaselineAboveABound) {
    TinyPatient patient;
    rate(patient, -10, "20").comparator = Comparator::greater;
    rate(patient, 60, "10");
    EXPECT_EQ(hiaa(patient), "value true 60 [at-least]");
    patient.timeline.labs.back().value = *parse_decimal("10.1");
    EXPECT_EQ(hiaa(patient), "not-evaluable indeterminate");
    rate(patient, 90, "400");
    EXPECT_EQ(hiaa(patient), "not-evaluable indeterminate") << "any other decides nothing";
    rate(patient, 95, "9").comparator = Comparator::less;
    EXPECT_EQ(hiaa(patient), "value true 95 [at-least,at-most]");
}

TEST(MarkerResponse, R7_1_LimitsAgreeWithinOnePerCent) {
    auto patient = elevated();
    auto& later = rate(patient, 60, "3");
    for (const char* same : {"7.92", "8.08"}) {
        later.upper_limit = parse_decimal(same);
        EXPECT_EQ(hiaa(patient), "value true 60") << same;
    }
    for (const char* other : {"7.91", "8.09"}) {
        later.upper_limit = parse_decimal(other);
        EXPECT_EQ(hiaa(patient), "not-evaluable assay-changed") << other;
    }
    later.upper_limit.reset();
    EXPECT_EQ(hiaa(patient), "value true 60") << "none given is none that differs (R7.4)";
    later.value = *parse_decimal("18");
    EXPECT_EQ(hiaa(patient), "value false");
}

TEST(MarkerResponse, R7_4_ChromograninUnderTwoLimitsIsNotComparable) {
    TinyPatient patient;
    marker(patient, -10, "CgA", "mass", "500", "93");
    marker(patient, 60, "CgA", "mass", "100", "187");
    EXPECT_EQ(cga(patient), "not-evaluable assay-changed");
    marker(patient, 90, "CgA", "mass", "400", "93");
    EXPECT_EQ(cga(patient), "value false");
}

TEST(MarkerResponse, R7_1_AnotherSeriesNeverStandsIn) {
    auto patient = elevated();
    for (const char* property :
         {"ratio-24h", "ratio-spot", "concentration-24h", "concentration-spot", "plasma"}) {
        auto other = patient;
        marker(other, 60, "5-HIAA", property, "1", "8");
        EXPECT_EQ(hiaa(other), "not-evaluable assay-changed") << property;
    }
    patient.timeline.labs.front().laboratory = "Organization/own";
    rate(patient, 60, "1").laboratory = "Organization/other";
    EXPECT_EQ(hiaa(patient), "not-evaluable assay-changed");
}

TEST(MarkerResponse, AnotherMarkerIsNoFollowUp) {
    auto patient = elevated();
    marker(patient, 60, "CgA", "mass", "1", "100");
    EXPECT_EQ(hiaa(patient), "not-evaluable no-follow-up");
}

TEST(MarkerResponse, R0_5_OfOneUnitEveryDigitCounts) {
    auto patient = elevated();
    patient.timeline.labs.front().converted = true;
    rate(patient, 60, "10").converted = true;
    EXPECT_EQ(hiaa(patient), "value true 60");
    patient.timeline.labs.back().value = *parse_decimal("10.00000000001");
    EXPECT_EQ(hiaa(patient), "value false");
}

TEST(MarkerResponse, R0_5_BetweenUnitsTheToleranceSpeaksForNoResponse) {
    auto patient = elevated();
    rate(patient, 60, "9.99999999999").converted = true;
    EXPECT_EQ(hiaa(patient), "value false");
    patient.timeline.labs.back().value = *parse_decimal("9.9999999");
    EXPECT_EQ(hiaa(patient), "value true 60");
}

// Test list of the rules: 52.3 umol/24h and 10.0 mg/24h are equal, by the limits of a laboratory
// that changed its unit.
TEST(MarkerResponse, R7_1_BetweenUnitsAsMultiplesOfTheirOwnLimits) {
    TinyPatient patient;
    // 104.6 umol/24h with the limit 52.3 umol/24h
    marker(patient, -10, "5-HIAA", "rate-24h", "19.9977418", "9.9988709").converted = true;
    marker(patient, 60, "5-HIAA", "rate-24h", "10.0", "10.0");
    EXPECT_EQ(hiaa(patient), "value true 60") << "one multiple is half of two";
    patient.timeline.labs.back().value = *parse_decimal("10.00001");
    EXPECT_EQ(hiaa(patient), "value false");
    patient.timeline.labs.back().upper_limit = parse_decimal("9.9988709"); // of the site, for both
    patient.timeline.labs.back().value = *parse_decimal("10.0");
    EXPECT_EQ(hiaa(patient), "value false") << "more than 9.9988709";
}

// One series after conversion: 52.3 umol/24h are 9.9989 mg/24h and half of 20, though 52.3 is more
// than half of the limit's multiple (41.8 umol/24h beside 8 mg/24h).
TEST(MarkerResponse, R7_1_BetweenUnitsByTheirValuesToo) {
    TinyPatient patient;
    marker(patient, -10, "5-HIAA", "rate-24h", "20", "8");
    marker(patient, 60, "5-HIAA", "rate-24h", "9.9988709", "7.9914490").converted = true;
    EXPECT_EQ(hiaa(patient), "value true 60");
    patient.timeline.labs.back().value = *parse_decimal("10.0000001");
    EXPECT_EQ(hiaa(patient), "value false");
    patient.timeline.labs.back().upper_limit.reset();
    EXPECT_EQ(hiaa(patient), "value false");
    patient.timeline.labs.back().value = *parse_decimal("9.9988709");
    EXPECT_EQ(hiaa(patient), "value true 60");
}

TEST(MarkerResponse, R7_4_OneThatNamesNoLaboratoryDoesNotDiffer) {
    auto patient = elevated();
    rate(patient, 60, "10").laboratory = "Organization/a";
    EXPECT_EQ(hiaa(patient), "value true 60") << "the baseline is silent";
    patient.timeline.labs.front().laboratory = "Organization/a";
    patient.timeline.labs.back().laboratory.clear();
    EXPECT_EQ(hiaa(patient), "value true 60") << "the follow-up is silent";
    patient.timeline.labs.back().laboratory = "Organization/b";
    EXPECT_EQ(hiaa(patient), "not-evaluable assay-changed");
    patient.timeline.labs.back().laboratory.clear();
    patient.timeline.labs.back().upper_limit = parse_decimal("9");
    EXPECT_EQ(hiaa(patient), "not-evaluable assay-changed") << "the limit differs";
}

TEST(MarkerResponse, R7_4_TheFirstInTimeWhateverLaboratoryItNames) {
    auto patient = elevated();
    rate(patient, 90, "9");
    rate(patient, 60, "10").laboratory = "Organization/a";
    std::swap(patient.timeline.labs[1], patient.timeline.labs[2]);
    EXPECT_EQ(hiaa(patient), "value true 60");
    std::swap(patient.timeline.labs[1], patient.timeline.labs[2]);
    EXPECT_EQ(hiaa(patient), "value true 60");
}

TEST(MarkerResponse, R0_3_NothingAfterTheCut) {
    auto patient = elevated();
    rate(patient, 60, "3");
    patient.as_of = day(59);
    EXPECT_EQ(hiaa(patient), "not-evaluable no-follow-up");
}

TEST(MarkerResponse, TimelineLinesAreUsedOrSetAside) {
    auto patient = elevated();
    rate(patient, 60, "12");
    rate(patient, 70, "11").comparator = Comparator::less;
    const auto notes = patient.derive(endpoint("RESP-5HIAA")).notes;
    ASSERT_EQ(notes.size(), 3U);
    EXPECT_EQ(notes[0].x_uln, "2.5");
    EXPECT_EQ(notes[1].x_uln, "1.5");
    EXPECT_EQ(notes[1].series, "5-HIAA rate-24h");
    EXPECT_THAT(notes[1].used_by, ::testing::ElementsAre("RESP-5HIAA"));
    EXPECT_EQ(notes[2].set_aside_because, "R7.4 a bound that decides nothing");
}

} // namespace
} // namespace embolink::testing
