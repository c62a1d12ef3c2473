// R4.2: responses by the sum of diameters, every boundary from both sides.
#include "mapping/endpoints/lesion_sums.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<LesionSum> sums(const TinyPatient& patient) {
    return lesion_sums(patient.timeline, day(0), patient.trial.windows);
}

std::optional<ResponseCategory> category_on(const TinyPatient& patient, int on_day) {
    for (const auto& sum : sums(patient)) {
        if (sum.date == day(on_day)) {
            return sum.category;
        }
    }
    return std::nullopt;
}

// One lesion of 100 mm before treatment, then these on days 60 and 120.
std::optional<ResponseCategory> after(const std::string& first, const std::string& second = "") {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "100");
    patient.size(60, "BodyStructure/1", first);
    if (!second.empty()) {
        patient.size(120, "BodyStructure/1", second);
    }
    return category_on(patient, second.empty() ? 60 : 120);
}

TEST(LesionSums, R4_2_PartialResponseIs30PercentBelowTheBaseline) {
    EXPECT_EQ(after("70"), PR);
    EXPECT_EQ(after("70.000001"), SD) << "R0.5: compared as written";
    EXPECT_EQ(after("0"), PR) << "nobody spoke of the other lesions";
}

TEST(LesionSums, R4_2_ProgressionIs20PercentAboveTheSmallest) {
    EXPECT_EQ(after("120"), PD) << "the baseline is the smallest so far";
    EXPECT_EQ(after("119.9"), SD);
    EXPECT_EQ(after("50", "60"), PD) << "though 40 % below the baseline";
    EXPECT_EQ(after("50", "59.9"), PR);
}

TEST(LesionSums, R4_2_ProgressionNeeds5MillimetresByRecist11) {
    EXPECT_EQ(after("20", "24.9"), PR);
    EXPECT_EQ(after("20", "25"), PD);
    EXPECT_EQ(after("25", "30"), PD) << "both limits at once";
    EXPECT_EQ(after("26", "31"), PR) << "5 mm are less than 20 %";
}

TEST(LesionSums, R4_2_Recist10KnowsNo5Millimetres) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "20");
    patient.size(60, "BodyStructure/1", "24").recist_1_0 = true;
    EXPECT_EQ(category_on(patient, 60), PD);
    patient.timeline.sizes.back().recist_1_0 = false;
    EXPECT_EQ(category_on(patient, 60), SD);
    patient.timeline.sizes.back().recist_1_0 = true;
    patient.timeline.sizes.back().millimetres = {"23.9"};
    EXPECT_EQ(category_on(patient, 60), SD);
}

TEST(LesionSums, R4_2_LesionsAreAddedUp) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "60");
    patient.size(-20, "BodyStructure/2", "40");
    patient.size(60, "BodyStructure/1", "30");
    patient.size(60, "BodyStructure/2", "40");
    patient.size(60, "BodyStructure/3", "90"); // not followed
    ASSERT_THAT(sums(patient), SizeIs(1));
    EXPECT_EQ(sums(patient)[0].category, PR);
    EXPECT_EQ(sums(patient)[0].words, "sum 70 mm, 100 mm before treatment, smallest so far 100 mm");
    EXPECT_THAT(sums(patient)[0].origins, SizeIs(5));
}

TEST(LesionSums, R4_2_OnlyTheSameLesionsAreCompared) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "60");
    patient.size(-20, "BodyStructure/2", "40");
    patient.size(60, "BodyStructure/1", "30");
    EXPECT_EQ(category_on(patient, 60), std::nullopt);
    EXPECT_THAT(unused_sizes(patient.timeline, day(0), patient.trial.windows), SizeIs(1));
    EXPECT_EQ(summary(patient.bor()), "value NE");
}

TEST(LesionSums, R4_2_LesionsOfOneSiteAreTheSameWhenTheyAreAsMany) {
    TinyPatient patient;
    for (const auto& [on_day, a, b] :
         {std::tuple{-20, "60", "40"}, {60, "30", "30"}, {120, "40", "35"}}) {
        patient.size(on_day, "site liver", a);
        patient.size(on_day, "site liver", b);
    }
    EXPECT_EQ(category_on(patient, 60), PR);
    EXPECT_EQ(category_on(patient, 120), PD);
    patient.size(60, "site liver", "1");
    EXPECT_EQ(category_on(patient, 60), std::nullopt) << "one more: which are the same?";
    EXPECT_EQ(category_on(patient, 120), SD) << "and its sum is no smallest one";
}

TEST(LesionSums, ASizeRecordedTwiceIsOneAndTwoSizesAreNone) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "100");
    patient.size(60, "BodyStructure/1", "60");
    patient.size(60, "BodyStructure/1", "60.0");
    EXPECT_EQ(category_on(patient, 60), PR);
    patient.size(60, "BodyStructure/1", "90");
    EXPECT_EQ(category_on(patient, 60), std::nullopt);
    EXPECT_THAT(unused_sizes(patient.timeline, day(0), patient.trial.windows), SizeIs(3));
}

TEST(LesionSums, TheBaselineIsTheLastOfTheWindow) {
    TinyPatient patient;
    patient.size(-91, "BodyStructure/1", "100");
    patient.size(60, "BodyStructure/1", "70");
    EXPECT_EQ(category_on(patient, 60), PR);
    patient.size(0, "BodyStructure/1", "90");
    EXPECT_EQ(category_on(patient, 60), SD) << "T0 itself is before treatment";

    TinyPatient old;
    old.size(-92, "BodyStructure/1", "100");
    old.size(60, "BodyStructure/1", "70");
    EXPECT_EQ(category_on(old, 60), std::nullopt);
}

TEST(LesionSums, R5_6_WithoutABaselineOnlyProgressionCanBeTold) {
    TinyPatient patient;
    patient.size(60, "BodyStructure/1", "50");
    patient.size(120, "BodyStructure/1", "20");
    patient.size(180, "BodyStructure/1", "25");
    EXPECT_EQ(category_on(patient, 60), std::nullopt);
    EXPECT_EQ(category_on(patient, 120), std::nullopt) << "a response to what?";
    EXPECT_EQ(category_on(patient, 180), PD);
}

TEST(LesionSums, R4_2_ASumGoesBehindACodedConclusionAndBeforeATrend) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "100");
    patient.size(60, "BodyStructure/1", "70");
    patient.assess(60, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(patient.bor()), "value PR");
    patient.assess(60, AssessmentKind::coded_conclusion, SD);
    EXPECT_EQ(summary(patient.bor()), "value SD");
}

TEST(LesionSums, R5_1_ProgressionByTheSumIsAnEvent) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "50");
    const auto nadir = patient.size(60, "BodyStructure/1", "40").origin;
    const auto grown = patient.size(120, "BodyStructure/1", "60").origin;
    const auto record = patient.pfs();
    EXPECT_EQ(summary(record), "event progression 120 left 60 right 120");
    EXPECT_THAT(record.sources,
                Contains(RecordSource{nadir.reference, nadir.version, "event", "R5.1"}));
    EXPECT_THAT(record.sources,
                Contains(RecordSource{grown.reference, grown.version, "event", "R5.1"}));
}

TEST(LesionSums, R4_5_HoldsForSumsToo) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "50");
    patient.size(27, "BodyStructure/1", "80");
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [early-pd]");
}

TEST(LesionSums, R5_6_ASumAfterwardsHadABaselineOfItsReader) {
    TinyPatient patient;
    patient.no_imaging();
    patient.study(200); // the feed has imaging at other times
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0");
    patient.size(90, "BodyStructure/1", "50"); // the first: nothing to compare with
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [baseline-not-in-feed]");
    patient.timeline.sizes.front().effective = on(0);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0") << "not afterwards";
}

TEST(LesionSums, TheTimelineTellsTheSumInWords) {
    TinyPatient patient;
    patient.size(-20, "BodyStructure/1", "100");
    patient.size(60, "BodyStructure/1", "70");
    const auto notes = patient.derive(endpoint("PFS")).notes;
    ASSERT_THAT(notes, SizeIs(1));
    EXPECT_THAT(notes[0].series, HasSubstr("sum 70 mm, 100 mm before treatment"));
    EXPECT_EQ(notes[0].value, "PR");
}

TEST(LesionSums, ASizeWithoutADayIsAnIssue) {
    TinyPatient patient;
    patient.size(60, "BodyStructure/1", "70").effective = in_month(2020, 6);
    EXPECT_THAT(sums(patient), IsEmpty());
    const auto issues = unused_sizes(patient.timeline, day(0), patient.trial.windows);
    ASSERT_THAT(issues, SizeIs(1));
    EXPECT_EQ(issues[0].severity, Severity::error);
}

TEST(LesionSums, R4_7_TheSiteIsThatOfAllLesions) {
    const auto hepatic = SiteFinding::hepatic_stated;
    const auto other = SiteFinding::other_stated;
    for (const auto& [a, b, expected] :
         {std::tuple{hepatic, hepatic, "event progression 90 left 0 right 90"},
          {other, other, "censored last-adequate-assessment 90"},
          {hepatic, other, "event progression 90 left 0 right 90 [site-unspecified]"}}) {
        TinyPatient patient;
        for (const auto& [on_day, millimetres] : {std::pair{-10, "20"}, {90, "35"}}) {
            patient.size(on_day, "A", millimetres).site = a;
            patient.size(on_day, "B", millimetres).site = b;
        }
        EXPECT_EQ(summary(patient.record("HPFS")), expected);
    }
}

} // namespace
} // namespace embolink::testing
