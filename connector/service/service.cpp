#include "connector/service/service.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/log_format.hpp"
#include "connector/core/service_config.hpp"
#include "connector/service/health.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/router.hpp"

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <iostream>

namespace embolink::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Of the ten seconds that a stop may take.
constexpr seconds stop_limit{9};
// What has been answered has to reach the caller.
constexpr milliseconds farewell{300};

http::ServerOptions server_options(const ListenConfig& config, const ListenAddress& address) {
    http::ServerOptions options;
    options.address = address.address;
    options.port = address.port;
    options.body_limit = config.body_limit;
    options.header_limit = config.header_limit;
    options.request_time = config.request_time;
    options.most_requests = config.most_requests;
    options.most_connections = config.most_connections;
    return options;
}

std::string url_of(const ListenAddress& address, std::uint16_t port) {
    const bool v6 = address.address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + address.address + "]" : address.address) + ":" +
           std::to_string(port);
}

class Service {
public:
    Service(const ServiceOptions& options, const CommonOptions& common);

    void run();

private:
    // Coroutines that still wait are destroyed while what they refer to still lives.
    class Context : public asio::io_context {
    public:
        Context() : asio::io_context(1) {}

        void destroy_waits() { shutdown(); }
    };

    PassSummary pass();
    std::unique_ptr<http::Server> listen(const ListenAddress& address, Router& router);
    asio::awaitable<void> end_in_time();
    void stop_listening();

    ServiceOptions options_;
    Config config_;
    ServiceConfig service_;
    CommonOptions common_;
    Log log_;
    Context context_;
    Metrics metrics_;
    Desk desk_;
    PassLoop passes_;
    Router router_;
    Router operator_router_;
    std::vector<std::unique_ptr<http::Server>> servers_;
};

Log log_in(const CommonOptions& common, LogFormat format) {
    set_log_format(format);
    return common.log();
}

std::vector<Route> main_routes(const ServiceConfig& config, Desk& desk, Metrics& metrics) {
    return config.listen.operators.address.empty() ? operator_routes(config.schedule, desk, metrics)
                                                   : std::vector<Route>();
}

Service::Service(const ServiceOptions& options, const CommonOptions& common)
    : options_(options), config_(load_config(options.config)),
      service_(load_service_config(options.config)), common_(common),
      log_(log_in(common, service_.log_format)),
      desk_(open_sqlite_work_store(config_.store,
                                   {config_.source.name, config_.source.server.base_url})),
      passes_([this] { return pass(); },
              service_.schedule,
              config_.site.config.time_zone,
              desk_,
              metrics_,
              log_),
      router_(main_routes(service_, desk_, metrics_), metrics_, log_),
      operator_router_(operator_routes(service_.schedule, desk_, metrics_), metrics_, log_) {}

// On the pass's thread. The configuration is read again: definitions, site and secrets may have
// changed. What cannot be read fails this pass and no other.
PassSummary Service::pass() {
    const Config config = load_config(options_.config);
    return run_pass(config, options_.pass, common_);
}

std::unique_ptr<http::Server> Service::listen(const ListenAddress& address, Router& router) {
    return http::make_server(
        context_.get_executor(),
        server_options(service_.listen, address),
        [&router](http::Request request) { return router.handle(std::move(request)); });
}

void Service::stop_listening() {
    for (const auto& server : servers_) {
        server->stop();
    }
}

// A signal handler may only set a flag, so that somebody has to look at it.
asio::awaitable<void> Service::end_in_time() {
    while (!is_interrupted()) {
        co_await sleep_for(milliseconds(200));
    }
    log_.info("asked to stop");
    stop_listening();
    const auto end = std::chrono::steady_clock::now() + stop_limit;
    while (passes_.is_running() || router_.under_way() + operator_router_.under_way() > 0) {
        if (std::chrono::steady_clock::now() > end) {
            // All state is in transactions: the next pass repeats what this one did not end.
            log_.warning("the pass did not end in time; it is cut off and repeated next time");
            std::_Exit(exit_code(ErrorKind::interrupted));
        }
        co_await sleep_for(milliseconds(50));
    }
    co_await sleep_for(farewell);
    context_.stop();
}

void Service::run() {
    const ListenConfig& listening = service_.listen;
    servers_.push_back(listen(listening.main, router_));
    std::cout << "READY " << url_of(listening.main, servers_.back()->port()) << std::endl;
    if (!listening.operators.address.empty()) {
        servers_.push_back(listen(listening.operators, operator_router_));
        std::cout << "OPERATORS " << url_of(listening.operators, servers_.back()->port())
                  << std::endl;
    }
    std::exception_ptr failure;
    const auto end = [&](std::exception_ptr thrown) {
        if (thrown) {
            failure = thrown;
            context_.stop();
        }
    };
    asio::co_spawn(context_, passes_.run(), end);
    asio::co_spawn(context_, end_in_time(), end);
    context_.run();
    servers_.clear();
    context_.destroy_waits();
    if (failure) {
        std::rethrow_exception(failure);
    }
    log_.info("stopped");
}

} // namespace

void serve(const ServiceOptions& options, const CommonOptions& common) {
    Service service(options, common);
    service.run();
}

} // namespace embolink::service
