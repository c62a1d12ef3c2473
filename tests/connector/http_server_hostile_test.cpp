// Requests that are to harm the server: what has no limit in Beast, and what is thrown.
#include "connector/http/server.hpp"
#include "tests/connector/http_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace embolink::http;
using namespace std::chrono_literals;
using embolink::test::Loop;
using testing::HasSubstr;
using testing::StartsWith;

const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
const std::string last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

class HostileRequests : public testing::Test {
protected:
    void serve(const ServerOptions& options) {
        server = make_server(loop.executor(), options, [this](Request request) {
            return answer(std::move(request));
        });
    }

    asio::awaitable<Reply> answer(Request request) {
        if (fails) {
            throw std::runtime_error("a fault of the handler");
        }
        Response response(200);
        response.body = std::to_string(request.body.size());
        co_return Reply(std::move(response));
    }

    asio::awaitable<void> connect(tcp::socket& socket) {
        const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server->port());
        co_await socket.async_connect(endpoint, asio::use_awaitable);
    }

    // `text`, then `more` again and again until the server has enough of it.
    asio::awaitable<void> send(tcp::socket& socket, std::string text, std::string more) {
        error_code fault;
        co_await asio::async_write(
            socket, asio::buffer(text), asio::redirect_error(asio::use_awaitable, fault));
        while (!fault && !more.empty()) {
            sent += more.size();
            co_await asio::async_write(
                socket, asio::buffer(more), asio::redirect_error(asio::use_awaitable, fault));
        }
    }

    asio::awaitable<void> talk(std::string text, std::string more, std::string& heard) {
        tcp::socket socket(loop.executor());
        co_await connect(socket);
        bool ended = false;
        asio::co_spawn(loop.executor(),
                       send(socket, std::move(text), std::move(more)),
                       [&](std::exception_ptr) { ended = true; });
        std::array<char, 4096> piece{};
        error_code fault;
        while (!fault) {
            const std::size_t bytes = co_await socket.async_read_some(
                asio::buffer(piece), asio::redirect_error(asio::use_awaitable, fault));
            heard.append(piece.data(), bytes);
            sent_before = heard.size() == bytes ? sent : sent_before;
        }
        socket.close();
        while (!ended) {
            co_await asio::post(loop.executor(), asio::use_awaitable);
        }
    }

    std::string say(std::string text, std::string more = "") {
        std::string heard;
        loop.run(talk(std::move(text), std::move(more), heard));
        return heard;
    }

    Loop loop;
    std::size_t sent = 0;
    std::size_t sent_before = 0; // the answer
    bool fails = false;
    std::unique_ptr<Server> server;
};

// RFC 9112 7.1.2: fields may follow the last chunk.
TEST_F(HostileRequests, TrailersHaveTheLimitOfTheHead) {
    ServerOptions options;
    options.header_limit = 4'096;
    serve(options);
    EXPECT_THAT(say(chunked + "0\r\nA: b\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(say(chunked + "0\r\nA: " + std::string(66'000, 'a') + "\r\n\r\n"),
                StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(say(chunked + "0\r\n", "Abcdefgh: ijklmnop\r\n"), StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(say(last), StartsWith("HTTP/1.1 200 ")) << "the others";
}

// Beast throws for a field that is as long.
TEST_F(HostileRequests, AFieldLongerThanBeastCanHold) {
    ServerOptions options;
    options.header_limit = 200'000;
    serve(options);
    const std::string field = "A: " + std::string(66'000, 'a') + "\r\n";
    EXPECT_THAT(say(head + field + "\r\n"), StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(say(chunked + "0\r\n" + field + "\r\n"), StartsWith("HTTP/1.1 431 "));
    EXPECT_THAT(say(last), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HostileRequests, ExtensionsOfAChunkHaveTheLimitOfTheHead) {
    serve({});
    EXPECT_THAT(say(chunked + "2;a=b\r\nhi\r\n0\r\n\r\n"), HasSubstr("\r\n\r\n2"));
    EXPECT_THAT(say(chunked + "2;", std::string(10'000, 'a')), StartsWith("HTTP/1.1 431 "));
}

// A body that comes without end and faster than it is read never makes the reader wait.
TEST_F(HostileRequests, WhoeverIsAlwaysAheadKeepsTheLimitOfTime) {
    ServerOptions options;
    options.request_time = 100ms;
    options.body_limit = std::size_t{1} << 40;
    serve(options);
    std::string pieces;
    for (int piece = 0; piece < 1'000; ++piece) {
        pieces += "1\r\nx\r\n";
    }
    EXPECT_THAT(say(chunked, pieces), StartsWith("HTTP/1.1 408 "));
    EXPECT_GT(sent_before, 10 * pieces.size()) << "it was not ahead";
}

// RFC 9112 2.2.
TEST_F(HostileRequests, EmptyLinesBeforeARequestArePassedOver) {
    serve({});
    const std::string first = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi\r\n";
    const std::string heard = say(first + "\r\n\n" + last);
    EXPECT_THAT(heard, HasSubstr("\r\n\r\n2HTTP/1.1 200 "));
    EXPECT_THAT(say("\r\n" + last), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HostileRequests, AFaultEndsOneConnectionAlone) {
    serve({});
    fails = true;
    EXPECT_THAT(say(last), StartsWith("HTTP/1.1 500 "));
    fails = false;
    EXPECT_THAT(say(last), StartsWith("HTTP/1.1 200 "));
}

} // namespace
