#include "connector/http/connection.hpp"

#include "connector/http/tls.hpp"
#include "connector/http/transport_failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace embolink::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using Endpoints = std::vector<tcp::endpoint>;

// Handed to the resolver's callback, which may come when nobody waits for it any more.
struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor)
        : resolver(executor), answered(executor) {}

    tcp::resolver resolver;
    asio::steady_timer answered; // runs out at the limit, cancelled by the answer
    bool done = false;
    error_code fault;
    Endpoints endpoints;
};

void start(const std::shared_ptr<Lookup>& lookup, const Url& url) {
    lookup->resolver.async_resolve(
        url.host, url.port, [lookup](error_code fault, const tcp::resolver::results_type& found) {
            lookup->done = true;
            lookup->fault = fault;
            for (const auto& entry : found) {
                lookup->endpoints.push_back(entry.endpoint());
            }
            lookup->answered.cancel();
        });
}

// The operating system's resolver cannot be interrupted: past the limit it is left to itself.
asio::awaitable<Endpoints> look_up(const Url& url, milliseconds limit, const std::string& where) {
    auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    const auto deadline = steady_clock::now() + limit;
    lookup->answered.expires_at(deadline);
    start(lookup, url);
    error_code ignored;
    co_await lookup->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!lookup->done || steady_clock::now() >= deadline) {
        throw too_slow(Phase::resolve, Reached::no, limit, where);
    }
    if (lookup->fault) {
        throw broken(Phase::resolve, Reached::no, lookup->fault.message(), where);
    }
    co_return std::move(lookup->endpoints);
}

asio::awaitable<Endpoints> endpoints_of(const Url& url, milliseconds limit, std::string where) {
    error_code not_an_address;
    const auto address = asio::ip::make_address(url.host, not_an_address);
    if (not_an_address) {
        co_return co_await look_up(url, limit, where);
    }
    co_return Endpoints(1, tcp::endpoint(address, static_cast<std::uint16_t>(std::stoi(url.port))));
}

// Each address has its share of the time that is left, so that a dead IPv6 route leaves some to
// IPv4.
asio::awaitable<void>
connect(beast::tcp_stream& stream, Endpoints endpoints, milliseconds limit, std::string where) {
    const auto deadline = steady_clock::now() + limit;
    error_code fault = asio::error::host_not_found;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const auto left = deadline - steady_clock::now();
        stream.expires_after(left / static_cast<int>(endpoints.size() - i));
        co_await stream.async_connect(endpoints[i],
                                      asio::redirect_error(asio::use_awaitable, fault));
        if (!fault) {
            co_return;
        }
        stream.close();
    }
    if (fault == beast::error::timeout) {
        throw too_slow(Phase::connect, Reached::no, limit, std::move(where));
    }
    throw broken(Phase::connect, Reached::no, fault.message(), std::move(where));
}

// What the two sides disagree about stays; a connection that broke may not.
TransportFailure
handshake_failure(const error_code& fault, const std::string& certificate, std::string where) {
    const bool disagreed = fault.category() == asio::error::get_ssl_category();
    return broken(Phase::handshake,
                  Reached::no,
                  certificate.empty() ? fault.message()
                                      : "the certificate is refused, " + certificate,
                  std::move(where),
                  disagreed ? Outlook::lasting : Outlook::passing);
}

} // namespace

bool Transfer::timed_out() const {
    return fault == beast::error::timeout;
}

// The TLS stream is wrapped around the connected plain one.
struct Connection::Streams {
    using Tls = asio::ssl::stream<beast::tcp_stream&>;

    explicit Streams(const asio::any_io_executor& executor) : plain(executor) {}

    beast::tcp_stream plain;
    std::optional<Tls> tls;
};

Connection::Connection(std::unique_ptr<Streams> streams) : streams_(std::move(streams)) {}

Connection::~Connection() = default;

asio::awaitable<std::unique_ptr<Connection>> Connection::open(asio::any_io_executor executor,
                                                              const Url& url,
                                                              const ClientOptions& options,
                                                              asio::ssl::context* tls,
                                                              const std::string& where) {
    Endpoints endpoints = co_await endpoints_of(url, options.resolve, where);
    auto streams = std::make_unique<Streams>(executor);
    co_await connect(streams->plain, std::move(endpoints), options.connect, where);
    error_code fault;
    streams->plain.socket().set_option(tcp::no_delay(true), fault); // an optimization only
    if (tls == nullptr) {
        co_return std::unique_ptr<Connection>(new Connection(std::move(streams)));
    }
    streams->tls.emplace(streams->plain, *tls);
    SSL* handle = streams->tls->native_handle();
    if (!expect_host(handle, url.host)) {
        throw broken(Phase::handshake, Reached::no, "the host name cannot be verified", where);
    }
    streams->plain.expires_after(options.handshake);
    co_await streams->tls->async_handshake(asio::ssl::stream_base::client,
                                           asio::redirect_error(asio::use_awaitable, fault));
    if (fault == beast::error::timeout) {
        throw too_slow(Phase::handshake, Reached::no, options.handshake, where);
    }
    if (fault) {
        throw handshake_failure(fault, certificate_fault(handle), where);
    }
    co_return std::unique_ptr<Connection>(new Connection(std::move(streams)));
}

void Connection::limit(milliseconds time) {
    streams_->plain.expires_after(time);
}

void Connection::no_limit() {
    streams_->plain.expires_never();
}

asio::awaitable<Transfer> Connection::read_some(asio::mutable_buffer into) {
    Transfer transfer;
    auto token = asio::redirect_error(asio::use_awaitable, transfer.fault);
    if (streams_->tls) {
        transfer.bytes = co_await streams_->tls->async_read_some(into, token);
    } else {
        transfer.bytes = co_await streams_->plain.async_read_some(into, token);
    }
    co_return transfer;
}

asio::awaitable<Transfer> Connection::write_some(asio::const_buffer from) {
    Transfer transfer;
    auto token = asio::redirect_error(asio::use_awaitable, transfer.fault);
    if (streams_->tls) {
        transfer.bytes = co_await streams_->tls->async_write_some(from, token);
    } else {
        transfer.bytes = co_await streams_->plain.async_write_some(from, token);
    }
    co_return transfer;
}

bool Connection::has_ended() {
    tcp::socket& socket = streams_->plain.socket();
    error_code fault;
    socket.non_blocking(true, fault);
    char byte = 0;
    socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, fault);
    return fault != asio::error::would_block;
}

} // namespace embolink::http
