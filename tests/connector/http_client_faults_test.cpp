// The client when things go wrong: each failure says how far the request came, and whether the
// server may have acted on it.
#include "connector/http/client.hpp"
#include "connector/http/server.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace embolink;
using namespace embolink::http;
using namespace std::chrono_literals;
using test::Loop;
using test::ok;
using test::ScriptedServer;
using test::Then;
using testing::HasSubstr;
using testing::Not;

class HttpFaults : public testing::Test {
protected:
    void use(ClientOptions options) { client = make_client(loop.executor(), std::move(options)); }

    std::optional<TransportFailure> failure_of(const std::string& url) {
        return loop.failure(*client, get(url));
    }

    std::string serve(Reply reply) {
        server = make_server(loop.executor(), {}, [this, reply](Request) -> asio::awaitable<Reply> {
            ++calls;
            co_return reply;
        });
        return "http://127.0.0.1:" + std::to_string(server->port());
    }

    Loop loop;
    int calls = 0;
    std::unique_ptr<Server> server;
    std::unique_ptr<Client> client = make_client(loop.executor(), {});
};

Request post(const std::string& url, std::string body = "x") {
    return with_body("POST", url, std::move(body), "text/plain");
}

Response with_text(std::string text) {
    Response response(200);
    response.body = std::move(text);
    return response;
}

// Phase, reached and timed out at once, with all that a reader needs when it is not so.
testing::AssertionResult
is(const std::optional<TransportFailure>& failure, Phase phase, Reached reached, bool timed_out) {
    if (!failure) {
        return testing::AssertionFailure() << "it was answered";
    }
    if (failure->phase() == phase && failure->reached() == reached &&
        failure->timed_out() == timed_out) {
        return testing::AssertionSuccess();
    }
    return testing::AssertionFailure()
           << "phase " << static_cast<int>(failure->phase()) << ", reached "
           << static_cast<int>(failure->reached()) << ", timed out " << failure->timed_out() << ": "
           << failure->what();
}

std::uint16_t port_of(const asio::ip::tcp::acceptor& acceptor) {
    return acceptor.local_endpoint().port();
}

// ---- before anything was sent

TEST_F(HttpFaults, AHostThatHasNoAddress) {
    const auto failure = failure_of("http://a..b/");
    EXPECT_TRUE(is(failure, Phase::resolve, Reached::no, false));
}

TEST_F(HttpFaults, AResolverThatIsSlow) {
    ClientOptions options;
    options.resolve = 0ms;
    use(options);
    const auto failure = failure_of("http://localhost/");
    EXPECT_TRUE(is(failure, Phase::resolve, Reached::no, true));
    EXPECT_THAT(failure->what(), HasSubstr("within 0 s"));
    const std::string base = serve(Reply(Response(200)));
    EXPECT_EQ(failure_of(base), std::nullopt) << "an address needs no resolver";
}

TEST_F(HttpFaults, APortThatNobodyListensOn) {
    asio::io_context context;
    asio::ip::tcp::acceptor bound(context);
    bound.open(asio::ip::tcp::v4());
    bound.bind({asio::ip::address_v4::loopback(), 0}); // taken, and nobody listens
    const std::string authority = "127.0.0.1:" + std::to_string(port_of(bound));
    Request request = post("http://" + authority + "/a?name=Doe");
    set_header(request.headers, "Authorization", "Bearer secret");
    const auto failure = loop.failure(*client, request);
    EXPECT_TRUE(is(failure, Phase::connect, Reached::no, false));
    EXPECT_EQ(failure->where(), "http://" + authority + "/a");
    const std::string text = describe(*failure);
    EXPECT_THAT(text, Not(HasSubstr("secret")));
    EXPECT_THAT(text, Not(HasSubstr("Doe")));
    EXPECT_TRUE(is(failure_of("http://[::1]:" + std::to_string(port_of(bound)) + "/"),
                   Phase::connect,
                   Reached::no,
                   false))
        << "an IPv6 literal needs no resolver either";
}

// A full queue of connections that nobody accepts: Linux then drops what else comes.
TEST_F(HttpFaults, AServerThatTakesNoConnection) {
    asio::io_context context;
    asio::ip::tcp::acceptor full(context);
    full.open(asio::ip::tcp::v4());
    full.bind({asio::ip::address_v4::loopback(), 0});
    full.listen(0);
    std::vector<std::unique_ptr<asio::ip::tcp::socket>> queue;
    for (int i = 0; i < 4; ++i) {
        queue.push_back(std::make_unique<asio::ip::tcp::socket>(context, asio::ip::tcp::v4()));
        queue.back()->native_non_blocking(true); // Asio's own connect would wait
        const auto endpoint = full.local_endpoint();
        ::connect(queue.back()->native_handle(),
                  endpoint.data(),
                  static_cast<socklen_t>(endpoint.size()));
    }
    ClientOptions options;
    options.connect = 50ms;
    use(options);
    EXPECT_TRUE(is(failure_of("http://127.0.0.1:" + std::to_string(port_of(full)) + "/"),
                   Phase::connect,
                   Reached::no,
                   true));
}

TEST_F(HttpFaults, AServerThatNeverShakesHands) {
    ScriptedServer silent(loop, {});
    ClientOptions options;
    options.handshake = 50ms;
    use(options);
    const std::string url = "https://127.0.0.1:" + std::to_string(silent.port()) + "/";
    EXPECT_TRUE(is(failure_of(url), Phase::handshake, Reached::no, true));
}

TEST_F(HttpFaults, AServerThatSpeaksNoTls) {
    const std::string base = serve(Reply(Response(200)));
    const auto failure = failure_of("https" + base.substr(4));
    EXPECT_TRUE(is(failure, Phase::handshake, Reached::no, false));
    EXPECT_EQ(failure->outlook(), Outlook::lasting);
}

// ---- while it was sent, and after

TEST_F(HttpFaults, AServerThatStopsReading) {
    asio::io_context context;
    asio::ip::tcp::acceptor deaf(context, {asio::ip::address_v4::loopback(), 0});
    ClientOptions options;
    options.write = 100ms;
    use(options);
    const std::string url = "http://127.0.0.1:" + std::to_string(port_of(deaf)) + "/";
    const auto failure = loop.failure(*client, post(url, std::string(20'000'000, 'x')));
    EXPECT_TRUE(is(failure, Phase::write, Reached::maybe, true));
}

TEST_F(HttpFaults, AServerThatNeverAnswers) {
    ScriptedServer scripted(loop, {{"", Then::stall}});
    ClientOptions options;
    options.first_byte = 50ms;
    use(options);
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::first_byte, Reached::maybe, true));
    EXPECT_EQ(scripted.accepted(), 1u) << "a slow server is not asked twice";
}

TEST_F(HttpFaults, AnAnswerThatPauses) {
    ScriptedServer scripted(
        loop,
        {{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", Then::stall}, {"HT", Then::stall}});
    ClientOptions options;
    options.idle = 50ms;
    use(options);
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, true));
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, true));
}

// Every piece comes in time, and the whole never would.
TEST_F(HttpFaults, AnAnswerThatDrips) {
    ScriptedServer scripted(loop,
                            {{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", Then::stall}});
    ClientOptions options;
    options.idle = 10s;
    options.whole = 80ms;
    use(options);
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, true));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST_F(HttpFaults, EachKindOfDamage) {
    const std::string text(1'000, 'x');
    for (const Damage damage : {Damage::reset_before, Damage::reset_after}) {
        const auto failure = failure_of(serve(Reply(with_text(text), damage)));
        EXPECT_TRUE(is(failure, Phase::first_byte, Reached::maybe, false));
        EXPECT_THAT(failure->what(), HasSubstr("reset"));
    }
    for (const Damage damage : {Damage::truncate, Damage::wrong_length}) {
        EXPECT_TRUE(is(
            failure_of(serve(Reply(with_text(text), damage))), Phase::body, Reached::maybe, false));
    }
    EXPECT_TRUE(is(failure_of(serve(Reply(Response(200), Damage::truncate))),
                   Phase::body,
                   Reached::maybe,
                   false))
        << "without a body the head is cut";
    EXPECT_EQ(calls, 5) << "on fresh connections nothing is repeated";
}

TEST_F(HttpFaults, AnAnswerThatBreaksOff) {
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    ScriptedServer scripted(loop,
                            {{chunked, Then::close},
                             {chunked + "0\r\n", Then::close},
                             {"HTTP/1.1 200 OK\r\nContent-Le", Then::close},
                             {"HTTP/1.1 200 OK\r\n\r\nto the e", Then::reset}});
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, false)) << i;
    }
    EXPECT_EQ(scripted.accepted(), 4u);
}

TEST_F(HttpFaults, WhatIsNoHttp) {
    ScriptedServer scripted(loop,
                            {{"220 mail.example ESMTP\r\n\r\n", Then::stall},
                             {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Then::stall}});
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, false));
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::body, Reached::maybe, false));
}

// ---- kept connections

TEST_F(HttpFaults, AStaleConnectionIsReplacedWhereRepeatingIsSafe) {
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
        for (const Then end : {Then::close, Then::reset}) {
            ScriptedServer scripted(loop, {{ok("")}, {"", end}, {ok("")}});
            EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
            EXPECT_EQ(loop.failure(*client, {method, scripted.url()}), std::nullopt) << method;
            EXPECT_EQ(scripted.requests().size(), 3u);
            EXPECT_EQ(scripted.accepted(), 2u);
        }
    }
}

TEST_F(HttpFaults, AStaleConnectionIsNotReplacedForAPost) {
    for (const char* method : {"POST", "PATCH"}) {
        ScriptedServer scripted(loop, {{ok("")}, {"", Then::close}, {ok("")}});
        EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
        const auto failure = loop.failure(*client, {method, scripted.url()});
        EXPECT_TRUE(is(failure, Phase::first_byte, Reached::maybe, false)) << method;
        EXPECT_EQ(scripted.requests().size(), 2u);
    }
}

TEST_F(HttpFaults, AStaleConnectionIsReplacedOnce) {
    ScriptedServer scripted(loop, {{ok("")}, {"", Then::close}, {"", Then::close}, {ok("")}});
    EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
    EXPECT_TRUE(is(failure_of(scripted.url()), Phase::first_byte, Reached::maybe, false));
    EXPECT_EQ(scripted.requests().size(), 3u);
}

TEST_F(HttpFaults, OnceAnAnswerBeganOrTimeRanOutNothingIsReplaced) {
    ScriptedServer begun(loop, {{ok("")}, {"H", Then::close}, {ok("")}});
    EXPECT_EQ(failure_of(begun.url()), std::nullopt);
    EXPECT_TRUE(is(failure_of(begun.url()), Phase::body, Reached::maybe, false));
    ScriptedServer slow(loop, {{ok("")}, {"", Then::stall}, {ok("")}});
    ClientOptions options;
    options.first_byte = 300ms;
    use(options);
    EXPECT_EQ(failure_of(slow.url()), std::nullopt);
    EXPECT_TRUE(is(failure_of(slow.url()), Phase::first_byte, Reached::maybe, true));
    EXPECT_EQ(slow.requests().size(), 2u);
}

// ---- limits

TEST_F(HttpFaults, AHeadOverTheLimit) {
    ClientOptions options;
    options.header_limit = 4'000;
    use(options);
    ScriptedServer scripted(loop,
                            {{ok("a", "X: " + std::string(3'900, 'x') + "\r\n")},
                             {ok("a", "X: " + std::string(4'000, 'x') + "\r\n")}});
    EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
    const auto failure = failure_of(scripted.url());
    EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false));
    EXPECT_EQ(failure->outlook(), Outlook::lasting);
    EXPECT_THAT(failure->what(), HasSubstr("its head is larger than the limit of 4000 bytes"));
}

// Beast throws for a field of 64 KiB, which is no Error: whoever catches those would miss it.
TEST_F(HttpFaults, AFieldTooLongForBeast) {
    ClientOptions options;
    options.header_limit = 200'000;
    use(options);
    const std::string field = "X: " + std::string(66'000, 'x') + "\r\n";
    const std::string chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n";
    ScriptedServer scripted(loop, {{ok("a", field)}, {chunked + field + "\r\n"}});
    for (const char* part : {"head", "trailer"}) {
        const auto failure = failure_of(scripted.url());
        EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false)) << part;
        EXPECT_EQ(failure->outlook(), Outlook::lasting);
    }
    Request request = get(scripted.url());
    set_header(request.headers, "Authorization", "Bearer " + std::string(66'000, 'x'));
    EXPECT_THROW(loop.send(*client, request), Error) << "and what is sent";
    EXPECT_EQ(scripted.requests().size(), 2u);
}

// Neither is in the body, nor does Beast count it to the head.
TEST_F(HttpFaults, TrailersAndChunkExtensionsOverTheLimit) {
    ClientOptions options;
    options.header_limit = 4'000;
    use(options);
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1";
    std::string fields;
    while (fields.size() < 200'000) {
        fields += "Abcdefgh: ijklmnop\r\n";
    }
    ScriptedServer scripted(loop,
                            {{chunked + "\r\na\r\n0\r\nX: y\r\n\r\n"},
                             {chunked + "\r\na\r\n0\r\n" + fields + "\r\n"},
                             {chunked + ";x=" + std::string(200'000, 'y') + "\r\na\r\n0\r\n\r\n"}});
    EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
    for (const char* part : {"trailers", "extension"}) {
        const auto failure = failure_of(scripted.url());
        EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false)) << part;
        EXPECT_EQ(failure->outlook(), Outlook::lasting);
    }
}

TEST_F(HttpFaults, ABodyOverTheLimitHoweverItIsSent) {
    ClientOptions options;
    options.body_limit = 10'000;
    use(options);
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string chunk = "1388\r\n" + std::string(5'000, 'x') + "\r\n";
    const std::string open = "HTTP/1.1 200 OK\r\n\r\n";
    ScriptedServer scripted(loop,
                            {{ok(std::string(10'000, 'x'))},
                             {chunked + chunk + chunk + "0\r\n\r\n"},
                             {open + std::string(10'000, 'x'), Then::close},
                             {ok(std::string(10'001, 'x'))},
                             {chunked + chunk + chunk + "1\r\nx\r\n0\r\n\r\n"},
                             {open + std::string(10'001, 'x'), Then::close}});
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(failure_of(scripted.url()), std::nullopt) << i;
    }
    for (int i = 0; i < 3; ++i) {
        const auto failure = failure_of(scripted.url());
        EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false)) << i;
        EXPECT_EQ(failure->outlook(), Outlook::lasting);
        EXPECT_THAT(failure->what(), HasSubstr("it is larger than the limit of 10000 bytes"));
    }
}

TEST_F(HttpFaults, ABodyThatInflatesBeyondTheLimit) {
    ClientOptions options;
    options.body_limit = 10'000;
    use(options);
    const std::string header = "Content-Encoding: gzip\r\n";
    ScriptedServer scripted(loop,
                            {{ok(test::gzip(std::string(10'000, 'x')), header)},
                             {ok(test::gzip(std::string(10'001, 'x')), header)}});
    EXPECT_EQ(failure_of(scripted.url()), std::nullopt);
    const auto failure = failure_of(scripted.url());
    EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false));
    EXPECT_EQ(failure->outlook(), Outlook::lasting);
    EXPECT_THAT(failure->what(), HasSubstr("inflated it is larger than the limit"));
}

TEST_F(HttpFaults, ABodyThatCannotBeInflated) {
    const std::string gzip = "Content-Encoding: gzip\r\n";
    const std::string stored = test::gzip("some text");
    ScriptedServer scripted(loop,
                            {{ok(stored.substr(0, stored.size() - 1), gzip)},
                             {ok("{\"plain\": true}", gzip)},
                             {ok(stored, "Content-Encoding: br\r\n")}});
    for (const char* words : {"body is cut", "body is damaged", "not asked for"}) {
        const auto failure = failure_of(scripted.url());
        EXPECT_TRUE(is(failure, Phase::body, Reached::maybe, false));
        EXPECT_THAT(failure->what(), HasSubstr(words));
    }
}

} // namespace
