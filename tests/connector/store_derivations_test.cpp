// Derivations, and the outbox entries that come with them.
#include "connector/core/error.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreDerivations : public StoreContract {
protected:
    void SetUp() override {
        run = begin_run();
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_chain(run, "Patient/2", {"Patient/2"});
    }

    RunId run = 0;
};

EMBOLINK_STORE_CONTRACT(StoreDerivations);

Derivation full_derivation() {
    Derivation derivation = derivation_of("Patient/1", 3);
    derivation.stable = false;
    derivation.records = {R"({"param":"OS"})", R"({"param":"PFS","text":"a\nb"})"};
    derivation.timeline = {R"({"day":0})"};
    derivation.issues = {"", R"({"severity":"error"})"};
    derivation.counts = {{"read", 12}, {"own_output", 5'000'000'000}};
    derivation.otherwise = {{180, {R"({"param":"OS","value":1})", ""}}, {210, {}}};
    return derivation;
}

TEST_P(StoreDerivations, AreLoadedAsTheyWereSaved) {
    const Derivation plain = derivation_of("Patient/2", 1);
    store->save_derivation(run, plain, {});
    store->save_derivation(run, full_derivation(), {});
    EXPECT_THAT(open()->load_derivations(), ElementsAre(full_derivation(), plain));
}

TEST_P(StoreDerivations, ThereIsOneOfAChain) {
    store->save_derivation(run, full_derivation(), {});
    Derivation later = derivation_of("Patient/1", 4);
    later.rules_version = "rules-2";
    later.as_of = "2026-11-26";
    later.records = {R"({"param":"BOR"})"};
    store->save_derivation(begin_run(), later, {});
    EXPECT_THAT(store->load_derivations(), ElementsAre(later));
}

TEST_P(StoreDerivations, ComeWithTheirOutboxEntries) {
    store->save_derivation(run, derivation_of("Patient/1", 1), {entry_of("a", "Patient/1")});
    EXPECT_THAT(open()->load_outbox(), ElementsAre(entry_of("a", "Patient/1")));
}

TEST_P(StoreDerivations, AreSavedWithTheirOutboxEntriesOrNotAtAll) {
    store->save_derivation(run, derivation_of("Patient/1", 1), {entry_of("a", "Patient/1")});
    OutboxEntry changed = entry_of("a", "Patient/1");
    changed.wanted = "changed";
    EXPECT_THROW(store->save_derivation(run,
                                        derivation_of("Patient/1", 2),
                                        {changed, entry_of("b", "Patient/unknown")}),
                 Error);
    EXPECT_THAT(store->load_derivations(), ElementsAre(derivation_of("Patient/1", 1)));
    EXPECT_THAT(store->load_outbox(), ElementsAre(entry_of("a", "Patient/1")));
}

TEST_P(StoreDerivations, OfAChainThatWasNeverSavedAreRefused) {
    EXPECT_THROW(store->save_derivation(run, derivation_of("Patient/3", 1), {}), Error);
    EXPECT_THROW(store->save_derivation(run + 1, derivation_of("Patient/1", 1), {}), Error);
    EXPECT_THAT(store->load_derivations(), IsEmpty());
}

TEST_P(StoreDerivations, KeepWhatTheTargetIsKnownToHold) {
    OutboxEntry entry = entry_of("a", "Patient/1");
    entry.wanted = "first";
    entry.wanted_fingerprint = "first print";
    store->save_derivation(run, derivation_of("Patient/1", 1), {entry});
    entry.state = OutboxState::settled;
    entry.server_id = "17";
    entry.server_version = "3";
    entry.server_status = "final";
    entry.sent = "sent";
    entry.sent_fingerprint = "sent print";
    entry.sent_hash = "sent hash";
    entry.sent_on = "2026-11-25";
    entry.attempts = 2;
    store->settle_outbox({entry});

    OutboxEntry wanted = entry_of("a", "Patient/1");
    wanted.wanted = "second";
    wanted.wanted_fingerprint = "second print";
    wanted.state = OutboxState::awaiting_release;
    wanted.note = "signed off";
    store->save_derivation(run, derivation_of("Patient/1", 2), {wanted});

    entry.wanted = "second";
    entry.wanted_fingerprint = "second print";
    entry.state = OutboxState::awaiting_release;
    entry.note = "signed off";
    EXPECT_THAT(store->load_outbox(), ElementsAre(entry));
}

// After an unlink the outcome belongs to the chain that derives it, and the other stops asking for
// its withdrawal.
TEST_P(StoreDerivations, AnEntryGoesToTheChainThatDerivesIt) {
    store->save_derivation(run, derivation_of("Patient/1", 1), {entry_of("a", "Patient/1")});
    store->save_derivation(run, derivation_of("Patient/2", 1), {entry_of("a", "Patient/2")});
    EXPECT_THAT(store->load_outbox("Patient/1"), IsEmpty());
    EXPECT_EQ(store->load_outbox("Patient/2").size(), 1u);
}

} // namespace
} // namespace embolink::test
