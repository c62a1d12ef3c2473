// Chains: members, union, and the marks that say what is to be derived again.
#include "connector/core/error.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreChains : public StoreContract {
protected:
    std::vector<std::string> to_derive(const std::string& rules = "rules-1",
                                       const std::string& as_of = "2026-11-25") {
        std::vector<std::string> names;
        for (const ChainState& state : store->chains_to_derive(rules, as_of)) {
            names.push_back(state.chain);
        }
        return names;
    }

    void derive(const std::string& chain) {
        store->save_derivation(run, derivation_of(chain, mark_of(chain)), {});
    }

    // Whether the chain has to be derived again after `change`.
    bool changes(const std::string& chain, const std::function<void()>& change) {
        const std::int64_t before = mark_of(chain);
        derive(chain);
        change();
        EXPECT_GE(mark_of(chain), before);
        const std::vector<std::string> names = to_derive();
        const bool told = std::find(names.begin(), names.end(), chain) != names.end();
        EXPECT_EQ(told, mark_of(chain) > before);
        return told;
    }

    void SetUp() override {
        run = begin_run();
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_chain(run, "Patient/2", {"Patient/2"});
    }

    RunId run = 0;
};

EMBOLINK_STORE_CONTRACT(StoreChains);

TEST_P(StoreChains, RememberWhenTheyWerePulled) {
    EXPECT_EQ(store->chains()[0].pulled, "");
    const std::int64_t mark = mark_of("Patient/1");
    store->note_pulled("Patient/1", "2026-11-26T13:00:00.000Z");
    store->note_pulled("Patient/9", "2026-11-26T13:00:00.000Z"); // gone meanwhile
    const auto chains = open()->chains();
    ASSERT_EQ(chains.size(), 2u);
    EXPECT_EQ(chains[0].pulled, "2026-11-26T13:00:00.000Z");
    EXPECT_EQ(chains[1].pulled, "");
    EXPECT_EQ(mark_of("Patient/1"), mark) << "no reason to derive";
}

TEST_P(StoreChains, AreListedByNameWithTheirMembers) {
    store->save_chain(run, "Patient/0", {"Patient/9", "Patient/0", "Patient/9"});
    const auto chains = open()->chains();
    ASSERT_EQ(chains.size(), 3u);
    EXPECT_EQ(chains[0].chain, "Patient/0");
    EXPECT_THAT(chains[0].members, ElementsAre("Patient/0", "Patient/9"));
    EXPECT_EQ(chains[2].chain, "Patient/2");
    EXPECT_GT(chains[0].mark, chains[2].mark);
}

TEST_P(StoreChains, ANewChainIsToBeDerived) {
    EXPECT_THAT(to_derive(), ElementsAre("Patient/1", "Patient/2"));
    derive("Patient/1");
    EXPECT_THAT(to_derive(), ElementsAre("Patient/2"));
}

TEST_P(StoreChains, WhatIsToBeDerivedComesWithMembersAndMark) {
    const auto chains = store->chains_to_derive("rules-1", "2026-11-25");
    EXPECT_EQ(chains, store->chains());
}

TEST_P(StoreChains, OtherRulesAreToBeDerived) {
    derive("Patient/1");
    derive("Patient/2");
    EXPECT_THAT(to_derive("rules-1"), IsEmpty());
    EXPECT_THAT(to_derive("rules-2"), ElementsAre("Patient/1", "Patient/2"));
}

TEST_P(StoreChains, AnUnstableDerivationHoldsForItsDayOnly) {
    derive("Patient/1");
    Derivation unstable = derivation_of("Patient/2", mark_of("Patient/2"));
    unstable.stable = false;
    store->save_derivation(run, unstable, {});
    EXPECT_THAT(to_derive("rules-1", "2026-11-25"), IsEmpty());
    EXPECT_THAT(to_derive("rules-1", "2026-11-26"), ElementsAre("Patient/2"));
    EXPECT_THAT(to_derive("rules-1", "2026-11-24"), ElementsAre("Patient/2"));
}

TEST_P(StoreChains, AChangeWhileDerivingIsNotLost) {
    const std::int64_t before = mark_of("Patient/1");
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1")});
    store->save_derivation(run, derivation_of("Patient/1", before), {});
    EXPECT_THAT(to_derive(), ElementsAre("Patient/1", "Patient/2"));
}

TEST_P(StoreChains, ResourcesChangeTheirChainAndNoOther) {
    derive("Patient/2");
    const auto pull_copy = [&](const std::string& content) {
        return [this, content] {
            pull(run, "Patient/1", "Observation", {copy_of("Observation/1", content)});
        };
    };
    EXPECT_TRUE(changes("Patient/1", pull_copy("first")));
    EXPECT_FALSE(changes("Patient/1", pull_copy("first")));
    EXPECT_TRUE(changes("Patient/1", pull_copy("second")));
    EXPECT_TRUE(changes("Patient/1",
                        [&] { store->retract(run, "Patient/1", {"Observation/1"}, "moved"); }));
    EXPECT_FALSE(changes("Patient/1",
                         [&] { store->retract(run, "Patient/1", {"Observation/1"}, "moved"); }));
    EXPECT_THAT(to_derive(), IsEmpty()) << "Patient/2 has not changed";
}

TEST_P(StoreChains, AResourceThatTwoChainsShareChangesBoth) {
    pull(run, "Patient/1", "references", {copy_of("Medication/1", "first")});
    pull(run, "Patient/2", "references", {copy_of("Medication/1", "first")});
    EXPECT_TRUE(changes("Patient/1", [&] {
        pull(run, "Patient/2", "references", {copy_of("Medication/1", "second")});
    }));
    EXPECT_TRUE(changes("Patient/1",
                        [&] { store->retract(run, "Patient/2", {"Medication/1"}, "deleted"); }));
}

TEST_P(StoreChains, AnotherChainsLossOfASharedResourceChangesNothingHere) {
    pull(run, "Patient/1", "references", {copy_of("Medication/1")});
    pull(run, "Patient/2", "references", {copy_of("Medication/1")});
    EXPECT_FALSE(
        changes("Patient/1", [&] { store->retract(run, "Patient/2", {"Medication/1"}, "moved"); }));
}

TEST_P(StoreChains, AKnownResourceIsNewToTheChainThatFindsIt) {
    pull(run, "Patient/1", "references", {copy_of("Medication/1")});
    const auto find = [&](const std::string& search) {
        return [this, search] { pull(run, "Patient/2", search, {copy_of("Medication/1")}); };
    };
    EXPECT_TRUE(changes("Patient/2", find("references")));
    EXPECT_FALSE(changes("Patient/2", find("Medication"))) << "by another search of its own";
}

TEST_P(StoreChains, MembersChangeTheChain) {
    const auto members = [&](const std::vector<std::string>& all) {
        return [this, all] { store->save_chain(run, "Patient/1", all); };
    };
    EXPECT_FALSE(changes("Patient/1", members({"Patient/1"})));
    EXPECT_TRUE(changes("Patient/1", members({"Patient/1", "Patient/3"})));
    EXPECT_FALSE(changes("Patient/1", members({"Patient/3", "Patient/1"})));
    EXPECT_TRUE(changes("Patient/1", members({"Patient/1"})));
}

TEST_P(StoreChains, AnotherMemberNeedsFullHistory) {
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.cursor = Cursor{"since", "full", "query"};
    store->commit_page(run, page);
    store->save_chain(run, "Patient/1", {"Patient/1"});
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), page.cursor);
    store->save_chain(run, "Patient/1", {"Patient/1", "Patient/3"});
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), std::nullopt);
}

TEST_P(StoreChains, WhoseMembersAreNamedAreUnited) {
    store->save_chain(run, "Patient/2", {"Patient/2", "Patient/3"});
    Page page;
    page.chain = "Patient/2";
    page.search = "Observation";
    page.resources = {copy_of("Observation/2"), copy_of("Observation/both")};
    page.issues = {"an issue of 2"};
    page.cursor = Cursor{"since", "full", "query"};
    store->commit_page(run, page);
    page.chain = "Patient/1";
    page.resources = {copy_of("Observation/1"), copy_of("Observation/both")};
    page.issues = {};
    store->commit_page(run, page);
    store->save_derivation(
        run, derivation_of("Patient/2", mark_of("Patient/2")), {entry_of("of 2", "Patient/2")});

    EXPECT_TRUE(changes("Patient/1", [&] {
        store->save_chain(run, "Patient/1", {"Patient/1", "Patient/2", "Patient/3"});
    }));

    EXPECT_THAT(chain_names(), ElementsAre("Patient/1"));
    EXPECT_THAT(store->chains()[0].members, ElementsAre("Patient/1", "Patient/2", "Patient/3"));
    EXPECT_THAT(references_of("Patient/1"),
                ElementsAre("Observation/1", "Observation/2", "Observation/both"));
    EXPECT_EQ(store->found_count("Patient/1", "Observation"), 3);
    EXPECT_THAT(references_of("Patient/2"), IsEmpty());
    EXPECT_THAT(store->load_page_issues("Patient/1"), ElementsAre("an issue of 2"));
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), std::nullopt);
    EXPECT_EQ(store->load_cursor("Patient/2", "Observation"), std::nullopt);
    ASSERT_EQ(store->load_outbox("Patient/1").size(), 1u);
    EXPECT_EQ(store->load_outbox("Patient/1")[0].patient, "Patient/2") << "whose it was, it is";
    EXPECT_THAT(store->load_outbox("Patient/2"), IsEmpty());
    ASSERT_EQ(store->load_derivations().size(), 1u);
    EXPECT_EQ(store->load_derivations()[0].chain, "Patient/1");
}

TEST_P(StoreChains, AUnionKeepsTheLaterRunOfWhatBothFound) {
    const RunId later = begin_run();
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1")});
    pull(later, "Patient/2", "Observation", {copy_of("Observation/1"), copy_of("Observation/2")});
    pull(run, "Patient/1", "Observation", {copy_of("Observation/3")});
    store->save_chain(later, "Patient/1", {"Patient/1", "Patient/2"});
    EXPECT_THAT(store->missing(later, "Patient/1", "Observation"), ElementsAre("Observation/3"));
}

TEST_P(StoreChains, AnUnlinkedPatientHasAChainOfHisOwnAgain) {
    store->save_chain(run, "Patient/1", {"Patient/1", "Patient/2"});
    const std::int64_t united = mark_of("Patient/1");
    store->save_chain(run, "Patient/1", {"Patient/1"});
    EXPECT_THAT(chain_names(), ElementsAre("Patient/1"));
    store->save_chain(run, "Patient/2", {"Patient/2"});
    EXPECT_THAT(chain_names(), ElementsAre("Patient/1", "Patient/2"));
    EXPECT_GT(mark_of("Patient/2"), united) << "marks never come back";
}

// R9.5: A (Patient/1) was merged into B (Patient/2), and is unlinked again.
class StoreUnmerge : public StoreChains {
protected:
    void merge() {
        store->save_derivation(run, derivation_of("Patient/1", 0), {entry_of("of 1", "Patient/1")});
        store->save_derivation(run, derivation_of("Patient/2", 0), {entry_of("of 2", "Patient/2")});
        store->save_chain(run, "Patient/2", {"Patient/1", "Patient/2"});
        for (const std::string member : {"Patient/1", "Patient/2"}) {
            const std::string id = member.substr(member.find('/') + 1);
            Page page;
            page.chain = "Patient/2";
            page.search = member_search("Observation", member);
            page.resources = {copy_of("Observation/" + id), copy_of("Observation/both")};
            page.issues = {"an issue of " + id};
            page.cursor = Cursor{"since", "full", "query"};
            store->commit_page(run, page);
        }
        store->save_derivation(run, derivation_of("Patient/2", mark_of("Patient/2")), {});
    }

    void expect_apart() {
        EXPECT_THAT(chain_names(), ElementsAre("Patient/1", "Patient/2"));
        for (const ChainState& state : store->chains()) {
            EXPECT_THAT(state.members, ElementsAre(state.chain));
            const std::string id = state.chain.substr(state.chain.find('/') + 1);
            EXPECT_THAT(references_of(state.chain),
                        ElementsAre("Observation/" + id, "Observation/both"));
            EXPECT_THAT(store->load_page_issues(state.chain), ElementsAre("an issue of " + id));
            EXPECT_EQ(store->load_cursor(state.chain, member_search("Observation", state.chain)),
                      std::nullopt);
            ASSERT_EQ(store->load_outbox(state.chain).size(), 1u) << state.chain;
            EXPECT_EQ(store->load_outbox(state.chain)[0].patient, state.chain);
        }
        EXPECT_THAT(to_derive(), ElementsAre("Patient/1", "Patient/2"));
        const auto before = store->chains();
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_chain(run, "Patient/2", {"Patient/2"});
        EXPECT_EQ(store->chains(), before) << "once they are apart nothing changes";
    }
};

EMBOLINK_STORE_CONTRACT(StoreUnmerge);

TEST_P(StoreUnmerge, TheFreedOneTakesHisOwnAndNoMore) {
    merge();
    store->save_chain(run, "Patient/1", {"Patient/1"});
    expect_apart();
}

TEST_P(StoreUnmerge, TheSurvivorLetsTheFreedOneGoWithHisOwn) {
    merge();
    store->save_chain(run, "Patient/2", {"Patient/2"});
    expect_apart();
}

TEST_P(StoreUnmerge, ANewSurvivorTakesWhomTheLinksName) {
    merge();
    store->save_chain(run, "Patient/3", {"Patient/1", "Patient/3"});
    EXPECT_THAT(chain_names(), ElementsAre("Patient/2", "Patient/3"));
    EXPECT_THAT(references_of("Patient/3"), ElementsAre("Observation/1", "Observation/both"));
    EXPECT_THAT(references_of("Patient/2"), ElementsAre("Observation/2", "Observation/both"));
    const auto before = store->chains();
    store->save_chain(run, "Patient/2", {"Patient/2"});
    store->save_chain(run, "Patient/3", {"Patient/1", "Patient/3"});
    EXPECT_EQ(store->chains(), before);
}

// Nobody waits for the freed one: what only his searches found is gone, as every copy that moved.
TEST_P(StoreUnmerge, OneWithoutOutcomesOfHisOwnIsForgotten) {
    store->save_chain(run, "Patient/2", {"Patient/2", "Patient/3"});
    pull(run, "Patient/2", member_search("Observation", "Patient/3"), {copy_of("Observation/3")});
    pull(run, "Patient/2", member_search("Observation", "Patient/2"), {copy_of("Observation/2")});
    EXPECT_TRUE(changes("Patient/2", [&] { store->save_chain(run, "Patient/2", {"Patient/2"}); }));
    EXPECT_THAT(chain_names(), ElementsAre("Patient/1", "Patient/2"));
    EXPECT_THAT(references_of("Patient/2"), ElementsAre("Observation/2"));
    EXPECT_FALSE(store->has_current("Observation/3"));
}

// The survivor of {1, 3} is taken away: 3 is not to be united with him.
TEST_P(StoreUnmerge, AChainThatLosesItsSurvivorIsNoMore) {
    store->save_chain(run, "Patient/1", {"Patient/1", "Patient/3"});
    pull(run, "Patient/1", member_search("Observation", "Patient/3"), {copy_of("Observation/3")});
    pull(run, "Patient/1", member_search("Observation", "Patient/1"), {copy_of("Observation/1")});
    store->save_chain(run, "Patient/2", {"Patient/1", "Patient/2"});
    EXPECT_THAT(chain_names(), ElementsAre("Patient/2"));
    EXPECT_THAT(store->chains()[0].members, ElementsAre("Patient/1", "Patient/2"));
    EXPECT_THAT(references_of("Patient/2"), ElementsAre("Observation/1"));
}

TEST_P(StoreChains, AreSavedInARunOnly) {
    EXPECT_THROW(store->save_chain(run + 1, "Patient/1", {"Patient/1"}), Error);
}

// Else an opted-out patient would be derived again in every run.
TEST_P(StoreChains, ErasingAgainChangesNothing) {
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1")});
    derive("Patient/1");
    derive("Patient/2");
    store->erase("Patient/1");
    EXPECT_THAT(to_derive(), ElementsAre("Patient/1"));
    Derivation nothing = derivation_of("Patient/1", mark_of("Patient/1"));
    nothing.records = nothing.timeline = nothing.issues = {};
    store->save_derivation(run, nothing, {});
    store->erase("Patient/1");
    EXPECT_THAT(to_derive(), IsEmpty());
}

// R9.6: an opted-out patient.
TEST_P(StoreChains, ErasingLeavesNothingOfThePatientButWhatIsToBeTakenBack) {
    StoredResource moved = copy_of("Observation/9");
    moved.body = R"({"subject":{"reference":"Patient/1"}})";
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1"), moved});
    pull(run, "Patient/1", "references", {copy_of("Medication/5")});
    pull(run, "Patient/2", "references", {copy_of("Medication/5")});
    pull(run, "Patient/2", "Observation", {copy_of("Observation/2")});
    store->retract(run, "Patient/1", {"Observation/9"}, "moved");
    OutboxEntry written = entry_of("a", "Patient/1");
    OutboxEntry never = entry_of("b", "Patient/1");
    store->save_derivation(run, derivation_of("Patient/1", 0), {written, never});
    written.server_id = "55";
    written.server_status = "preliminary";
    store->settle_outbox({written});

    store->erase("Patient/1");

    EXPECT_THAT(references_of("Patient/1"), IsEmpty());
    EXPECT_FALSE(store->has_current("Observation/1"));
    EXPECT_TRUE(store->load_derivations().empty());
    EXPECT_THAT(references_of("Patient/2"), ElementsAre("Medication/5", "Observation/2"))
        << "what another patient shares stays";
    for (const OutboxEntry& entry : store->load_outbox("Patient/1")) {
        EXPECT_TRUE(entry.wanted.empty());
        EXPECT_EQ(entry.state,
                  entry.identifier == "a" ? OutboxState::pending : OutboxState::settled);
    }
}

} // namespace
} // namespace embolink::test
