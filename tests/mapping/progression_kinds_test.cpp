// HPFS (R4.7) and PFS-ITT (R5.7): what they share with PFS and what is their own.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;

std::string hpfs(const TinyPatient& patient) {
    return summary(patient.record("HPFS"));
}

std::string itt(const TinyPatient& patient) {
    return summary(patient.record("PFS-ITT"));
}

Assessment& progression(TinyPatient& patient, int on_day, SiteFinding site) {
    auto& found = patient.assess(on_day, AssessmentKind::structured_recist, PD);
    found.site = site;
    return found;
}

Assessment& clinical(TinyPatient& patient, int on_day, ResponseCategory category = PD) {
    auto& found = patient.assess(on_day, AssessmentKind::trend, category);
    found.imaging_evidence = false;
    return found;
}

const DrugGiven everolimus{
    100, DrugSource::statement, "active", std::string(concepts::anticancer_targeted), false, "e"};

TEST(HepaticProgression, R4_7_InTheLiverIsTheEvent) {
    TinyPatient patient;
    patient.read(90, SD);
    progression(patient, 180, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(patient), "event progression 180 left 90 right 180");
}

TEST(HepaticProgression, R4_7_WithoutASiteItCountsAndIsFlagged) {
    TinyPatient patient;
    patient.read(90, SD).read(180, PD);
    EXPECT_EQ(hpfs(patient), "event progression 180 left 90 right 180 [site-unspecified]");
    EXPECT_EQ(summary(patient.pfs()), "event progression 180 left 90 right 180");
    EXPECT_EQ(itt(patient), "event progression 180"); // R5.10: PFS and HPFS alone have bounds
}

TEST(HepaticProgression, R4_7_OnlyElsewhereIsAnAdequateAssessmentOfTheLiver) {
    TinyPatient patient;
    patient.read(90, SD);
    progression(patient, 180, SiteFinding::other_stated);
    EXPECT_EQ(hpfs(patient), "censored last-adequate-assessment 180");
    EXPECT_EQ(summary(patient.pfs()), "event progression 180 left 90 right 180");
    progression(patient, 392, SiteFinding::hepatic_stated); // 212 days later
    EXPECT_EQ(hpfs(patient), "event progression 392 left 180 right 392");
}

TEST(HepaticProgression, R5_3_ProgressionElsewhereClosesTheGap) {
    TinyPatient patient;
    progression(patient, 200, SiteFinding::other_stated);
    progression(patient, 413, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(patient), "censored missed-assessments 200");
    patient.read(201, PR);
    EXPECT_EQ(hpfs(patient), "event progression 413 left 201 right 413");
}

TEST(HepaticProgression, R5_3_AMissedProgressionKeepsTheFlagOfItsSite) {
    TinyPatient patient;
    patient.read(90, SD).read(303, PD);
    EXPECT_EQ(hpfs(patient), "censored missed-assessments 90 [site-unspecified]");
}

TEST(HepaticProgression, R4_7_OfSeveralFindingsOfOneDateOneInTheLiverSuffices) {
    TinyPatient patient;
    progression(patient, 180, SiteFinding::other_stated);
    progression(patient, 180, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(patient), "event progression 180 left 0 right 180");
    TinyPatient open;
    progression(open, 180, SiteFinding::other_stated);
    open.read(180, PD);
    EXPECT_EQ(hpfs(open), "event progression 180 left 0 right 180 [site-unspecified]");
}

TEST(HepaticProgression, R4_2_TheSiteIsThatOfTheFindingThatDecides) {
    TinyPatient patient;
    progression(patient, 180, SiteFinding::other_stated);
    auto& trend = patient.assess(180, AssessmentKind::trend, PD);
    trend.site = SiteFinding::hepatic_stated;
    EXPECT_EQ(hpfs(patient), "censored last-adequate-assessment 180");
}

TEST(HepaticProgression, R4_7_AnotherReadersStableDiseaseIsNoSite) {
    TinyPatient patient;
    progression(patient, 180, SiteFinding::other_stated);
    patient.assess(180, AssessmentKind::structured_recist, SD).site = SiteFinding::hepatic_stated;
    EXPECT_EQ(hpfs(patient), "censored last-adequate-assessment 180 [same-date-conflict]");
}

TEST(HepaticProgression, R4_7_TheConditionInFocusIsASource) {
    TinyPatient patient;
    auto& found = progression(patient, 180, SiteFinding::hepatic_stated);
    found.site_origins = {{"Condition/liver", "1"}};
    EXPECT_THAT(patient.record("HPFS").sources,
                Contains(Field(&RecordSource::reference, "Condition/liver")));
    EXPECT_THAT(patient.pfs().sources,
                Not(Contains(Field(&RecordSource::reference, "Condition/liver"))));
}

TEST(HepaticProgression, R4_7_DeathIsAnEvent) {
    TinyPatient patient;
    progression(patient, 180, SiteFinding::other_stated);
    patient.died(on(392));
    EXPECT_EQ(hpfs(patient), "event death 392");
    patient.died(on(393));
    EXPECT_EQ(hpfs(patient), "censored missed-assessments 180");
}

TEST(HepaticProgression, R5_2_TherapyCutsAsInPfs) {
    TinyPatient patient;
    patient.read(90, SD).drug(everolimus);
    progression(patient, 101, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(patient), "censored new-anticancer-therapy 90");
}

TEST(HepaticProgression, R5_6_NeedsABaseline) {
    TinyPatient patient;
    patient.no_imaging().study(200);
    auto& trend = patient.assess(180, AssessmentKind::trend, PD);
    trend.site = SiteFinding::hepatic_stated;
    EXPECT_EQ(hpfs(patient), "censored no-baseline-imaging 0");
}

TEST(HepaticProgression, R5_9_UndatedDeathAfterProgressionInTheLiver) {
    TinyPatient elsewhere;
    progression(elsewhere, 180, SiteFinding::other_stated);
    elsewhere.died_some_day();
    EXPECT_EQ(hpfs(elsewhere), "not-evaluable death-date-unknown");
    TinyPatient liver;
    progression(liver, 180, SiteFinding::hepatic_stated);
    liver.died_some_day();
    EXPECT_EQ(hpfs(liver), "event progression 180 left 0 right 180");
}

TEST(HepaticProgression, R4_5_TooEarlyIsNotEvaluableHereToo) {
    TinyPatient patient;
    progression(patient, 27, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(patient), "censored no-assessment 0 [early-pd]");
    TinyPatient later;
    progression(later, 28, SiteFinding::hepatic_stated);
    EXPECT_EQ(hpfs(later), "event progression 28 left 0 right 28");
}

TEST(HepaticProgression, R4_3_FlagsOfTheDecidingReading) {
    TinyPatient patient;
    patient.assess(180, AssessmentKind::trend, PD);
    EXPECT_EQ(hpfs(patient),
              "event progression 180 left 0 right 180 [site-unspecified,trend-only]");
    patient.report(300);
    EXPECT_EQ(hpfs(patient),
              "event progression 180 left 0 right 180 "
              "[pd-candidate-unresolved,site-unspecified,trend-only]");
}

TEST(IntentionToTreat, R5_7_NoTherapyCut) {
    TinyPatient patient;
    patient.read(90, SD).read(180, PD).drug(everolimus);
    EXPECT_EQ(itt(patient), "event progression 180");
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 90");
}

TEST(IntentionToTreat, R5_7_ASecondCourseDoesNotCut) {
    TinyPatient patient;
    patient.session(200).read(90, SD).read(300, PD);
    EXPECT_EQ(itt(patient), "event progression 300");
}

TEST(IntentionToTreat, R5_7_NoGapAndNoBaseline) {
    TinyPatient patient;
    patient.no_imaging().study(200);
    patient.read(600, PD);
    EXPECT_EQ(itt(patient), "event progression 600");
    TinyPatient dead;
    dead.died(on(900));
    EXPECT_EQ(itt(dead), "event death 900");
    TinyPatient none;
    none.no_imaging().study(200);
    EXPECT_EQ(itt(none), "censored no-assessment 0"); // R5.5
}

TEST(IntentionToTreat, R5_7_ClinicalProgressionCounts) {
    TinyPatient patient;
    patient.read(90, SD);
    clinical(patient, 150);
    EXPECT_EQ(itt(patient), "event progression 150");
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90");
    EXPECT_EQ(hpfs(patient), "censored last-adequate-assessment 90");
}

TEST(IntentionToTreat, R5_7_ALaboratoryRiseNeverDoes) {
    TinyPatient patient;
    patient.read(90, SD);
    clinical(patient, 150).laboratory_only = true;
    EXPECT_EQ(itt(patient), "censored last-adequate-assessment 90");
}

TEST(IntentionToTreat, R4_3_StableOrImprovedWithoutImagesIsNoAssessment) {
    TinyPatient patient;
    patient.read(90, SD);
    clinical(patient, 150, SD);
    clinical(patient, 160, improved);
    EXPECT_EQ(itt(patient), "censored last-adequate-assessment 90");
}

TEST(IntentionToTreat, R4_3_ThePrecedenceHoldsHereToo) {
    TinyPatient imaged;
    imaged.read(150, SD);
    clinical(imaged, 150);
    EXPECT_EQ(itt(imaged), "censored last-adequate-assessment 150");
    TinyPatient equals;
    equals.assess(150, AssessmentKind::trend, SD);
    clinical(equals, 150);
    EXPECT_EQ(itt(equals), "event progression 150 [same-date-conflict]");
    EXPECT_EQ(summary(equals.pfs()), "censored last-adequate-assessment 150");
}

TEST(IntentionToTreat, R4_3_TheTrendWithImagesKeepsItsFlag) {
    TinyPatient patient;
    patient.assess(150, AssessmentKind::trend, PD);
    clinical(patient, 150);
    EXPECT_EQ(itt(patient), "event progression 150 [trend-only]");
}

TEST(IntentionToTreat, R4_5_EarlyClinicalProgressionIsNone) {
    TinyPatient patient;
    clinical(patient, 27);
    EXPECT_EQ(itt(patient), "censored no-assessment 0 [early-pd]");
    clinical(patient, 28);
    EXPECT_EQ(itt(patient), "event progression 28 [early-pd]");
}

TEST(IntentionToTreat, R0_4_AMonthIsImputedAfterTheLastReadingFreeOfIt) {
    TinyPatient patient;
    patient.read(100, SD); // 2020-06-18
    clinical(patient, 0).effective = in_month(2020, 6);
    EXPECT_EQ(itt(patient), "event progression 101 [date-imputed-day]");
}

TEST(IntentionToTreat, R5_9_UndatedDeath) {
    TinyPatient patient;
    patient.read(90, SD).died_some_day();
    EXPECT_EQ(itt(patient), "not-evaluable death-date-unknown");
    clinical(patient, 150);
    EXPECT_EQ(itt(patient), "event progression 150");
}

TEST(IntentionToTreat, OfTheFlagsOnlyThoseThatQualifyIt) {
    TinyPatient patient;
    patient.no_imaging().read(90, SD).drug({120,
                                            DrugSource::statement,
                                            "active",
                                            std::string(concepts::somatostatin_analogue),
                                            false,
                                            "o"});
    patient.read(180, SD);
    EXPECT_EQ(itt(patient), "censored last-adequate-assessment 180");
    EXPECT_EQ(hpfs(patient),
              "censored last-adequate-assessment 180 [baseline-not-in-feed,ssa-changed]");
    patient.report(300); // R8.2
    EXPECT_EQ(itt(patient), "censored last-adequate-assessment 180 [pd-candidate-unresolved]");
}

TEST(UnplacedAssessments, AClinicalProgressionOfAYearIsReported) {
    TinyPatient patient;
    clinical(patient, 0).effective = in_year(2021);
    EXPECT_EQ(unplaced_assessments(patient.timeline).size(), 1u);
    TinyPatient laboratory;
    auto& rise = clinical(laboratory, 0);
    rise.effective = in_year(2021);
    rise.laboratory_only = true;
    EXPECT_THAT(unplaced_assessments(laboratory.timeline), IsEmpty());
}

} // namespace
} // namespace embolink::testing
