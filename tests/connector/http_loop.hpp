// A client and its servers in one io_context, and a server that plays from a script: every byte it
// sends is chosen by the test.
#pragma once

#include "connector/http/client.hpp"
#include "connector/http/transport_failure.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace embolink::test {

// One thread; what is under way moves only inside these functions.
class Loop {
public:
    boost::asio::any_io_executor executor() { return context_.get_executor(); }

    // Throws what the client throws, and std::runtime_error when nothing ends within 20 s.
    http::Response send(http::Client& client, http::Request request);
    // All at the same time; in their order.
    std::vector<http::Response> send_all(http::Client& client, std::vector<http::Request> requests);
    // nullopt: it was answered.
    std::optional<http::TransportFailure> failure(http::Client& client, http::Request request);
    void run_for(std::chrono::milliseconds time);
    // Until `work` has ended; rethrows.
    void run(boost::asio::awaitable<void> work);

private:
    boost::asio::io_context context_;
};

enum class Then {
    keep,  // the connection waits for another request
    close, // FIN
    reset, // RST
    stall  // nothing any more, and the connection stays
};

// What follows one whole request, whichever connection brings it.
struct Scene {
    std::string text;
    Then then = Then::keep;
};

class ScriptedServer {
public:
    // Stalls when the scenes are used up. With `tls`, which must outlive it, it speaks TLS.
    ScriptedServer(Loop& loop, std::vector<Scene> scenes, boost::asio::ssl::context* tls = nullptr);
    ~ScriptedServer();

    std::string url(const std::string& path = "/") const;
    std::uint16_t port() const;
    std::size_t accepted() const;
    const std::vector<std::string>& requests() const;
    // Names that clients asked for by SNI.
    const std::vector<std::string>& names() const;

    struct State;

private:
    std::shared_ptr<State> state_;
};

// "HTTP/1.1 200 OK" with Content-Length and whatever headers ("A: b\r\n").
std::string ok(const std::string& body, const std::string& headers = "");

} // namespace embolink::test
