// One connection to one origin, plain or TLS, as bytes: opened phase by phase, each with its own
// time limit. What the bytes mean is client.cpp's matter.
#pragma once

#include "connector/http/client.hpp"
#include "connector/http/url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace embolink::http {

// What one read or write came to.
struct Transfer {
    boost::system::error_code fault;
    std::size_t bytes = 0;

    // The limit that was set passed.
    bool timed_out() const;
};

class Connection {
public:
    // Resolves, connects and shakes hands. `tls` is null for http and outlives the connection;
    // what is referred to lives until this has ended.
    // `where` is the URL for messages. Throws TransportFailure (reached: no).
    static boost::asio::awaitable<std::unique_ptr<Connection>>
    open(boost::asio::any_io_executor executor,
         const Url& url,
         const ClientOptions& options,
         boost::asio::ssl::context* tls,
         const std::string& where);

    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Counts from now and holds until it is set again.
    void limit(std::chrono::milliseconds time);
    void no_limit();

    // Some bytes, at least one unless there is a fault.
    boost::asio::awaitable<Transfer> read_some(boost::asio::mutable_buffer into);
    boost::asio::awaitable<Transfer> write_some(boost::asio::const_buffer from);

    // Nothing may arrive on a connection that waits for its next request: when something has, it is
    // the server's farewell.
    bool has_ended();

private:
    struct Streams;

    explicit Connection(std::unique_ptr<Streams> streams);

    std::unique_ptr<Streams> streams_;
};

} // namespace embolink::http
