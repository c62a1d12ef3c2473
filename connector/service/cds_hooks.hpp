// CDS Hooks 2.0: discovery, four services, feedback. Cards come from the published snapshot; only
// what a patient who is not of the cohort yet lacks is taken from the call's prefetch or, with the
// call's own token and under a deadline, from the configured server.
#pragma once

#include "connector/core/json_view.hpp"
#include "connector/core/service_config.hpp"
#include "connector/http/client.hpp"
#include "connector/http/cors.hpp"
#include "connector/service/card_facts.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/metrics.hpp"
#include "connector/service/router.hpp"

#include <boost/json/fwd.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

struct HookCall;
class MarkerCodes;

// Why the holder of an Authorization header may not call, for the log; "" he may. `audiences`: the
// addresses that its token may be for, as clients know them.
using CallerCheck = std::function<asio::awaitable<std::string>(std::string authorization,
                                                               std::vector<std::string> audiences)>;

// Which pages may call the hooks in a browser, and read every answer.
http::CorsRules cors_of_hooks(const CdsConfig& config);

// What the hooks work with; all references must outlive them.
struct CdsFrame {
    const CdsConfig& config;
    std::string source_url;           // of the server that is read, the only one that is asked
    std::chrono::seconds oldest_data; // what is older gives no cards
    std::function<std::shared_ptr<const Snapshot>()> snapshot;
    Desk& desk;
    Metrics& metrics;
    http::Client& client; // its phases end by `config.deadline`
    CallerCheck refusal;
    const Log& log;
    std::function<Instant()> now = current_instant;
};

class CdsHooks {
public:
    explicit CdsHooks(CdsFrame frame);
    ~CdsHooks();

    // The hooks must outlive the routes.
    std::vector<Route> routes();

private:
    // What a call may ask the server: all of it until one deadline.
    struct Asking {
        std::string call; // its id in the log
        std::chrono::steady_clock::time_point until;
    };

    asio::awaitable<http::Response> discover(Call call);
    asio::awaitable<http::Response> cards(Call call);
    asio::awaitable<http::Response> feedback(Call call);
    asio::awaitable<void> require_token(const Call& call, const std::string& id, bool feedback);
    asio::awaitable<bool>
    is_opted_out(const HookCall& hook, const Snapshot& snapshot, const Asking& asking);
    asio::awaitable<boost::json::array>
    cards_for(const HookCall& hook, const Snapshot& snapshot, const Asking& asking);
    asio::awaitable<std::vector<PartialDate>>
    markers_of(const HookCall& hook, const Snapshot& snapshot, Date since, const Asking& asking);
    asio::awaitable<std::shared_ptr<const JsonDocument>> fetch(http::Request request,
                                                               const Asking& asking);
    void leave_unsaid(const std::string& reason, const std::string& words, const Asking& asking);
    bool is_stale(const Snapshot& snapshot) const;
    bool is_stale(const PatientFacts& facts) const;

    MarkerCodes& marker_codes(const Snapshot& snapshot);

    CdsFrame frame_;
    std::unique_ptr<MarkerCodes> marker_codes_; // of the newest snapshot asked for
};

} // namespace embolink::service
