// COURSE: R2.4's intervals and reasons for a single round, R3.5's crossover.
#include "mapping/endpoints/course.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

ArmFinding arm(const std::string& code) {
    ArmFinding finding;
    finding.arm = code;
    return finding;
}

// COURSE of a tiny patient whose sessions all have the arm HACE unless `arms` says otherwise.
EndpointRecord course_of(const TinyPatient& patient, std::vector<ArmFinding> arms = {}) {
    const auto sessions = find_sessions(patient.timeline);
    const auto judged = patient.judged();
    std::vector<Date> progressions;
    for (const auto& assessment : judged) {
        if (assessment.category == PD && assessment.date > day(0)) {
            progressions.push_back(assessment.date);
        }
    }
    const Course course = build_course(sessions, progressions, patient.trial.windows);
    arms.resize(std::max(arms.size(), sessions.size()), arm("HACE"));
    const PatientCase patient_case{
        patient.timeline, course, judged, patient.trial, ctcae(), patient.site, patient.as_of};
    return derive_course(patient_case, endpoint("COURSE"), arms).record;
}

std::string summary_of(const TinyPatient& patient, const std::vector<ArmFinding>& arms = {}) {
    return summary(course_of(patient, arms));
}

TEST(CourseRecord, R2_4_ConformIntervals) {
    EXPECT_EQ(summary_of(TinyPatient{}.session(59)), "value 2");
    EXPECT_EQ(summary_of(TinyPatient{}.session(60)), "value 2 [interval-conform]");
    EXPECT_EQ(summary_of(TinyPatient{}.session(150)), "value 2 [interval-conform]");
    EXPECT_EQ(summary_of(TinyPatient{}.session(151)), "value 1 [retreatment,single-round]");
}

TEST(CourseRecord, R2_4_MoreThanTwoRounds) {
    EXPECT_EQ(summary_of(TinyPatient{}.session(90).session(180)),
              "value 3 [interval-conform,more-than-two-rounds]");
}

TEST(CourseRecord, R2_4_SingleRoundAndDeathWithin150Days) {
    EXPECT_EQ(summary_of(TinyPatient{}.died(on(150))), "value 1 [single-round,single-round-death]");
    EXPECT_EQ(summary_of(TinyPatient{}.died(on(151))), "value 1 [single-round]");
    EXPECT_EQ(summary_of(TinyPatient{}.died(on(0))), "value 1 [single-round,single-round-death]");
    EXPECT_EQ(summary_of(TinyPatient{}.died(on(-1))), "value 1 [single-round]") << "cannot be";
}

TEST(CourseRecord, R2_4_SingleRoundAndProgressionWithin150Days) {
    EXPECT_EQ(summary_of(TinyPatient{}.read(150, PD)),
              "value 1 [single-round,single-round-progression]");
    EXPECT_EQ(summary_of(TinyPatient{}.read(151, PD)), "value 1 [single-round]");
    EXPECT_EQ(summary_of(TinyPatient{}.read(27, PD)), "value 1 [single-round]") << "R4.5";
    EXPECT_EQ(summary_of(TinyPatient{}.read(0, PD)), "value 1 [single-round]") << "a baseline";
}

TEST(CourseRecord, R2_4_SingleRoundAndToxicity) {
    TinyPatient patient;
    patient.event(3, "hepatic-failure", 3);
    EXPECT_EQ(summary_of(patient), "value 1 [single-round,single-round-toxicity]");
    TinyPatient mild;
    mild.event(3, "hepatic-failure", 2);
    EXPECT_EQ(summary_of(mild), "value 1 [single-round]");
}

TEST(CourseRecord, R2_4_PendingOnlyWhileNothingExplainsIt) {
    TinyPatient patient;
    patient.as_of = day(149);
    EXPECT_EQ(summary_of(patient), "value 1 [single-round,single-round-pending]");
    patient.as_of = day(150);
    EXPECT_EQ(summary_of(patient), "value 1 [single-round]");
    patient.as_of = day(100);
    patient.read(90, PD);
    EXPECT_EQ(summary_of(patient), "value 1 [single-round,single-round-progression]");
}

TEST(CourseRecord, R2_4_TwoRoundsCarryNoneOfTheSingleRoundFlags) {
    EXPECT_EQ(summary_of(TinyPatient{}.session(90).died(on(100)).read(95, PD)),
              "value 2 [interval-conform]");
}

TEST(CourseRecord, R3_5_CrossoverIsBetweenHaeAndHaceOnly) {
    const auto second = [](const std::string& first, const std::string& later) {
        return course_of(TinyPatient{}.session(90), {arm(first), arm(later)}).flags;
    };
    EXPECT_THAT(second("HAE", "HACE"), Contains("crossover"));
    EXPECT_THAT(second("HACE", "HAE"), Contains("crossover"));
    EXPECT_THAT(second("HACE", "HACE"), Not(Contains("crossover")));
    EXPECT_THAT(second("UNDETERMINED", "HACE"), Not(Contains("crossover")));
    EXPECT_THAT(second("HAE", "UNDETERMINED"), Not(Contains("crossover")));
    EXPECT_THAT(second("HACE-DEB", "HACE"), Not(Contains("crossover")));
}

TEST(CourseRecord, R2_2_LateralityUnknownStandsOnCourse) {
    TinyPatient patient;
    patient.session(20);
    for (ProcedureRow& one : patient.timeline.procedures) {
        one.lobe = Lobe::unknown;
    }
    EXPECT_THAT(course_of(patient).flags, Contains("laterality-unknown"));
}

} // namespace
} // namespace embolink::testing
