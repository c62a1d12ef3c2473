// Each scripted fault: that it strikes, that it strikes when and as often as asked, and that it is
// counted.
#include "connector/core/error.hpp"
#include "connector/http/inflate.hpp"
#include "connector/http/retry.hpp"
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using nlohmann::json;
using test::Got;
using test::Hospital;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

const char* const patients = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
                             "{\"resourceType\":\"Patient\",\"id\":\"b\"}\n"
                             "{\"resourceType\":\"Patient\",\"id\":\"c\"}\n"
                             "{\"resourceType\":\"Patient\",\"id\":\"d\"}\n";

std::string one_fault(const std::string& keys) {
    return R"({"faults": [{)" + keys + "}]}";
}

class Struck : public Hospital {
public:
    explicit Struck(const std::string& keys) : Hospital(one_fault(keys)) { load(patients); }

    int fired_times() { return fired()["fired"].get<int>(); }
};

TEST(SandboxFaults, RefusalsStrikeBeforeAnythingIsDone) {
    struct Row {
        const char* fault;
        int status;
    };

    for (const Row& row : {Row{"429", 429},
                           Row{"503", 503},
                           Row{"500", 500},
                           Row{"502", 502},
                           Row{"401", 401},
                           Row{"html", 200}}) {
        Struck hospital(R"("fault": ")" + std::string(row.fault) + "\"");
        const Got got = hospital.put("/Patient/new", R"({"resourceType":"Patient","id":"new"})");
        EXPECT_EQ(got.status, row.status) << row.fault;
        EXPECT_EQ(hospital.get("/Patient/new").status, 404) << row.fault;
        EXPECT_EQ(hospital.counts()["writes"], 0) << row.fault;
        EXPECT_EQ(hospital.fired_times(), 1);
        EXPECT_EQ(got.header("Retry-After"), "");
    }
}

TEST(SandboxFaults, RetryAfterHasFourForms) {
    for (const char* fault : {"429", "503"}) {
        const auto answer = [&](const std::string& more) {
            Struck hospital(R"("fault": ")" + std::string(fault) + "\"" + more);
            return hospital.get("/Patient").header("Retry-After");
        };
        EXPECT_EQ(answer(""), "");
        EXPECT_EQ(answer(R"(, "retry_after": "none")"), "");
        EXPECT_EQ(answer(R"(, "retry_after": "seconds", "seconds": 7)"), "7");
        EXPECT_EQ(answer(R"(, "retry_after": "date", "seconds": 90)"),
                  "Sun, 01 Mar 2026 12:01:30 GMT");
        const std::string garbage = answer(R"(, "retry_after": "garbage")");
        EXPECT_NE(garbage, "");
        EXPECT_FALSE(http::parse_retry_after(garbage, std::chrono::system_clock::now()));
    }
}

TEST(SandboxFaults, AnErrorMayHideAnAction) {
    for (const char* fault : {"500", "502"}) {
        Struck hospital(R"("acted": true, "fault": ")" + std::string(fault) + "\"");
        const Got got = hospital.put("/Patient/new", R"({"resourceType":"Patient","id":"new"})");
        EXPECT_EQ(std::to_string(got.status), fault);
        EXPECT_EQ(hospital.get("/Patient/new").status, 200);
        EXPECT_EQ(hospital.counts()["PUT"], 1);
    }
}

TEST(SandboxFaults, GatewaysAndSignInPagesSpeakHtml) {
    for (const char* fault : {"502", "html"}) {
        Struck hospital(R"("fault": ")" + std::string(fault) + "\"");
        const Got got = hospital.get("/Patient");
        EXPECT_THAT(got.header("Content-Type"), HasSubstr("text/html"));
        EXPECT_THAT(got.text, HasSubstr("<html>"));
    }
}

TEST(SandboxFaults, ResetBeforeHasNotActedResetAfterHas) {
    for (const bool after : {false, true}) {
        Struck hospital(after ? R"("fault": "reset-after")" : R"("fault": "reset-before")");
        const Got got = hospital.post("/Patient", R"({"resourceType":"Patient"})");
        EXPECT_EQ(got.damage, after ? http::Damage::reset_after : http::Damage::reset_before);
        EXPECT_THAT(hospital.get("/Patient").ids(), SizeIs(after ? 5 : 4));
        EXPECT_EQ(hospital.counts()["POST"], after ? 1 : 0);
        EXPECT_EQ(hospital.fired_times(), 1);
    }
}

TEST(SandboxFaults, BodiesAreCutOrMiscounted) {
    Struck cut(R"("fault": "truncate")");
    EXPECT_EQ(cut.get("/Patient").damage, http::Damage::truncate);
    EXPECT_EQ(cut.get("/Patient").damage, http::Damage::none);
    Struck long_one(R"("fault": "wrong-length")");
    EXPECT_EQ(long_one.get("/Patient").damage, http::Damage::wrong_length);
    EXPECT_EQ(long_one.get("/Patient").damage, http::Damage::none);
}

// A body that is not there cannot be cut: the rule waits for one.
TEST(SandboxFaults, WaitForAnAnswerThatTheyFit) {
    Struck hospital(R"("fault": "truncate")");
    EXPECT_EQ(hospital.remove("/Patient/a").damage, http::Damage::none);
    EXPECT_EQ(hospital.fired_times(), 0);
    EXPECT_EQ(hospital.get("/Patient").damage, http::Damage::truncate);
}

TEST(SandboxFaults, GzipIsDamagedWhetherAskedForOrNot) {
    Struck hospital(R"("times": 2, "fault": "bad-gzip")");
    for (const http::Headers& headers : {http::Headers{}, {{"Accept-Encoding", "gzip"}}}) {
        const Got got = hospital.get("/Patient", headers);
        EXPECT_EQ(got.header("Content-Encoding"), "gzip");
        EXPECT_THAT(got.text, testing::StartsWith("\x1f\x8b"));
        EXPECT_EQ(http::inflate(got.text, 100'000).inflation, http::Inflation::damaged);
    }
}

TEST(SandboxFaults, SlowAnswersAreRight) {
    Struck hospital(R"("fault": "slow", "delay_ms": 1500)");
    const Got slow = hospital.get("/Patient/a");
    EXPECT_EQ(slow.delay, 1500ms);
    EXPECT_EQ(slow.body["id"], "a");
    EXPECT_EQ(hospital.get("/Patient/a").delay, 0ms);
}

TEST(SandboxFaults, MissingMetaTakesVersionsAndTimesAway) {
    Struck hospital(R"("times": 3, "fault": "missing-meta")");
    const Got one = hospital.get("/Patient/a");
    EXPECT_FALSE(one.body.contains("meta"));
    EXPECT_EQ(one.header("ETag"), "");
    EXPECT_EQ(one.header("Last-Modified"), "");
    const json entries = hospital.get("/Patient").body["entry"];
    EXPECT_THAT(entries, SizeIs(4));
    for (const json& entry : entries) {
        EXPECT_FALSE(entry["resource"].contains("meta"));
    }
    const Got made =
        hospital.put("/Patient/x", R"({"resourceType":"Patient","id":"x","meta":{"tag":[]}})");
    EXPECT_EQ(made.body["meta"], json::parse(R"({"tag":[]})"));
    EXPECT_TRUE(hospital.get("/Patient/a").body["meta"].contains("versionId"));
}

TEST(SandboxFaults, DuplicateEntriesStandTwiceAndAcrossPages) {
    Struck hospital(R"("times": 9, "fault": "duplicate-entries")");
    EXPECT_THAT(hospital.get("/Patient?_count=4").ids(),
                ElementsAre("a", "a", "b", "b", "c", "c", "d", "d"));
    EXPECT_THAT(hospital.crawl("/Patient?_count=2"),
                ElementsAre("a", "a", "b", "b", "b", "b", "c", "c", "c", "c", "d", "d"));
    Struck single(R"("times": 9, "fault": "duplicate-entries")");
    EXPECT_THAT(single.crawl("/Patient?_count=1"), SizeIs(8)); // it ends
}

TEST(SandboxFaults, ExpiredCursorsStrikeNextLinksOnly) {
    Struck hospital(R"("fault": "expired-cursor")");
    const Got first = hospital.get("/Patient?_count=2");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(hospital.follow(first.link("next")).status, 410);
    EXPECT_EQ(hospital.follow(first.link("next")).status, 200);
}

TEST(SandboxFaults, LoopsLeadToTheirOwnPage) {
    Struck hospital(R"("skip": 1, "fault": "loop")");
    const std::string first = hospital.get("/Patient?_count=1").link("next");
    const Got second = hospital.follow(first);
    EXPECT_EQ(second.link("next"), first);
    EXPECT_THAT(second.ids(), ElementsAre("b"));
    Struck at_once(R"("fault": "loop")");
    const Got page = at_once.get("/Patient?_count=1");
    EXPECT_EQ(page.link("next"), page.link("self"));
    EXPECT_EQ(at_once.get("/Patient?_count=4").link("next"), "");
}

TEST(SandboxFaults, NoNextHasATotalThatSaysMore) {
    Struck hospital(R"("fault": "no-next")");
    const Got got = hospital.get("/Patient?_count=3");
    EXPECT_THAT(got.ids(), SizeIs(3));
    EXPECT_EQ(got.link("next"), "");
    EXPECT_NE(got.link("self"), "");
    EXPECT_EQ(got.body["total"], 4);
}

TEST(SandboxFaults, OutcomeEntriesStandAmongTheMatches) {
    Struck hospital(R"("times": 2, "fault": "outcome-entry")");
    const json entries = hospital.get("/Patient").body["entry"];
    ASSERT_THAT(entries, SizeIs(5));
    EXPECT_EQ(entries[4]["search"]["mode"], "outcome");
    EXPECT_EQ(entries[4]["resource"]["resourceType"], "OperationOutcome");
    EXPECT_THAT(hospital.get("/Patient?_id=nobody").body["entry"], SizeIs(1));
}

TEST(SandboxFaults, TheLastPageMayBeEmpty) {
    Struck hospital(R"("fault": "empty-last-page")");
    const Got first = hospital.get("/Patient?_count=2");
    const Got second = hospital.follow(first.link("next"));
    ASSERT_NE(second.link("next"), "");
    const Got third = hospital.follow(second.link("next"));
    EXPECT_EQ(third.status, 200);
    EXPECT_FALSE(third.body.contains("entry"));
    EXPECT_EQ(third.link("next"), "");
}

TEST(SandboxFaultRules, StrikeAfterSkipAndAsOftenAsAsked) {
    Struck hospital(R"("skip": 2, "times": 3, "fault": "500")");
    std::vector<int> statuses;
    for (int i = 0; i < 7; ++i) {
        statuses.push_back(hospital.get("/Patient").status);
    }
    EXPECT_THAT(statuses, ElementsAre(200, 200, 500, 500, 500, 200, 200));
    EXPECT_EQ(hospital.fired()["rules"][0]["fired"], 3);
    EXPECT_EQ(hospital.fired()["rules"][0]["fault"], "500");
}

TEST(SandboxFaultRules, MatchMethodAndWholeSegmentsOfThePath) {
    const auto strikes = [](const std::string& keys, const char* method, const char* path) {
        Hospital hospital(one_fault(keys + R"("fault": "500")"));
        hospital.send(method, path);
        return hospital.fired()["fired"] == 1;
    };
    EXPECT_TRUE(strikes("", "GET", "/Patient"));
    EXPECT_TRUE(strikes(R"("method": "GET",)", "GET", "/Patient"));
    EXPECT_FALSE(strikes(R"("method": "POST",)", "GET", "/Patient"));
    EXPECT_TRUE(strikes(R"("path": "*",)", "GET", "/metadata"));
    EXPECT_TRUE(strikes(R"("path": "Medication",)", "GET", "/Medication/1"));
    EXPECT_TRUE(strikes(R"("path": "/Medication",)", "GET", "/Medication?code=x"));
    EXPECT_FALSE(strikes(R"("path": "Medication",)", "GET", "/MedicationRequest"));
    EXPECT_TRUE(strikes(R"("path": "Patient/_search",)", "POST", "/Patient/_search"));
    EXPECT_FALSE(strikes(R"("path": "Patient/_search",)", "GET", "/Patient"));
    EXPECT_TRUE(strikes(R"("path": "/",)", "POST", ""));
    EXPECT_FALSE(strikes(R"("path": "/",)", "POST", "/Patient"));
}

TEST(SandboxFaultRules, CountNextLinksToTheirType) {
    Struck mid(R"("path": "Patient/_page", "fault": "401")");
    const Got first = mid.get("/Patient?_count=1");
    const Got refused = mid.follow(first.link("next"));
    EXPECT_EQ(refused.status, 401);
    EXPECT_THAT(refused.header("WWW-Authenticate"), HasSubstr("Bearer"));
    EXPECT_EQ(mid.follow(first.link("next")).status, 200); // once
    Struck other(R"("path": "Procedure", "fault": "401")");
    EXPECT_EQ(other.follow(other.get("/Patient?_count=1").link("next")).status, 200);
    Struck base(R"("path": "/", "fault": "401")");
    EXPECT_EQ(base.follow(base.get("/Patient?_count=1").link("next")).status, 200);
}

// Two rules that are due at one request: the second strikes the next.
TEST(SandboxFaultRules, StrikeOneAtATime) {
    Hospital hospital(R"({"faults": [{"fault": "503"}, {"fault": "500"}, {"fault": "truncate"}]})");
    EXPECT_EQ(hospital.get("/Patient").status, 503);
    EXPECT_EQ(hospital.get("/Patient").status, 500);
    EXPECT_EQ(hospital.get("/Patient").damage, http::Damage::truncate);
    EXPECT_EQ(hospital.get("/Patient").damage, http::Damage::none);
    EXPECT_EQ(hospital.fired()["fired"], 3);
}

TEST(SandboxFaultRules, LeaveTheSandboxsOwnQuestionsAlone) {
    Struck hospital(R"("times": 100, "fault": "500")");
    EXPECT_EQ(hospital.get("/$sandbox-faults").status, 200);
    EXPECT_EQ(hospital.get("/$sandbox-counts").status, 200);
    EXPECT_EQ(hospital.fired()["fired"], 0);
    EXPECT_EQ(hospital.counts()["GET"], 0);
}

TEST(SandboxHabits, CategoryMayBeRequired) {
    Hospital strict(R"({"habits": {"require_category": true}})");
    EXPECT_EQ(strict.get("/Observation?patient=p").status, 400);
    EXPECT_EQ(strict.get("/Observation?patient=p").issue(), "error/required");
    EXPECT_EQ(strict.get("/Observation?patient=p&category=laboratory").status, 200);
    EXPECT_EQ(strict.get("/Observation?_id=x").status, 200);
    EXPECT_EQ(strict.get("/Procedure?patient=p").status, 200);
    EXPECT_EQ(Hospital().get("/Observation?patient=p").status, 200);
}

TEST(SandboxHabits, ThereMayBeNoVersionsAndNoTimes) {
    Hospital hospital(R"({"habits": {"no_last_updated": true}})");
    hospital.load(patients);
    EXPECT_FALSE(hospital.get("/Patient/a").body.contains("meta"));
    EXPECT_EQ(hospital.get("/Patient/a").header("ETag"), "");
    EXPECT_FALSE(hospital.get("/Patient").body["entry"][0]["resource"].contains("meta"));
    EXPECT_EQ(hospital.get("/Patient?_lastUpdated=ge2020").status, 400);
    EXPECT_EQ(hospital.get("/Patient?_sort=_lastUpdated").status, 400);
    EXPECT_THAT(hospital.get("/metadata").text, Not(HasSubstr("_lastUpdated")));
    EXPECT_THAT(Hospital().get("/metadata").text, HasSubstr("_lastUpdated"));
}

TEST(SandboxHabits, PagesMayBeSmallAndShortLived) {
    Hospital hospital(R"({"habits": {"largest_page": 3, "cursor_seconds": 5}})");
    hospital.load(patients);
    EXPECT_THAT(hospital.get("/Patient").ids(), SizeIs(3));
    const Got page = hospital.get("/Patient?_count=100");
    EXPECT_THAT(page.ids(), SizeIs(3));
    hospital.wait(5s);
    EXPECT_EQ(hospital.follow(page.link("next")).status, 200);
    hospital.wait(1s);
    EXPECT_EQ(hospital.follow(page.link("next")).status, 410);
}

TEST(SandboxHabits, PostedSearchesMayBeUnknown) {
    const http::Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    Hospital hospital(R"({"habits": {"post_search": false}})");
    EXPECT_EQ(hospital.post("/Patient/_search", "active=true", form).status, 404);
    EXPECT_EQ(hospital.get("/Patient?active=true").status, 200);
    EXPECT_EQ(Hospital().post("/Patient/_search", "active=true", form).status, 200);
}

std::string faults_of(const std::string& text) {
    try {
        sandbox::parse_faults(text, "f.json");
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        return error.where();
    }
    return "";
}

TEST(SandboxFaultsFile, MayHoldComments) {
    const sandbox::FaultPlan plan = sandbox::parse_faults(
        "{ // twice\n \"faults\": [{\"fault\": \"500\", \"times\": 2}]}", "f.json");
    ASSERT_THAT(plan.rules, SizeIs(1));
    EXPECT_EQ(plan.rules[0].times, 2u);
    EXPECT_EQ(plan.rules[0].method, "*");
    EXPECT_EQ(plan.rules[0].path, "*");
    EXPECT_EQ(plan.rules[0].skip, 0u);
    EXPECT_EQ(faults_of("{}"), "");
}

TEST(SandboxFaultsFile, NamesEachFaultOfItsOwnWithItsPointer) {
    const std::string where = faults_of(R"({
        "faults": [{"fault": "teapot"}, {"fault": "500", "often": 1}, {"skip": 1}, 7,
                   {"fault": "slow"}, {"fault": "500", "seconds": 3},
                   {"fault": "loop", "times": 0}, {"fault": "429", "retry_after": "soon"},
                   {"fault": "401", "acted": true}, {"fault": "401", "method": "get"}],
        "habits": {"ids": "medium", "conflict_status": 500, "largest_page": "x", "tea": true},
        "more": 1})");
    for (const char* fault : {"f.json\n",
                              "/faults/0/fault: ",
                              "/faults/1/often: ",
                              "/faults/2/fault: ",
                              "/faults/3",
                              "/faults/4/delay_ms: ",
                              "/faults/5/seconds: ",
                              "/faults/6/times: ",
                              "/faults/7/retry_after: ",
                              "/faults/8/acted: ",
                              "/faults/9/method: ",
                              "/habits/ids: ",
                              "/habits/conflict_status: ",
                              "/habits/largest_page: ",
                              "/habits/tea: ",
                              "/more: "}) {
        EXPECT_THAT(where, HasSubstr(fault));
    }
    EXPECT_NE(faults_of("[]"), "");
    EXPECT_NE(faults_of("{"), "");
}

TEST(SandboxFaultsFile, HelpNamesEveryFaultAndHabit) {
    const std::string help = sandbox::faults_help();
    for (const char* word : {"429",
                             "503",
                             "500",
                             "502",
                             "401",
                             "html",
                             "reset-before",
                             "reset-after",
                             "truncate",
                             "wrong-length",
                             "bad-gzip",
                             "slow",
                             "missing-meta",
                             "expired-cursor",
                             "duplicate-entries",
                             "loop",
                             "no-next",
                             "outcome-entry",
                             "empty-last-page",
                             "require_category",
                             "no_last_updated",
                             "ids",
                             "conflict_status",
                             "foreign_references",
                             "post_search",
                             "largest_page",
                             "cursor_seconds",
                             "retry_after",
                             "delay_ms",
                             "acted"}) {
        EXPECT_THAT(help, HasSubstr(word));
    }
}

} // namespace
