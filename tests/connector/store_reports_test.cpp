// What past reports were made from: kept once, given again as it was, and erased with whoever opts
// out.
#include "connector/core/error.hpp"
#include "connector/store/report_archive.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

#include <SQLiteCpp/SQLiteCpp.h>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const ServerIdentity clinic{"clinic", "https://fhir.example.org/r4"};

// With a text that looks like the cut and is none.
std::string record_line(const std::string& as_of, const std::string& value) {
    return R"({"patient":"Patient/1","as_of":")" + as_of +
           R"(","param":"OS","text":"\"as_of\":\"2026-11-25\",","value":")" + value + R"("})";
}

Derivation full(const std::string& chain, const std::string& value, const std::string& as_of) {
    Derivation derivation = derivation_of(chain, 1);
    derivation.as_of = as_of;
    derivation.records = {record_line(as_of, value)};
    derivation.timeline = {R"({"day":0})"};
    derivation.issues = {R"({"severity":"error"})"};
    derivation.counts = {{"resources", 12}};
    derivation.otherwise = {{180, {record_line(as_of, value + "-180")}}};
    return derivation;
}

class StoreReports : public testing::Test {
protected:
    void SetUp() override {
        for (const char* patient : {"Patient/1", "Patient/2"}) {
            store->save_chain(run, patient, {patient});
        }
    }

    RunId begin_run() { return store->begin_run({"2026-11-25T08:00:00.000Z", "", "", ""}); }

    // A pass that reports these.
    RunId pass(const std::vector<Derivation>& derivations, const KeptReport& kept = {"{}", {}}) {
        const RunId next = begin_run();
        store->keep_report(next, kept, derivations);
        return next;
    }

    std::vector<std::string> records_of(RunId past) {
        std::vector<std::string> out;
        for (const PastDerivation& one : archive()->derivations_of(past)) {
            out.insert(out.end(), one.derivation.records.begin(), one.derivation.records.end());
        }
        return out;
    }

    std::unique_ptr<ReportArchive> archive() { return open_sqlite_report_archive(path, clinic); }

    int rows(const std::string& table) {
        return SQLite::Database(path.string()).execAndGet("SELECT count(*) FROM " + table).getInt();
    }

    TempFolder folder;
    std::filesystem::path path = folder.path() / "embolink.db";
    std::unique_ptr<Store> store = open_sqlite_store(path, clinic);
    RunId run = begin_run();
};

TEST_F(StoreReports, AreGivenAsTheyWereWhateverCameLater) {
    const std::string day = "2026-11-25";
    const RunId first = pass({full("Patient/1", "a", day), full("Patient/2", "b", day)},
                             {R"({"x":1})", {{"Patient/2", "2026-11-01"}}});
    const RunId second = pass({full("Patient/1", "c", day)}, {R"({"x":2})", {}});
    EXPECT_EQ(archive()->report_of(first),
              (KeptReport{R"({"x":1})", {{"Patient/2", "2026-11-01"}}}));
    EXPECT_EQ(archive()->report_of(second), (KeptReport{R"({"x":2})", {}}));
    EXPECT_EQ(archive()->report_of(run), std::nullopt);
    const auto past = archive()->derivations_of(first);
    ASSERT_THAT(past, SizeIs(2));
    // All but the cut of its records, and what is only for the next pass.
    EXPECT_THAT(past[0].derivation.records,
                ElementsAre(R"({"patient":"Patient/1","as_of":"9999-12-31","param":"OS",)"
                            R"("text":"\"as_of\":\"2026-11-25\",","value":"a"})"));
    EXPECT_THAT(past[0].derivation.otherwise.at(180),
                ElementsAre(testing::HasSubstr(R"("value":"a-180")")));
    EXPECT_EQ(past[0].derivation.timeline, full("", "a", day).timeline);
    EXPECT_EQ(past[0].derivation.issues, full("", "a", day).issues);
    EXPECT_EQ(past[0].derivation.counts, full("", "a", day).counts);
    EXPECT_THAT(past[0].members, ElementsAre("Patient/1"));
    EXPECT_EQ(past[1].derivation.chain, "Patient/2");
    // A chain that the second report has not read is none of its chains.
    EXPECT_THAT(records_of(second), ElementsAre(testing::HasSubstr(R"("value":"c")")));
    EXPECT_THAT(store->runs(),
                ElementsAre(testing::Field(&RunRow::report, true),
                            testing::Field(&RunRow::report, true),
                            testing::Field(&RunRow::report, false)));
}

TEST_F(StoreReports, GrowWithWhatChangesAndNotWithTheNumberOfPasses) {
    pass({full("Patient/1", "a", "2026-11-25"), full("Patient/2", "b", "2026-11-25")});
    for (int day = 10; day < 30; ++day) {
        const std::string as_of = "2026-12-" + std::to_string(day);
        pass({full("Patient/1", "a", as_of), full("Patient/2", "b", as_of)});
    }
    EXPECT_EQ(rows("past_derivation"), 2);
    EXPECT_EQ(rows("report_account"), 1);
    const RunId later =
        pass({full("Patient/1", "c", "2026-12-30"), full("Patient/2", "b", "2026-12-31")});
    EXPECT_EQ(rows("past_derivation"), 3);
    EXPECT_THAT(records_of(later - 1), SizeIs(2));
    EXPECT_THAT(records_of(later - 1)[0], testing::HasSubstr(R"("value":"a")"));
}

TEST_F(StoreReports, OfARunAreKeptOnce) {
    const RunId first = pass({full("Patient/1", "a", "2026-11-25")});
    EXPECT_THROW(store->keep_report(first, {"{}", {}}, {full("Patient/1", "b", "2026-11-25")}),
                 Error);
    EXPECT_THAT(records_of(first), ElementsAre(testing::HasSubstr(R"("value":"a")")));
}

// R9.6: in every run, and also where he was linked to somebody at the time.
TEST_F(StoreReports, HoldNothingOfWhoeverOptsOut) {
    store->save_chain(run, "Patient/1", {"Patient/1", "Patient/2"});
    const std::string day = "2026-11-25";
    const RunId linked = pass({full("Patient/1", "both", day)}, {"{}", {{"Patient/2", day}}});
    store->save_chain(run, "Patient/1", {"Patient/1"});
    store->save_chain(run, "Patient/2", {"Patient/2"});
    const RunId apart = pass({full("Patient/1", "one", day), full("Patient/2", "two", day)});
    store->erase("Patient/2");
    EXPECT_THAT(records_of(linked), IsEmpty());
    EXPECT_THAT(records_of(apart), ElementsAre(testing::HasSubstr("one")));
    EXPECT_THAT(archive()->report_of(linked)->left_alone, IsEmpty());
    // What says that there is nothing stays, so that the next report is not one more change.
    Derivation nothing = derivation_of("Patient/2", 1);
    pass({full("Patient/1", "one", day), nothing});
    const int before = rows("past_derivation");
    store->erase("Patient/2");
    pass({full("Patient/1", "one", day), nothing});
    EXPECT_EQ(rows("past_derivation"), before);
}

class StoreChanges : public StoreReports {
protected:
    static StoredResource of(const std::string& reference,
                             const std::string& version,
                             const std::string& patient = "Patient/1") {
        return {reference,
                version,
                "hash " + version,
                "",
                R"({"subject":{"reference":")" + patient + R"("}})"};
    }

    void pull(RunId in, std::vector<StoredResource> resources) {
        Page page;
        page.chain = "Patient/1";
        page.search = "everything Patient/1";
        page.resources = std::move(resources);
        store->commit_page(in, page);
    }
};

TEST_F(StoreChanges, AreTheCopiesThatDifferBetweenTwoRuns) {
    pull(run, {of("A/same", "1"), of("A/changed", "1"), of("A/deleted", "1"), of("A/back", "1")});
    const RunId second = begin_run();
    pull(second, {of("A/changed", "2"), of("A/new", ""), of("A/passing", "1")});
    store->retract(second, "Patient/1", {"A/deleted"}, "deleted");
    store->retract(second, "Patient/1", {"A/back", "A/passing"}, "moved");
    const RunId third = begin_run();
    pull(third, {of("A/changed", "3"), of("A/back", "1")});
    EXPECT_THAT(archive()->changed_between(run, third),
                ElementsAre(ChangedCopy{"A/changed", "Patient/1", "1", "3", third, ""},
                            ChangedCopy{"A/deleted", "Patient/1", "1", "", second, "deleted"},
                            ChangedCopy{"A/new", "Patient/1", "", "sha256:hash ", second, ""}));
    EXPECT_THAT(archive()->changed_between(second, third),
                ElementsAre(ChangedCopy{"A/back", "Patient/1", "", "1", third, ""},
                            ChangedCopy{"A/changed", "Patient/1", "2", "3", third, ""}));
    EXPECT_THAT(archive()->changed_between(third, third), IsEmpty());
}

// A label that forbids its use takes the body away.
TEST_F(StoreChanges, TellWhatIsNoEvidenceAnyMore) {
    pull(run, {of("A/1", "1")});
    const RunId second = begin_run();
    StoredResource restricted = of("A/1", "2");
    restricted.body.clear();
    pull(second, {restricted});
    EXPECT_THAT(archive()->changed_between(run, second),
                ElementsAre(ChangedCopy{"A/1", "Patient/1", "1", "", second, "superseded"}));
}

TEST(ReportArchive, OfAMissingFileIsRefused) {
    const TempFolder folder;
    EXPECT_THROW(open_sqlite_report_archive(folder.path() / "none.db", clinic), Error);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "none.db"));
}

} // namespace
} // namespace embolink::test
