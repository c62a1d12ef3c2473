// An HTTPS client with keep-alive, for one thread. An interface, so that the machines above it are
// tested with scripted answers and only client.cpp pays for Boost.Beast.
#pragma once

#include "connector/http/http.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace embolink::http {

struct ClientOptions {
    // A limit for each phase; each has its own text when it passes (architecture 5.4).
    std::chrono::milliseconds resolve{10'000};
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds write{30'000};
    std::chrono::milliseconds first_byte{120'000};
    std::chrono::milliseconds idle{30'000}; // between two pieces of the body
    std::chrono::milliseconds whole{0};     // from the request's last byte to the answer's; 0: any

    std::size_t header_limit = std::size_t{64} * 1024;
    std::size_t body_limit = std::size_t{64} * 1024 * 1024; // as sent, and again after inflating
    std::size_t connections_per_origin = 8;                 // kept open for the next request
    std::chrono::milliseconds kept{60'000};                 // for so long

    std::string ca_file;          // PEM; empty: the system's store
    std::string certificate_file; // client certificate (mutual TLS), PEM; empty: none
    std::string key_file;         // PEM without a password; empty: in certificate_file
    std::string user_agent = "embolink";
};

class Client {
public:
    virtual ~Client() = default;

    // One request, one answer. Follows no redirect and repeats nothing but this: a kept connection
    // that the server had closed before the first byte of the answer is replaced once when the
    // method is idempotent. Asks for gzip and inflates. Several may be under way at once; all must
    // have ended before the client does. Throws TransportFailure
    // (connector/http/transport_failure.hpp), Error (config) for an unusable URL or CA file.
    virtual boost::asio::awaitable<Response> send(Request request) = 0;

    // Closes kept connections that have waited for long enough or were closed by the server.
    // Sending does so, too; whoever sends seldom and lives long calls this now and then. (A timer
    // of the client's own would keep short commands alive.)
    virtual void drop_idle() = 0;
};

// The executor must be that of a single-threaded io_context and outlive the client. Certificates
// are read with the first https request.
std::unique_ptr<Client> make_client(boost::asio::any_io_executor executor, ClientOptions options);

} // namespace embolink::http
