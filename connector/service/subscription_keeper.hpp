// Keeps the service's own Subscriptions on the server that it reads: makes them, renews them before
// they end, brings back those that stopped, removes what is no longer wanted. And asks that server
// what a notification did not tell. Changes the server only when `subscriptions.register.mode` says
// so; everything else is said in the log.
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/log.hpp"
#include "connector/fhir/client.hpp"
#include "connector/fhir/server_address.hpp"
#include "connector/service/event_numbers.hpp"
#include "connector/service/notification.hpp"
#include "connector/service/subscription_plan.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::service {

// All references must outlive the keeper.
struct KeeperFrame {
    const RegisterConfig& config;
    const SecretRef& secret;
    std::string source_name;
    fhir::Client& client;
    fhir::ServerAddress server;
    const Log& log;
};

// What one look at the server came to.
struct KeeperRound {
    std::size_t wanted = 0;
    std::size_t well = 0; // of these, active on the server when it was looked at
    // Some were made or had stopped since the look before: whatever happened meanwhile was told to
    // nobody. Not again of one that never comes to life.
    bool missed = false;
};

class SubscriptionKeeper {
public:
    explicit SubscriptionKeeper(KeeperFrame frame) : frame_(std::move(frame)) {}

    // Brings what is there to what is wanted. Throws Error when the server cannot be asked; what it
    // refuses for its content is told to the log, counts as missing, and is tried again after an
    // hour; everything else with the next call.
    asio::awaitable<KeeperRound> keep();

    // Ours, as the server has them. Throws Error.
    asio::awaitable<std::vector<StandingSubscription>> look();

    // Throws Error when one stays.
    asio::awaitable<void> remove(StandingSubscription standing);

    // The events of a gap, by `$events` of the backport; nullopt: the server does not tell.
    asio::awaitable<std::optional<Notification>> events(std::string server_id, EventGap gap);

    // How many events there have been, by `$status`; nullopt: it does not tell.
    asio::awaitable<std::optional<std::int64_t>> total(std::string server_id);

    // Channel and id on the server of ours that stand on a topic, as of the newest look.
    const std::vector<StandingSubscription>& topics() const { return topics_; }

private:
    asio::awaitable<void> learn();
    asio::awaitable<std::vector<Topic>> topic_resources();
    asio::awaitable<bool> carry_out(SubscriptionStep step, std::string secret);
    asio::awaitable<std::optional<Notification>> told(std::string url);
    std::vector<WantedSubscription> wanted() const;

    bool refuses(const SubscriptionStep& step) const;
    void note_idle(const std::vector<WantedSubscription>& want,
                   const std::set<std::string>& active,
                   const std::vector<StandingSubscription>& standing);

    KeeperFrame frame_;
    bool learnt_ = false;
    std::vector<Topic> offered_;
    std::set<std::string> denied_; // types that the server does not have
    std::map<std::string, std::chrono::steady_clock::time_point> refused_; // channels, and when
    std::map<std::string, Instant> sent_; // channels, and when they were made or renewed
    std::string sent_secret_;             // its hash: another one is brought to the server
    std::string told_plan_;               // of a dry run: each is told once
    std::set<std::string> idle_;          // channels that were not active at the newest look
    std::string told_idle_;               // those that stay so: each list is told once
    std::vector<StandingSubscription> topics_;
};

} // namespace embolink::service
