// Accepts connections; sessions (server_session.hpp) answer what they bring.
#include "connector/http/server.hpp"

#include "connector/core/error.hpp"
#include "connector/http/server_message.hpp"
#include "connector/http/server_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace embolink::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

// Out of file descriptors: others close theirs.
constexpr milliseconds accept_pause{50};

asio::awaitable<void> serve(std::shared_ptr<ServerShared> shared, tcp::socket socket) {
    ServerSession session(std::move(shared), std::move(socket));
    co_await session.run();
}

asio::awaitable<void> accept_all(std::shared_ptr<ServerShared> shared) {
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
    explicit BeastServer(std::shared_ptr<ServerShared> shared) : shared_(std::move(shared)) {}

    ~BeastServer() override { halt(); }

    std::uint16_t port() const override { return shared_->acceptor.local_endpoint().port(); }

    std::size_t accepted() const override { return shared_->accepted; }

    void stop() override { halt(); }

private:
    void halt() {
        shared_->stopping = true;
        error_code fault;
        shared_->acceptor.close(fault);
        for (ServerSession* session : shared_->sessions) {
            session->close_if_waiting();
        }
    }

    std::shared_ptr<ServerShared> shared_;
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
    auto shared = std::make_shared<ServerShared>(
        std::move(executor), std::move(options), std::move(handler), std::move(refuser));
    listen(shared->acceptor, shared->options);
    asio::co_spawn(shared->acceptor.get_executor(), accept_all(shared), asio::detached);
    return std::make_unique<BeastServer>(std::move(shared));
}

} // namespace embolink::http
