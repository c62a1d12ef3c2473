// CORS: what a browser lets pages of listed origins read, and nobody else's.
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using test::Got;
using test::Hospital;

constexpr const char* page = "http://localhost:4600";
constexpr const char* other_page = "https://sandbox.cds-hooks.org";

http::Headers from(const std::string& origin) {
    return {{"Origin", origin}};
}

const std::vector<std::string> cors_headers = {"Access-Control-Allow-Origin",
                                               "Access-Control-Expose-Headers",
                                               "Access-Control-Allow-Methods",
                                               "Access-Control-Allow-Headers",
                                               "Access-Control-Max-Age"};

void expect_none(const Got& got) {
    for (const std::string& name : cors_headers) {
        EXPECT_EQ(got.header(name.c_str()), "") << name;
    }
}

class SandboxCors : public testing::Test {
protected:
    SandboxCors() { hospital.load(R"({"resourceType":"Patient","id":"p1"})"); }

    Hospital hospital{R"({"faults": [{"path": "Device", "fault": "503", "times": 1},
                                     {"path": "Group", "fault": "truncate", "times": 1}]})",
                      {page, other_page}};
};

TEST_F(SandboxCors, ListedOriginsMayReadEveryAnswer) {
    for (const char* origin : {page, other_page}) {
        const Got got = hospital.get("/Patient/p1", from(origin));
        EXPECT_EQ(got.status, 200);
        EXPECT_EQ(got.header("Access-Control-Allow-Origin"), origin);
        EXPECT_EQ(got.header("Access-Control-Expose-Headers"),
                  "ETag, Location, Content-Location, Last-Modified");
        EXPECT_EQ(got.header("Vary"), "Origin");
    }
    const auto readable = [&](const Got& got) {
        EXPECT_EQ(got.header("Access-Control-Allow-Origin"), page);
        EXPECT_EQ(got.header("Vary"), "Origin");
        return got.status;
    };
    EXPECT_EQ(readable(hospital.get("/metadata", from(page))), 200);
    EXPECT_EQ(readable(hospital.get("/$sandbox-counts", from(page))), 200);
    EXPECT_EQ(readable(hospital.post("/Patient", R"({"resourceType":"Patient"})", from(page))),
              201);
    EXPECT_EQ(readable(hospital.remove("/Patient/p1", from(page))), 204);
    EXPECT_EQ(readable(hospital.get("/Patient/p1", from(page))), 410);
    EXPECT_EQ(readable(hospital.get("/Patient/nobody", from(page))), 404);
    EXPECT_EQ(readable(hospital.get("/Patient?nonsense=1", from(page))), 400);
    EXPECT_EQ(readable(hospital.send("PATCH", "/Patient/p1", "", from(page))), 405);
    EXPECT_EQ(readable(hospital.get("/Device", from(page))), 503); // a fault that is played
    EXPECT_EQ(readable(hospital.get("/Group", from(page))), 200);
    http::Headers elsewhere = from(page);
    elsewhere.push_back({"Host", "rebound.example:8090"});
    EXPECT_EQ(readable(hospital.get("/Patient/p1", elsewhere)), 421);
}

TEST_F(SandboxCors, PagesAreToldWhatTheyMaySend) {
    for (const char* path : {"", "/Patient", "/Patient/_search", "/Patient/p1", "/no/such/path"}) {
        const Got got = hospital.send("OPTIONS", path, "", from(page));
        EXPECT_EQ(got.status, 204) << path;
        EXPECT_EQ(got.text, "") << path;
        EXPECT_EQ(got.header("Access-Control-Allow-Origin"), page) << path;
        EXPECT_EQ(got.header("Access-Control-Allow-Methods"), "GET, POST, PUT, DELETE");
        EXPECT_EQ(got.header("Access-Control-Allow-Headers"),
                  "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Exist");
        EXPECT_EQ(got.header("Access-Control-Max-Age"), "600");
        EXPECT_EQ(got.header("Vary"), "Origin");
    }
}

TEST_F(SandboxCors, NobodyElseIs) {
    for (const char* origin : {"http://localhost:4601",
                               "https://localhost:4600",
                               "http://localhost:4600/",
                               "null",
                               ""}) {
        const Got got = hospital.get("/Patient/p1", from(origin));
        EXPECT_EQ(got.status, 200);
        expect_none(got);
        EXPECT_EQ(got.header("Vary"), "Origin"); // else a cache shows it to a page that is listed
        const Got asked = hospital.send("OPTIONS", "/Patient", "", from(origin));
        EXPECT_EQ(asked.status, 405);
        expect_none(asked);
        EXPECT_EQ(asked.header("Vary"), "Origin");
    }
    const Got plain = hospital.get("/Patient/p1");
    expect_none(plain);
    EXPECT_EQ(plain.header("Vary"), "Origin");
}

// The browser asks, and a plan of faults counts the page's requests.
TEST_F(SandboxCors, NoFaultStrikesABrowsersQuestion) {
    EXPECT_EQ(hospital.send("OPTIONS", "/Device", "", from(page)).status, 204);
    EXPECT_EQ(hospital.fired()["fired"], 0);
    EXPECT_EQ(hospital.get("/Device", from(page)).status, 503);
}

// A page that reaches this server by a name of its own gets nothing, whatever is listed.
TEST_F(SandboxCors, AForeignNameOfTheServerIsRefusedFirst) {
    http::Headers headers = from(page);
    headers.push_back({"Host", "rebound.example:8090"});
    EXPECT_EQ(hospital.send("OPTIONS", "/Patient", "", headers).status, 421);
}

TEST(SandboxWithoutOrigins, SpeaksNoCors) {
    Hospital hospital;
    const Got got = hospital.get("/Patient", from(page));
    EXPECT_EQ(got.status, 200);
    expect_none(got);
    EXPECT_EQ(got.header("Vary"), "");
    EXPECT_EQ(hospital.send("OPTIONS", "/Patient", "", from(page)).status, 405);
}

} // namespace
