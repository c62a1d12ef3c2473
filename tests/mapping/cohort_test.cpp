// COHORT as a whole: R1.1-R1.3's order of reasons, and what an included patient's record carries.
#include "mapping/endpoints/cohort.hpp"
#include "mapping/endpoints/derive_patient.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Everything fits: born 1960, midgut, liver, one session on T0.
PatientTimeline fitting() {
    PatientTimeline timeline;
    timeline.patient = "Patient/1";
    timeline.identities = {"Patient/1"};
    Person person;
    person.origin = {"Patient/1", "1"};
    person.birth = in_year(1960);
    timeline.person = person;
    timeline.diagnoses = {condition("midgut", {concepts::midgut_net}),
                          condition("liver", {concepts::liver_metastasis})};
    timeline.procedures = {hepatic("t0", 0)};
    return timeline;
}

TrialDefinition cohort_only() {
    TrialDefinition trial = rule_trial();
    trial.undetermined_arm = "UNDETERMINED";
    EndpointDefinition cohort;
    cohort.param = "COHORT";
    cohort.kind = "cohort";
    trial.endpoints = {cohort};
    return trial;
}

PatientRecords derive(const PatientTimeline& timeline) {
    static const std::string rules = "rules";
    static const TrialDefinition trial = cohort_only();
    static const SiteConfig site;
    return derive_patient(timeline, {trial, ctcae(), site, rules, day(1000)});
}

std::string reason(const PatientTimeline& timeline) {
    const PatientRecords result = derive(timeline);
    const auto& value = std::get<Value>(result.records.front().status);
    return std::get<std::string>(value.value) == "included" ? "included" : value.reason;
}

TEST(Cohort, R1_2_IncludedWithArmStartAndSources) {
    const PatientRecords result = derive(fitting());
    ASSERT_THAT(result.records, SizeIs(1));
    const EndpointRecord& record = result.records.front();
    EXPECT_EQ(reason(fitting()), "included");
    EXPECT_EQ(record.arm, "UNDETERMINED");
    EXPECT_EQ(record.start, day(0));
    EXPECT_EQ(record.as_of, day(1000));
    for (const char* reference :
         {"Patient/1", "Condition/midgut", "Condition/liver", "Procedure/t0"}) {
        EXPECT_THAT(record.sources, Contains(Field(&RecordSource::reference, reference)));
    }
    EXPECT_TRUE(std::is_sorted(record.sources.begin(), record.sources.end()));
    EXPECT_TRUE(std::is_sorted(record.flags.begin(), record.flags.end()));
}

TEST(Cohort, R1_3_AnExcludedPatientHasNoArmAndNoFlags) {
    PatientTimeline timeline = fitting();
    timeline.diagnoses.pop_back();
    const PatientRecords result = derive(timeline);
    ASSERT_THAT(result.records, SizeIs(1));
    EXPECT_EQ(result.records.front().arm, "");
    EXPECT_THAT(result.records.front().flags, IsEmpty());
    EXPECT_EQ(result.records.front().start, day(0));
    EXPECT_EQ(reason(timeline), "no-liver-metastasis");
}

TEST(Cohort, R1_1_AnyRowOfAnyStatusMakesACandidate) {
    PatientTimeline timeline = fitting();
    timeline.procedures.front().status = "entered-in-error";
    EXPECT_TRUE(is_candidate(timeline));
    timeline.procedures.front() = row("1", on(0), {concepts::liver_resection});
    EXPECT_FALSE(is_candidate(timeline));
}

TEST(Cohort, R1_3_ReasonsAboutRowsInOrder) {
    PatientTimeline timeline = fitting();
    ProcedureRow& only = timeline.procedures.front();
    for (const char* status : {"in-progress", "on-hold", "not-done", "entered-in-error"}) {
        only.status = status;
        EXPECT_EQ(reason(timeline), "not-performed") << status;
    }
    only = row("1", on(0), {concepts::portal_vein_embolization});
    EXPECT_EQ(reason(timeline), "not-an-embolization");
    only = row("1", on(0), {concepts::hemorrhage_embolization});
    EXPECT_EQ(reason(timeline), "wrong-purpose");
    only = row("1", on(0), {concepts::coil_embolization});
    EXPECT_EQ(reason(timeline), "wrong-purpose") << "only protective coiling";
    only = hepatic("1", 0);
    only.performed.start = in_month(2020, 3);
    EXPECT_EQ(reason(timeline), "date-imprecise");
}

TEST(Cohort, R1_3_EachReasonAsksTheRowsThatTheOneBeforeLeft) {
    PatientTimeline timeline = fitting();
    timeline.procedures = {hepatic("planned", 0),
                           row("pve", on(0), {concepts::portal_vein_embolization})};
    timeline.procedures.front().status = "not-done";
    EXPECT_EQ(reason(timeline), "not-an-embolization");
    timeline.procedures.push_back(row("bleed", on(0), {concepts::hemorrhage_embolization}));
    EXPECT_EQ(reason(timeline), "wrong-purpose");
    timeline.procedures.push_back(hepatic("session", 3));
    EXPECT_EQ(reason(timeline), "included") << "a session is a session, whatever stands beside";
}

TEST(Cohort, R1_3_MinorBeforeTheDisease) {
    PatientTimeline timeline = fitting();
    timeline.diagnoses.clear();
    timeline.person->birth = parse_partial_date("2002-03-11", {});
    EXPECT_EQ(reason(timeline), "minor") << "18 one day after T0 = 2020-03-10";
    timeline.person->birth = parse_partial_date("2002-03-10", {});
    EXPECT_EQ(reason(timeline), "no-midgut-net") << "18 on the day";
}

TEST(Cohort, R1_3_AnAgeThatIsOpenIsNoExclusionButAnIssue) {
    PatientTimeline timeline = fitting();
    timeline.person->birth = in_year(2002);
    EXPECT_EQ(reason(timeline), "included");
    EXPECT_THAT(derive(timeline).issues, Contains(Field(&Issue::expression, "Patient.birthDate")));
    timeline.person->birth = in_year(1960);
    EXPECT_THAT(derive(timeline).issues, IsEmpty());
}

TEST(Cohort, R1_3_LeapDayBirthdaysFallOnTheFirstOfMarch) {
    const auto born = parse_partial_date("2004-02-29", {});
    const auto on_day = [&](const char* date) {
        return is_under_age(born, *date_from_iso(date), 18);
    };
    EXPECT_EQ(on_day("2022-02-28"), true);
    EXPECT_EQ(on_day("2022-03-01"), false);
}

TEST(Cohort, R1_3_IdentityIsTheLastReason) {
    PatientTimeline timeline = fitting();
    timeline.identity_unresolved = true;
    EXPECT_EQ(reason(timeline), "identity-unresolved");
    timeline.diagnoses.pop_back();
    EXPECT_EQ(reason(timeline), "no-liver-metastasis");
}

TEST(Cohort, R2_0_SiteAssumedAndSecondPrimaryAreFlags) {
    PatientTimeline timeline = fitting();
    timeline.procedures = {row("t0", on(0), {concepts::embolization})};
    timeline.diagnoses.push_back(condition("breast", {concepts::other_cancer}));
    EXPECT_THAT(
        derive(timeline).records.front().flags,
        ElementsAre(
            "prior-therapy-unknown", "second-primary", "site-assumed-hepatic", "tier-unknown"));
}

TEST(Cohort, EveryEmbolizationRowStandsInTheTimelineOutput) {
    PatientTimeline timeline = fitting();
    timeline.procedures.push_back(row("bleed", on(5), {concepts::hemorrhage_embolization}));
    const auto lines = derive(timeline).timeline;
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_EQ(lines[0].kind, "session");
    EXPECT_THAT(lines[0].used_by, ElementsAre("COHORT"));
    EXPECT_EQ(lines[1].kind, "exclusion-evidence");
    EXPECT_EQ(lines[1].set_aside_because, "R2.0 wrong-purpose");
}

} // namespace
} // namespace embolink::testing
