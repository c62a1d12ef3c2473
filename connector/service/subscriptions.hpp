// Receives rest-hook notifications and turns them into passes: the one pipeline that the schedule
// uses, too. What a notification holds is a reason to ask the configured server, never evidence.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/card_facts.hpp"
#include "connector/service/change_filter.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/metrics.hpp"
#include "connector/service/router.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace embolink::service {

class Subscriptions {
public:
    // All must outlive it.
    Subscriptions(const SubscriptionsConfig& config,
                  std::function<std::shared_ptr<const Snapshot>()> snapshot,
                  Desk& desk,
                  Metrics& metrics,
                  const Log& log);

    std::vector<Route> routes();

    // Asks for a pass when it is time. Until is_interrupted().
    asio::awaitable<void> run();

private:
    asio::awaitable<http::Response> receive(Call call);
    void require_secret(const Call& call) const;

    const SubscriptionsConfig& config_;
    std::function<std::shared_ptr<const Snapshot>()> snapshot_;
    Desk& desk_;
    Metrics& metrics_;
    const Log& log_;
    ChangeFilter filter_;
};

} // namespace embolink::service
