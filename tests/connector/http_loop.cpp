#include "tests/connector/http_loop.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>

namespace embolink::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

void Loop::run(asio::awaitable<void> work) {
    bool done = false;
    std::exception_ptr fault;
    asio::co_spawn(context_, std::move(work), [&](std::exception_ptr thrown) {
        done = true;
        fault = thrown;
    });
    context_.restart();
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!done) {
        if (context_.run_one_until(end) == 0) {
            throw std::runtime_error("nothing ended within 20 s");
        }
    }
    if (fault) {
        std::rethrow_exception(fault);
    }
}

void Loop::run_for(std::chrono::milliseconds time) {
    context_.restart();
    context_.run_for(time);
}

namespace {

asio::awaitable<void>
send_into(http::Client& client, http::Request request, http::Response& response) {
    response = co_await client.send(std::move(request));
}

asio::awaitable<void> wait_for(std::size_t& open, asio::steady_timer& ended) {
    while (open > 0) {
        error_code ignored;
        co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

} // namespace

http::Response Loop::send(http::Client& client, http::Request request) {
    http::Response response;
    run(send_into(client, std::move(request), response));
    return response;
}

std::vector<http::Response> Loop::send_all(http::Client& client,
                                           std::vector<http::Request> requests) {
    std::vector<http::Response> responses(requests.size());
    std::size_t open = requests.size();
    asio::steady_timer ended(context_, 20s);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        asio::co_spawn(context_,
                       send_into(client, std::move(requests[i]), responses[i]),
                       [&](std::exception_ptr) {
                           --open;
                           ended.cancel();
                       });
    }
    run(wait_for(open, ended));
    return responses;
}

std::optional<http::TransportFailure> Loop::failure(http::Client& client, http::Request request) {
    try {
        send(client, std::move(request));
    } catch (const http::TransportFailure& failure) {
        return failure;
    }
    return std::nullopt;
}

// ---- the scripted server

struct ScriptedServer::State {
    State(const asio::any_io_executor& executor, std::vector<Scene> given)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          scenes(std::move(given)) {}

    tcp::acceptor acceptor;
    std::vector<Scene> scenes;
    asio::ssl::context* tls = nullptr;
    std::vector<std::shared_ptr<tcp::socket>> sockets; // open until the server goes
    std::vector<std::string> requests;
    std::vector<std::string> names;
};

namespace {

using Shared = std::shared_ptr<ScriptedServer::State>;

std::size_t body_length(const std::string& head) {
    const std::string name = "Content-Length: ";
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
}

// "" when the client has left.
template <class Stream>
asio::awaitable<std::string> read_request(Stream& stream, std::string& buffer) {
    error_code fault;
    const std::size_t head =
        co_await asio::async_read_until(stream,
                                        asio::dynamic_buffer(buffer),
                                        "\r\n\r\n",
                                        asio::redirect_error(asio::use_awaitable, fault));
    if (fault) {
        co_return "";
    }
    const std::size_t whole = head + body_length(buffer.substr(0, head));
    if (buffer.size() < whole) {
        co_await asio::async_read(stream,
                                  asio::dynamic_buffer(buffer),
                                  asio::transfer_exactly(whole - buffer.size()),
                                  asio::redirect_error(asio::use_awaitable, fault));
    }
    std::string request = buffer.substr(0, whole);
    buffer.erase(0, whole);
    co_return request;
}

template <class Stream>
asio::awaitable<void> play(Shared state, Stream& stream, std::shared_ptr<tcp::socket> socket) {
    std::string buffer;
    for (;;) {
        const std::string request = co_await read_request(stream, buffer);
        if (request.empty()) {
            co_return;
        }
        state->requests.push_back(request);
        if (state->requests.size() > state->scenes.size()) {
            co_return;
        }
        const Scene scene = state->scenes[state->requests.size() - 1];
        error_code fault;
        co_await asio::async_write(
            stream, asio::buffer(scene.text), asio::redirect_error(asio::use_awaitable, fault));
        if (scene.then == Then::reset) {
            socket->set_option(asio::socket_base::linger(true, 0), fault);
        }
        if (scene.then == Then::close || scene.then == Then::reset) {
            socket->close(fault);
        }
        if (scene.then != Then::keep) {
            co_return;
        }
    }
}

asio::awaitable<void> play_tls(Shared state, std::shared_ptr<tcp::socket> socket) {
    asio::ssl::stream<tcp::socket&> stream(*socket, *state->tls);
    error_code fault;
    co_await stream.async_handshake(asio::ssl::stream_base::server,
                                    asio::redirect_error(asio::use_awaitable, fault));
    if (fault) {
        socket->close();
        co_return;
    }
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    state->names.emplace_back(name == nullptr ? "" : name);
    co_await play(state, stream, socket);
}

asio::awaitable<void> play_plain(Shared state, std::shared_ptr<tcp::socket> socket) {
    co_await play(state, *socket, socket);
}

asio::awaitable<void> accept_all(Shared state) {
    const auto executor = state->acceptor.get_executor();
    for (;;) {
        error_code fault;
        auto socket = std::make_shared<tcp::socket>(executor);
        co_await state->acceptor.async_accept(*socket,
                                              asio::redirect_error(asio::use_awaitable, fault));
        if (fault) {
            co_return;
        }
        state->sockets.push_back(socket);
        asio::co_spawn(executor,
                       state->tls == nullptr ? play_plain(state, socket) : play_tls(state, socket),
                       asio::detached);
    }
}

} // namespace

ScriptedServer::ScriptedServer(Loop& loop, std::vector<Scene> scenes, asio::ssl::context* tls)
    : state_(std::make_shared<State>(loop.executor(), std::move(scenes))) {
    state_->tls = tls;
    asio::co_spawn(loop.executor(), accept_all(state_), asio::detached);
}

ScriptedServer::~ScriptedServer() {
    error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& socket : state_->sockets) {
        socket->close(ignored);
    }
}

std::string ScriptedServer::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
}

std::uint16_t ScriptedServer::port() const {
    return state_->acceptor.local_endpoint().port();
}

std::size_t ScriptedServer::accepted() const {
    return state_->sockets.size();
}

const std::vector<std::string>& ScriptedServer::requests() const {
    return state_->requests;
}

const std::vector<std::string>& ScriptedServer::names() const {
    return state_->names;
}

std::string ok(const std::string& body, const std::string& headers) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
}

} // namespace embolink::test
