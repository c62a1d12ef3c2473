// Liveness and readiness (contracts section 7). Live: the process answers. Ready: the database
// answers, and its data are no older than twice the schedule; a service that cannot say that much
// should get no traffic.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/router.hpp"

namespace embolink::service {

// Twice the time from one pass to the next: what is older is shown to nobody.
std::chrono::seconds oldest_data(const ScheduleConfig& schedule);

// GET /health/live, /health/ready, /metrics. All must outlive the routes.
std::vector<Route> operator_routes(const ScheduleConfig& schedule, Desk& desk, Metrics& metrics);

} // namespace embolink::service
