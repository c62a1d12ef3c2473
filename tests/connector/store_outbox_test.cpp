// The outbox between derivation and write-back.
#include "connector/core/error.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using testing::ElementsAre;

class StoreOutbox : public StoreContract {
protected:
    void SetUp() override {
        run = begin_run();
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_chain(run, "Patient/2", {"Patient/2"});
    }

    void want(const std::vector<OutboxEntry>& entries) {
        store->save_derivation(run, derivation_of(entries.front().chain, 1), entries);
    }

    std::vector<std::string> identifiers(const std::vector<OutboxEntry>& entries) {
        std::vector<std::string> found;
        for (const OutboxEntry& entry : entries) {
            found.push_back(entry.identifier);
        }
        return found;
    }

    RunId run = 0;
};

EMBOLINK_STORE_CONTRACT(StoreOutbox);

TEST_P(StoreOutbox, IsListedByPatientParamAndCourse) {
    OutboxEntry second_course = entry_of("a", "Patient/1");
    second_course.course = 2;
    OutboxEntry other_param = entry_of("b", "Patient/1");
    other_param.param = "OS";
    want({second_course, entry_of("c", "Patient/1"), other_param});
    want({entry_of("0", "Patient/2")});
    EXPECT_THAT(identifiers(store->load_outbox()), ElementsAre("b", "c", "a", "0"));
    EXPECT_THAT(identifiers(store->load_outbox("Patient/1")), ElementsAre("b", "c", "a"));
    EXPECT_THAT(identifiers(store->load_outbox("Patient/2")), ElementsAre("0"));
}

TEST_P(StoreOutbox, AMarkedEntryIsUnderWayWithOneMoreAttempt) {
    want({entry_of("a", "Patient/1"), entry_of("b", "Patient/1")});
    store->mark_sending({"a"});
    store->mark_sending({"a"});
    OutboxEntry marked = entry_of("a", "Patient/1");
    marked.state = OutboxState::sending;
    marked.attempts = 2;
    EXPECT_THAT(open()->load_outbox(), ElementsAre(marked, entry_of("b", "Patient/1")));
}

TEST_P(StoreOutbox, AllAreMarkedOrNone) {
    want({entry_of("a", "Patient/1")});
    EXPECT_THROW(store->mark_sending({"a", "unknown"}), Error);
    EXPECT_THAT(store->load_outbox(), ElementsAre(entry_of("a", "Patient/1")));
}

TEST_P(StoreOutbox, SettlingLeavesWhatIsWantedAndWhatAnEntryIs) {
    OutboxEntry entry = entry_of("a", "Patient/1");
    entry.wanted = "wanted";
    entry.wanted_fingerprint = "wanted print";
    want({entry});
    const OutboxEntry settled{"a",
                              "Patient/2",
                              "Patient/2",
                              "OS",
                              2,
                              "stale",
                              "stale print",
                              OutboxState::edited,
                              "17",
                              "3",
                              "amended",
                              "sent",
                              "sent print",
                              "sent hash",
                              "2026-11-25",
                              4,
                              "note",
                              true,
                              "2026-11-24",
                              "0.1.0"};
    store->settle_outbox({settled});
    OutboxEntry expected = settled;
    expected.chain = "Patient/1";
    expected.patient = "Patient/1";
    expected.param = "PFS";
    expected.course = 1;
    expected.wanted = "wanted";
    expected.wanted_fingerprint = "wanted print";
    expected.forget = false;
    EXPECT_THAT(open()->load_outbox(), ElementsAre(expected));
}

TEST_P(StoreOutbox, BelongsToOneTarget) {
    OutboxEntry entry = entry_of("a", "Patient/1");
    entry.wanted = "wanted";
    want({entry});
    EXPECT_EQ(store->use_target("https://one.example/fhir"), 0);
    entry.state = OutboxState::settled;
    entry.server_id = "17";
    entry.server_version = "3";
    entry.server_status = "final";
    entry.sent = "sent";
    entry.sent_fingerprint = "print";
    entry.sent_hash = "hash";
    entry.sent_on = "2026-11-25";
    entry.attempts = 2;
    store->settle_outbox({entry});
    EXPECT_EQ(store->use_target("https://one.example/fhir/"), 0);
    EXPECT_THAT(open()->load_outbox(), ElementsAre(entry)) << "the same server";
    EXPECT_EQ(store->use_target("https://two.example/fhir"), 1);
    OutboxEntry afresh = entry_of("a", "Patient/1");
    afresh.wanted = "wanted";
    EXPECT_THAT(open()->load_outbox(), ElementsAre(afresh));
    // Another source's outbox has a target of its own.
    EXPECT_EQ(open("other")->use_target("https://one.example/fhir"), 0);
    EXPECT_EQ(store->use_target("https://two.example/fhir"), 0);
}

TEST_P(StoreOutbox, KeepsNoTextOfWhoOptedOut) {
    OutboxEntry entry = entry_of("a", "Patient/1");
    entry.wanted = "wanted";
    entry.wanted_fingerprint = "print";
    want({entry});
    entry.state = OutboxState::edited;
    entry.server_id = "17";
    entry.sent = "sent";
    entry.sent_fingerprint = "print";
    store->settle_outbox({entry});
    store->erase("Patient/1");
    OutboxEntry expected = entry_of("a", "Patient/1");
    expected.server_id = "17";
    expected.forget = true;
    EXPECT_THAT(open()->load_outbox(), ElementsAre(expected));
}

TEST_P(StoreOutbox, AllAreSettledOrNone) {
    want({entry_of("a", "Patient/1")});
    OutboxEntry settled = entry_of("a", "Patient/1");
    settled.state = OutboxState::settled;
    EXPECT_THROW(store->settle_outbox({settled, entry_of("unknown", "Patient/1")}), Error);
    EXPECT_THAT(store->load_outbox(), ElementsAre(entry_of("a", "Patient/1")));
}

TEST_P(StoreOutbox, EveryStateIsKept) {
    for (const OutboxState state : {OutboxState::pending,
                                    OutboxState::sending,
                                    OutboxState::settled,
                                    OutboxState::awaiting_release,
                                    OutboxState::edited,
                                    OutboxState::quarantined,
                                    OutboxState::no_target_patient,
                                    OutboxState::subject_changed,
                                    OutboxState::refused}) {
        EXPECT_EQ(outbox_state(to_string(state)), state);
        OutboxEntry entry = entry_of("a", "Patient/1");
        entry.state = state;
        want({entry});
        EXPECT_THAT(store->load_outbox(), ElementsAre(entry));
    }
}

TEST(OutboxState, HasTheWordsOfTheContract) {
    EXPECT_EQ(to_string(OutboxState::awaiting_release), "awaiting-release");
    EXPECT_EQ(to_string(OutboxState::no_target_patient), "no-target-patient");
    EXPECT_EQ(outbox_state("awaiting_release"), std::nullopt);
    EXPECT_EQ(outbox_state(""), std::nullopt);
}

} // namespace
} // namespace embolink::test
