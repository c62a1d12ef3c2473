// Read, vread, history, metadata, and what HTTP puts around them.
#include "connector/http/inflate.hpp"
#include "connector/sandbox/search_parameters.hpp"
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
using namespace std::chrono_literals;

const char* const patient = R"({"resourceType":"Patient","id":"p1","gender":"male"})";
const char* const changed = R"({"resourceType":"Patient","id":"p1","gender":"female"})";

TEST(SandboxRead, GivesTheResourceWithItsVersionAndTime) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    const Got got = hospital.get("/Patient/p1");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body["gender"], "male");
    EXPECT_EQ(got.body["meta"]["versionId"], "1");
    EXPECT_EQ(got.body["meta"]["lastUpdated"], "2026-03-01T12:00:00.000Z");
    EXPECT_EQ(got.header("ETag"), "W/\"1\"");
    EXPECT_EQ(got.header("Last-Modified"), "Sun, 01 Mar 2026 12:00:00 GMT");
    EXPECT_THAT(got.header("Content-Type"), HasSubstr("application/fhir+json"));
}

TEST(SandboxRead, TellsUnknownFromDeleted) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    EXPECT_EQ(hospital.get("/Patient/p2").status, 404);
    EXPECT_EQ(hospital.get("/Patient/p2").issue(), "error/not-found");
    EXPECT_EQ(hospital.get("/Spaceship/p1").status, 404);
    hospital.remove("/Patient/p1");
    const Got gone = hospital.get("/Patient/p1");
    EXPECT_EQ(gone.status, 410);
    EXPECT_EQ(gone.issue(), "error/deleted");
    EXPECT_EQ(gone.header("Location"), std::string(Hospital::base) + "/Patient/p1/_history/2");
}

TEST(SandboxRead, AnswersNotModifiedToTheCurrentVersionOnly) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    const Got same = hospital.get("/Patient/p1", {{"If-None-Match", "W/\"1\""}});
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.text, "");
    EXPECT_EQ(hospital.get("/Patient/p1", {{"if-none-match", "\"1\""}}).status, 304);
    hospital.put("/Patient/p1", changed);
    EXPECT_EQ(hospital.get("/Patient/p1", {{"If-None-Match", "W/\"1\""}}).status, 200);
}

TEST(SandboxRead, KeepsEveryVersion) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    hospital.put("/Patient/p1", changed);
    hospital.remove("/Patient/p1");
    EXPECT_EQ(hospital.get("/Patient/p1/_history/1").body["gender"], "male");
    EXPECT_EQ(hospital.get("/Patient/p1/_history/2").body["gender"], "female");
    EXPECT_EQ(hospital.get("/Patient/p1/_history/2").header("ETag"), "W/\"2\"");
    EXPECT_EQ(hospital.get("/Patient/p1/_history/3").status, 410);
    EXPECT_EQ(hospital.get("/Patient/p1/_history/4").status, 404);
    EXPECT_EQ(hospital.get("/Patient/p2/_history/1").status, 404);
}

// 1.10 is not 1.1: the digits tell the precision of a laboratory.
TEST(SandboxRead, KeepsTheDigitsOfDecimals) {
    Hospital hospital;
    hospital.post("/Patient", R"({"resourceType":"Patient"})");
    const Got made = hospital.post(
        "/Observation",
        R"({"resourceType":"Observation","valueQuantity":{"value":1.10},"x":12345678901234567890})");
    EXPECT_THAT(made.text, HasSubstr("\"value\":1.10}"));
    EXPECT_THAT(made.text, HasSubstr("12345678901234567890"));
    EXPECT_THAT(hospital.get("/Observation").text, HasSubstr("\"value\":1.10}"));
}

TEST(SandboxHistory, IsNewestFirstAndShowsWhatHappened) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    hospital.wait(1s);
    hospital.put("/Patient/p1", changed);
    hospital.wait(1s);
    hospital.remove("/Patient/p1");
    const json bundle = hospital.get("/Patient/p1/_history").body;
    EXPECT_EQ(bundle["type"], "history");
    ASSERT_EQ(bundle["entry"].size(), 3u);
    EXPECT_EQ(bundle["entry"][0]["request"]["method"], "DELETE");
    EXPECT_FALSE(bundle["entry"][0].contains("resource"));
    EXPECT_EQ(bundle["entry"][1]["request"]["method"], "PUT");
    EXPECT_EQ(bundle["entry"][1]["resource"]["gender"], "female");
    EXPECT_EQ(bundle["entry"][1]["response"]["etag"], "W/\"2\"");
    EXPECT_EQ(bundle["entry"][2]["request"]["method"], "POST");
    EXPECT_EQ(bundle["entry"][2]["response"]["status"], "201 Created");
    EXPECT_EQ(hospital.get("/Patient/p2/_history").status, 404);
}

TEST(SandboxHistory, OfATypeBeginsAtSinceAndHasPages) {
    Hospital hospital;
    for (const char* id : {"a", "b", "c"}) {
        hospital.put(std::string("/Patient/") + id,
                     R"({"resourceType":"Patient","id":")" + std::string(id) + "\"}");
        hospital.wait(1s);
    }
    EXPECT_THAT(hospital.get("/Patient/_history").ids(), ElementsAre("c", "b", "a"));
    EXPECT_THAT(hospital.get("/Patient/_history?_since=2026-03-01T12:00:01Z").ids(),
                ElementsAre("c", "b"));
    EXPECT_THAT(hospital.get("/Patient/_history?_since=2026-03-01T12:00:01.001Z").ids(),
                ElementsAre("c"));
    EXPECT_THAT(hospital.crawl("/Patient/_history?_count=2"), ElementsAre("c", "b", "a"));
    EXPECT_EQ(hospital.get("/Patient/_history?_since=2026-03-01").status, 400); // an instant
    EXPECT_EQ(hospital.get("/Patient/_history?name=x").status, 400);
    EXPECT_EQ(hospital.get("/Patient/_history?name=x", {{"Prefer", "handling=lenient"}}).status,
              200);
}

TEST(SandboxMetadata, SaysLoudlyThatItIsNotForProduction) {
    Hospital hospital;
    const json statement = hospital.get("/metadata").body;
    EXPECT_EQ(statement["resourceType"], "CapabilityStatement");
    EXPECT_EQ(statement["fhirVersion"], "4.0.1");
    EXPECT_THAT(statement["description"].get<std::string>(), HasSubstr("NOT FOR PRODUCTION"));
    EXPECT_THAT(statement["software"]["name"].get<std::string>(), HasSubstr("not for production"));
    EXPECT_EQ(statement["implementation"]["url"], Hospital::base);
}

// What it promises is what it does: each parameter named is taken, and no other.
TEST(SandboxMetadata, NamesTheParametersThatTheSearchTakes) {
    Hospital hospital;
    const json rest = hospital.get("/metadata").body["rest"][0];
    EXPECT_EQ(rest["resource"].size(), sandbox::served_types().size());
    for (const json& type : rest["resource"]) {
        const auto name = type["type"].get<std::string>();
        for (const json& parameter : type["searchParam"]) {
            const std::string value = parameter["type"] == "date" ? "2024" : "x";
            const std::string query = parameter["name"].get<std::string>() + "=" + value;
            EXPECT_EQ(hospital.get("/" + name + "?" + query).status, 200) << name << query;
        }
        EXPECT_EQ(hospital.get("/" + name + "?_has:x=y").status, 400);
        EXPECT_EQ(hospital.get("/" + name + "?_revinclude=Provenance:target").status, 400);
    }
}

TEST(SandboxHttp, CompressesWhenAskedTo) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    EXPECT_EQ(hospital.get("/Patient/p1").header("Content-Encoding"), "");
    EXPECT_EQ(
        hospital.get("/Patient/p1", {{"Accept-Encoding", "gzip;q=0"}}).header("Content-Encoding"),
        "");
    const Got got = hospital.get("/Patient/p1", {{"Accept-Encoding", "deflate, gzip;q=0.5"}});
    EXPECT_EQ(got.header("Content-Encoding"), "gzip");
    const http::Inflated inflated = http::inflate(got.text, 10'000);
    EXPECT_EQ(inflated.inflation, http::Inflation::whole);
    EXPECT_EQ(inflated.text, hospital.get("/Patient/p1").text);
}

TEST(SandboxHttp, LinksLeadToTheNameItWasCalledBy) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient);
    const Got got = hospital.get("/Patient", {{"Host", "localhost:8090"}});
    EXPECT_EQ(got.link("self"), "http://localhost:8090/fhir/Patient");
    EXPECT_EQ(hospital.get("/Patient").link("self"), "http://127.0.0.1:8090/fhir/Patient");
}

// DNS rebinding: a page of the Internet whose name leads to this machine.
TEST(SandboxHttp, AnswersNobodyThatCallsItByAForeignName) {
    Hospital hospital;
    EXPECT_EQ(hospital.get("/Patient", {{"Host", "evil.example:8090"}}).status, 421);
    EXPECT_EQ(hospital.get("/Patient", {{"Host", "127.0.0.1:8090"}}).status, 200);
    EXPECT_EQ(hospital.get("/Patient", {{"Host", "127.0.0.1:9999"}}).status, 421);
}

TEST(SandboxHttp, RefusesWhatItDoesNotSpeak) {
    Hospital hospital;
    EXPECT_EQ(hospital.get("/Patient?_format=xml").status, 406);
    EXPECT_EQ(hospital.get("/Patient?_format=json").status, 200);
    EXPECT_EQ(hospital.post("/Patient", patient, {{"Content-Type", "text/plain"}}).status, 415);
    EXPECT_EQ(hospital.post("/Patient", patient, {{"Content-Encoding", "gzip"}}).status, 415);
    EXPECT_EQ(hospital.send("PATCH", "/Patient/p1", "[]").status, 405);
    EXPECT_EQ(hospital.send("HEAD", "/Patient").status, 200);
    EXPECT_EQ(hospital.get("/Patient/p1/x").status, 404);
    EXPECT_EQ(hospital.get("").status, 400);
    EXPECT_EQ(hospital.remove("").status, 405);
    EXPECT_EQ(hospital.post("/Patient", "{\"resourceType\":").status, 400);
    EXPECT_EQ(hospital.post("/Patient", "[]").status, 400);
}

} // namespace
