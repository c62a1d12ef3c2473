// Liveness and readiness (contracts section 7). Live: the process answers. Ready: the databases
// answer and can be written to, the data are no older than twice the schedule, and neither are
// those that cards are made of; a service that cannot say that much should get no traffic.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/router.hpp"

#include <functional>
#include <optional>

namespace embolink::service {

// Twice the time from one pass to the next: what is older is shown to nobody.
std::chrono::seconds oldest_data(const ScheduleConfig& schedule);

// What readiness is judged by; what it refers to must outlive the routes.
struct ReadinessFrame {
    Desk& desk;
    std::chrono::seconds oldest_data; // what is older is shown to nobody
    // When the data began to be pulled from which the service answers; nullopt: none are there.
    std::function<std::optional<Instant>()> cards_as_of;
    std::function<TokenDesk*()> tokens; // nullptr: there are no hooks
};

// GET /health/live, /health/ready, /metrics. The metrics must outlive the routes.
std::vector<Route> operator_routes(ReadinessFrame frame, Metrics& metrics);

} // namespace embolink::service
