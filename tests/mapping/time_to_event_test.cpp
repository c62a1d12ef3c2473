// R5: PFS, each censoring row and both sides of each boundary. Every record is derived a
// second time from the resources it cites (tests/support/timeline_builder.hpp).
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

const DrugGiven everolimus_on_100{
    100, DrugSource::statement, "active", std::string(concepts::anticancer_targeted), false, "eve"};

TEST(Pfs, R5_1_FirstProgressionIsTheEvent) {
    TinyPatient patient;
    patient.read(90, PR).read(180, PD).read(270, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 180 left 90 right 180");
}

TEST(Pfs, R5_10_LeftIsT0WithoutAnEarlierReading) {
    TinyPatient patient;
    patient.read(28, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 28 left 0 right 28");
}

TEST(Pfs, R5_10_LeftIsAReadingThatShowedNoProgression) {
    TinyPatient patient;
    patient.read(90, SD).read(120, NE).read(180, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 180 left 90 right 180");
}

TEST(Pfs, ReadingsOnT0AreBaseline) {
    TinyPatient patient;
    patient.read(0, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0");
}

TEST(Pfs, R5_1_DeathIsAnEvent) {
    TinyPatient patient;
    patient.read(90, SD).died(on(150));
    EXPECT_EQ(summary(patient.pfs()), "event death 150");
}

TEST(Pfs, R5_2_ProgressionGoesBeforeDeathOfTheSameDay) {
    TinyPatient patient;
    patient.read(90, PD).died(on(90));
    EXPECT_EQ(summary(patient.pfs()), "event progression 90 left 0 right 90");
}

TEST(Pfs, R5_3_GapOf212DaysStands) {
    TinyPatient patient;
    patient.read(90, SD).read(90 + 212, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 302 left 90 right 302");
}

TEST(Pfs, R5_3_GapOf213DaysCensors) {
    TinyPatient patient;
    patient.read(90, SD).read(90 + 213, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored missed-assessments 90");
}

TEST(Pfs, R5_3_GapIsCountedFromT0WithoutAssessment) {
    TinyPatient in_time;
    in_time.died(on(212));
    EXPECT_EQ(summary(in_time.pfs()), "event death 212");
    TinyPatient late;
    late.died(on(213));
    EXPECT_EQ(summary(late.pfs()), "censored no-assessment 0");
    TinyPatient late_scan;
    late_scan.read(213, PD);
    EXPECT_EQ(summary(late_scan.pfs()), "censored no-assessment 0");
}

TEST(Pfs, R5_3_OnlyTheLastAssessmentBeforeTheEventMatters) {
    TinyPatient patient;
    patient.read(30, SD).read(400, SD).read(480, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 480 left 400 right 480");
}

TEST(Pfs, R5_4_NotEvaluableClosesNoGap) {
    TinyPatient patient;
    patient.read(90, SD).read(200, NE).read(303, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored missed-assessments 90");
}

TEST(Pfs, R5_3_AScanOnTheDayOfDeathClosesTheGap) {
    TinyPatient patient;
    patient.read(90, SD).read(400, SD).died(on(400));
    EXPECT_EQ(summary(patient.pfs()), "event death 400");
}

TEST(Pfs, R5_3_AMissedProgressionIsNotMadeGoodByDeath) {
    TinyPatient patient;
    patient.read(90, SD).read(303, PD).died(on(310));
    EXPECT_EQ(summary(patient.pfs()), "censored missed-assessments 90");
}

TEST(Pfs, R5_4_CensoredAtTheLastAdequateAssessment) {
    TinyPatient patient;
    patient.read(90, SD).read(180, PR).read(270, NE);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180");
}

TEST(Pfs, R5_5_NothingAfterT0) {
    TinyPatient patient;
    patient.read(-20, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0");
}

TEST(Pfs, R0_3_WhatComesAfterTheCutDoesNotExist) {
    TinyPatient patient;
    patient.read(90, SD).read(180, PD);
    patient.as_of = day(179);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90");
    patient.as_of = day(180);
    EXPECT_EQ(summary(patient.pfs()), "event progression 180 left 90 right 180");
}

TEST(Pfs, R5_2_NewTherapyCutsBeforeAnEvent) {
    TinyPatient patient;
    patient.read(90, SD).read(101, PD).drug(everolimus_on_100);
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 90");
}

TEST(Pfs, R5_2_AnEventOnTheDayOfTheCutCounts) {
    TinyPatient patient;
    patient.read(90, SD).read(100, PD).drug(everolimus_on_100);
    EXPECT_EQ(summary(patient.pfs()), "event progression 100 left 90 right 100");
    TinyPatient dead;
    dead.read(90, SD).died(on(100)).drug(everolimus_on_100);
    EXPECT_EQ(summary(dead.pfs()), "event death 100");
}

TEST(Pfs, R5_2_AScanOnTheDayOfTherapyCountsAsBeforeIt) {
    TinyPatient patient;
    patient.read(100, SD).read(160, SD).drug(everolimus_on_100);
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 100");
}

TEST(Pfs, R5_5_TherapyBeforeAnyAssessment) {
    TinyPatient patient;
    patient.read(101, SD).drug(everolimus_on_100);
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 0");
}

TEST(Pfs, TherapyFlagsStandOnlyWhereTherapyDecided) {
    auto from_text = everolimus_on_100;
    from_text.by_text = true;
    TinyPatient cut;
    cut.read(90, SD).drug(from_text);
    EXPECT_EQ(summary(cut.pfs()), "censored new-anticancer-therapy 90 [therapy-from-text]");
    TinyPatient progressed;
    progressed.read(90, PD).drug(from_text);
    EXPECT_EQ(summary(progressed.pfs()), "event progression 90 left 0 right 90");
}

TEST(Pfs, R5_2_SecondCourseIsNewTherapyThePlannedRoundIsNot) {
    TinyPatient planned;
    planned.session(150).read(90, SD).read(240, PD);
    EXPECT_EQ(summary(planned.pfs()), "event progression 240 left 90 right 240");
    TinyPatient again;
    again.session(151).read(90, SD).read(240, PD);
    EXPECT_EQ(summary(again.pfs()), "censored new-anticancer-therapy 90");
}

TEST(Pfs, R5_2_RetreatmentAfterProgressionCountsFromTheEvent) {
    TinyPatient patient;
    patient.session(92).read(80, SD).read(120, PD).session(140);
    EXPECT_EQ(summary(patient.pfs()), "event progression 120 left 80 right 120");
}

TEST(Pfs, R5_6_BaselineImagingReachesBack91Days) {
    TinyPatient in_window;
    in_window.no_imaging().study(-91);
    in_window.assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(in_window.pfs()), "censored last-adequate-assessment 90");
    TinyPatient too_old;
    too_old.no_imaging().study(-92);
    too_old.assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(too_old.pfs()), "censored no-baseline-imaging 0");
    TinyPatient on_t0;
    on_t0.no_imaging().study(0);
    on_t0.assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(on_t0.pfs()), "censored last-adequate-assessment 90");
    TinyPatient after;
    after.no_imaging().study(1);
    after.assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(after.pfs()), "censored no-baseline-imaging 0");
}

TEST(Pfs, R5_6_ImagingOfAnotherRegionIsNoBaseline) {
    TinyPatient patient;
    patient.no_imaging().study(-20).region = ImagingRegion::elsewhere;
    patient.assess(90, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0");
}

TEST(Pfs, R5_6_AnUnstatedRegionCountsForCrossSectionalImagingOnly) {
    TinyPatient patient;
    patient.no_imaging().study(-20).region = ImagingRegion::unstated;
    patient.assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90");
    patient.timeline.imaging.front().cross_sectional = false;
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0");
}

TEST(Pfs, R5_6_ARecistReadingAfterwardsHadABaseline) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.read(90, SD).read(180, PD);
    EXPECT_EQ(summary(patient.pfs()),
              "event progression 180 left 90 right 180 [baseline-not-in-feed]");
}

TEST(Pfs, R5_6_AReadingOnTheDayOfTheCutHadABaseline) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.read(90, SD);
    patient.as_of = day(90);
    EXPECT_EQ(summary(patient.pfs()),
              "censored last-adequate-assessment 90 [baseline-not-in-feed]");
    patient.as_of = day(89);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0") << "not there yet";
}

TEST(Pfs, R5_6_AReadingOnT0IsNoneAfterwards) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.read(0, SD).assess(90, AssessmentKind::trend, SD);
    const auto derived = patient.derive(endpoint("PFS"));
    EXPECT_EQ(summary(derived.record), "censored no-baseline-imaging 0");
    EXPECT_THAT(derived.notes, ::testing::SizeIs(1)) << "nor is it one of the follow-up";
}

TEST(Pfs, R5_6_ANotEvaluableReadingHadNone) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.read(90, NE);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0");
}

TEST(Pfs, R5_6_NoImagingResourceAtAllOnlyFlags) {
    TinyPatient patient;
    patient.no_imaging().assess(90, AssessmentKind::trend, SD);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90 [no-imaging-in-feed]");
}

TEST(Pfs, R5_6_WithoutBaselineOnlyADeathWithin212DaysStands) {
    TinyPatient in_time;
    in_time.no_imaging().died(on(212)).study(-200);
    EXPECT_EQ(summary(in_time.pfs()), "event death 212");
    TinyPatient late;
    late.no_imaging().died(on(213)).study(-200);
    EXPECT_EQ(summary(late.pfs()), "censored no-baseline-imaging 0");
    TinyPatient therapy_first;
    therapy_first.no_imaging().died(on(150)).study(-200);
    therapy_first.drug(everolimus_on_100);
    EXPECT_EQ(summary(therapy_first.pfs()), "censored no-baseline-imaging 0");
}

TEST(Pfs, R4_5_EarlyProgressionIsFlaggedAndALaterOneCounts) {
    TinyPatient patient;
    patient.read(27, PD).read(90, PD);
    EXPECT_EQ(summary(patient.pfs()), "event progression 90 left 0 right 90 [early-pd]");
    TinyPatient alone;
    alone.read(27, PD);
    EXPECT_EQ(summary(alone.pfs()), "censored no-assessment 0 [early-pd]");
}

TEST(Pfs, FlagsOfTheDecidingAssessmentOnly) {
    TinyPatient trend;
    trend.read(90, SD).assess(180, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(trend.pfs()), "event progression 180 left 90 right 180 [trend-only]");
    TinyPatient conflict;
    conflict.read(90, SD).read(180, PD).read(180, SD);
    EXPECT_EQ(summary(conflict.pfs()),
              "event progression 180 left 90 right 180 [same-date-conflict]");
    TinyPatient harmless;
    harmless.read(90, SD).read(90, PR).read(180, PD);
    EXPECT_EQ(summary(harmless.pfs()), "event progression 180 left 90 right 180");
    TinyPatient unspecified;
    unspecified.assess(90, AssessmentKind::trend, improved);
    EXPECT_EQ(summary(unspecified.pfs()),
              "censored last-adequate-assessment 90 [response-unspecified]");
    TinyPatient missed_trend;
    missed_trend.read(90, SD).assess(303, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(missed_trend.pfs()), "censored missed-assessments 90 [trend-only]");
}

TEST(Pfs, R4_2_AConflictOnTheDayThatEndsTheRecordIsFlagged) {
    TinyPatient patient;
    patient.read(90, SD).read(90, PR);
    for (const char* param : {"PFS", "HPFS", "PFS-ITT"}) {
        EXPECT_EQ(summary(patient.record(param)),
                  "censored last-adequate-assessment 90 [same-date-conflict]")
            << param;
    }
    TinyPatient missed = patient;
    missed.read(303, PD);
    EXPECT_EQ(summary(missed.pfs()), "censored missed-assessments 90 [same-date-conflict]");
    patient.read(180, SD);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180");
}

TEST(Pfs, R0_4_ImputedProgression) {
    TinyPatient patient; // day 83 is 2020-06-01, day 93 2020-06-11
    patient.read(93, SD);
    patient.assess(0, AssessmentKind::structured_recist, PD).effective = in_month(2020, 6);
    EXPECT_EQ(summary(patient.pfs()), "event progression 94 left 93 right 94 [date-imputed-day]");
}

TEST(Pfs, R8_2_UnresolvedCandidates) {
    TinyPatient patient;
    patient.read(90, SD).report(120);
    EXPECT_EQ(summary(patient.pfs()),
              "censored last-adequate-assessment 90 [pd-candidate-unresolved]");
}

TEST(Pfs, R5_9_UndatedDeath) {
    TinyPatient without;
    without.read(90, SD).died_some_day();
    EXPECT_EQ(summary(without.pfs()), "not-evaluable death-date-unknown");
    TinyPatient after;
    after.read(90, PD).died_some_day();
    EXPECT_EQ(summary(after.pfs()), "event progression 90 left 0 right 90");
    TinyPatient year_only;
    year_only.read(90, SD).died(in_year(2020));
    EXPECT_EQ(summary(year_only.pfs()), "not-evaluable death-date-unknown");
}

TEST(Pfs, R5_9_ProgressionAfterTheTherapyCutStillCameBeforeDeath) {
    TinyPatient patient;
    patient.read(90, SD).read(180, PD).died_some_day().drug(everolimus_on_100);
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 90");
}

TEST(Pfs, R4_5_AnEarlyProgressionOnTheDayOfTheTherapyIsFlagged) {
    for (const int day_of_therapy : {6, 7}) {
        TinyPatient patient;
        DrugGiven therapy = everolimus_on_100;
        therapy.day = day_of_therapy;
        patient.read(7, PD).drug(therapy);
        EXPECT_EQ(summary(patient.pfs()),
                  day_of_therapy == 7 ? "censored new-anticancer-therapy 0 [early-pd]"
                                      : "censored new-anticancer-therapy 0");
    }
}

// R9.6: the therapy decides that the early progression is not flagged, so it is cited.
TEST(Pfs, R5_9_AnEarlyProgressionAfterTheTherapyCut) {
    TinyPatient patient;
    patient.read(7, PD).died_some_day();
    EXPECT_EQ(summary(patient.pfs()), "not-evaluable death-date-unknown [early-pd]");
    DrugGiven therapy = everolimus_on_100;
    therapy.day = 1;
    const Origin origin = patient.drug(therapy).origin;
    const auto record = patient.pfs();
    EXPECT_EQ(summary(record), "not-evaluable death-date-unknown");
    EXPECT_TRUE(std::any_of(record.sources.begin(), record.sources.end(), [&](const auto& one) {
        return one.reference == origin.reference;
    }));
}

TEST(Pfs, AReadingOnTheDayOfTheCutIsToldInTheTimeline) {
    TinyPatient patient;
    patient.read(100, SD);
    patient.as_of = day(100);
    EXPECT_THAT(patient.derive(endpoint("PFS")).notes, ::testing::SizeIs(1));
}

// R4.5 names PFS, HPFS and PFS-ITT, whatever else is wrong with the record.
TEST(Pfs, R4_5_AnEarlyProgressionIsFlaggedWithoutBaselineImaging) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.assess(20, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0 [early-pd]");
    EXPECT_EQ(summary(patient.record("HPFS")), "censored no-baseline-imaging 0 [early-pd]");
    DrugGiven therapy = everolimus_on_100;
    patient.drug(therapy).start = on(19);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0") << "after the cut";
    patient.timeline.drugs.front().start = on(20);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0 [early-pd]");
}

TEST(Pfs, R5_2_AnalogueChangeIsSeenAndNotCounted) {
    const DrugGiven lanreotide{100,
                               DrugSource::statement,
                               "active",
                               std::string(concepts::somatostatin_analogue),
                               false,
                               "lan"};
    TinyPatient patient;
    patient.read(90, SD).read(180, SD).drug(lanreotide);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180 [ssa-changed]");
    patient.trial.analogue_change_is_therapy = true;
    EXPECT_EQ(summary(patient.pfs()), "censored new-anticancer-therapy 90");
}

TEST(Pfs, R5_2_AnAnalogueBegunOnT0IsConcomitant) {
    TinyPatient patient;
    patient.read(180, SD).drug({0,
                                DrugSource::statement,
                                "active",
                                std::string(concepts::somatostatin_analogue),
                                false,
                                "lan"});
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180");
}

TEST(Pfs, R5_2_ContinuedAnalogueIsNoChangeAnIncreaseIs) {
    DrugGiven lanreotide{-100,
                         DrugSource::statement,
                         "active",
                         std::string(concepts::somatostatin_analogue),
                         false,
                         "lan"};
    TinyPatient patient;
    patient.read(180, SD).drug(lanreotide).dose = parse_decimal("90");
    lanreotide.day = 100;
    patient.drug(lanreotide).dose = parse_decimal("90.0");
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180");
    patient.timeline.drugs.back().dose = parse_decimal("120");
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 180 [ssa-changed]");
}

TEST(Pfs, R5_2_AnalogueChangeAfterTheEventSaysNothing) {
    TinyPatient patient;
    patient.read(90, PD).drug({100,
                               DrugSource::statement,
                               "active",
                               std::string(concepts::somatostatin_analogue),
                               false,
                               "lan"});
    EXPECT_EQ(summary(patient.pfs()), "event progression 90 left 0 right 90");
}

TEST(Notes, TellWhatWasUsedAndWhyNot) {
    TinyPatient patient;
    patient.read(27, PD).read(90, SD).read(150, PD).drug(everolimus_on_100);
    const auto notes = patient.derive(endpoint("PFS")).notes;
    std::vector<std::string> lines;
    for (const auto& note : notes) {
        EXPECT_EQ(note.patient, "Patient/p");
        EXPECT_EQ(note.used_by.empty(), !note.set_aside_because.empty());
        lines.push_back(note.kind + " " + note.value + " " +
                        (note.used_by.empty() ? note.set_aside_because : note.used_by.front()));
    }
    EXPECT_THAT(
        lines,
        ::testing::ElementsAre("assessment NE R4.5 progression too early without a new lesion",
                               "assessment SD PFS",
                               "assessment PD R5.2 after the cut",
                               "therapy targeted PFS"));
}

} // namespace
} // namespace embolink::testing
