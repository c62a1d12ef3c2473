// A small HTTP/1.1 server for one thread: the service and the sandbox speak through it. An answer
// can be damaged on purpose, which is how the sandbox plays faults of networks and gateways.
#pragma once

#include "connector/http/http.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace embolink::http {

// What happens to an answer on its way.
enum class Damage {
    none,
    reset_before, // the connection is reset and the handler was not called
    reset_after,  // the handler has acted, then the connection is reset without an answer
    truncate,     // half of the body, then the connection is closed
    wrong_length  // Content-Length promises more than is sent, then the connection is closed
};

struct Reply {
    Reply() = default;

    explicit Reply(Response answer, Damage kind = Damage::none)
        : response(std::move(answer)), damage(kind) {}

    Response response;
    Damage damage = Damage::none;
    // Called once the answer is on its way or cannot be sent, before the connection's next request:
    // what the caller need not wait for. Not when the executor ends meanwhile. Must not throw.
    std::function<void()> afterwards;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // 0: any free one
    std::size_t header_limit = std::size_t{64} * 1024;
    std::size_t body_limit = std::size_t{64} * 1024 * 1024;
    // A connection that brings no whole request, or takes no whole answer, for so long is closed.
    std::chrono::milliseconds idle{60'000};
    // A request that has begun must be there after so long, else 408; 0: `idle` alone.
    std::chrono::milliseconds request_time{0};
    // Targets of requests that are answered however many others are, and over a few connections
    // more than are held else: probes must not fail because others are busy.
    std::set<std::string> always;
    // So many are answered at once, so many connections held; what is beyond gets 429. 0: any.
    std::size_t most_requests = 0;
    std::size_t most_connections = 0;
};

class Server {
public:
    virtual ~Server() = default;

    virtual std::uint16_t port() const = 0;
    // Connections since the start: fewer than requests where clients keep theirs.
    virtual std::size_t accepted() const = 0;
    // Stops accepting and closes connections that wait for a request; those being answered end, and
    // what the handler refers to must live until then.
    virtual void stop() = 0;
};

// Must not throw; called on the executor's thread. The request's url is its target. An answer with
// "Transfer-Encoding: chunked" is sent so; Content-Length is added to any other.
using Handler = std::function<boost::asio::awaitable<Reply>(Request)>;

// The answer to a request that no handler sees: 431 or 413 for an oversized head or body, 400 for
// what is no HTTP, 501 for a transfer coding other than chunked, 408, 429, 500 for what a handler
// threw. `request`: what was
// understood of it, without method where nothing was. Must not throw.
using Refuser = std::function<Response(int status, const Request& request)>;

// An application/problem+json body (RFC 9457), Retry-After with 429.
Response refuse_plainly(int status, const Request& request);

// Listens at once. Throws Error (transport) when the address cannot be bound.
std::unique_ptr<Server> make_server(boost::asio::any_io_executor executor,
                                    ServerOptions options,
                                    Handler handler,
                                    Refuser refuser = refuse_plainly);

} // namespace embolink::http
