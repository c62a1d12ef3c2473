// R4.3, R4.6: BOR, OR and DC.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

// BOR, OR and DC in one line.
std::string responses(const TinyPatient& patient) {
    return summary(patient.bor()) + "; " + summary(patient.objective_response()) + "; " +
           summary(patient.disease_control());
}

TEST(BestResponse, R4_6_TheBestReadingCounts) {
    TinyPatient patient;
    patient.read(60, SD).read(120, CR).read(180, PR).read(240, PD);
    EXPECT_EQ(responses(patient), "value CR; value true; value true");
}

TEST(BestResponse, R4_6_PartialResponse) {
    TinyPatient patient;
    patient.read(30, PR).read(120, SD);
    EXPECT_EQ(responses(patient), "value PR; value true; value true");
}

TEST(BestResponse, R4_6_StableDiseaseFromDay42) {
    TinyPatient too_early;
    too_early.read(41, SD);
    EXPECT_EQ(responses(too_early),
              "value NE; not-evaluable no-assessment; not-evaluable no-assessment");
    TinyPatient in_time;
    in_time.read(42, SD);
    EXPECT_EQ(responses(in_time), "value SD; value false; value true");
}

TEST(BestResponse, R4_6_EarlyStableThenProgressionIsPd) {
    TinyPatient patient;
    patient.read(41, SD).read(90, PD);
    EXPECT_EQ(responses(patient), "value PD; value false; value false");
}

TEST(BestResponse, R4_6_EndsWithTheFirstProgression) {
    TinyPatient patient;
    patient.read(60, SD).read(120, PD).read(180, PR);
    EXPECT_EQ(responses(patient), "value SD; value false; value true");
}

TEST(BestResponse, R4_6_EndsWithNewTherapyTheDayIncluded) {
    const DrugGiven therapy{100,
                            DrugSource::statement,
                            "active",
                            std::string(concepts::anticancer_targeted),
                            false,
                            "e"};
    TinyPatient on_the_day;
    on_the_day.read(60, SD).read(100, PR).drug(therapy);
    EXPECT_EQ(responses(on_the_day), "value PR; value true; value true");
    TinyPatient after;
    after.read(60, SD).read(101, PR).drug(therapy);
    EXPECT_EQ(responses(after), "value SD; value false; value true");
}

TEST(BestResponse, R4_6_EndsWithTheSecondCourse) {
    TinyPatient patient;
    patient.session(92).session(243).read(60, SD).read(244, PR);
    EXPECT_EQ(responses(patient), "value SD; value false; value true");
}

TEST(BestResponse, OfTwoWithAsManyDoubtsTheFirstDecides) {
    TinyPatient patient;
    patient.read(90, SD).read(90, PR);
    patient.assess(0, AssessmentKind::structured_recist, SD).effective = in_month(2020, 8);
    EXPECT_EQ(summary(patient.bor()), "value SD [same-date-conflict]");
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value SD [same-date-conflict]");
}

TEST(BestResponse, R4_6_AProgressionOnT0EndsNothing) {
    TinyPatient patient;
    patient.read(0, PD).read(60, PR);
    EXPECT_EQ(responses(patient), "value PR; value true; value true");
}

TEST(BestResponse, ReadingsUpToT0AreNoResponse) {
    TinyPatient patient;
    patient.read(-30, CR).read(0, PR);
    EXPECT_EQ(responses(patient),
              "value NE; not-evaluable no-assessment; not-evaluable no-assessment");
}

TEST(BestResponse, R0_3_NothingAfterTheCut) {
    TinyPatient patient;
    patient.read(60, SD).read(120, PR);
    patient.as_of = day(119);
    EXPECT_EQ(summary(patient.bor()), "value SD");
}

TEST(BestResponse, R4_6_NoUsableAssessmentIsNe) {
    TinyPatient patient;
    patient.read(90, NE);
    EXPECT_EQ(responses(patient),
              "value NE; not-evaluable no-assessment; not-evaluable no-assessment");
}

TEST(BestResponse, R4_5_EarlyProgressionIsFlaggedOnlyWhenNothingElseCounts) {
    TinyPatient alone;
    alone.read(27, PD);
    EXPECT_EQ(responses(alone),
              "value NE [early-pd]; not-evaluable no-assessment [early-pd]; "
              "not-evaluable no-assessment [early-pd]");
    TinyPatient later;
    later.read(27, PD).read(90, SD);
    EXPECT_EQ(responses(later), "value SD; value false; value true");
}

TEST(BestResponse, FlagsOfTheReadingThatDecides) {
    TinyPatient conflict;
    conflict.read(90, SD).read(90, PR).read(180, PD);
    EXPECT_EQ(responses(conflict),
              "value SD [same-date-conflict]; value false [same-date-conflict]; "
              "value true [same-date-conflict]");
    conflict.read(120, SD);
    EXPECT_EQ(responses(conflict), "value SD; value false; value true")
        << "another reading gives the same without doubt";
    TinyPatient trend;
    trend.assess(90, AssessmentKind::trend, PD);
    EXPECT_EQ(responses(trend),
              "value PD [trend-only]; value false [trend-only]; value false [trend-only]");
    TinyPatient month;
    month.assess(0, AssessmentKind::structured_recist, PR).effective = in_month(2020, 6);
    EXPECT_EQ(responses(month), "value PR; value true; value true") << "no date on these records";
}

TEST(UnspecifiedResponse, R4_3_IsStableDiseaseAtLeastFromDay42) {
    TinyPatient patient;
    patient.assess(42, AssessmentKind::trend, improved);
    EXPECT_EQ(responses(patient),
              "value SD [response-unspecified]; "
              "not-evaluable response-unspecified [response-unspecified]; "
              "value true [response-unspecified]");
}

TEST(UnspecifiedResponse, R4_3_BeforeDay42OnlyTheKindOfResponseIsOpen) {
    TinyPatient patient;
    patient.assess(41, AssessmentKind::trend, improved);
    EXPECT_EQ(responses(patient),
              "value NE [response-unspecified]; "
              "not-evaluable response-unspecified [response-unspecified]; "
              "not-evaluable no-assessment [response-unspecified]");
}

TEST(UnspecifiedResponse, R4_3_KnownResponseMakesItIdle) {
    TinyPatient patient;
    patient.read(120, PR).assess(90, AssessmentKind::trend, improved);
    EXPECT_EQ(responses(patient), "value PR; value true; value true");
}

TEST(UnspecifiedResponse, R4_3_BesideStableDiseaseTheControlIsCertain) {
    TinyPatient patient;
    patient.read(60, SD).assess(120, AssessmentKind::trend, improved);
    EXPECT_EQ(responses(patient),
              "value SD [response-unspecified]; "
              "not-evaluable response-unspecified [response-unspecified]; value true");
}

TEST(UnspecifiedResponse, R4_3_BeforeProgressionItMayHaveBeenAResponse) {
    TinyPatient patient;
    patient.read(90, PD).assess(30, AssessmentKind::trend, improved);
    EXPECT_EQ(responses(patient),
              "value PD [response-unspecified]; "
              "not-evaluable response-unspecified [response-unspecified]; "
              "value false [response-unspecified]");
}

} // namespace
} // namespace embolink::testing
