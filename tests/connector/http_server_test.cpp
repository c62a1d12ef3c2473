// The server as its clients see it, byte by byte.
#include "connector/core/error.hpp"
#include "connector/http/server.hpp"
#include "tests/connector/http_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <list>
#include <regex>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace embolink::http;
using namespace std::chrono_literals;
using embolink::Error;
using embolink::ErrorKind;
using embolink::test::Loop;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

// What came back until the server closed.
struct Heard {
    std::string text;
    error_code end;
};

class HttpServer : public testing::Test {
protected:
    void serve(ServerOptions options) {
        server = make_server(loop.executor(), options, [this](Request request) {
            return answer(std::move(request));
        });
    }

    asio::awaitable<Reply> answer(Request request) {
        asked.push_back(request.url);
        if (pause > 0ms) {
            asio::steady_timer timer(loop.executor(), pause);
            co_await timer.async_wait(asio::use_awaitable);
        }
        Response response(200);
        response.headers = headers;
        response.body = request.method + " " + request.body;
        Reply reply(std::move(response), damage);
        reply.afterwards = [this, url = request.url] { after.push_back(url); };
        co_return reply;
    }

    asio::awaitable<void> talk(std::string text, Heard& heard) {
        tcp::socket socket(loop.executor());
        const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
        co_await socket.async_connect(endpoint, asio::use_awaitable);
        co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
        std::array<char, 4096> piece{};
        while (!heard.end) {
            const std::size_t bytes = co_await socket.async_read_some(
                asio::buffer(piece), asio::redirect_error(asio::use_awaitable, heard.end));
            heard.text.append(piece.data(), bytes);
        }
    }

    // Sends `text` on a connection of its own and reads until the server ends it.
    Heard say(std::string text) {
        Heard heard;
        loop.run(talk(std::move(text), heard));
        heard.text = std::regex_replace(heard.text, std::regex("Date: [^\r]* GMT\r\n"), "");
        return heard;
    }

    Loop loop;
    std::vector<std::string> asked;
    std::vector<std::string> after; // what was answered, or could not be
    Headers headers;                // of the answers
    Damage damage = Damage::none;
    std::chrono::milliseconds pause{0};
    std::unique_ptr<Server> server;
};

const std::string last = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::string posting(std::size_t length) {
    return "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
           std::to_string(length) + "\r\n\r\n" + std::string(length, 'x');
}

TEST_F(HttpServer, AnswersOneAfterTheOtherOnOneConnection) {
    serve({});
    const Heard heard =
        say("POST /a?b=c%7Cd HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + last);
    EXPECT_EQ(heard.text,
              "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nPOST hi"
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nGET ");
    EXPECT_EQ(heard.end, asio::error::eof);
    EXPECT_THAT(asked, testing::ElementsAre("/a?b=c%7Cd", "/last"));
    EXPECT_THAT(after, testing::ElementsAre("/a?b=c%7Cd", "/last"));
    EXPECT_EQ(server->accepted(), 1u);
}

// More than is sent at once, and more than the kernel takes at once.
TEST_F(HttpServer, LargeAnswersComeWhole) {
    serve({});
    for (const std::size_t length : {65'000U, 66'000U, 20'000'000U}) {
        Heard heard;
        loop.run(talk(posting(length), heard));
        const std::size_t begin = heard.text.find("\r\n\r\n") + 4;
        ASSERT_EQ(heard.text.size(), begin + 5 + length);
        EXPECT_TRUE(heard.text.substr(begin) == "POST " + std::string(length, 'x'));
        EXPECT_EQ(heard.end, asio::error::eof);
    }
    EXPECT_EQ(after.size(), 3u);
}

// RFC 9112 7.1.
TEST_F(HttpServer, AnAnswerMayBeChunked) {
    headers = {{"Transfer-Encoding", "chunked"}};
    serve({});
    EXPECT_EQ(say(last).text,
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
              "4\r\nGET \r\n0\r\n\r\n");
}

TEST_F(HttpServer, WhatComesAfterwardsComesWithoutAnAnswerToo) {
    damage = Damage::reset_after;
    serve({});
    say(last);
    EXPECT_THAT(after, testing::ElementsAre("/last"));
}

// Many requests on one connection do not keep another waiting until they all are answered.
TEST_F(HttpServer, NobodyHasTheServerForHimself) {
    serve({});
    std::string many;
    for (int i = 0; i < 200; ++i) {
        many += "GET /many HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    Heard first;
    Heard second;
    asio::co_spawn(loop.executor(), talk(many + last, first), asio::detached);
    loop.run(talk(last, second));
    EXPECT_TRUE(second.text.ends_with("GET "));
    EXPECT_LT(std::count(asked.begin(), asked.end(), "/many"), 200);
}

TEST_F(HttpServer, AnOldClientIsAnsweredAndClosed) {
    serve({});
    EXPECT_THAT(say("GET / HTTP/1.0\r\n\r\n").text, HasSubstr("\r\n\r\nGET "));
}

TEST_F(HttpServer, AnAnswerToHeadHasTheLengthAndNoBody) {
    serve({});
    EXPECT_EQ(say("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").text,
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n");
}

TEST_F(HttpServer, RefusesAHeadOverTheLimit) {
    ServerOptions options;
    options.header_limit = 2'000;
    serve(options);
    const auto with_header = [](std::size_t length) {
        return "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + std::string(length, 'x') +
               "\r\n\r\n";
    };
    EXPECT_THAT(say(with_header(1'900)).text, StartsWith("HTTP/1.1 200 "));
    const Heard heard = say(with_header(2'000));
    EXPECT_THAT(heard.text, StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(heard.text, HasSubstr("Connection: close"));
    EXPECT_EQ(asked.size(), 1u);
}

TEST_F(HttpServer, RefusesABodyOverTheLimit) {
    ServerOptions options;
    options.body_limit = 1'000;
    serve(options);
    EXPECT_THAT(say(posting(1'000)).text, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(say(posting(1'001)).text, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                    std::string(1'001, 'x') + "\r\n0\r\n\r\n")
                    .text,
                StartsWith("HTTP/1.1 413 "));
    EXPECT_EQ(asked.size(), 1u);
}

TEST_F(HttpServer, RefusesWhatIsNoHttp) {
    serve({});
    for (const char* text : {"hello\r\n\r\n",
                             "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
                             "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"}) {
        EXPECT_THAT(say(text).text, StartsWith("HTTP/1.1 400 ")) << text;
    }
    EXPECT_TRUE(asked.empty());
}

TEST_F(HttpServer, SaysWhatTheTimeIs) {
    serve({});
    Heard heard;
    loop.run(talk(last, heard));
    EXPECT_TRUE(
        std::regex_search(heard.text,
                          std::regex("\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} "
                                     "[0-9]{2}:[0-9]{2}:[0-9]{2} GMT\r\n")))
        << heard.text;
}

// RFC 9112 3.2 and 3.2.2, 6.1.
TEST_F(HttpServer, WantsOneHostAndACodingThatItKnows) {
    serve({});
    const std::string end = "Connection: close\r\n\r\n";
    EXPECT_THAT(say("GET / HTTP/1.1\r\n" + end).text, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(say("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + end).text,
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n" + end +
                    "0\r\n\r\n")
                    .text,
                StartsWith("HTTP/1.1 501 "));
    EXPECT_TRUE(asked.empty());
    EXPECT_THAT(say("GET http://a:80/b?c HTTP/1.1\r\nHost: a\r\n" + end).text,
                StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(asked, testing::ElementsAre("/b?c"));
}

// RFC 9110 10.1.1.
TEST_F(HttpServer, WhoAsksForLeaveToSendABodyGetsItOrIsRefused) {
    ServerOptions options;
    options.body_limit = 10;
    options.request_time = 100ms;
    serve(options);
    const auto asking = [](int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
               "Content-Length: " +
               std::to_string(length) + "\r\n\r\n";
    };
    EXPECT_THAT(say(asking(5)).text, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 "));
    EXPECT_THAT(say(asking(11)).text, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(say(asking(2) + "hi").text, StartsWith("HTTP/1.1 200 ")) << "it did not wait";
}

TEST_F(HttpServer, ClosesAConnectionThatBringsNoWholeRequest) {
    ServerOptions options;
    options.idle = 100ms;
    serve(options);
    EXPECT_EQ(say("").text, "");
    EXPECT_EQ(say("GET / HTTP/1.1\r\n").text, "");
    pause = 200ms;
    EXPECT_THAT(say(last).text, StartsWith("HTTP/1.1 200 ")) << "a handler may take its time";
}

TEST_F(HttpServer, ARequestThatTakesTooLongToComeIsToldSo) {
    ServerOptions options;
    options.request_time = 100ms;
    serve(options);
    const Heard heard = say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12");
    EXPECT_THAT(heard.text, StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(heard.text, HasSubstr("Content-Type: application/problem+json"));
    EXPECT_THAT(heard.text, HasSubstr(R"({"status":408,"title":"Request Timeout"})"));
    EXPECT_TRUE(asked.empty());
    pause = 200ms;
    EXPECT_THAT(say(last).text, StartsWith("HTTP/1.1 200 ")) << "the answer may take longer";
}

TEST_F(HttpServer, MoreAtOnceThanTheLimitIsRefused) {
    ServerOptions options;
    options.most_requests = 1;
    options.always = {"/health"};
    serve(options);
    pause = 50ms;
    Heard first;
    bool ended = false;
    asio::co_spawn(loop.executor(), talk(last, first), [&](std::exception_ptr) { ended = true; });
    while (asked.empty()) {
        loop.run_for(1ms);
    }
    const Heard second = say(last);
    EXPECT_THAT(second.text, StartsWith("HTTP/1.1 429 "));
    EXPECT_THAT(second.text, HasSubstr("Retry-After: 1"));
    EXPECT_THAT(say("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").text,
                StartsWith("HTTP/1.1 200 "))
        << "always";
    while (!ended) {
        loop.run_for(5ms);
    }
    EXPECT_THAT(first.text, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(say(last).text, StartsWith("HTTP/1.1 200 ")) << "and afterwards there is room";
}

TEST_F(HttpServer, MoreConnectionsThanTheLimitAreTurnedAway) {
    ServerOptions options;
    options.most_connections = 1;
    serve(options);
    Heard held;
    asio::co_spawn(loop.executor(), talk("", held), [](std::exception_ptr) {});
    while (server->accepted() == 0) {
        loop.run_for(1ms);
    }
    EXPECT_THAT(say(last).text, StartsWith("HTTP/1.1 429 "));
    EXPECT_TRUE(asked.empty());
    server->stop();
    loop.run_for(20ms);
}

// A probe that fails because others are busy has a service restarted that does its work.
TEST_F(HttpServer, SomeTargetsAreAnsweredOverAConnectionTooMany) {
    ServerOptions options;
    options.most_connections = 1;
    options.always = {"/health"};
    serve(options);
    std::list<Heard> held(1);
    const auto hold = [&] {
        const std::size_t before = server->accepted();
        asio::co_spawn(loop.executor(), talk("", held.back()), [](std::exception_ptr) {});
        while (server->accepted() == before) {
            loop.run_for(1ms);
        }
        held.emplace_back();
    };
    hold();
    const std::string probe = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    const Heard heard = say(probe);
    EXPECT_THAT(heard.text, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(heard.text, HasSubstr("Connection: close"));
    EXPECT_EQ(heard.end, asio::error::eof) << "and that was all";
    EXPECT_THAT(asked, SizeIs(1));
    for (int more = 0; more < 16; ++more) {
        hold();
    }
    EXPECT_THAT(say(probe).text, StartsWith("HTTP/1.1 429 ")) << "not without end";
    server->stop();
    loop.run_for(20ms);
}

TEST_F(HttpServer, ResetsAreRealOnes) {
    serve({});
    for (const Damage kind : {Damage::reset_before, Damage::reset_after}) {
        damage = kind;
        const Heard heard = say(last);
        EXPECT_EQ(heard.text, "");
        EXPECT_EQ(heard.end, asio::error::connection_reset);
    }
    EXPECT_EQ(asked.size(), 2u);
}

TEST_F(HttpServer, CutAnswersPromiseMoreThanTheyHold) {
    serve({});
    const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345";
    damage = Damage::truncate;
    Heard heard = say(request);
    EXPECT_EQ(heard.text, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nPOST ");
    EXPECT_EQ(heard.end, asio::error::eof);
    damage = Damage::wrong_length;
    heard = say(request);
    EXPECT_EQ(heard.text, "HTTP/1.1 200 OK\r\nContent-Length: 110\r\n\r\nPOST 12345");
    EXPECT_EQ(heard.end, asio::error::eof);
}

TEST_F(HttpServer, StopsWithoutBreakingAnAnswer) {
    serve({});
    pause = 50ms;
    Heard waiting;
    Heard answered;
    bool ended = false;
    asio::co_spawn(loop.executor(), talk("", waiting), [](std::exception_ptr) {});
    asio::co_spawn(loop.executor(),
                   talk("GET / HTTP/1.1\r\nHost: a\r\n\r\n", answered),
                   [&](std::exception_ptr) { ended = true; });
    while (asked.empty()) {
        loop.run_for(1ms);
    }
    const std::uint16_t port = server->port();
    server->stop();
    while (!ended) {
        loop.run_for(5ms);
    }
    EXPECT_EQ(waiting.text, "");
    EXPECT_TRUE(waiting.end) << "closed at once";
    EXPECT_THAT(answered.text, HasSubstr("\r\n\r\nGET "));
    EXPECT_EQ(answered.end, asio::error::eof) << "closed after its answer";
    tcp::socket late(loop.executor());
    error_code refused;
    late.connect({asio::ip::address_v4::loopback(), port}, refused);
    EXPECT_EQ(refused, asio::error::connection_refused);
}

TEST_F(HttpServer, AnAddressThatIsTakenIsAnError) {
    serve({});
    ServerOptions taken;
    taken.port = server->port();
    ServerOptions nowhere;
    nowhere.address = "localhost"; // a name and no address
    for (const ServerOptions& options : {taken, nowhere}) {
        try {
            make_server(loop.executor(), options, nullptr);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::transport);
            EXPECT_EQ(error.where(), options.address + ":" + std::to_string(options.port));
        }
    }
}

} // namespace
