// Pages, cursors, what was found and what is gone.
#include "connector/core/error.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Cursor some_cursor{"2026-11-25T08:00:00.000Z", "2026-11-20T08:00:00.000Z", "query"};

class StoreResources : public StoreContract {
protected:
    void SetUp() override {
        run = begin_run();
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_chain(run, "Patient/2", {"Patient/2"});
    }

    PageCounts commit(std::vector<StoredResource> resources) {
        Page page;
        page.chain = "Patient/1";
        page.search = "Observation";
        page.resources = std::move(resources);
        return store->commit_page(run, page);
    }

    // A page without resources that met something unreadable.
    void meet(RunId in_run, const std::string& issue, bool ends_search, bool complete = true) {
        Page page;
        page.chain = "Patient/1";
        page.search = "Observation";
        page.issues = {issue};
        if (ends_search) {
            page.cursor = some_cursor;
        }
        page.complete = complete;
        store->commit_page(in_run, page);
    }

    RunId run = 0;
};

EMBOLINK_STORE_CONTRACT(StoreResources);

TEST_P(StoreResources, APageIsThereWhenTheFileIsOpenedAgain) {
    StoredResource copy = copy_of("Observation/2", "b");
    copy.last_updated = "2026-11-24T10:00:00+01:00";
    copy.body = R"({"valueQuantity":{"value":1.10},"note":"Größe ½"})";
    EXPECT_EQ(commit({copy, copy_of("Observation/1")}), (PageCounts{2, 0, 0}));
    EXPECT_THAT(open()->load_resources("Patient/1"), ElementsAre(copy_of("Observation/1"), copy));
    EXPECT_TRUE(open()->has_current("Observation/1"));
    EXPECT_FALSE(open()->has_current("Observation/3"));
}

TEST_P(StoreResources, OwnOutputIsCountedAndIsNoEvidence) {
    const StoredResource evidence = copy_of("Observation/1");
    StoredResource own = copy_of("Observation/2");
    own.body.clear();
    commit({evidence});
    const std::int64_t mark = mark_of("Patient/1");
    EXPECT_EQ(commit({evidence, own}), (PageCounts{0, 0, 1, 1}));
    own.version = "2";
    EXPECT_EQ(commit({own}), (PageCounts{0, 0, 0, 1})) << "another version";
    EXPECT_EQ(commit({own}), (PageCounts{0, 0, 0, 1})) << "the same again";
    EXPECT_EQ(mark_of("Patient/1"), mark) << "it triggers no derivation";
    EXPECT_THAT(store->load_resources("Patient/1"), ElementsAre(evidence));
    EXPECT_EQ(store->found_count("Patient/1", "Observation"), 2) << "the server counts it, too";
}

TEST_P(StoreResources, APatientWithOwnOutputCanBeErased) {
    StoredResource own = copy_of("Observation/2");
    own.body.clear();
    commit({copy_of("Observation/1"), own});
    store->erase("Patient/1");
    EXPECT_FALSE(store->has_current("Observation/1"));
    EXPECT_FALSE(store->has_current("Observation/2"));
}

TEST_P(StoreResources, WhatTurnsOutToBeOwnOutputIsEvidenceNoLonger) {
    StoredResource copy = copy_of("Observation/1");
    commit({copy});
    const std::int64_t mark = mark_of("Patient/1");
    copy.body.clear();
    EXPECT_EQ(commit({copy}), (PageCounts{0, 1, 0, 0}));
    EXPECT_GT(mark_of("Patient/1"), mark);
    EXPECT_THAT(store->load_resources("Patient/1"), IsEmpty());
}

TEST_P(StoreResources, ThePageOfAChainThatWasNeverSavedIsRefused) {
    Page page;
    page.chain = "Patient/3";
    page.search = "Observation";
    page.resources = {copy_of("Observation/1")};
    EXPECT_THROW(store->commit_page(run, page), Error);
    EXPECT_FALSE(store->has_current("Observation/1"));
}

TEST_P(StoreResources, APageThatFailsHalfWayLeavesNothing) {
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.resources = {copy_of("Observation/1")};
    page.cursor = some_cursor;
    EXPECT_THROW(store->commit_page(run + 1, page), Error) << "a run that nobody began";
    EXPECT_FALSE(store->has_current("Observation/1"));
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), std::nullopt);
    EXPECT_EQ(store->commit_page(run, page), (PageCounts{1, 0, 0})) << "and may come again";
}

TEST_P(StoreResources, TheSameCopyAgainChangesNothing) {
    const StoredResource first = copy_of("Observation/1");
    commit({first});
    StoredResource again = first;
    again.last_updated = "2026-11-25T10:00:00Z";
    EXPECT_EQ(commit({again}), (PageCounts{0, 0, 1}));
    EXPECT_THAT(store->load_resources("Patient/1"), ElementsAre(first));
}

TEST_P(StoreResources, AnotherContentOrVersionIsANewCopy) {
    commit({copy_of("Observation/1", "first")});
    EXPECT_EQ(commit({copy_of("Observation/1", "second")}), (PageCounts{0, 1, 0}));
    StoredResource version = copy_of("Observation/1", "second");
    version.version = "2";
    EXPECT_EQ(commit({version}), (PageCounts{0, 1, 0}));
    EXPECT_THAT(store->load_resources("Patient/1"), ElementsAre(version));
    EXPECT_EQ(store->found_count("Patient/1", "Observation"), 1);
}

// R9.3: a server that was restored from a backup shows an older version, and that is what is true.
TEST_P(StoreResources, TheLatestPullIsRightWhateverItsMetaSays) {
    StoredResource newer = copy_of("Observation/1", "newer");
    newer.version = "7";
    newer.last_updated = "2026-11-25T10:00:00Z";
    StoredResource older = copy_of("Observation/1", "older");
    older.version = "6";
    older.last_updated = "2026-11-01T10:00:00Z";
    commit({newer});
    EXPECT_EQ(commit({older}), (PageCounts{0, 1, 0}));
    EXPECT_THAT(store->load_resources("Patient/1"), ElementsAre(older));
}

TEST_P(StoreResources, OfCopiesInOnePageTheLastIsCurrent) {
    EXPECT_EQ(commit({copy_of("Observation/1", "first"),
                      copy_of("Observation/2"),
                      copy_of("Observation/1", "last")}),
              (PageCounts{2, 0, 0}));
    EXPECT_THAT(store->load_resources("Patient/1"),
                ElementsAre(copy_of("Observation/1", "last"), copy_of("Observation/2")));
    EXPECT_EQ(commit({copy_of("Observation/1", "last"), copy_of("Observation/1", "last")}),
              (PageCounts{0, 0, 1}));
}

TEST_P(StoreResources, AreOfTheChainsThatFoundThem) {
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1")});
    pull(run, "Patient/1", "references", {copy_of("Medication/1"), copy_of("Observation/1")});
    pull(run, "Patient/2", "references", {copy_of("Medication/1", "changed")});
    EXPECT_THAT(references_of("Patient/1"), ElementsAre("Medication/1", "Observation/1"));
    EXPECT_THAT(store->load_resources("Patient/2"),
                ElementsAre(copy_of("Medication/1", "changed")));
    EXPECT_EQ(store->load_resources("Patient/1")[0], copy_of("Medication/1", "changed"));
    EXPECT_EQ(store->found_count("Patient/1", "references"), 2);
    EXPECT_EQ(store->found_count("Patient/1", "Observation"), 1);
    EXPECT_EQ(store->found_count("Patient/2", "Observation"), 0);
}

TEST_P(StoreResources, ACursorMovesWithThePageThatHasOne) {
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), std::nullopt);
    commit({copy_of("Observation/1")});
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), std::nullopt);
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.cursor = some_cursor;
    store->commit_page(run, page);
    EXPECT_EQ(open()->load_cursor("Patient/1", "Observation"), some_cursor);
    EXPECT_EQ(store->load_cursor("Patient/1", "Condition"), std::nullopt);
    EXPECT_EQ(store->load_cursor("Patient/2", "Observation"), std::nullopt);
    commit({copy_of("Observation/2")});
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), some_cursor) << "it stays";
    page.cursor = Cursor{"", "later", "other query"};
    store->commit_page(run, page);
    EXPECT_EQ(store->load_cursor("Patient/1", "Observation"), page.cursor);
}

TEST_P(StoreResources, WhatARunDidNotFindAgainIsMissing) {
    pull(run, "Patient/1", "Observation", {copy_of("Observation/1"), copy_of("Observation/2")});
    pull(run, "Patient/1", "Condition", {copy_of("Condition/1")});
    pull(run, "Patient/2", "Observation", {copy_of("Observation/3")});
    EXPECT_THAT(store->missing(run, "Patient/1", "Observation"), IsEmpty());
    const RunId next = begin_run();
    pull(next, "Patient/1", "Observation", {copy_of("Observation/2"), copy_of("Observation/4")});
    EXPECT_THAT(store->missing(next, "Patient/1", "Observation"), ElementsAre("Observation/1"));
    EXPECT_THAT(store->missing(next, "Patient/1", "Condition"), ElementsAre("Condition/1"));
    EXPECT_TRUE(store->has_current("Observation/1")) << "asked for, not yet judged";
}

TEST_P(StoreResources, ADeletedResourceIsNoChainsEvidence) {
    pull(run, "Patient/1", "references", {copy_of("Medication/1"), copy_of("Medication/2")});
    pull(run, "Patient/2", "references", {copy_of("Medication/1")});
    store->retract(run, "Patient/1", {"Medication/1"}, "deleted");
    EXPECT_FALSE(store->has_current("Medication/1"));
    EXPECT_THAT(references_of("Patient/1"), ElementsAre("Medication/2"));
    EXPECT_THAT(references_of("Patient/2"), IsEmpty());
    EXPECT_EQ(store->found_count("Patient/2", "references"), 0);
    EXPECT_THAT(store->missing(begin_run(), "Patient/2", "references"), IsEmpty());
}

TEST_P(StoreResources, ADeletionIsBelievedFromAnyChain) {
    pull(run, "Patient/2", "references", {copy_of("Medication/1")});
    store->retract(run, "Patient/1", {"Medication/1"}, "deleted");
    EXPECT_FALSE(store->has_current("Medication/1"));
}

TEST_P(StoreResources, AMovedResourceStaysWhereItIsStillFound) {
    pull(run, "Patient/1", "references", {copy_of("Medication/1")});
    pull(run, "Patient/1", "Medication", {copy_of("Medication/1")});
    pull(run, "Patient/2", "references", {copy_of("Medication/1")});
    store->retract(run, "Patient/1", {"Medication/1"}, "moved");
    EXPECT_THAT(references_of("Patient/1"), IsEmpty()) << "by none of its searches";
    EXPECT_THAT(references_of("Patient/2"), ElementsAre("Medication/1"));
    store->retract(run, "Patient/1", {"Medication/1"}, "moved");
    EXPECT_TRUE(store->has_current("Medication/1")) << "not this chain's any more";
    store->retract(run, "Patient/2", {"Medication/1"}, "moved");
    EXPECT_FALSE(store->has_current("Medication/1"));
}

TEST_P(StoreResources, WhatComesAgainIsAddedAnew) {
    commit({copy_of("Observation/1")});
    store->retract(
        run, "Patient/1", {"Observation/1", "Observation/1", "Observation/9"}, "deleted");
    EXPECT_EQ(commit({copy_of("Observation/1")}), (PageCounts{1, 0, 0}));
    EXPECT_THAT(references_of("Patient/1"), ElementsAre("Observation/1"));
}

TEST_P(StoreResources, IssuesAreKeptUntilTheSearchIsCompleteAgain) {
    meet(run, "one", false);
    meet(run, "two", true);
    EXPECT_THAT(open()->load_page_issues("Patient/1"), ElementsAre("one", "two"))
        << "of the whole search, not of its last page";
    const RunId next = begin_run();
    meet(next, "three", true, false);
    meet(next, "four", false, true);
    EXPECT_THAT(store->load_page_issues("Patient/1"), ElementsAre("four", "one", "three", "two"))
        << "an incremental search adds, and so does the first page of a full one";
    const RunId last = begin_run();
    meet(last, "two", false);
    meet(last, "five", true);
    EXPECT_THAT(store->load_page_issues("Patient/1"), ElementsAre("five", "two"));
}

TEST_P(StoreResources, IssuesOfOtherSearchesAndChainsStay) {
    Page other;
    other.chain = "Patient/1";
    other.search = "Condition";
    other.issues = {"same", "same", "of a condition"};
    store->commit_page(run, other);
    other.chain = "Patient/2";
    other.issues = {"of another chain"};
    store->commit_page(run, other);
    meet(begin_run(), "same", true);
    EXPECT_THAT(store->load_page_issues("Patient/1"), ElementsAre("of a condition", "same"));
    EXPECT_THAT(store->load_page_issues("Patient/2"), ElementsAre("of another chain"));
}

TEST_P(StoreResources, AThousandResourcesArePulledInOnePage) {
    std::vector<StoredResource> resources;
    for (int i = 0; i < 1000; ++i) {
        resources.push_back(copy_of("Observation/" + std::to_string(i), std::to_string(i)));
    }
    EXPECT_EQ(commit(resources), (PageCounts{1000, 0, 0}));
    resources[500] = copy_of("Observation/500", "changed");
    EXPECT_EQ(commit(resources), (PageCounts{0, 1, 999}));
    EXPECT_EQ(store->load_resources("Patient/1").size(), 1000u);
}

} // namespace
} // namespace embolink::test
