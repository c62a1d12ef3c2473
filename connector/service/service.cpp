#include "connector/service/service.hpp"

#include "connector/core/about.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/log_format.hpp"
#include "connector/core/service_config.hpp"
#include "connector/service/cds_hooks.hpp"
#include "connector/service/deadline.hpp"
#include "connector/service/health.hpp"
#include "connector/service/openapi.hpp"
#include "connector/service/operations.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/router.hpp"
#include "connector/service/secrets.hpp"
#include "connector/service/stop_guard.hpp"
#include "connector/service/subscriptions.hpp"
#include "connector/service/token_check.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
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
    // A service that has much to do is neither dead nor without its meters.
    options.always = {"/health/live", "/health/ready", "/metrics"};
    return options;
}

std::string url_of(const ListenAddress& address, std::uint16_t port) {
    const bool v6 = address.address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + address.address + "]" : address.address) + ":" +
           std::to_string(port);
}

class Service {
public:
    Service(const ServiceOptions& options, const CommonOptions& common, StopGuard& guard);

    void run();

private:
    // Coroutines that still wait are destroyed while what they refer to still lives.
    class Context : public asio::io_context {
    public:
        Context() : asio::io_context(1) {}

        void destroy_waits() { shutdown(); }
    };

    std::unique_ptr<WorkStore> open_work_store() const;
    PassSummary pass(const std::set<std::string>& patients);
    void require_same_place(const Config& config) const;
    std::shared_ptr<const Snapshot> look(const Config& config) const;
    http::ClientOptions hook_client() const;
    CdsFrame cds_frame();
    OperationsFrame operations_frame();
    SubscriptionsFrame subscriptions_frame();
    std::vector<Route> health_routes();
    std::vector<Route> main_routes();
    std::unique_ptr<http::Server> listen(const ListenAddress& address, Router& router);
    asio::awaitable<void> follow_other_runs();
    asio::awaitable<bool> use_once(UsedToken token, std::int64_t now);
    asio::awaitable<void> drop_idle_connections();
    asio::awaitable<void> end_in_time();
    asio::awaitable<void> run_soon();
    void stop_listening();
    void warn_of_trial_context() const;

    StopGuard& guard_;
    ServiceOptions options_;
    Config config_;
    ServiceConfig service_;
    CommonOptions common_;
    Log log_;
    Context context_;
    Metrics metrics_;
    Desk desk_;         // for whoever may have to wait for the write lock of a pass
    Desk reading_desk_; // for those who only read, or do not wait
    std::optional<TokenDesk> token_desk_; // where CDS Hooks are on
    PassLoop passes_;
    std::shared_ptr<const Snapshot> snapshot_; // of the serving thread
    std::unique_ptr<http::Client> client_;
    TokenCheck tokens_;
    CdsHooks hooks_;
    Operations operations_;
    Subscriptions subscriptions_;
    Router router_;
    Router operator_router_;
    std::vector<std::unique_ptr<http::Server>> servers_;
    asio::thread_pool looking_{1};
};

Log log_in(const CommonOptions& common, LogFormat format) {
    set_log_format(format);
    return common.log();
}

Service::Service(const ServiceOptions& options, const CommonOptions& common, StopGuard& guard)
    : guard_(guard), options_(options), config_(load_config(options.config)),
      service_(load_service_config(options.config)), common_(common),
      log_(log_in(common, service_.log_format)), desk_(open_work_store()),
      reading_desk_(open_work_store()),
      passes_([this](const std::set<std::string>& patients) { return pass(patients); },
              service_.schedule,
              config_.site.config.time_zone,
              desk_,
              metrics_,
              log_),
      snapshot_(look(config_)), client_(http::make_client(context_.get_executor(), hook_client())),
      tokens_(
          service_.cds.clients,
          *client_,
          log_,
          [this](UsedToken token, std::int64_t now) { return use_once(std::move(token), now); },
          current_instant,
          service_.cds.deadline),
      hooks_(cds_frame()), operations_(operations_frame()),
      subscriptions_(subscriptions_frame(), context_.get_executor()),
      router_(main_routes(), metrics_, log_, cors_of_hooks(service_.cds)),
      operator_router_(health_routes(), metrics_, log_) {
    if (service_.cds.on) {
        token_desk_.emplace(open_sqlite_token_store(config_.store));
    }
}

std::unique_ptr<WorkStore> Service::open_work_store() const {
    return open_sqlite_work_store(config_.store,
                                  {config_.source.name, config_.source.server.base_url});
}

// On the pass's thread. The configuration is read again: definitions, site and secrets may have
// changed. What cannot be read fails this pass and no other.
PassSummary Service::pass(const std::set<std::string>& patients) {
    const Config config = load_config(options_.config);
    require_same_place(config);
    PassOptions pass = options_.pass;
    pass.only = patients;
    const PassSummary summary = run_pass(config, pass, common_);
    auto snapshot = look(config);
    asio::post(context_, [this, snapshot] { snapshot_ = snapshot; });
    return summary;
}

// What the schedule goes by and what passes write must be one.
void Service::require_same_place(const Config& config) const {
    const bool same = config.store == config_.store && config.source.name == config_.source.name &&
                      config.source.server.base_url == config_.source.server.base_url;
    if (!same) {
        throw Error(ErrorKind::config,
                    "another database or source since the service began",
                    options_.config,
                    "restart the service, or put \"store\" and \"source\" back");
    }
}

std::shared_ptr<const Snapshot> Service::look(const Config& config) const {
    const auto store =
        open_sqlite_store(config.store, {config.source.name, config.source.server.base_url});
    return make_snapshot(*store,
                         pass_setup(config, options_.pass, current_instant(), Log(LogLevel::off)));
}

// For what a hook has to ask, and for the keys of its callers: nothing may take longer than a hook.
http::ClientOptions Service::hook_client() const {
    http::ClientOptions options;
    options.resolve = service_.cds.deadline;
    options.connect = service_.cds.deadline;
    options.handshake = service_.cds.deadline;
    options.write = service_.cds.deadline;
    options.first_byte = service_.cds.deadline;
    options.idle = service_.cds.deadline;
    options.whole = service_.cds.deadline;
    options.ca_file = config_.source.server.tls.ca_file;
    options.certificate_file = config_.source.server.tls.certificate_file;
    options.key_file = config_.source.server.tls.key_file;
    options.user_agent = "embolink/" + software_version();
    return options;
}

CdsFrame Service::cds_frame() {
    return {service_.cds,
            config_.source.server.base_url,
            oldest_data(service_.schedule),
            [this] { return snapshot_; },
            desk_,
            metrics_,
            *client_,
            [this](std::string authorization, std::vector<std::string> audiences) {
                return tokens_.refusal(std::move(authorization), std::move(audiences));
            },
            log_};
}

OperationsFrame Service::operations_frame() {
    return {service_.operations.callers,
            service_.operations.public_url,
            [this] { return snapshot_; },
            desk_,
            reading_desk_};
}

SubscriptionsFrame Service::subscriptions_frame() {
    return {service_.subscriptions,
            config_,
            [this] { return snapshot_; },
            [this](const std::set<std::string>& patients) { passes_.want(patients); },
            [this] { passes_.catch_up(); },
            reading_desk_,
            metrics_,
            log_};
}

std::vector<Route> Service::health_routes() {
    return operator_routes({reading_desk_,
                            oldest_data(service_.schedule),
                            [this] { return snapshot_->as_of; },
                            [this] { return token_desk_ ? &*token_desk_ : nullptr; }},
                           metrics_);
}

std::vector<Route> Service::main_routes() {
    std::vector<Route> routes;
    if (service_.listen.operators.address.empty()) {
        routes = health_routes();
    }
    if (service_.cds.on) {
        const std::vector<Route> hooks = hooks_.routes();
        routes.insert(routes.end(), hooks.begin(), hooks.end());
    }
    if (service_.subscriptions.on) {
        const std::vector<Route> notifications = subscriptions_.routes();
        routes.insert(routes.end(), notifications.begin(), notifications.end());
    }
    if (!service_.operations.callers.empty()) {
        const std::vector<Route> operations = operations_.routes();
        routes.insert(routes.end(), operations.begin(), operations.end());
    }
    routes.push_back(openapi_route(routes));
    return routes;
}

std::unique_ptr<http::Server> Service::listen(const ListenAddress& address, Router& router) {
    return http::make_server(
        context_.get_executor(),
        server_options(service_.listen, address),
        [&router](http::Request request) { return router.handle(std::move(request)); },
        [&router](int status, const http::Request& request) {
            return router.refuse(status, request);
        });
}

void Service::stop_listening() {
    for (const auto& server : servers_) {
        server->stop();
    }
}

// Another process may run passes over the same store (`embolink run`, a second service): what cards
// and operations say of it follows.
asio::awaitable<void> Service::follow_other_runs() {
    RunId looked_at = snapshot_->newest_run;
    std::string trouble; // that was told
    while (!is_interrupted()) {
        co_await sleep_for(seconds(1));
        if (passes_.is_running()) {
            continue; // looks itself when it has ended
        }
        try {
            const auto newest = [](WorkStore& store) {
                return newest_ended(store.recent_runs(10));
            };
            const RunId run = co_await reading_desk_.ask(newest);
            if (run != std::max(looked_at, snapshot_->newest_run)) {
                const auto look_again = [this] { return look(load_config(options_.config)); };
                snapshot_ = co_await run_on(looking_, look_again);
                looked_at = run;
            }
            trouble.clear();
        } catch (const Error& error) {
            const std::string words = std::string(error.what()) + " (" + error.where() + ")";
            if (words != trouble) {
                log_.warning("what the newest pass left cannot be looked at: " + words);
            }
            trouble = words;
        }
    }
}

asio::awaitable<bool> Service::use_once(UsedToken token, std::int64_t now) {
    const auto use = [token = std::move(token), now](TokenStore& store) {
        return store.use(token, now);
    };
    co_return co_await within(token_desk_->ask(use), service_.cds.deadline);
}

// Who asks once an hour would hold what the other side closed long ago.
asio::awaitable<void> Service::drop_idle_connections() {
    while (!is_interrupted()) {
        co_await sleep_for(seconds(1));
        client_->drop_idle();
        subscriptions_.drop_idle();
    }
}

// SIGHUP, as of old: what is configured is read again, which a pass does.
asio::awaitable<void> Service::run_soon() {
    std::string trouble;
    try {
        const auto want = [](WorkStore& store) { store.want_run(); };
        co_await desk_.ask(want);
    } catch (const Error& error) {
        trouble = error.what();
    }
    if (trouble.empty()) {
        log_.info("asked to read the configuration again: a pass is made");
    } else {
        log_.warning("asked for a pass, which cannot be noted: " + trouble);
    }
}

// A signal handler may only set a flag, so that somebody has to look at it.
asio::awaitable<void> Service::end_in_time() {
    while (!is_interrupted()) {
        co_await sleep_for(milliseconds(200));
        if (take_hangup()) {
            asio::co_spawn(context_, run_soon(), asio::detached); // a signal may come meanwhile
        }
    }
    log_.info("asked to stop");
    stop_listening();
    const auto end = std::chrono::steady_clock::now() + stop_limit;
    const auto is_at_work = [this] {
        return passes_.is_running() || router_.under_way() > 0 || operations_.is_at_work() ||
               operator_router_.under_way() > 0;
    };
    while (is_at_work()) {
        if (std::chrono::steady_clock::now() > end) {
            // All state is in transactions: the next pass repeats what this one did not end.
            log_.warning("what is at work did not end in time and is cut off; a pass is repeated "
                         "next time");
            co_await sleep_for(milliseconds(200)); // until the line is written
            std::_Exit(exit_code(ErrorKind::interrupted));
        }
        co_await sleep_for(milliseconds(50));
    }
    guard_.all_is_done();
    co_await sleep_for(farewell);
    context_.stop();
}

void Service::warn_of_trial_context() const {
    if (service_.cds.on && service_.cds.show_trial_context) {
        log_.warning("cds.show_trial_context is on: cards show what the trial published and this "
                     "hospital's rates beside individual orders; neither predicts anything for a "
                     "patient");
    }
}

void Service::run() {
    warn_of_trial_context();
    const ListenConfig& listening = service_.listen;
    servers_.push_back(listen(listening.main, router_));
    if (!listening.operators.address.empty()) {
        servers_.push_back(listen(listening.operators, operator_router_));
    }
    std::cout << "READY " << url_of(listening.main, servers_.front()->port()) << std::endl;
    if (servers_.size() > 1) {
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
    asio::co_spawn(context_, follow_other_runs(), end);
    asio::co_spawn(context_, drop_idle_connections(), end);
    if (service_.subscriptions.on) {
        passes_.catch_up();
        asio::co_spawn(context_, subscriptions_.run(), end);
        asio::co_spawn(context_, subscriptions_.follow(), end);
        asio::co_spawn(context_, subscriptions_.keep(), end);
    }
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
    // A reader of the log that goes away must not take the service with it.
    std::signal(SIGPIPE, SIG_IGN);
    catch_hangups();
    // Until the configuration is read, too: what ends the service must reach whoever collects logs.
    set_log_format(LogFormat::json);
    StopGuard guard(stop_limit + milliseconds(500)); // outlives whatever may block below
    const QueuedLog queued;
    const Config config = load_config(options.config);
    require_secrets(config, load_service_config(options.config));
    require_report_folder(config);
    Service service(options, common, guard);
    service.run();
}

} // namespace embolink::service
