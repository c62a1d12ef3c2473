// Beast reads requests and makes answers into text; what is to be damaged can then be cut anywhere.
#include "connector/http/server.hpp"

#include "connector/core/error.hpp"
#include "connector/http/server_message.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <set>
#include <utility>

namespace embolink::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

using Parser = wire::request_parser<wire::string_body>;

// After a refusal the rest of the request is read and dropped for so long: closing at once would
// reset the connection and take the answer from the client (RFC 9112 9.6).
constexpr milliseconds farewell{2'000};
// Beyond the limit of connections so many more are heard, each for `farewell`.
constexpr std::size_t spare_connections = 16;
// Out of file descriptors: others close theirs.
constexpr milliseconds accept_pause{50};
// Most requests are here as a whole with the first read.
constexpr std::size_t first_read = 16'384;
// Up to here a body is copied behind its head: one piece of memory goes to the kernel faster.
constexpr std::size_t largest_joined = 65'536;
// What Damage::wrong_length promises in excess.
constexpr std::size_t missing_bytes = 100;

class Session;

// Lives as long as the server or any session does.
struct Shared {
    Shared(asio::any_io_executor executor, ServerOptions given, Handler function, Refuser refusing)
        : options(std::move(given)), handler(std::move(function)), refuser(std::move(refusing)),
          acceptor(std::move(executor)) {}

    ServerOptions options;
    Handler handler;
    Refuser refuser;
    tcp::acceptor acceptor;
    std::set<Session*> sessions;
    std::size_t answering = 0;
    std::size_t accepted = 0;
    bool stopping = false;
};

// tcp_stream's own expiry closes the socket, and with it the way for an answer: this one only ends
// the read.
class TimeLimit {
public:
    TimeLimit(beast::tcp_stream& stream, milliseconds time)
        : timer_(stream.get_executor()), state_(std::make_shared<State>()) {
        if (time.count() == 0) {
            return;
        }
        state_->stream = &stream;
        timer_.expires_after(time);
        timer_.async_wait([state = state_](const error_code& fault) {
            if (!fault && state->stream != nullptr) {
                state->passed = true;
                state->stream->cancel();
            }
        });
    }

    ~TimeLimit() { state_->stream = nullptr; }

    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;

    bool passed() const { return state_->passed; }

private:
    struct State {
        beast::tcp_stream* stream = nullptr;
        bool passed = false;
    };

    asio::steady_timer timer_;
    std::shared_ptr<State> state_;
};

class Session {
public:
    Session(std::shared_ptr<Shared> shared, tcp::socket socket)
        : shared_(std::move(shared)), stream_(std::move(socket)) {
        error_code fault; // a socket that is closed already tells so when it is read
        stream_.socket().non_blocking(true, fault);
        shared_->sessions.insert(this);
        const std::size_t most = shared_->options.most_connections;
        beyond_ = most > 0 && shared_->sessions.size() > most;
        far_beyond_ = beyond_ && shared_->sessions.size() > most + spare_connections;
    }

    ~Session() { shared_->sessions.erase(this); }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Until either side has enough. A connection beyond the limit is heard once and shortly, since
    // it may bring one of the requests that are always answered.
    asio::awaitable<void> run() {
        if (far_beyond_) {
            co_await send(shared_->refuser(429, Request()), Damage::none, false, false);
            co_return;
        }
        bool more = true;
        // g++ 12 makes an illegal instruction of `a && co_await b` in a loop's condition.
        while (more && !shared_->stopping) {
            more = co_await answer_one();
        }
    }

    void close_if_waiting() {
        if (waiting_) {
            stream_.close();
        }
    }

private:
    asio::awaitable<bool> answer_one();
    asio::awaitable<error_code> begin();
    asio::awaitable<error_code> read_rest(Parser& parser);
    void parse_what_is_here(Parser& parser, error_code& fault);
    asio::awaitable<Reply> handle(Request request);
    asio::awaitable<bool> deliver(Reply reply, bool head, bool keep_alive);
    asio::awaitable<bool> send(Response response, Damage damage, bool head, bool keep_alive);
    asio::awaitable<bool> write(std::string text, std::string rest);
    std::size_t write_at_once(const std::string& text, error_code& fault);
    asio::awaitable<void> refuse(Response answer);
    void reset();

    std::shared_ptr<Shared> shared_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    bool waiting_ = false; // for a request
    bool beyond_ = false;  // the limit of connections
    bool far_beyond_ = false;
};

// A request that is whole needs no further wait, nor a timer for it.
void Session::parse_what_is_here(Parser& parser, error_code& fault) {
    parser.eager(true);
    std::size_t used = 1;
    while (!fault && !parser.is_done() && buffer_.size() > 0 && used > 0) {
        used = parser.put(buffer_.data(), fault);
        buffer_.consume(used);
    }
    if (fault == wire::error::need_more) {
        fault = {};
    }
}

// Waits for the first byte of a request.
asio::awaitable<error_code> Session::begin() {
    error_code fault;
    stream_.expires_after(beyond_ ? farewell : shared_->options.idle);
    if (buffer_.size() == 0) {
        const std::size_t bytes = co_await stream_.async_read_some(
            buffer_.prepare(first_read), asio::redirect_error(asio::use_awaitable, fault));
        buffer_.commit(bytes);
    }
    co_return fault;
}

// RFC 9110 10.1.1: who asks for leave to send the body gets it, if the head is good.
asio::awaitable<error_code> Session::read_rest(Parser& parser) {
    error_code fault;
    if (!parser.is_header_done()) {
        co_await wire::async_read_header(
            stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, fault));
    }
    if (!fault && !parser.is_done() && waits_for_leave(parser.get())) {
        co_await asio::async_write(stream_,
                                   asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                                   asio::redirect_error(asio::use_awaitable, fault));
    }
    if (!fault && !parser.is_done()) {
        co_await wire::async_read(
            stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, fault));
    }
    co_return fault;
}

asio::awaitable<Reply> Session::handle(Request request) {
    const std::size_t most = shared_->options.most_requests;
    const bool always = shared_->options.always.count(request.url) > 0;
    if (!always && (beyond_ || (most > 0 && shared_->answering >= most))) {
        co_return Reply(shared_->refuser(429, request));
    }
    ++shared_->answering;
    Reply reply = co_await shared_->handler(std::move(request));
    --shared_->answering;
    co_return reply;
}

// True when the connection may carry another request.
asio::awaitable<bool> Session::answer_one() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_->options.header_limit));
    parser.body_limit(shared_->options.body_limit);
    waiting_ = true;
    error_code fault = co_await begin();
    parse_what_is_here(parser, fault);
    bool late = false;
    if (!fault && !parser.is_done()) {
        const TimeLimit limit(stream_, beyond_ ? farewell : shared_->options.request_time);
        fault = co_await read_rest(parser);
        late = limit.passed();
    }
    waiting_ = false;
    if (const int status = fault ? 0 : fault_of(parser.get())) {
        co_await refuse(shared_->refuser(status, to_request(parser.get())));
        co_return false;
    }
    if (fault) {
        if (const int status = late ? 408 : refusal_of(fault)) {
            co_await refuse(shared_->refuser(status, to_request(parser.get())));
        }
        co_return false;
    }
    const bool keep_alive = parser.keep_alive() && !beyond_;
    Request request = to_request(parser.get());
    request.body = std::move(parser.get().body());
    const bool head = request.method == "HEAD";
    stream_.expires_never();
    Reply reply = co_await handle(std::move(request));
    co_return co_await deliver(std::move(reply), head, keep_alive && !shared_->stopping);
}

asio::awaitable<bool> Session::deliver(Reply reply, bool head, bool keep_alive) {
    bool sent = false;
    if (reply.damage == Damage::reset_before || reply.damage == Damage::reset_after) {
        reset();
    } else {
        sent = co_await send(std::move(reply.response), reply.damage, head, keep_alive);
    }
    if (reply.afterwards) {
        reply.afterwards();
    }
    co_return sent&& keep_alive;
}

asio::awaitable<bool> Session::send(Response response, Damage damage, bool head, bool keep_alive) {
    ResponseMessage message = to_message(std::move(response), keep_alive);
    if (damage == Damage::wrong_length) {
        message.content_length(message.body().size() + missing_bytes);
    }
    std::string text = head_text(message);
    std::string body = head ? "" : body_text(std::move(message));
    if (damage == Damage::truncate) {
        body.resize(body.size() / 2);
        text.resize(body.empty() ? text.size() / 2 : text.size());
    }
    const bool written = co_await write(std::move(text), std::move(body));
    co_return written&& damage == Damage::none;
}

// Most answers go at once. Not before a request that is here already: a client that sends one after
// another without end would never let others have their turn.
std::size_t Session::write_at_once(const std::string& text, error_code& fault) {
    if (buffer_.size() > 0) {
        return 0;
    }
    const std::size_t sent = stream_.socket().write_some(asio::buffer(text), fault);
    if (fault == asio::error::would_block) {
        fault = {};
    }
    return sent;
}

asio::awaitable<bool> Session::write(std::string text, std::string rest) {
    if (rest.size() <= largest_joined) {
        text += rest;
        rest.clear();
    }
    error_code fault;
    const std::size_t sent = write_at_once(text, fault);
    if (fault || sent == text.size() + rest.size()) {
        co_return !fault;
    }
    stream_.expires_after(shared_->options.idle);
    const std::array<asio::const_buffer, 2> left = {asio::buffer(text) + sent, asio::buffer(rest)};
    co_await asio::async_write(stream_, left, asio::redirect_error(asio::use_awaitable, fault));
    co_return !fault;
}

asio::awaitable<void> Session::refuse(Response answer) {
    co_await send(std::move(answer), Damage::none, false, false);
    error_code fault;
    stream_.socket().shutdown(tcp::socket::shutdown_send, fault);
    stream_.expires_after(farewell);
    std::array<char, 16'384> dropped; // NOLINT: never read
    while (!fault) {
        co_await stream_.async_read_some(asio::buffer(dropped),
                                         asio::redirect_error(asio::use_awaitable, fault));
    }
}

// With no time to linger, close sends RST in place of FIN.
void Session::reset() {
    error_code fault;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), fault);
    stream_.close();
}

asio::awaitable<void> serve(std::shared_ptr<Shared> shared, tcp::socket socket) {
    Session session(std::move(shared), std::move(socket));
    co_await session.run();
}

asio::awaitable<void> accept_all(std::shared_ptr<Shared> shared) {
    const auto executor = shared->acceptor.get_executor();
    while (shared->acceptor.is_open()) {
        error_code fault;
        tcp::socket socket(executor);
        co_await shared->acceptor.async_accept(socket,
                                               asio::redirect_error(asio::use_awaitable, fault));
        if (!fault) {
            ++shared->accepted;
            asio::co_spawn(executor, serve(shared, std::move(socket)), asio::detached);
        } else if (shared->acceptor.is_open()) {
            asio::steady_timer pause(executor, accept_pause);
            co_await pause.async_wait(asio::use_awaitable);
        }
    }
}

class BeastServer : public Server {
public:
    explicit BeastServer(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

    ~BeastServer() override { halt(); }

    std::uint16_t port() const override { return shared_->acceptor.local_endpoint().port(); }

    std::size_t accepted() const override { return shared_->accepted; }

    void stop() override { halt(); }

private:
    void halt() {
        shared_->stopping = true;
        error_code fault;
        shared_->acceptor.close(fault);
        for (Session* session : shared_->sessions) {
            session->close_if_waiting();
        }
    }

    std::shared_ptr<Shared> shared_;
};

void listen(tcp::acceptor& acceptor, const ServerOptions& options) {
    error_code fault;
    const tcp::endpoint endpoint(asio::ip::make_address(options.address, fault), options.port);
    if (!fault) {
        acceptor.open(endpoint.protocol(), fault);
    }
    if (!fault) {
        acceptor.set_option(asio::socket_base::reuse_address(true), fault);
    }
    if (!fault) {
        acceptor.bind(endpoint, fault);
    }
    if (!fault) {
        acceptor.listen(asio::socket_base::max_listen_connections, fault);
    }
    if (fault) {
        throw Error(ErrorKind::transport,
                    "cannot listen: " + fault.message(),
                    options.address + ":" + std::to_string(options.port),
                    "choose an address of this machine and a port that is free");
    }
}

} // namespace

// With the status' own words for a title.
Response refuse_plainly(int status, const Request&) {
    Response response(status);
    set_header(response.headers, "Content-Type", "application/problem+json");
    if (status == 429) {
        set_header(response.headers, "Retry-After", "1");
    }
    const std::string title(wire::obsolete_reason(static_cast<wire::status>(status)));
    response.body = "{\"status\":" + std::to_string(status) + ",\"title\":\"" + title + "\"}";
    return response;
}

std::unique_ptr<Server> make_server(asio::any_io_executor executor,
                                    ServerOptions options,
                                    Handler handler,
                                    Refuser refuser) {
    auto shared = std::make_shared<Shared>(
        std::move(executor), std::move(options), std::move(handler), std::move(refuser));
    listen(shared->acceptor, shared->options);
    asio::co_spawn(shared->acceptor.get_executor(), accept_all(shared), asio::detached);
    return std::make_unique<BeastServer>(std::move(shared));
}

} // namespace embolink::http
