// Create, update, delete, and their conditions.
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
using testing::SizeIs;
using namespace std::chrono_literals;

std::string observation(const std::string& identifier, const std::string& status = "final") {
    return R"({"resourceType":"Observation","status":")" + status +
           R"(","identifier":[{"system":"urn:s","value":")" + identifier + "\"}]}";
}

std::string patient(const std::string& id, const std::string& gender = "male") {
    return R"({"resourceType":"Patient","id":")" + id + R"(","gender":")" + gender + "\"}";
}

TEST(SandboxCreate, GivesIdVersionAndTimeItself) {
    Hospital hospital;
    const Got got = hospital.post(
        "/Patient",
        R"({"resourceType":"Patient","id":"mine","meta":{"versionId":"9","lastUpdated":"2001-01-01T00:00:00Z","tag":[{"code":"t"}]}})");
    EXPECT_EQ(got.status, 201);
    const auto id = got.body["id"].get<std::string>();
    EXPECT_NE(id, "mine");
    EXPECT_EQ(got.body["meta"]["versionId"], "1");
    EXPECT_EQ(got.body["meta"]["lastUpdated"], "2026-03-01T12:00:00.000Z");
    EXPECT_EQ(got.body["meta"]["tag"][0]["code"], "t");
    EXPECT_EQ(got.header("Location"),
              std::string(Hospital::base) + "/Patient/" + id + "/_history/1");
    EXPECT_EQ(got.header("ETag"), "W/\"1\"");
    EXPECT_EQ(hospital.get("/Patient/mine").status, 404);
    EXPECT_NE(hospital.post("/Patient", patient("mine")).body["id"], id);
}

TEST(SandboxCreate, ReturnsWhatIsPreferred) {
    Hospital hospital;
    const Got minimal = hospital.post("/Patient", patient("x"), {{"Prefer", "return=minimal"}});
    EXPECT_EQ(minimal.status, 201);
    EXPECT_EQ(minimal.text, "");
    EXPECT_THAT(minimal.header("Location"), HasSubstr("/Patient/"));
    const Got outcome =
        hospital.post("/Patient", patient("x"), {{"Prefer", "return=OperationOutcome"}});
    EXPECT_EQ(outcome.body["resourceType"], "OperationOutcome");
    const Got whole =
        hospital.post("/Patient", patient("x"), {{"Prefer", "return=representation"}});
    EXPECT_EQ(whole.body["resourceType"], "Patient");
}

TEST(SandboxCreate, RefusesABodyOfAnotherType) {
    Hospital hospital;
    EXPECT_EQ(hospital.post("/Observation", patient("x")).status, 400);
    EXPECT_EQ(hospital.post("/Observation", "{}").status, 400);
    EXPECT_EQ(hospital.post("/Spaceship", R"({"resourceType":"Spaceship"})").status, 404);
    EXPECT_EQ(hospital.post("/Observation/x", observation("a")).status, 405);
    EXPECT_THAT(hospital.get("/Observation").ids(), SizeIs(0));
}

TEST(SandboxCreate, IfNoneExistFindsNothingOneOrSeveral) {
    Hospital hospital;
    const http::Headers condition = {{"If-None-Exist", "identifier=urn:s|a"}};
    const Got first = hospital.post("/Observation", observation("a"), condition);
    EXPECT_EQ(first.status, 201);
    const Got again = hospital.post("/Observation", observation("a", "amended"), condition);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body["id"], first.body["id"]);
    EXPECT_EQ(again.body["status"], "final"); // nothing changed
    EXPECT_EQ(again.body["meta"]["versionId"], "1");
    EXPECT_EQ(again.header("Location"), first.header("Location"));
    for (const char* form : {"Observation?identifier=urn%3As%7Ca", "?identifier=urn:s%7Ca"}) {
        EXPECT_EQ(hospital.post("/Observation", observation("a"), {{"If-None-Exist", form}}).status,
                  200);
    }
    EXPECT_EQ(hospital.post("/Observation", observation("a")).status, 201); // no condition
    EXPECT_EQ(hospital.post("/Observation", observation("a"), condition).status, 412);
    EXPECT_EQ(hospital.counts()["created"], 2);
    EXPECT_EQ(hospital.counts()["POST"], 6);
}

TEST(SandboxCreate, IfNoneExistRefusesWhatIsNoCondition) {
    Hospital hospital;
    for (const char* condition : {"nonsense=1", "_count=1"}) {
        EXPECT_EQ(
            hospital.post("/Observation", observation("a"), {{"If-None-Exist", condition}}).status,
            400);
    }
    EXPECT_EQ(hospital.post("/Observation", observation("a"), {{"If-None-Exist", ""}}).status, 201);
}

// A deleted resource does not exist.
TEST(SandboxCreate, IfNoneExistPassesOverTheDeleted) {
    Hospital hospital;
    const http::Headers condition = {{"If-None-Exist", "identifier=urn:s|a"}};
    const auto id =
        hospital.post("/Observation", observation("a"), condition).body["id"].get<std::string>();
    hospital.remove("/Observation/" + id);
    EXPECT_EQ(hospital.post("/Observation", observation("a"), condition).status, 201);
}

TEST(SandboxUpdate, CreatesWhereThereIsNothing) {
    Hospital hospital;
    const Got made = hospital.put("/Patient/p1", patient("p1"));
    EXPECT_EQ(made.status, 201);
    EXPECT_THAT(made.header("Location"), HasSubstr("/Patient/p1/_history/1"));
    EXPECT_EQ(hospital.put("/Patient/p_1", patient("p_1")).status, 400); // no FHIR id
    const std::string longest(64, 'a');
    EXPECT_EQ(hospital.put("/Patient/" + longest, patient(longest)).status, 201);
    EXPECT_EQ(hospital.put("/Patient/" + longest + "a", patient(longest + "a")).status, 400);
}

TEST(SandboxUpdate, MakesTheNextVersion) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    hospital.wait(5ms);
    const Got got = hospital.put("/Patient/p1", patient("p1", "female"));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.header("ETag"), "W/\"2\"");
    EXPECT_EQ(got.body["meta"]["lastUpdated"], "2026-03-01T12:00:00.005Z");
    EXPECT_EQ(got.header("Location"), "");
}

TEST(SandboxUpdate, OfTheSameContentMakesNoVersion) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    hospital.wait(1s);
    const std::string stamped =
        R"({"resourceType":"Patient","id":"p1","gender":"male","meta":{"versionId":"77"}})";
    for (const std::string& same : {patient("p1"), stamped}) {
        const Got got = hospital.put("/Patient/p1", same);
        EXPECT_EQ(got.status, 200);
        EXPECT_EQ(got.body["meta"]["versionId"], "1");
        EXPECT_EQ(got.body["meta"]["lastUpdated"], "2026-03-01T12:00:00.000Z");
    }
    EXPECT_EQ(hospital.counts()["updated"], 0);
    EXPECT_EQ(hospital.counts()["PUT"], 3);
}

TEST(SandboxUpdate, WantsTheIdOfTheUrl) {
    Hospital hospital;
    EXPECT_EQ(hospital.put("/Patient/p1", patient("p2")).status, 400);
    EXPECT_EQ(hospital.put("/Patient/p1", R"({"resourceType":"Patient"})").status, 400);
}

TEST(SandboxUpdate, IfMatchGuardsTheVersion) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    EXPECT_EQ(hospital.put("/Patient/p1", patient("p1", "other"), {{"If-Match", "W/\"1\""}}).status,
              200);
    const Got stale =
        hospital.put("/Patient/p1", patient("p1", "female"), {{"If-Match", "W/\"1\""}});
    EXPECT_EQ(stale.status, 412);
    EXPECT_EQ(hospital.get("/Patient/p1").body["gender"], "other");
    EXPECT_EQ(hospital.put("/Patient/p1", patient("p1"), {{"If-Match", "\"2\""}}).status, 200);
    EXPECT_EQ(hospital.put("/Patient/p1", patient("p1"), {{"If-Match", "*"}}).status, 400);
    EXPECT_EQ(hospital.put("/Patient/new", patient("new"), {{"If-Match", "W/\"1\""}}).status, 412);
    EXPECT_EQ(hospital.get("/Patient/new").status, 404);
}

TEST(SandboxUpdate, ConflictsAnswer409WhereThatIsTheHabit) {
    Hospital hospital(R"({"habits": {"conflict_status": 409}})");
    hospital.put("/Patient/p1", patient("p1"));
    EXPECT_EQ(hospital.put("/Patient/p1", patient("p1", "x"), {{"If-Match", "W/\"2\""}}).status,
              409);
}

TEST(SandboxUpdate, ByConditionCreatesUpdatesOrRefuses) {
    Hospital hospital;
    const std::string url = "/Observation?identifier=urn:s%7Ca";
    const Got made = hospital.put(url, observation("a"));
    EXPECT_EQ(made.status, 201);
    const Got changed = hospital.put(url, observation("a", "amended"));
    EXPECT_EQ(changed.status, 200);
    EXPECT_EQ(changed.body["id"], made.body["id"]);
    EXPECT_EQ(changed.body["meta"]["versionId"], "2");
    EXPECT_EQ(hospital.put(url, observation("a", "amended")).body["meta"]["versionId"], "2");
    EXPECT_EQ(hospital.put(url, observation("a", "final"), {{"If-Match", "W/\"1\""}}).status, 412);
    json other = json::parse(observation("a"));
    other["id"] = "another";
    EXPECT_EQ(hospital.put(url, other.dump()).status, 400);
    EXPECT_EQ(hospital.put("/Observation", observation("a")).status, 400); // no criterion
    hospital.post("/Observation", observation("a"));
    EXPECT_EQ(hospital.put(url, observation("a", "final")).status, 412);
}

TEST(SandboxDelete, LeavesAVersionBehind) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    EXPECT_EQ(hospital.remove("/Patient/p1", {{"If-Match", "W/\"2\""}}).status, 412);
    EXPECT_EQ(hospital.remove("/Patient/p1", {{"If-Match", "W/\"1\""}}).status, 204);
    EXPECT_EQ(hospital.remove("/Patient/p1").status, 204);
    EXPECT_EQ(hospital.remove("/Patient/never").status, 204);
    EXPECT_EQ(hospital.get("/Patient/p1").status, 410);
    EXPECT_EQ(hospital.get("/Patient/p1/_history/1").status, 200);
    EXPECT_THAT(hospital.get("/Patient").ids(), SizeIs(0));
    EXPECT_EQ(hospital.counts()["deleted"], 1);
    EXPECT_EQ(hospital.remove("/Patient").status, 405);
    const Got back = hospital.put("/Patient/p1", patient("p1"));
    EXPECT_EQ(back.status, 201);
    EXPECT_EQ(back.body["meta"]["versionId"], "3");
    EXPECT_EQ(hospital.get("/Patient/p1").status, 200);
}

TEST(SandboxReferences, MustLeadSomewhereWhenWritten) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    const auto refers_to = [&](const std::string& reference) {
        return hospital
            .post("/Observation",
                  R"({"resourceType":"Observation","subject":{"reference":")" + reference + "\"}}")
            .status;
    };
    EXPECT_EQ(refers_to("Patient/p1"), 201);
    EXPECT_EQ(refers_to("Patient/p1/_history/1"), 201);
    EXPECT_EQ(refers_to("#contained"), 201);
    EXPECT_EQ(refers_to("http://elsewhere/fhir/Patient/p9"), 201);
    EXPECT_EQ(refers_to("Patient/p9"), 400);
    EXPECT_EQ(refers_to("http://localhost:8090/fhir/Patient/p9"), 400);
    EXPECT_EQ(refers_to("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"), 400);
    EXPECT_EQ(refers_to("p1"), 400);
    hospital.remove("/Patient/p1");
    EXPECT_EQ(refers_to("Patient/p1"), 400);
    EXPECT_EQ(hospital.counts()["created"], 5);
}

TEST(SandboxReferences, ToItselfLoseTheAddress) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    const Got got = hospital.post(
        "/Observation",
        R"({"resourceType":"Observation","subject":{"reference":"http://localhost:8090/fhir/Patient/p1"}})");
    EXPECT_EQ(got.body["subject"]["reference"], "Patient/p1");
}

TEST(SandboxReferences, ToOtherServersAreRefusedWhereThatIsTheHabit) {
    Hospital hospital(R"({"habits": {"foreign_references": false}})");
    EXPECT_EQ(
        hospital
            .post(
                "/Observation",
                R"({"resourceType":"Observation","subject":{"reference":"http://elsewhere/fhir/Patient/p9"}})")
            .status,
        400);
    EXPECT_EQ(hospital
                  .post("/Observation",
                        R"({"resourceType":"Observation","subject":{"identifier":{"value":"9"}}})")
                  .status,
              201);
}

TEST(SandboxReferences, ThatLoadedDataHadMayStay) {
    Hospital hospital;
    hospital.load(R"({"resourceType":"Procedure","id":"x","subject":{"reference":"Patient/far"}})");
    const auto procedure = [](const char* status, const char* patient) {
        return R"({"resourceType":"Procedure","id":"x","status":")" + std::string(status) +
               R"(","subject":{"reference":"Patient/)" + patient + "\"}}";
    };
    EXPECT_EQ(hospital.put("/Procedure/x", procedure("completed", "far")).status, 200);
    EXPECT_EQ(hospital.put("/Procedure/x", procedure("completed", "farther")).status, 400);
}

TEST(SandboxClock, NeverGoesBack) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1"));
    hospital.wait(-10s);
    EXPECT_EQ(hospital.put("/Patient/p2", patient("p2")).body["meta"]["lastUpdated"],
              "2026-03-01T12:00:00.000Z");
}

} // namespace
