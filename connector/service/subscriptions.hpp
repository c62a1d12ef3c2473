// Receives rest-hook notifications and turns them into passes: the one pipeline that the schedule
// uses, too. What a notification holds is a reason to ask the configured server, never evidence;
// what it only refers to is looked up there, whatever host it names.
#pragma once

#include "connector/core/config.hpp"
#include "connector/core/service_config.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/service/card_facts.hpp"
#include "connector/service/change_filter.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/metrics.hpp"
#include "connector/service/router.hpp"
#include "connector/service/subscription_keeper.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace embolink::service {

// All references must outlive the subscriptions.
struct SubscriptionsFrame {
    const SubscriptionsConfig& config;
    const Config& pass;
    std::function<std::shared_ptr<const Snapshot>()> snapshot;
    std::function<void(const std::set<std::string>&)> want; // a pass of these patients
    std::function<void()> want_everybody;                   // a pass of everybody
    Desk& desk;
    Metrics& metrics;
    const Log& log;
};

class Subscriptions {
public:
    // `executor`: of the service's own thread.
    Subscriptions(SubscriptionsFrame frame, asio::any_io_executor executor);

    std::vector<Route> routes();

    // Three that are to run side by side, each until is_interrupted(): asks for a pass when it is
    // time; asks the server for what was not told; keeps our own Subscriptions there.
    asio::awaitable<void> run();
    asio::awaitable<void> follow();
    asio::awaitable<void> keep();

    // As http::Client::drop_idle().
    void drop_idle() { server_.drop_idle(); }

private:
    struct Told {
        std::string patient;
        Instant when{};
    };

    asio::awaitable<http::Response> receive(Call call);
    void require_secret(const Call& call) const;
    bool matters(const Change& change) const;
    void look_up_later(std::vector<std::string> references);
    asio::awaitable<void> look_up();
    void note(const Change& change);
    asio::awaitable<void> ask_for_former();
    asio::awaitable<void> recover(LostEvents lost);
    asio::awaitable<void> keep_once();

    SubscriptionsFrame frame_;
    ServerSession server_;
    SubscriptionKeeper keeper_;
    ChangeFilter filter_;
    std::deque<std::string> unknown_;  // references that wait to be looked up
    std::map<std::string, Told> told_; // by reference: of whom was it until now?
    bool begun_ = false;               // our Subscriptions were looked at
    std::size_t wanted_ = 1;           // of ours; before the first look at least one
};

} // namespace embolink::service
