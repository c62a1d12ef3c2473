#include "connector/service/subscriptions.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/secrets.hpp"

#include <utility>

namespace embolink::service {
namespace {

constexpr const char* secret_header = "X-Embolink-Secret";

ChangeFilter::Timing timing_of(const SubscriptionsConfig& config) {
    ChangeFilter::Timing timing;
    timing.quiet = config.debounce;
    timing.longest = 5 * config.debounce;
    timing.pause = 5 * config.debounce;
    return timing;
}

std::string word(NotificationKind kind) {
    switch (kind) {
    case NotificationKind::empty:
        return "empty";
    case NotificationKind::handshake:
        return "handshake";
    case NotificationKind::heartbeat:
        return "heartbeat";
    case NotificationKind::event:
        return "event";
    }
    return "";
}

// Nothing is begun for a schedule that is paused; the pass after the pause asks for all.
bool want_run_unless_paused(WorkStore& store) {
    if (store.is_paused()) {
        return false;
    }
    store.want_run();
    return true;
}

} // namespace

Subscriptions::Subscriptions(const SubscriptionsConfig& config,
                             std::function<std::shared_ptr<const Snapshot>()> snapshot,
                             Desk& desk,
                             Metrics& metrics,
                             const Log& log)
    : config_(config), snapshot_(std::move(snapshot)), desk_(desk), metrics_(metrics), log_(log),
      filter_(timing_of(config)) {}

std::vector<Route> Subscriptions::routes() {
    const auto handler = [this](Call call) { return receive(std::move(call)); };
    return {{"POST", "/fhir/subscription/{id}", handler},
            {"PUT", "/fhir/subscription/{id}", handler},
            {"POST", "/fhir/subscription/{id}/{type}/{rid}", handler},
            {"PUT", "/fhir/subscription/{id}/{type}/{rid}", handler}};
}

void Subscriptions::require_secret(const Call& call) const {
    const std::string given = http::find_header(call.request.headers, secret_header).value_or("");
    if (!is_secret(given, config_.secret)) {
        throw Refusal(401, "login", "not allowed");
    }
}

asio::awaitable<http::Response> Subscriptions::receive(Call call) {
    require_secret(call);
    const Notification notification = read_notification(call.request.body);
    const auto snapshot = snapshot_();
    const auto is_ours = [&](const std::string& patient) {
        return snapshot->find(patient) != nullptr;
    };
    filter_.take(notification, is_ours, current_instant());
    metrics_.notification(word(notification.kind));
    metrics_.notifications_left_out(filter_.counts());
    co_return http::Response(200);
}

asio::awaitable<void> Subscriptions::run() {
    while (!is_interrupted()) {
        if (filter_.is_due(current_instant())) {
            bool asked = false;
            try {
                asked = co_await desk_.ask(want_run_unless_paused);
            } catch (const Error& error) {
                log_.error(std::string(error.what()) + " (" + error.where() + ")");
            }
            log_.info(asked ? "notifications came: a pass is asked for"
                            : "notifications came while the schedule is paused");
        }
        co_await sleep_for(std::chrono::milliseconds(200));
    }
}

} // namespace embolink::service
