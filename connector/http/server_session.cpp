// Beast reads requests and makes answers into text; what is to be damaged can then be cut anywhere.
#include "connector/http/server_session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace embolink::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

// After a refusal the rest of the request is read and dropped for so long: closing at once would
// reset the connection and take the answer from the client (RFC 9112 9.6).
constexpr milliseconds farewell{2'000};
// Beyond the limit of connections so many more are heard, each for `farewell`.
constexpr std::size_t spare_connections = 16;
// Most requests are here as a whole with the first read.
constexpr std::size_t first_read = 16'384;
constexpr std::size_t largest_read = 65'536;
// Up to here a body is copied behind its head: one piece of memory goes to the kernel faster.
constexpr std::size_t largest_joined = 65'536;
// What Damage::wrong_length promises in excess.
constexpr std::size_t missing_bytes = 100;

class Count {
public:
    explicit Count(std::size_t& number) : number_(number) { ++number_; }

    ~Count() { --number_; }

    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;

private:
    std::size_t& number_;
};

void skip_empty_lines(beast::flat_buffer& buffer) {
    const auto data = static_cast<const char*>(buffer.data().data());
    std::size_t length = 0;
    while (length < buffer.size() && (data[length] == '\r' || data[length] == '\n')) {
        ++length;
    }
    buffer.consume(length);
}

} // namespace

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

ServerSession::ServerSession(std::shared_ptr<ServerShared> shared, tcp::socket socket)
    : shared_(std::move(shared)), stream_(std::move(socket)),
      buffer_(shared_->options.header_limit + first_read) {
    error_code fault; // a socket that is closed already tells so when it is read
    stream_.socket().non_blocking(true, fault);
    shared_->sessions.insert(this);
    const std::size_t most = shared_->options.most_connections;
    beyond_ = most > 0 && shared_->held >= most;
    shared_->held += beyond_ ? 0 : 1;
    far_beyond_ = beyond_ && shared_->sessions.size() - shared_->held > spare_connections;
}

ServerSession::~ServerSession() {
    shared_->sessions.erase(this);
    shared_->held -= beyond_ ? 0 : 1;
}

void ServerSession::close_if_waiting() {
    if (waiting_) {
        stream_.close();
    }
}

asio::awaitable<void> ServerSession::run() {
    if (far_beyond_) {
        co_await send(shared_->refuser(429, Request()), Damage::none, false, false);
        co_return;
    }
    bool failed = false;
    try {
        co_await answer_all();
    } catch (const std::exception&) {
        failed = true;
    }
    if (failed) {
        co_await send(shared_->refuser(500, Request()), Damage::none, false, false);
    }
}

asio::awaitable<void> ServerSession::answer_all() {
    bool more = true;
    // g++ 12 makes an illegal instruction of `a && co_await b` in a loop's condition.
    while (more && !shared_->stopping) {
        more = co_await answer_one();
    }
}

// A request that is whole needs no further wait, nor a timer for it.
void ServerSession::parse_what_is_here(Parser& parser, error_code& fault) {
    parser.eager(true);
    std::size_t used = 1;
    while (!fault && !parser.is_done() && buffer_.size() > 0 && used > 0) {
        try {
            used = parser.put(buffer_.data(), fault);
        } catch (const std::length_error&) { // a field of 64 KiB, as Beast has it
            fault = wire::error::header_limit;
            used = 0;
        }
        buffer_.consume(used);
    }
    if (fault == wire::error::need_more) {
        fault = {};
    }
}

// Waits for the first byte of a request. RFC 9112 2.2: empty lines before it are passed over.
asio::awaitable<error_code> ServerSession::begin() {
    error_code fault;
    stream_.expires_after(beyond_ ? farewell : shared_->options.idle);
    skip_empty_lines(buffer_);
    while (!fault && buffer_.size() == 0) {
        const std::size_t bytes = co_await stream_.async_read_some(
            buffer_.prepare(first_read), asio::redirect_error(asio::use_awaitable, fault));
        buffer_.commit(bytes);
        skip_empty_lines(buffer_);
    }
    co_return fault;
}

// What the parser does not take stays in the buffer, so that its size is the limit of trailers and
// chunk extensions, for which Beast has none. Not by Beast's own reading: what it throws would not
// come here but end the executor.
asio::awaitable<error_code> ServerSession::read_more(Parser& parser) {
    error_code fault;
    const std::size_t room = std::min(buffer_.max_size() - buffer_.size(), largest_read);
    if (room == 0) {
        co_return wire::error::header_limit;
    }
    const std::size_t bytes = co_await stream_.async_read_some(
        buffer_.prepare(room), asio::redirect_error(asio::use_awaitable, fault));
    buffer_.commit(bytes);
    if (fault == asio::error::eof) {
        co_return wire::error::partial_message;
    }
    parse_what_is_here(parser, fault);
    co_return fault;
}

// RFC 9110 10.1.1: who asks for leave to send the body gets it, if the head is good. Whoever is
// always ahead of the reading must keep the limit of time, too.
asio::awaitable<error_code> ServerSession::read_rest(Parser& parser, const TimeLimit& limit) {
    error_code fault;
    bool may_ask = true;
    while (!fault && !parser.is_done() && !limit.passed()) {
        if (may_ask && parser.is_header_done()) {
            may_ask = false;
            if (waits_for_leave(parser.get())) {
                co_await asio::async_write(
                    stream_,
                    asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                    asio::redirect_error(asio::use_awaitable, fault));
            }
        }
        if (!fault) {
            fault = co_await read_more(parser);
        }
    }
    co_return limit.passed() ? asio::error::operation_aborted : fault;
}

asio::awaitable<Reply> ServerSession::handle(Request request) {
    const std::size_t most = shared_->options.most_requests;
    const bool always = shared_->options.always.count(request.url) > 0;
    if (!always && (beyond_ || (most > 0 && shared_->answering >= most))) {
        co_return Reply(shared_->refuser(429, request));
    }
    const Count count(shared_->answering);
    co_return co_await shared_->handler(std::move(request));
}

// True when the connection may carry another request.
asio::awaitable<bool> ServerSession::answer_one() {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(shared_->options.header_limit));
    parser.body_limit(shared_->options.body_limit);
    waiting_ = true;
    error_code fault = co_await begin();
    parse_what_is_here(parser, fault);
    bool late = false;
    if (!fault && !parser.is_done()) {
        const TimeLimit limit(stream_, beyond_ ? farewell : shared_->options.request_time);
        fault = co_await read_rest(parser, limit);
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

asio::awaitable<bool> ServerSession::deliver(Reply reply, bool head, bool keep_alive) {
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

asio::awaitable<bool>
ServerSession::send(Response response, Damage damage, bool head, bool keep_alive) {
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
std::size_t ServerSession::write_at_once(const std::string& text, error_code& fault) {
    if (buffer_.size() > 0) {
        return 0;
    }
    const std::size_t sent = stream_.socket().write_some(asio::buffer(text), fault);
    if (fault == asio::error::would_block) {
        fault = {};
    }
    return sent;
}

asio::awaitable<bool> ServerSession::write(std::string text, std::string rest) {
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

asio::awaitable<void> ServerSession::refuse(Response answer) {
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
void ServerSession::reset() {
    error_code fault;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), fault);
    stream_.close();
}

} // namespace embolink::http
