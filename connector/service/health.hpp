// Liveness and readiness (contracts section 7). Live: the process answers. Ready: the database
// answers and can be written to, its data are no older than twice the schedule, and cards are made
// of them; a service that cannot say that much should get no traffic.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/router.hpp"

#include <functional>

namespace embolink::service {

// Twice the time from one pass to the next: what is older is shown to nobody.
std::chrono::seconds oldest_data(const ScheduleConfig& schedule);

// GET /health/live, /health/ready, /metrics. Desk and metrics must outlive the routes.
// `has_looked`: whether what a pass has left is what the service answers from.
std::vector<Route> operator_routes(const ScheduleConfig& schedule,
                                   Desk& desk,
                                   Metrics& metrics,
                                   std::function<bool()> has_looked);

} // namespace embolink::service
