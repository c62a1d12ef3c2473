// The client against servers that behave: the project's own, and scripted ones for what it does not
// send.
#include "connector/http/client.hpp"
#include "connector/http/server.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/connector/http_zip.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace {

namespace asio = boost::asio;

using namespace embolink;
using namespace embolink::http;
using namespace std::chrono_literals;
using test::Loop;
using test::ok;
using test::Scene;
using test::ScriptedServer;
using test::Then;
using testing::Eq;
using testing::HasSubstr;
using testing::Optional;

class HttpClient : public testing::Test {
protected:
    // A server that answers `answer` to everything and keeps what it was asked.
    std::string serve(Response answer) {
        server = make_server(
            loop.executor(), {}, [this, answer](Request request) -> asio::awaitable<Reply> {
                asked.push_back(request);
                co_return Reply(answer);
            });
        return "http://127.0.0.1:" + std::to_string(server->port());
    }

    Response fetch(const std::string& url) { return loop.send(*client, get(url)); }

    void use(ClientOptions options) { client = make_client(loop.executor(), std::move(options)); }

    Loop loop;
    std::vector<Request> asked;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client = make_client(loop.executor(), {});
};

Response with(int status, std::string name, std::string value, std::string body = "") {
    Response response(status);
    set_header(response.headers, std::move(name), std::move(value));
    response.body = std::move(body);
    return response;
}

Request asking(const char* method, const std::string& url) {
    return {method, url};
}

TEST_F(HttpClient, SendsWhatItIsGiven) {
    const std::string base = serve(with(201, "ETag", "W/\"1\"", "made"));
    Request request =
        with_body("PUT", base + "/fhir/Patient/1?a=b%7Cc#part", "{\"x\":1}", "application/json");
    request.headers.push_back({"X-Twice", "one"});
    request.headers.push_back({"X-Twice", "two"});
    const Response response = loop.send(*client, request);
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "made");
    EXPECT_THAT(find_header(response.headers, "etag"), Optional(Eq("W/\"1\"")));
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked[0].method, "PUT");
    EXPECT_EQ(asked[0].url, "/fhir/Patient/1?a=b%7Cc");
    EXPECT_EQ(asked[0].body, "{\"x\":1}");
    const Headers& headers = asked[0].headers;
    EXPECT_THAT(find_header(headers, "Host"), Optional(Eq(base.substr(7))));
    EXPECT_THAT(find_header(headers, "Content-Type"), Optional(Eq("application/json")));
    EXPECT_THAT(find_header(headers, "Content-Length"), Optional(Eq("7")));
    EXPECT_THAT(find_header(headers, "Accept-Encoding"), Optional(Eq("gzip")));
    EXPECT_THAT(find_header(headers, "User-Agent"), Optional(Eq("embolink")));
    const auto twice = std::count_if(headers.begin(), headers.end(), [](const Header& header) {
        return header.name == "X-Twice";
    });
    EXPECT_EQ(twice, 2);
}

TEST_F(HttpClient, WhatTheCallerSetsIsNotSetAgain) {
    Request request = get(serve(Response(200)));
    set_header(request.headers, "user-agent", "other");
    set_header(request.headers, "accept-encoding", "identity");
    set_header(request.headers, "host", "elsewhere");
    loop.send(*client, request);
    const Headers& headers = asked.at(0).headers;
    EXPECT_EQ(headers.size(), 3u);
    EXPECT_THAT(find_header(headers, "User-Agent"), Optional(Eq("other")));
    EXPECT_THAT(find_header(headers, "Accept-Encoding"), Optional(Eq("identity")));
    EXPECT_THAT(find_header(headers, "Host"), Optional(testing::StartsWith("127.0.0.1:")));
}

TEST_F(HttpClient, AnyStatusIsAnAnswerAndNoRedirectIsFollowed) {
    for (const int status : {302, 307, 404, 429, 500, 503}) {
        const std::string base = serve(with(status, "Location", "http://127.0.0.1:1/", "x"));
        EXPECT_EQ(fetch(base).status, status);
    }
    EXPECT_EQ(asked.size(), 6u);
}

TEST_F(HttpClient, KeepsItsConnection) {
    const std::string base = serve(with(200, "A", "b", "x"));
    fetch(base);
    loop.send(*client, with_body("POST", base, "body", "text/plain"));
    fetch(base + "/other");
    EXPECT_EQ(asked.size(), 3u);
    EXPECT_EQ(server->accepted(), 1u);
}

TEST_F(HttpClient, KeepsOneForEachThatIsNeededAtATimeUpToTheLimit) {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{3}}) {
        const std::string base = serve(Response(200));
        ClientOptions options;
        options.connections_per_origin = limit;
        use(options);
        loop.send_all(*client, {get(base), get(base), get(base)});
        EXPECT_EQ(server->accepted(), 3u);
        loop.send_all(*client, {get(base), get(base), get(base)});
        EXPECT_EQ(server->accepted(), 6u - limit);
    }
}

TEST_F(HttpClient, AConnectionThatWaitedTooLongIsNotUsed) {
    const std::string base = serve(Response(200));
    ClientOptions options;
    options.kept = 0ms; // with the default of a minute it is: KeepsItsConnection
    use(options);
    fetch(base);
    fetch(base);
    EXPECT_EQ(server->accepted(), 2u);
}

std::size_t open_files() {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_F(HttpClient, WhatWaitsForNothingIsClosedWithoutAnotherRequest) {
    ScriptedServer closing(loop, {{ok("a"), Then::close}});
    const std::size_t before = open_files();
    fetch(closing.url());
    loop.run_for(50ms); // the goodbye arrives
    EXPECT_EQ(open_files(), before + 1);
    client->drop_idle();
    EXPECT_EQ(open_files(), before) << "the server had closed it";
    const std::string base = serve(Response(200));
    fetch(base);
    const std::size_t kept = open_files();
    client->drop_idle();
    EXPECT_EQ(open_files(), kept) << "it may be used again";
    fetch(base);
    EXPECT_EQ(server->accepted(), 1u);
}

TEST_F(HttpClient, WhatWaitedTooLongIsClosedWithoutAnotherRequest) {
    const std::string base = serve(Response(200));
    ClientOptions options;
    options.kept = 100ms;
    use(options);
    fetch(base);
    const std::size_t kept = open_files();
    loop.run_for(150ms);
    client->drop_idle();
    EXPECT_EQ(open_files(), kept - 1);
}

TEST_F(HttpClient, ConnectionsOfOneOriginServeNoOther) {
    ScriptedServer one(loop, {{ok("one")}, {ok("one")}});
    ScriptedServer other(loop, {{ok("other")}});
    EXPECT_EQ(fetch(one.url()).body, "one");
    EXPECT_EQ(fetch(other.url()).body, "other");
    EXPECT_EQ(fetch(one.url()).body, "one");
    EXPECT_EQ(one.accepted(), 1u);
}

TEST_F(HttpClient, AConnectionThatTheServerEndsOrSoilsIsNotUsedAgain) {
    ScriptedServer closing(loop, {{ok("a", "Connection: close\r\n")}, {ok("b")}});
    EXPECT_EQ(fetch(closing.url()).body, "a");
    EXPECT_EQ(fetch(closing.url()).body, "b");
    EXPECT_EQ(closing.accepted(), 2u);
    ScriptedServer soiling(loop, {{ok("a") + "HTTP/1.1 200 OK\r\n"}, {ok("b")}});
    EXPECT_EQ(fetch(soiling.url()).body, "a");
    EXPECT_EQ(fetch(soiling.url()).body, "b");
    EXPECT_EQ(soiling.accepted(), 2u);
}

// Seen before it is used, so that even a POST is safe.
TEST_F(HttpClient, AConnectionClosedWhileItWaitedIsNotUsed) {
    ScriptedServer scripted(loop, {{ok("a"), Then::close}, {ok("b")}});
    fetch(scripted.url());
    loop.run_for(50ms); // the goodbye arrives
    EXPECT_EQ(loop.send(*client, with_body("POST", scripted.url(), "x", "text/plain")).body, "b");
}

TEST_F(HttpClient, InflatesAndSaysNoMoreThatItWasCompressed) {
    const std::string text(100'000, 'a');
    for (const auto& [coding, stored] : {std::pair("gzip", test::gzip(text)),
                                         std::pair("X-GZIP", test::gzip(text)),
                                         std::pair("deflate", test::deflated(text))}) {
        const Response response = fetch(serve(with(200, "Content-Encoding", coding, stored)));
        EXPECT_EQ(response.body, text);
        EXPECT_EQ(find_header(response.headers, "Content-Encoding"), std::nullopt);
        EXPECT_EQ(find_header(response.headers, "Content-Length"), std::nullopt);
    }
    EXPECT_EQ(fetch(serve(with(200, "Content-Encoding", "identity", "abc"))).body, "abc");
    EXPECT_EQ(fetch(serve(with(200, "Content-Encoding", "gzip"))).body, "");
}

TEST_F(HttpClient, ReadsChunks) {
    const std::string text(300'000, 'c');
    EXPECT_EQ(fetch(serve(with(200, "Transfer-Encoding", "chunked", text))).body, text);
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    ScriptedServer scripted(
        loop, {{head + "3;note=x\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"}, {ok("next")}});
    EXPECT_EQ(fetch(scripted.url()).body, "abcde");
    EXPECT_EQ(fetch(scripted.url()).body, "next");
    EXPECT_EQ(scripted.accepted(), 1u);
}

TEST_F(HttpClient, AnswersWithoutABodyHaveNone) {
    const std::string base = serve(with(200, "Content-Encoding", "gzip", test::gzip("text")));
    const Response head = loop.send(*client, asking("HEAD", base));
    EXPECT_EQ(head.body, "");
    EXPECT_NE(find_header(head.headers, "Content-Length"), "0");
    EXPECT_EQ(loop.send(*client, asking("HEAD", base)).status, 200);
    EXPECT_EQ(server->accepted(), 1u) << "nothing was left over on the connection";

    ScriptedServer scripted(loop,
                            {{"HTTP/1.1 204 No Content\r\n\r\n"},
                             {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"},
                             {ok("next")}});
    EXPECT_EQ(fetch(scripted.url()).status, 204);
    EXPECT_EQ(fetch(scripted.url()).status, 304);
    EXPECT_EQ(fetch(scripted.url()).body, "next");
    EXPECT_EQ(scripted.accepted(), 1u);
}

TEST_F(HttpClient, ABodyMayEndWithTheConnection) {
    ScriptedServer scripted(loop,
                            {{"HTTP/1.1 200 OK\r\n\r\nto the end", Then::close}, {ok("next")}});
    EXPECT_EQ(fetch(scripted.url()).body, "to the end");
    EXPECT_EQ(fetch(scripted.url()).body, "next");
}

TEST_F(HttpClient, AnAnnouncementIsNotTheAnswer) {
    ScriptedServer scripted(loop,
                            {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                              "x\r\n\r\n" +
                              ok("answer")}});
    EXPECT_EQ(fetch(scripted.url()).body, "answer");
}

TEST_F(HttpClient, CarriesMegabytesBothWays) {
    Response large(200);
    large.body.assign(8'000'000, 'd');
    const std::string base = serve(large);
    const Response response =
        loop.send(*client, with_body("POST", base, std::string(8'000'000, 'u'), "text/plain"));
    EXPECT_EQ(response.body, large.body);
    EXPECT_EQ(asked.at(0).body, std::string(8'000'000, 'u'));
}

// Above the kernel's buffers, so that the server must go on reading for its answer to arrive.
TEST_F(HttpClient, HearsARefusalThatComesBeforeTheBodyIsSent) {
    const std::string base = serve(Response(200));
    const Response response = loop.send(
        *client, with_body("POST", base, std::string(std::size_t{65} << 20, 'u'), "text/plain"));
    EXPECT_EQ(response.status, 413);
    EXPECT_TRUE(asked.empty());
}

TEST_F(HttpClient, AnUnusableUrlIsAFaultOfConfigurationAndItsPasswordIsNotRepeated) {
    for (const char* url : {"/fhir/Patient", "ftp://a/", "http://user:secret@127.0.0.1/?q=Doe"}) {
        try {
            fetch(url);
            FAIL() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::config);
            EXPECT_THAT(describe(error), testing::Not(HasSubstr("secret")));
            EXPECT_THAT(describe(error), testing::Not(HasSubstr("Doe")));
        }
    }
}

TEST_F(HttpClient, AHeaderCannotSmuggleAnother) {
    const std::string base = serve(Response(200));
    const std::vector<Header> bad = {{"Authorization", "Bearer secret\n"},
                                     {"Authorization", "secret\r\nX: y"},
                                     {"Authorization", std::string("secret\0", 7)},
                                     {"X: y\r\nZ", "secret"},
                                     {"", "secret"}};
    for (const Header& header : bad) {
        Request request = get(base);
        request.headers.push_back(header);
        try {
            loop.send(*client, request);
            FAIL() << header.name;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::config);
            EXPECT_THAT(describe(error), testing::Not(HasSubstr("secret")));
        }
    }
    EXPECT_THROW(loop.send(*client, asking("GET /x HTTP/1.1\r\nX:", base)), Error);
    EXPECT_THROW(loop.send(*client, asking("", base)), Error);
    EXPECT_TRUE(asked.empty());
}

} // namespace
