// Transactions, whole or not at all, and batches, each entry for itself.
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using nlohmann::json;
using test::Got;
using test::Hospital;
using testing::MatchesRegex;
using testing::SizeIs;
using namespace std::chrono_literals;

json entry(const std::string& method,
           const std::string& url,
           json resource = nullptr,
           const std::string& full_url = "") {
    json out = {{"request", {{"method", method}, {"url", url}}}};
    if (!resource.is_null()) {
        out["resource"] = std::move(resource);
    }
    if (!full_url.empty()) {
        out["fullUrl"] = full_url;
    }
    return out;
}

json with(json one, const char* condition, const char* value) {
    one["request"][condition] = value;
    return one;
}

std::string bundle(const char* type, std::vector<json> entries) {
    json out = {{"resourceType", "Bundle"}, {"type", type}};
    if (!entries.empty()) {
        out["entry"] = std::move(entries);
    }
    return out.dump();
}

json patient(const char* id, const char* gender = "male") {
    return {{"resourceType", "Patient"}, {"id", id}, {"gender", gender}};
}

json observation(const std::string& subject, const char* identifier = "a") {
    json out = {{"resourceType", "Observation"}, {"subject", {{"reference", subject}}}};
    out["identifier"] = json::array({{{"system", "urn:s"}, {"value", identifier}}});
    return out;
}

const char* const uuid = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";
const char* const uuid2 = "urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";

json response(const Got& got, std::size_t i) {
    return got.body.at("entry").at(i).at("response");
}

TEST(SandboxTransaction, RewritesReferencesBetweenItsEntriesInAnyOrder) {
    Hospital hospital;
    json provenance = {{"resourceType", "Provenance"}};
    provenance["target"] = json::array({{{"reference", uuid2}}, {{"reference", uuid}}});
    const Got got = hospital.post("",
                                  bundle("transaction",
                                         {entry("POST", "Provenance", provenance),
                                          entry("POST", "Observation", observation(uuid), uuid2),
                                          entry("POST", "Patient", patient("old"), uuid)}));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body["type"], "transaction-response");
    ASSERT_THAT(got.body["entry"], SizeIs(3));
    EXPECT_EQ(response(got, 1)["status"], "201 Created");
    EXPECT_EQ(response(got, 1)["etag"], "W/\"1\"");
    EXPECT_EQ(response(got, 1)["lastModified"], "2026-03-01T12:00:00.000Z");
    const auto location = response(got, 1)["location"].get<std::string>();
    EXPECT_THAT(location, MatchesRegex("Observation/[0-9]+/_history/1"));
    EXPECT_FALSE(got.body["entry"][1].contains("resource"));

    const json made = hospital.get("/" + location).body;
    const auto subject = made["subject"]["reference"].get<std::string>();
    EXPECT_THAT(subject, MatchesRegex("Patient/[0-9]+"));
    EXPECT_EQ(hospital.get("/" + subject).status, 200);
    const json written = hospital.get("/" + response(got, 0)["location"].get<std::string>()).body;
    EXPECT_EQ(written["target"][0]["reference"], "Observation/" + made["id"].get<std::string>());
    EXPECT_EQ(written["target"][1]["reference"], subject);
}

TEST(SandboxTransaction, ReturnsResourcesWhenPreferred) {
    Hospital hospital;
    const Got got = hospital.post("",
                                  bundle("transaction", {entry("POST", "Patient", patient("x"))}),
                                  {{"Prefer", "return=representation"}});
    EXPECT_EQ(got.body["entry"][0]["resource"]["resourceType"], "Patient");
}

TEST(SandboxTransaction, LeavesNothingBehindWhenOneEntryFails) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1").dump());
    hospital.put("/Patient/gone", patient("gone").dump());
    const std::vector<json> good = {entry("POST", "Patient", patient("new")),
                                    entry("PUT", "Patient/p1", patient("p1", "female")),
                                    entry("PUT", "Patient/p9", patient("p9")),
                                    entry("DELETE", "Patient/gone")};
    const json nowhere = observation("Patient/nobody");

    struct Row {
        json bad;
        int status;
    };

    const Row rows[] = {
        {entry("POST", "Observation", nowhere), 400},
        {entry("POST", "Observation", observation(uuid)), 400},
        {entry("POST", "Observation"), 400},
        {entry("POST", "Spaceship", {{"resourceType", "Spaceship"}}), 404},
        {entry("POST", "Observation", patient("x")), 400},
        {{{"resource", patient("x")}}, 400},
        {with(entry("PUT", "Patient/p8", patient("p8")), "ifMatch", "W/\"1\""), 412},
        {entry("POST", "", patient("x")), 400},
        {entry("PATCH", "Patient/p1", patient("p1")), 405},
    };
    const json before = hospital.counts();
    for (const Row& row : rows) {
        std::vector<json> entries = good;
        entries.push_back(row.bad);
        EXPECT_EQ(hospital.post("", bundle("transaction", entries)).status, row.status) << row.bad;
        EXPECT_THAT(hospital.get("/Patient").ids(), testing::ElementsAre("p1", "gone"));
        EXPECT_EQ(hospital.get("/Patient/p1").body["meta"]["versionId"], "1");
        EXPECT_EQ(hospital.get("/Patient/p9").status, 404);
        EXPECT_THAT(hospital.get("/Patient/p1/_history").body["entry"], SizeIs(1));
        EXPECT_THAT(hospital.get("/Patient/_history").body["entry"], SizeIs(2));
    }
    EXPECT_EQ(hospital.counts()["created"], before["created"]);
    EXPECT_EQ(hospital.post("", bundle("transaction", good)).status, 200);
    EXPECT_EQ(hospital.get("/Patient/p9").status, 200);
    EXPECT_EQ(hospital.get("/Patient/gone").status, 410);
    EXPECT_EQ(hospital.counts()["created"], 4);
    EXPECT_EQ(hospital.counts()["deleted"], 1);
}

TEST(SandboxTransaction, RunsDeletesFirstAndReadsLast) {
    Hospital hospital;
    hospital.put("/Observation/x",
                 R"({"resourceType":"Observation","id":"x","status":"preliminary"})");
    const Got got = hospital.post("",
                                  bundle("transaction",
                                         {entry("GET", "Patient?gender=female"),
                                          entry("PUT", "Patient/p2", patient("p2", "female")),
                                          entry("POST", "Patient", patient("p1", "female")),
                                          entry("DELETE", "Observation/x")}));
    EXPECT_EQ(got.status, 200);
    EXPECT_THAT(got.body["entry"][0]["resource"]["entry"], SizeIs(2));
    EXPECT_EQ(response(got, 3)["status"], "204 No Content");
    EXPECT_FALSE(response(got, 3).contains("location"));
}

// As HAPI: what was written stays.
TEST(SandboxTransaction, AFailedReadTakesNothingBack) {
    Hospital hospital;
    const Got got = hospital.post(
        "",
        bundle("transaction",
               {entry("GET", "Patient/nobody"), entry("PUT", "Patient/p1", patient("p1"))}));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(response(got, 0)["status"], "404 Not Found");
    EXPECT_EQ(response(got, 0)["outcome"]["issue"][0]["code"], "not-found");
    EXPECT_EQ(hospital.get("/Patient/p1").status, 200);
}

TEST(SandboxTransaction, ConditionalCreateFindsWhatIsThere) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1").dump());
    json provenance = {{"resourceType", "Provenance"}};
    provenance["target"] = json::array({{{"reference", uuid}}});
    const std::string text =
        bundle("transaction",
               {with(entry("POST", "Observation", observation("Patient/p1"), uuid),
                     "ifNoneExist",
                     "identifier=urn:s|a"),
                entry("POST", "Provenance", provenance)});
    const Got first = hospital.post("", text);
    EXPECT_EQ(response(first, 0)["status"], "201 Created");
    const Got second = hospital.post("", text);
    EXPECT_EQ(response(second, 0)["status"], "200 OK");
    EXPECT_EQ(response(second, 0)["location"], response(first, 0)["location"]);
    EXPECT_THAT(hospital.get("/Observation").ids(), SizeIs(1));
    // The reference leads to the one that was there.
    const json written =
        hospital.get("/" + response(second, 1)["location"].get<std::string>()).body;
    EXPECT_EQ(written["target"][0]["reference"],
              "Observation/" + hospital.get("/Observation").ids().front());
    hospital.post("/Observation", observation("Patient/p1").dump());
    EXPECT_EQ(hospital.post("", text).status, 412);
}

TEST(SandboxTransaction, GuardsUpdatesByVersion) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1").dump());
    const auto update = [&](const char* version, const char* gender) {
        return hospital
            .post(
                "",
                bundle(
                    "transaction",
                    {with(entry("PUT", "Patient/p1", patient("p1", gender)), "ifMatch", version)}))
            .status;
    };
    EXPECT_EQ(update("W/\"1\"", "female"), 200);
    EXPECT_EQ(update("W/\"1\"", "other"), 412);
    EXPECT_EQ(hospital.get("/Patient/p1").body["gender"], "female");
}

TEST(SandboxTransaction, RefusesEntriesThatOverlap) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1").dump());
    EXPECT_EQ(hospital
                  .post("",
                        bundle("transaction",
                               {entry("PUT", "Patient/p1", patient("p1", "x")),
                                entry("DELETE", "Patient/p1")}))
                  .status,
              400);
    const json twin = with(entry("POST", "Observation", observation("Patient/p1")),
                           "ifNoneExist",
                           "identifier=urn:s|a");
    EXPECT_EQ(hospital.post("", bundle("transaction", {twin, twin})).status, 400);
    EXPECT_EQ(hospital.get("/Patient/p1").body["meta"]["versionId"], "1");
    EXPECT_THAT(hospital.get("/Observation").ids(), SizeIs(0));
    // Once it exists, both find it.
    EXPECT_EQ(hospital.post("", bundle("transaction", {twin})).status, 200);
    EXPECT_EQ(hospital.post("", bundle("transaction", {twin, twin})).status, 200);
    EXPECT_THAT(hospital.get("/Observation").ids(), SizeIs(1));
}

TEST(SandboxTransaction, TakesEmptyOnesAndRefusesOtherBundles) {
    Hospital hospital;
    EXPECT_EQ(hospital.post("", bundle("transaction", {})).status, 200);
    EXPECT_FALSE(hospital.post("", bundle("transaction", {})).body.contains("entry"));
    EXPECT_EQ(hospital.post("", bundle("collection", {})).status, 400);
    EXPECT_EQ(hospital.post("", patient("x").dump()).status, 400);
    EXPECT_EQ(hospital.post("/", bundle("transaction", {})).status, 200);
}

TEST(SandboxBatch, AnswersEachEntryForItself) {
    Hospital hospital;
    hospital.put("/Patient/p1", patient("p1").dump());
    const Got got = hospital.post(
        "",
        bundle("batch",
               {entry("PUT", "Patient/p2", patient("p2")),
                entry("POST", "Observation", observation("Patient/nobody")),
                {{"resource", patient("x")}},
                entry("GET", "Patient/p1"),
                with(entry("PUT", "Patient/p1", patient("p1", "x")), "ifMatch", "W/\"9\""),
                entry("DELETE", "Patient/p1"),
                entry("POST", "", json::parse(bundle("batch", {})))}));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body["type"], "batch-response");
    ASSERT_THAT(got.body["entry"], SizeIs(7));
    EXPECT_EQ(response(got, 0)["status"], "201 Created");
    EXPECT_EQ(response(got, 0)["location"], "Patient/p2/_history/1");
    EXPECT_EQ(response(got, 1)["status"], "400 Bad Request");
    EXPECT_TRUE(response(got, 1).contains("outcome"));
    EXPECT_EQ(response(got, 2)["status"], "400 Bad Request");
    EXPECT_EQ(response(got, 3)["status"], "200 OK");
    EXPECT_EQ(got.body["entry"][3]["resource"]["id"], "p1");
    EXPECT_EQ(response(got, 4)["status"], "412 Precondition Failed");
    EXPECT_EQ(response(got, 5)["status"], "204 No Content");
    EXPECT_EQ(response(got, 6)["status"], "400 Bad Request");
    EXPECT_EQ(hospital.get("/Patient/p2").status, 200);
    EXPECT_EQ(hospital.get("/Patient/p1").status, 410);
}

} // namespace
