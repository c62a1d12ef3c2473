// URLs and headers as values.
#include "connector/http/http.hpp"
#include "connector/http/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink::http;
using testing::Eq;
using testing::Optional;

struct Resolution {
    const char* reference;
    const char* result;
};

class Rfc3986 : public testing::TestWithParam<Resolution> {};

// RFC 3986 5.4.1 and 5.4.2 and two more above the root, without "g:h", which is no http URL.
TEST_P(Rfc3986, ResolvesTheExamples) {
    EXPECT_THAT(resolve("http://a/b/c/d;p?q", GetParam().reference),
                Optional(Eq(GetParam().result)));
}

INSTANTIATE_TEST_SUITE_P(Normal,
                         Rfc3986,
                         testing::Values(Resolution{"g", "http://a/b/c/g"},
                                         Resolution{"./g", "http://a/b/c/g"},
                                         Resolution{"g/", "http://a/b/c/g/"},
                                         Resolution{"/g", "http://a/g"},
                                         Resolution{"//g", "http://g"},
                                         Resolution{"?y", "http://a/b/c/d;p?y"},
                                         Resolution{"g?y", "http://a/b/c/g?y"},
                                         Resolution{"#s", "http://a/b/c/d;p?q#s"},
                                         Resolution{"g#s", "http://a/b/c/g#s"},
                                         Resolution{"g?y#s", "http://a/b/c/g?y#s"},
                                         Resolution{";x", "http://a/b/c/;x"},
                                         Resolution{"g;x", "http://a/b/c/g;x"},
                                         Resolution{"g;x?y#s", "http://a/b/c/g;x?y#s"},
                                         Resolution{"", "http://a/b/c/d;p?q"},
                                         Resolution{".", "http://a/b/c/"},
                                         Resolution{"./", "http://a/b/c/"},
                                         Resolution{"..", "http://a/b/"},
                                         Resolution{"../", "http://a/b/"},
                                         Resolution{"../g", "http://a/b/g"},
                                         Resolution{"../..", "http://a/"},
                                         Resolution{"../../", "http://a/"},
                                         Resolution{"../../g", "http://a/g"}));

INSTANTIATE_TEST_SUITE_P(Abnormal,
                         Rfc3986,
                         testing::Values(Resolution{"../../../g", "http://a/g"},
                                         Resolution{"../../../../g", "http://a/g"},
                                         Resolution{"../../..", "http://a/"},
                                         Resolution{"../../..?x=/../y", "http://a/?x=/../y"},
                                         Resolution{"/./g", "http://a/g"},
                                         Resolution{"/../g", "http://a/g"},
                                         Resolution{"g.", "http://a/b/c/g."},
                                         Resolution{".g", "http://a/b/c/.g"},
                                         Resolution{"g..", "http://a/b/c/g.."},
                                         Resolution{"..g", "http://a/b/c/..g"},
                                         Resolution{"./../g", "http://a/b/g"},
                                         Resolution{"./g/.", "http://a/b/c/g/"},
                                         Resolution{"g/./h", "http://a/b/c/g/h"},
                                         Resolution{"g/../h", "http://a/b/c/h"},
                                         Resolution{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                         Resolution{"g;x=1/../y", "http://a/b/c/y"},
                                         Resolution{"g?y/./x", "http://a/b/c/g?y/./x"},
                                         Resolution{"g?y/../x", "http://a/b/c/g?y/../x"},
                                         Resolution{"g#s/./x", "http://a/b/c/g#s/./x"},
                                         Resolution{"g#s/../x", "http://a/b/c/g#s/../x"}));

TEST(Resolve, AnAbsoluteNextLinkIsKeptVerbatim) {
    const std::string base = "https://ehr.example/fhir/Patient?_count=5";
    for (const char* link : {"https://EHR.example:443/fhir?_getpages=a%7Eb&_getpagesoffset=5",
                             "https://other.example/fhir/../x?date=ge2024-01-01T00%3A00%3A00%2B01",
                             "https://ehr.example/fhir/Observation?code=http://loinc.org|1234-5"}) {
        EXPECT_THAT(resolve(base, link), Optional(Eq(link)));
    }
}

// A base below a path must not lose it (a next link that lost its "/r4" read another server).
TEST(Resolve, ARelativeNextLinkStaysBelowThePageThatHeldIt) {
    EXPECT_THAT(resolve("https://ehr.example/r4/Patient?x=1", "Patient?page=2"),
                Optional(Eq("https://ehr.example/r4/Patient?page=2")));
    EXPECT_THAT(resolve("https://ehr.example/r4/Patient", "?page=2"),
                Optional(Eq("https://ehr.example/r4/Patient?page=2")));
    EXPECT_THAT(resolve("https://ehr.example/r4/Patient", "/r4?page=2"),
                Optional(Eq("https://ehr.example/r4?page=2")));
}

TEST(Resolve, WhatIsNoHttpUrlIsNothing) {
    const std::string base = "http://a/b";
    for (const char* link : {"g:h", "file:///etc/passwd", "ftp://a/b", "http:g", "//u:p@a/b"}) {
        EXPECT_EQ(resolve(base, link), std::nullopt) << link;
    }
    EXPECT_EQ(resolve("b/c", "d"), std::nullopt) << "the base is not absolute";
    EXPECT_EQ(resolve(base, "a\r\nHost: b"), std::nullopt);
}

TEST(ParseUrl, TellsThePartsAndTheDefaults) {
    const auto url = parse_url("HTTPS://Ehr.Example/fhir/Patient?_id=1&x=%C3%A4#top");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "ehr.example");
    EXPECT_EQ(url->port, "443");
    EXPECT_EQ(url->target, "/fhir/Patient?_id=1&x=%C3%A4");
    EXPECT_EQ(parse_url("http://a")->port, "80");
    EXPECT_EQ(parse_url("http://a")->target, "/");
    EXPECT_EQ(parse_url("http://a?b=c")->target, "/?b=c");
    EXPECT_EQ(parse_url("http://a:/")->port, "80");
    EXPECT_EQ(parse_url("http://a:08080/")->port, "8080");
}

TEST(ParseUrl, ReadsAddresses) {
    EXPECT_EQ(parse_url("http://[2001:DB8:0:0::1]:8080/x")->host, "2001:db8::1");
    EXPECT_EQ(parse_url("http://127.0.0.1/x")->host, "127.0.0.1");
    EXPECT_EQ(origin_of(*parse_url("http://[::1]/x")), "http://[::1]:80");
}

TEST(ParseUrl, RefusesWhatCannotBeAsked) {
    for (const char* text : {"",
                             "/fhir",
                             "a/b",
                             "ftp://a/",
                             "http://",
                             "http:///x",
                             "http://user:secret@a/",
                             "http://user@a/",
                             "http://a:65536/",
                             "http://a:0/",
                             "http://a:x/",
                             "http://a b/",
                             "http://%61/",
                             "http://a/%zz",
                             "http://a/\r\nX: y"}) {
        EXPECT_EQ(parse_url(text), std::nullopt) << text;
    }
}

TEST(ParseUrl, EscapesWhatServersWriteUnescaped) {
    EXPECT_EQ(parse_url("http://a/b?code=s|c d&x={\"ä\"}")->target,
              "/b?code=s%7Cc%20d&x=%7B%22%C3%A4%22%7D");
    EXPECT_EQ(parse_url("http://a/b?code=s%7Cc")->target, "/b?code=s%7Cc") << "and nothing twice";
}

TEST(SameOrigin, ComparesSchemeHostAndPortAndNothingElse) {
    EXPECT_TRUE(same_origin("https://a.example/x", "HTTPS://A.EXAMPLE:443/y?z"));
    EXPECT_TRUE(same_origin("http://a:80/", "http://a"));
    EXPECT_TRUE(same_origin("http://[::1]/", "http://[0:0:0:0:0:0:0:1]:80/"));
    EXPECT_FALSE(same_origin("https://a/", "http://a/"));
    EXPECT_FALSE(same_origin("https://a/", "https://a:444/"));
    EXPECT_FALSE(same_origin("https://a/", "https://b/"));
    EXPECT_FALSE(same_origin("https://a/", "https://a.evil/"));
    EXPECT_FALSE(same_origin("https://a/", "https://a@evil/"));
    EXPECT_FALSE(same_origin("nothing", "nothing")) << "two bad URLs share no origin";
}

TEST(WithoutQuery, LeavesNothingThatCouldNameAPatientOrAPassword) {
    EXPECT_EQ(without_query("https://a/Patient?name=Doe#x"), "https://a/Patient");
    EXPECT_EQ(without_query("https://a/Patient#Doe?x"), "https://a/Patient");
    EXPECT_EQ(without_query("https://a/Patient"), "https://a/Patient");
    EXPECT_EQ(without_query("https://user:secret@a/Patient"), "https://a/Patient");
    EXPECT_EQ(without_query("https://user:se@cret@a"), "https://a");
    EXPECT_EQ(without_query("https://a/b@c"), "https://a/b@c");
    EXPECT_EQ(without_query("b@c"), "b@c");
}

TEST(Query, EscapesEverythingThatIsNotUnreserved) {
    const Query query = {{"code", "http://loinc.org|1234-5"}, {"a b", "ä&=+%~._"}, {"empty", ""}};
    const std::string text = encode_query(query);
    EXPECT_EQ(text, "code=http%3A%2F%2Floinc.org%7C1234-5&a%20b=%C3%A4%26%3D%2B%25~._&empty=");
    EXPECT_EQ(decode_query(text), query);
    EXPECT_EQ(encode_query({}), "");
}

TEST(Query, ReadsWhatFormsAndBrowsersSend) {
    const Query expected = {{"a", "b c"}, {"d", ""}, {"e", "f=g"}, {"h", "100%"}, {"a", "+"}};
    EXPECT_EQ(decode_query("a=b+c&d&&e=f=g&h=100%&a=%2B"), expected);
    EXPECT_TRUE(decode_query("").empty());
}

TEST(Origin, IsWrittenAsBrowsersDo) {
    for (const char* origin : {"https://ehr.example",
                               "http://localhost:4600",
                               "http://localhost:443",
                               "http://[::1]:8080"}) {
        EXPECT_TRUE(is_origin(origin)) << origin;
    }
    for (const char* other : {"*",
                              "",
                              "null",
                              "ehr.example",
                              "https://ehr.example/",
                              "https://ehr.example/page",
                              "https://ehr.example?a=b",
                              "https://EHR.example",
                              "https://me@ehr.example",
                              "https://ehr.example:443",
                              "http://ehr.example:80"}) {
        EXPECT_FALSE(is_origin(other)) << other;
    }
}

TEST(Join, PutsOneSlashBetween) {
    EXPECT_EQ(join("http://a/fhir", "Patient/1"), "http://a/fhir/Patient/1");
    EXPECT_EQ(join("http://a/fhir/", "/Patient/1"), "http://a/fhir/Patient/1");
    EXPECT_EQ(join("http://a/fhir//", "Patient/1/"), "http://a/fhir/Patient/1/");
    EXPECT_EQ(join("http://a/fhir", ""), "http://a/fhir/");
}

TEST(Headers, AreFoundReplacedAndErasedWithoutRegardToCase) {
    Headers headers;
    set_header(headers, "ETag", "W/\"1\"");
    headers.push_back({"etag", "W/\"2\""});
    EXPECT_THAT(find_header(headers, "ETAG"), Optional(Eq("W/\"1\"")));
    EXPECT_EQ(find_header(headers, "ETa"), std::nullopt);
    set_header(headers, "eTag", "W/\"3\"");
    ASSERT_EQ(headers.size(), 1u);
    EXPECT_EQ(headers[0].value, "W/\"3\"");
    erase_header(headers, "ETAG");
    EXPECT_TRUE(headers.empty());
}

TEST(Requests, AreMadeWithWhatTheyNeed) {
    const Request read = get("http://a/b");
    EXPECT_EQ(read.method, "GET");
    EXPECT_TRUE(read.headers.empty());
    const Request written = with_body("PUT", "http://a/b", "{}", "application/fhir+json");
    EXPECT_EQ(written.method, "PUT");
    EXPECT_EQ(written.url, "http://a/b");
    EXPECT_EQ(written.body, "{}");
    EXPECT_THAT(find_header(written.headers, "content-type"),
                Optional(Eq("application/fhir+json")));
}

} // namespace
