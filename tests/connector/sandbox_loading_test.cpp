// Data on its way into the sandbox: versions, times, copies, and what points nowhere.
#include "mapping/fhir/resource.hpp"
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using nlohmann::json;
using test::Hospital;
using testing::ElementsAre;
using testing::SizeIs;

std::string location(const std::string& status, const std::string& meta) {
    return R"({"resourceType":"Location","id":"l1","status":")" + status + "\"" +
           (meta.empty() ? "" : R"(,"meta":{"lastUpdated":")" + meta + "\"}") + "}\n";
}

json versions(Hospital& hospital) {
    return hospital.get("/Location/l1/_history").body["entry"];
}

TEST(SandboxLoading, KeepsTimesAndSetsVersions) {
    Hospital hospital;
    hospital.load(
        R"({"resourceType":"Location","id":"l1","meta":{"versionId":"7","lastUpdated":"2020-01-02T03:04:05.678+01:00"}})");
    const json got = hospital.get("/Location/l1").body;
    EXPECT_EQ(got["meta"]["versionId"], "1");
    EXPECT_EQ(got["meta"]["lastUpdated"], "2020-01-02T02:04:05.678Z");
    EXPECT_EQ(hospital.counts()["created"], 0);
}

TEST(SandboxLoading, MissingAndFutureTimesBecomeTheTimeOfLoading) {
    for (const char* meta : {"", "2031-01-01T00:00:00Z", "never"}) {
        Hospital hospital;
        hospital.load(location("active", meta));
        EXPECT_EQ(hospital.get("/Location/l1").body["meta"]["lastUpdated"],
                  "2026-03-01T12:00:00.000Z")
            << meta;
    }
}

TEST(SandboxLoading, TheLaterCopyIsTheLaterVersionWhateverTheOrder) {
    const std::string early = location("active", "2020-01-01T00:00:00Z");
    const std::string late = location("suspended", "2021-01-01T00:00:00Z");
    for (const std::string& lines : {early + late, late + early}) {
        Hospital hospital;
        hospital.load(lines);
        const json got = hospital.get("/Location/l1").body;
        EXPECT_EQ(got["status"], "suspended");
        EXPECT_EQ(got["meta"]["versionId"], "2");
        EXPECT_EQ(hospital.get("/Location/l1/_history/1").body["status"], "active");
        EXPECT_THAT(hospital.get("/Location").ids(), ElementsAre("l1"));
    }
}

TEST(SandboxLoading, AnUndatedCopyComesFirstAndIsNoYoungerThanTheNext) {
    Hospital hospital;
    hospital.load(location("active", "2020-01-01T00:00:00Z") +
                  location("suspended", "2021-01-01T00:00:00Z") + location("inactive", ""));
    const json entries = versions(hospital);
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[0]["resource"]["status"], "suspended");
    EXPECT_EQ(hospital.get("/Location/l1/_history/1").body["status"], "inactive");
    EXPECT_EQ(hospital.get("/Location/l1/_history/1").body["meta"]["lastUpdated"],
              "2020-01-01T00:00:00.000Z");
}

TEST(SandboxLoading, TheSameAgainIsNoVersion) {
    Hospital hospital;
    const std::string line = location("active", "2020-01-01T00:00:00Z");
    hospital.load(line + line);
    EXPECT_THAT(versions(hospital), SizeIs(1));
}

TEST(SandboxLoading, TakesReferencesThatLeadNowhere) {
    Hospital hospital;
    hospital.load(R"({"resourceType":"Procedure","id":"x","subject":{"reference":"Patient/far"}})");
    EXPECT_THAT(hospital.get("/Procedure?patient=far").ids(), ElementsAre("x"));
}

TEST(SandboxLoading, CountsWhatItLeavesOut) {
    sandbox::Sandbox server({Hospital::base, {}, {}, std::chrono::system_clock::now});
    sandbox::Loading loading;
    for (const char* line : {R"({"resourceType":"Claim","id":"1"})",
                             R"({"resourceType":"Claim","id":"2"})",
                             R"({"resourceType":"Patient","id":"1"})",
                             R"({"resourceType":"Patient","id":"1","active":true})",
                             R"({"resourceType":"Patient","id":"1"})"}) {
        loading.add(parse_json(line).value);
    }
    const sandbox::LoadSummary summary = server.load(std::move(loading));
    EXPECT_EQ(summary.resources, 1u);
    EXPECT_EQ(summary.older_versions, 1u);
    EXPECT_EQ(summary.repeated, 1u);
    EXPECT_THAT(summary.left_out, ElementsAre(testing::Pair("Claim", 2)));
}

TEST(SandboxLoading, NewIdsPassOverThoseThatWereLoaded) {
    Hospital hospital;
    hospital.load(R"({"resourceType":"Patient","id":"1001"})");
    const json made = hospital.post("/Patient", R"({"resourceType":"Patient"})").body;
    EXPECT_EQ(made["id"], "1002");
}

TEST(SandboxLoading, LongIdsAreLongThroughout) {
    Hospital hospital(R"({"habits": {"ids": "long"}})");
    hospital.load("{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n"
                  "{\"resourceType\":\"Procedure\",\"id\":\"x\",\"subject\":{\"reference\":"
                  "\"Patient/p1\"}}");
    const std::string id = hospital.get("/Patient").ids().front();
    EXPECT_THAT(id, SizeIs(88));
    EXPECT_THAT(hospital.get("/Procedure?patient=" + id).ids(), SizeIs(1));
    EXPECT_THAT(
        hospital.post("/Patient", R"({"resourceType":"Patient"})").body["id"].get<std::string>(),
        SizeIs(88));
}

} // namespace
