// R4.1-R4.5: which readings are assessments, on which date, with which category.
#include "mapping/endpoints/assessments.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct Reading {
    int day;
    ResponseCategory category;
    friend bool operator==(const Reading&, const Reading&) = default;
};

std::vector<Reading> readings(const TinyPatient& patient) {
    std::vector<Reading> list;
    for (const auto& judged : patient.judged()) {
        list.push_back({days_between(day(0), judged.date), judged.category});
    }
    return list;
}

std::vector<std::string> flags_on(const TinyPatient& patient, int on_day) {
    for (const auto& judged : patient.judged()) {
        if (judged.date == day(on_day)) {
            return judged.flags;
        }
    }
    return {"no such reading"};
}

TEST(Assessments, R4_2_StructuredRecistGoesBeforeConclusionAndTrend) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::trend, PD);
    patient.assess(90, AssessmentKind::coded_conclusion, PD);
    patient.assess(90, AssessmentKind::structured_recist, PR);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{90, PR}));
    EXPECT_THAT(flags_on(patient, 90), IsEmpty()) << "unequal ranks do not conflict";
}

TEST(Assessments, R4_2_ConclusionGoesBeforeTrend) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::trend, PR);
    patient.assess(90, AssessmentKind::coded_conclusion, SD);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{90, SD}));
}

TEST(Assessments, R4_2_EqualRanksTakeTheWorseAndSaySo) {
    TinyPatient patient;
    patient.read(90, SD).read(90, PD).read(90, PR);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{90, PD}));
    EXPECT_THAT(flags_on(patient, 90), ElementsAre("same-date-conflict"));
    EXPECT_THAT(patient.judged().front().origins, SizeIs(3));
}

TEST(Assessments, R4_2_EqualRanksThatAgreeDoNotConflict) {
    TinyPatient patient;
    patient.read(90, SD).read(90, SD);
    EXPECT_THAT(flags_on(patient, 90), IsEmpty());
}

TEST(Assessments, R4_2_NotEvaluableNeverOverridesNorConflicts) {
    TinyPatient patient;
    patient.read(90, NE);
    patient.assess(90, AssessmentKind::trend, SD);
    patient.read(120, NE).read(120, SD);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{90, SD}, Reading{120, SD}));
    EXPECT_THAT(flags_on(patient, 120), IsEmpty());
}

TEST(Assessments, R4_3_TrendCountsOnlyWithImagingEvidence) {
    TinyPatient patient;
    patient.assess(60, AssessmentKind::trend, PD).imaging_evidence = false;
    patient.assess(80, AssessmentKind::trend, SD).imaging_evidence = false;
    patient.assess(90, AssessmentKind::trend, SD);
    patient.assess(180, AssessmentKind::trend, PD);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{90, SD}, Reading{180, PD}));
    EXPECT_THAT(flags_on(patient, 90), IsEmpty()) << "the flag stands on progression only";
    EXPECT_THAT(flags_on(patient, 180), ElementsAre("trend-only"));
}

TEST(Assessments, R4_3_ImprovedIsAResponseOfUnknownKind) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::trend, improved);
    EXPECT_THAT(flags_on(patient, 90), ElementsAre("response-unspecified"));
    EXPECT_TRUE(patient.judged().front().adequate());
}

TEST(Assessments, R9_2_CandidatesNeverCount) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::structured_recist, PD).standing = Standing::candidate;
    EXPECT_THAT(readings(patient), IsEmpty());
}

TEST(Assessments, R4_5_ProgressionBeforeDay28IsNotEvaluable) {
    TinyPatient patient;
    patient.read(1, PD).read(27, PD).read(28, PD);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{1, NE}, Reading{27, NE}, Reading{28, PD}));
    EXPECT_THAT(flags_on(patient, 27), ElementsAre("early-pd"));
    EXPECT_TRUE(patient.judged()[1].early_progression);
    EXPECT_FALSE(patient.judged()[2].early_progression);
}

TEST(Assessments, R4_5_ACodedNewLesionMakesItAnEvent) {
    TinyPatient patient;
    patient.assess(27, AssessmentKind::structured_recist, PD).new_lesion = true;
    EXPECT_THAT(readings(patient), ElementsAre(Reading{27, PD}));
}

// In an Observation or report of its own.
TEST(Assessments, R4_5_ANewLesionOfTheSameImagesMakesItAnEvent) {
    TinyPatient patient;
    patient.read(27, PD);
    Characteristic lesion;
    lesion.origin = {"Observation/new", "1"};
    lesion.kind = "new-lesion";
    lesion.date = on(27);
    patient.timeline.characteristics = {lesion};
    EXPECT_THAT(readings(patient), ElementsAre(Reading{27, PD}));
    EXPECT_THAT(patient.judged().front().origins, ::testing::Contains(lesion.origin));
    patient.timeline.characteristics[0].date = on(26);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{27, NE})) << "of other images";
    patient.timeline.characteristics[0].imaging_studies = {"ImagingStudy/ct"};
    patient.timeline.study_dates["ImagingStudy/ct"] = on(27);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{27, PD})) << "R4.1: the study dates it";
    patient.timeline.characteristics[0].imaging_studies.clear();
    patient.timeline.characteristics[0].date = on(27);
    patient.timeline.characteristics[0].kind = "ki-67";
    EXPECT_THAT(readings(patient), ElementsAre(Reading{27, NE}));
}

TEST(Assessments, R4_5_LeavesReadingsUpToT0AsTheyAre) {
    TinyPatient patient;
    patient.read(-30, PD).read(0, PD);
    EXPECT_THAT(readings(patient), ElementsAre(Reading{-30, PD}, Reading{0, PD}));
}

TEST(Assessments, R4_1_TheDateIsThatOfTheImaging) {
    TinyPatient patient;
    auto& assessment = patient.assess(95, AssessmentKind::structured_recist, SD);
    assessment.imaging_studies = {"ImagingStudy/ct"};
    patient.timeline.study_dates["ImagingStudy/ct"] = on(88);
    patient.timeline.rests_on[assessment.origin.reference] = {{"ImagingStudy/ct", "7"}};
    EXPECT_THAT(readings(patient), ElementsAre(Reading{88, SD}));
    EXPECT_THAT(patient.judged().front().origins, Contains(Origin{"ImagingStudy/ct", "7"}));
}

TEST(Assessments, R0_4_AMonthOfProgressionIsItsFirstDay) {
    TinyPatient patient;
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_month(2020, 6);
    EXPECT_EQ(patient.judged().front().date, *date_from_iso("2020-06-01"));
    EXPECT_THAT(patient.judged().front().flags, ElementsAre("date-imputed-day"));
}

TEST(Assessments, R0_4_AMonthOfProgressionComesAfterTheLastReadingWithout) {
    TinyPatient patient; // 2020-06-11 is day 93, 2020-06-29 day 111
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_month(2020, 6);
    patient.read(93, SD).read(111, NE);
    const auto judged = patient.judged();
    ASSERT_THAT(judged, SizeIs(3));
    EXPECT_EQ(judged[1].date, *date_from_iso("2020-06-12")) << "the NE shows no freedom from PD";
    EXPECT_EQ(judged[1].category, PD);
    EXPECT_THAT(judged[1].origins, SizeIs(2)) << "the reading that moved it decided the date";
}

TEST(Assessments, R0_4_AReadingOnTheFirstOfTheMonthMovesItToTheSecond) {
    TinyPatient patient; // 2020-06-01 is day 83
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_month(2020, 6);
    const auto first = patient.assess(83, AssessmentKind::structured_recist, SD).origin;
    const auto second = patient.assess(83, AssessmentKind::structured_recist, SD).origin;
    EXPECT_THAT(readings(patient), ElementsAre(Reading{83, SD}, Reading{84, PD}));
    EXPECT_THAT(patient.judged().back().origins, Contains(first));
    EXPECT_THAT(patient.judged().back().origins, Not(Contains(second))) << "one is enough";
}

TEST(Assessments, R0_4_AReadingOnTheLastDayOfTheMonthCannotPrecede) {
    TinyPatient patient; // 2020-06-30 is day 112
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_month(2020, 6);
    patient.read(112, SD);
    EXPECT_EQ(patient.judged().front().date, *date_from_iso("2020-06-01"));
}

TEST(Assessments, R0_4_OtherMonthsAreTheFirstAndYearsPlaceNothing) {
    TinyPatient patient;
    patient.assess(0, AssessmentKind::structured_recist, SD).effective = in_month(2020, 6);
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_year(2020);
    ASSERT_THAT(patient.judged(), SizeIs(1));
    EXPECT_EQ(patient.judged().front().date, *date_from_iso("2020-06-01"));
    EXPECT_THAT(patient.judged().front().flags, ElementsAre("date-imputed-day"));
}

TEST(Assessments, R0_4_WhatNoDatePlacesIsAnIssue) {
    TinyPatient patient;
    patient.read(90, SD);
    patient.assess(0, AssessmentKind::structured_recist, SD).effective = in_month(2020, 6);
    EXPECT_THAT(unplaced_assessments(patient.timeline), IsEmpty());
    auto& yearly = patient.assess(0, AssessmentKind::structured_recist, PD);
    yearly.effective = in_year(2020);
    yearly.imaging_studies = {"ImagingStudy/ct"};
    const auto issues = unplaced_assessments(patient.timeline);
    ASSERT_THAT(issues, SizeIs(1));
    EXPECT_EQ(issues.front().severity, Severity::error);
    EXPECT_EQ(issues.front().reference, yearly.origin.reference);
    EXPECT_THAT(issues.front().text, ::testing::HasSubstr("year only"));
    patient.timeline.study_dates["ImagingStudy/ct"] = on(95);
    EXPECT_THAT(unplaced_assessments(patient.timeline), IsEmpty()) << "its study dates it";
    patient.assess(0, AssessmentKind::structured_recist, PD).effective.reset();
    EXPECT_THAT(unplaced_assessments(patient.timeline), SizeIs(1));
    patient.timeline.assessments.back().standing = Standing::candidate;
    EXPECT_THAT(unplaced_assessments(patient.timeline), IsEmpty());
}

} // namespace
} // namespace embolink::testing
