// `embolink subscriptions`: the service's own Subscriptions on the server, and their end.
#include "connector/cli/serve.hpp"
#include "connector/core/clock.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/core/service_config.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/pull/watched_run.hpp"
#include "connector/service/subscription_keeper.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

using nlohmann::json;
using service::StandingSubscription;

struct SubscriptionsOptions {
    std::string config;
    bool remove = false;
};

asio::awaitable<void> look_and_remove(const Config& config,
                                      const SubscriptionsConfig& subscriptions,
                                      bool remove,
                                      const Log& log,
                                      asio::any_io_executor executor,
                                      std::vector<StandingSubscription>& found) {
    ServerSession session(executor, config.source.server, log);
    const SourceConfig& source = config.source;
    service::KeeperFrame frame{subscriptions.own,
                               subscriptions.secret,
                               source.name,
                               session.client(),
                               fhir::ServerAddress(source.server.base_url, source.next_origins),
                               log};
    service::SubscriptionKeeper keeper(std::move(frame));
    found = co_await keeper.look();
    for (const StandingSubscription& one : found) {
        if (remove) {
            co_await keeper.remove(one);
        }
    }
}

void print(const std::vector<StandingSubscription>& found, bool removed, bool as_json) {
    OutputFile output("-");
    json list = json::array();
    for (const StandingSubscription& one : found) {
        const std::string end = one.end ? instant_text(*one.end) : "";
        if (as_json) {
            list.push_back({{"subscription", "Subscription/" + one.server_id},
                            {"criteria", one.criteria},
                            {"status", one.status},
                            {"end", end},
                            {"removed", removed}});
            continue;
        }
        output.line("Subscription/" + one.server_id + "  " + one.criteria + "  " +
                    (removed ? "removed" : one.status + (end.empty() ? "" : ", ends " + end)));
    }
    if (as_json) {
        output.line(list.dump(2));
    } else if (found.empty()) {
        output.line("none of ours is there");
    }
    output.commit();
}

void subscriptions(const SubscriptionsOptions& options, const CommonOptions& common) {
    const Config config = load_config(options.config);
    const ServiceConfig service = load_service_config(options.config);
    if (!service.subscriptions.own.on) {
        throw Error(ErrorKind::config,
                    "the configuration does not say under which address ours are",
                    options.config + "\n/subscriptions/register",
                    "keep subscriptions.register until they are removed");
    }
    const Log log = common.log();
    std::vector<StandingSubscription> found;
    WatchedRun watched;
    watched.run(look_and_remove(
                    config, service.subscriptions, options.remove, log, watched.executor(), found),
                [] {});
    print(found, options.remove, common.json);
}

} // namespace

void add_subscriptions_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "subscriptions", "the service's own Subscriptions on the server: shows or removes them");
    auto options = std::make_shared<SubscriptionsOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command->add_flag("--remove",
                      options->remove,
                      "remove them: when the service is stopped for good, or is to get another "
                      "address");
    command->footer("\"serve\" makes and renews them when subscriptions.register says so.\n"
                    "Examples:\n"
                    "  embolink subscriptions --config config.json\n"
                    "  embolink subscriptions --config config.json --remove");
    command->callback([options, &common] { subscriptions(*options, common); });
}

} // namespace embolink
