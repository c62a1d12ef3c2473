// Lease, runs, and that two sources share a file and nothing else.
#include "connector/core/error.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreRuns : public StoreContract {};

EMBOLINK_STORE_CONTRACT(StoreRuns);

constexpr const char* at_eight = "2026-11-25T08:00:00.000Z";
constexpr const char* at_nine = "2026-11-25T09:00:00.000Z";
constexpr const char* at_ten = "2026-11-25T10:00:00.000Z";

TEST_P(StoreRuns, ALeaseIsHeldByOne) {
    EXPECT_TRUE(store->acquire_lease("first", at_eight, at_nine));
    EXPECT_FALSE(open()->acquire_lease("second", at_eight, at_ten));
    EXPECT_TRUE(store->acquire_lease("first", at_eight, at_ten)) << "its holder may ask again";
    EXPECT_FALSE(open()->acquire_lease("second", at_nine, at_ten)) << "and holds it longer then";
}

TEST_P(StoreRuns, AnExpiredLeaseIsFree) {
    store->acquire_lease("first", at_eight, at_nine);
    EXPECT_FALSE(store->acquire_lease("second", "2026-11-25T08:59:59.999Z", at_ten));
    EXPECT_TRUE(store->acquire_lease("second", at_nine, at_ten));
    EXPECT_FALSE(store->renew_lease("first", at_ten)) << "it was taken over";
}

TEST_P(StoreRuns, ARenewedLeaseExpiresLater) {
    store->acquire_lease("first", at_eight, at_nine);
    EXPECT_TRUE(store->renew_lease("first", at_ten));
    EXPECT_FALSE(store->acquire_lease("second", at_nine, at_ten));
    EXPECT_FALSE(store->renew_lease("second", at_ten));
}

TEST_P(StoreRuns, OnlyItsHolderReleasesALease) {
    store->acquire_lease("first", at_eight, at_nine);
    EXPECT_EQ(store->lease_holder(), "first");
    store->release_lease("second");
    EXPECT_FALSE(store->acquire_lease("second", at_eight, at_nine));
    store->release_lease("first");
    EXPECT_TRUE(store->acquire_lease("second", at_eight, at_nine));
}

TEST_P(StoreRuns, ARunOfSomePatientsIsKnownAsOne) {
    RunStart start{at_eight, "2026-11-24", "rules-1", "0.1.0"};
    start.partial = true;
    const RunId run = store->begin_run(start);
    EXPECT_THAT(open()->runs(), ElementsAre(RunRow{run, start, "", "", ""}));
}

TEST_P(StoreRuns, RunsAreListedNewestFirst) {
    const RunStart start{at_eight, "2026-11-24", "rules-1", "0.1.0"};
    const RunId first = store->begin_run(start);
    const RunId second = store->begin_run({at_nine, "2026-11-25", "rules-2", "0.2.0"});
    store->end_run(first, at_ten, "complete", R"({"pulled":3})");
    EXPECT_LT(first, second);
    EXPECT_THAT(open()->runs(),
                ElementsAre(RunRow{second, {at_nine, "2026-11-25", "rules-2", "0.2.0"}, "", "", ""},
                            RunRow{first, start, at_ten, "complete", R"({"pulled":3})"}));
}

TEST_P(StoreRuns, ARunThatNobodyBeganCannotEnd) {
    EXPECT_THROW(store->end_run(17, at_ten, "complete", ""), Error);
}

TEST_P(StoreRuns, ASourceKeepsItsServer) {
    try {
        open("clinic", "https://other.example.org/r4");
        FAIL() << "another server under the same name";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        EXPECT_THAT(error.what(), testing::HasSubstr("clinic"));
        EXPECT_NE(error.remedy(), "");
    }
    EXPECT_NO_THROW(open("clinic", "https://fhir.example.org/r4/"));
    EXPECT_NO_THROW(open("another clinic", "https://other.example.org/r4"));
}

TEST_P(StoreRuns, TwoSourcesNeverMix) {
    const RunId run = begin_run();
    store->save_chain(run, "Patient/1", {"Patient/1"});
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.resources = {copy_of("Observation/1", "ours")};
    page.issues = {"ours"};
    page.cursor = Cursor{at_eight, at_eight, "query"};
    store->commit_page(run, page);
    OutboxEntry entry = entry_of("same-identifier", "Patient/1");
    entry.wanted = "ours";
    store->save_derivation(run, derivation_of("Patient/1", 1), {entry});
    store->acquire_lease("ours", at_eight, at_nine);

    const auto other = open("second clinic", "https://second.example.org/r4");
    EXPECT_THAT(other->runs(), IsEmpty());
    EXPECT_THAT(other->chains(), IsEmpty());
    EXPECT_THAT(other->chains_to_derive("rules-2", ""), IsEmpty());
    EXPECT_EQ(other->load_cursor("Patient/1", "Observation"), std::nullopt);
    EXPECT_THAT(other->load_page_issues("Patient/1"), IsEmpty());
    EXPECT_FALSE(other->has_current("Observation/1"));
    EXPECT_EQ(other->found_count("Patient/1", "Observation"), 0);
    EXPECT_THAT(other->load_resources("Patient/1"), IsEmpty());
    EXPECT_THAT(other->load_derivations(), IsEmpty());
    EXPECT_THAT(other->load_outbox(), IsEmpty());
    EXPECT_TRUE(other->acquire_lease("theirs", at_eight, at_nine));
    EXPECT_THROW(other->mark_sending({"same-identifier"}), Error);
    EXPECT_THROW(other->end_run(run, at_ten, "failed", ""), Error);
    EXPECT_THROW(other->save_chain(run, "Patient/1", {"Patient/1"}), Error);

    const RunId their_run = other->begin_run({});
    EXPECT_THAT(other->missing(their_run + 1, "Patient/1", "Observation"), IsEmpty());
    other->save_chain(their_run, "Patient/1", {"Patient/1", "Patient/2"});
    page.resources = {copy_of("Observation/1", "theirs")};
    EXPECT_EQ(other->commit_page(their_run, page), (PageCounts{1, 0, 0}));
    entry.wanted = "theirs";
    other->save_derivation(their_run, derivation_of("Patient/1", 1), {entry});
    other->mark_sending({"same-identifier"});
    other->retract(their_run, "Patient/1", {"Observation/1"}, "deleted");

    EXPECT_THAT(store->load_resources("Patient/1"), ElementsAre(copy_of("Observation/1", "ours")));
    EXPECT_THAT(store->chains().front().members, ElementsAre("Patient/1"));
    entry.wanted = "ours";
    EXPECT_THAT(store->load_outbox(), ElementsAre(entry));
}

} // namespace
} // namespace embolink::test
