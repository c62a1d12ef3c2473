// When something is to be sent: contracts section 5, each rule from both sides.
#include "connector/write_back/identity.hpp"
#include "connector/write_back/outbox_plan.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/connector/write_back_support.hpp"

#include <gtest/gtest.h>

namespace {

using namespace embolink;
using namespace embolink::test;
using nlohmann::json;

const json stored = {{"resourceType", "Observation"}, {"id", "9"}};

EndpointRecord progression() {
    return record_of("PFS", Event{"progression"});
}

EndpointRecord censored(const char* date, int days) {
    EndpointRecord record = record_of("OS", Censored{"last-known-alive"});
    record.date = day(date);
    record.days = days;
    record.sources = {{"Encounter/" + std::string(date), "1", "censor", "R5.8"}};
    return record;
}

OutboxEntry planned(const std::vector<EndpointRecord>& records, const OutboxEntry& before) {
    return plan_outbox("Patient/1", "ehr", records, {before}).front();
}

TEST(OutboxPlan, IdentifierIsTheSameForEverAndDiffersByEachPart) {
    const EndpointRecord record = progression();
    const std::string id = outcome_identifier("ehr", record);
    EXPECT_EQ(id.size(), 36u);
    EXPECT_EQ(id[14], '5') << "UUID version 5";
    EndpointRecord later = record;
    later.rules_version = "R2+def";
    later.as_of = day("2025-01-01");
    later.status = Event{"death"};
    EXPECT_EQ(outcome_identifier("ehr", later), id);
    EXPECT_NE(outcome_identifier("other", record), id) << "two servers, two people";
    EndpointRecord other = record;
    other.patient = "Patient/2";
    EXPECT_NE(outcome_identifier("ehr", other), id);
    other = record;
    other.param = "OS";
    EXPECT_NE(outcome_identifier("ehr", other), id);
}

TEST(OutboxPlan, WritesOnlyTheOutcomesOfIncludedPatients) {
    EndpointRecord excluded = cohort_record();
    EXPECT_TRUE(plan_outbox("Patient/1", "ehr", {excluded}, {}).empty());
    const EndpointRecord base = record_of("BASE-CGA", NotEvaluable{"baseline-missing"});
    EXPECT_TRUE(plan_outbox("Patient/1", "ehr", {base}, {}).empty());
    EXPECT_EQ(plan_outbox("Patient/1", "ehr", {progression()}, {}).size(), 1u);
}

TEST(OutboxPlan, SendsNothingForNewRulesOrAMerelyTouchedSource) {
    const OutboxEntry before = written_entry(progression(), "9", stored);
    EndpointRecord same = progression();
    same.rules_version = "R2+def";
    same.as_of = day("2024-07-30");
    same.sources[0].version = "4";
    const OutboxEntry after = planned({same}, before);
    EXPECT_EQ(after.state, OutboxState::settled);
    EXPECT_FALSE(is_due(after, day("2030-01-01"), 90, "0.1.0"));
}

TEST(OutboxPlan, SendsWhatContractsSectionFiveNames) {
    const OutboxEntry before = written_entry(progression(), "9", stored);
    const auto is_sent = [&](const EndpointRecord& record) {
        return planned({record}, before).state == OutboxState::pending;
    };
    EndpointRecord record = progression();
    EXPECT_FALSE(is_sent(record));
    record.arm = "HACE";
    EXPECT_TRUE(is_sent(record));
    record = progression();
    record.status = Event{"death"};
    EXPECT_TRUE(is_sent(record));
    record = progression();
    record.date = day("2024-01-11");
    EXPECT_TRUE(is_sent(record));
    record = progression();
    record.flags = {"trend-only"};
    EXPECT_TRUE(is_sent(record)) << "a caution flag";
    record = progression();
    record.flags = {"therapy-from-text"};
    EXPECT_FALSE(is_sent(record)) << "no caution flag";
    record = progression();
    record.sources[0].reference = "DiagnosticReport/8";
    EXPECT_TRUE(is_sent(record)) << "another source";
}

TEST(OutboxPlan, HoldsAMereMoveOfACensoringDateForNinetyDays) {
    OutboxEntry before = written_entry(censored("2024-05-01", 477), "9", stored);
    before.sent_on = "2024-06-01";
    const OutboxEntry after = planned({censored("2024-06-15", 522)}, before);
    EXPECT_EQ(after.state, OutboxState::pending);
    EXPECT_FALSE(is_due(after, day("2024-08-29"), 90, "0.1.0")) << "day 89";
    EXPECT_TRUE(is_due(after, day("2024-08-30"), 90, "0.1.0")) << "day 90";
    EndpointRecord died = record_of("OS", Event{"death"});
    EXPECT_TRUE(is_due(planned({died}, before), day("2024-06-02"), 90, "0.1.0"));
    // A date that moves back is a correction.
    EXPECT_TRUE(
        is_due(planned({censored("2024-04-01", 447)}, before), day("2024-06-02"), 90, "0.1.0"));
}

// An outcome names sessions and diagnoses (partOf, focus), which may be entered in error later.
TEST(OutboxPlan, SendsWhenAnotherSessionOrDiagnosisIsNamed) {
    const EndpointRecord record = censored("2024-05-01", 477);
    const EndpointRecord named = cohort_record();
    OutboxEntry before = plan_outbox("Patient/1", "ehr", {named, record}, {}).front();
    before.state = OutboxState::settled;
    before.server_id = "9";
    before.sent = before.wanted;
    before.sent_fingerprint = before.wanted_fingerprint;
    before.sent_on = "2024-06-01";
    const auto is_sent = [&](const EndpointRecord& cohort) {
        const OutboxEntry after = planned({cohort, record}, before);
        return after.state == OutboxState::pending &&
               is_due(after, day("2024-06-02"), 90, "0.1.0"); // no mere move of a date
    };
    EXPECT_FALSE(is_sent(named));
    for (std::size_t i = 0; i < named.sources.size(); ++i) {
        EndpointRecord other = named;
        other.sources[i].reference += "b";
        EXPECT_TRUE(is_sent(other)) << named.sources[i].reference;
        other = named;
        other.sources[i].version = "2";
        EXPECT_FALSE(is_sent(other)) << "another version of " << named.sources[i].reference;
        other.sources[i].role = "arm";
        EXPECT_TRUE(is_sent(other)) << "no longer named";
    }
    EndpointRecord elsewhere = named;
    elsewhere.patient = "Patient/2";
    elsewhere.sources.clear();
    EXPECT_FALSE(is_sent(named)) << "the patient's own";
    EXPECT_EQ(planned({elsewhere, named, record}, before).state, OutboxState::settled);
}

TEST(OutboxPlan, TakesBackWhatIsNoLongerDerived) {
    const OutboxEntry gone = planned({}, written_entry(progression(), "9", stored));
    EXPECT_EQ(gone.state, OutboxState::pending);
    EXPECT_TRUE(gone.wanted.empty());
    EXPECT_EQ(gone.server_id, "9");

    OutboxEntry never_written = new_entry(progression());
    EXPECT_EQ(planned({}, never_written).state, OutboxState::settled);

    OutboxEntry taken_back = written_entry(progression(), "9", stored);
    taken_back.server_status = "entered-in-error";
    taken_back.sent.clear();
    taken_back.sent_fingerprint.clear();
    EXPECT_EQ(planned({}, taken_back).state, OutboxState::settled);
    EXPECT_EQ(planned({progression()}, taken_back).state, OutboxState::pending) << "back again";
}

TEST(OutboxPlan, KeepsWhatWaitsWaiting) {
    OutboxEntry before = written_entry(progression(), "9", stored);
    EndpointRecord changed = progression();
    changed.status = Event{"death"};
    for (const OutboxState state : {OutboxState::awaiting_release,
                                    OutboxState::edited,
                                    OutboxState::quarantined,
                                    OutboxState::sending}) {
        before.state = state;
        EXPECT_EQ(planned({changed}, before).state, state);
    }
    before.state = OutboxState::refused;
    EXPECT_EQ(planned({changed}, before).state, OutboxState::pending) << "another content";
    EXPECT_EQ(planned({progression()}, before).state, OutboxState::refused);
}

TEST(OutboxPlan, NothingWaitsForAReleaseOnceTheSignedOutcomeIsDerivedAgain) {
    OutboxEntry waiting = written_entry(progression(), "9", stored);
    waiting.server_status = "final";
    waiting.state = OutboxState::awaiting_release;
    EXPECT_EQ(planned({record_of("PFS", Event{"death"})}, waiting).state,
              OutboxState::awaiting_release);
    EXPECT_EQ(planned({progression()}, waiting).state, OutboxState::settled);
}

TEST(OutboxPlan, TriesAgainWhatWasRefused) {
    OutboxEntry entry = new_entry(progression());
    entry.state = OutboxState::refused;
    entry.refused_on = "2024-06-01";
    entry.refused_by = "0.1.0";
    EXPECT_FALSE(is_due(entry, day("2024-06-07"), 90, "0.1.0"));
    EXPECT_TRUE(is_due(entry, day("2024-06-08"), 90, "0.1.0")) << "after a week";
    EXPECT_TRUE(is_due(entry, day("2024-06-01"), 90, "0.2.0")) << "another version";
}

TEST(OutboxPlan, ForgetsNobodyWhoIsThereAgain) {
    OutboxEntry entry = written_entry(progression(), "9", stored);
    entry.forget = true;
    EXPECT_TRUE(planned({}, entry).forget);
    EXPECT_FALSE(planned({progression()}, entry).forget);
}

TEST(OutboxPlan, AnUnknownFateIsAlwaysDue) {
    OutboxEntry entry = new_entry(progression());
    entry.state = OutboxState::sending;
    EXPECT_TRUE(is_due(entry, day("2024-06-30"), 90, "0.1.0"));
    entry.state = OutboxState::awaiting_release;
    EXPECT_FALSE(is_due(entry, day("2024-06-30"), 90, "0.1.0"));
}

} // namespace
