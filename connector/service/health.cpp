#include "connector/service/health.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/service/answers.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace embolink::service {
namespace {

using nlohmann::json;

struct Look {
    bool usable = false;
    std::vector<RunRow> rows;
};

// To try whether a database can be written to costs a flush of the disk: once a second, however
// often somebody asks. One try may lose against a pass that commits page after page; two mean it.
class WriteProbe {
public:
    template <class Try>
    bool can_write(const Try& attempt) {
        const auto now = std::chrono::steady_clock::now();
        if (!tried_ || now - *tried_ > std::chrono::seconds(1)) {
            failures_ = attempt() ? 0 : failures_ + 1;
            tried_ = now;
        }
        return failures_ < 2;
    }

private:
    std::optional<std::chrono::steady_clock::time_point> tried_;
    int failures_ = 0; // in a row
};

// Each is its desk's: that thread alone uses it.
struct Probes {
    WriteProbe store;
    WriteProbe tokens;
};

Look look(WorkStore& store, WriteProbe& probe) {
    const bool can = probe.can_write([&] { return store.can_be_written(); });
    return {store.is_in_place() && can, store.recent_whole_runs(rows_of_history)};
}

asio::awaitable<http::Response> live(Call) {
    co_return json_response(200, {{"status", "pass"}}, "application/health+json");
}

json age_check(std::optional<Instant> as_of, std::chrono::seconds oldest) {
    json check = {{"most_seconds", oldest.count()}};
    if (!as_of) {
        check["status"] = "fail"; // nothing was ever pulled
        return check;
    }
    const Instant now = current_instant();
    check["age_seconds"] = std::chrono::floor<std::chrono::seconds>(now - *as_of).count();
    check["status"] = is_too_old(*as_of, now, oldest) ? "fail" : "pass";
    return check;
}

json plain_check(bool passes) {
    return {{"status", passes ? "pass" : "fail"}};
}

// The loop logs why a database does not answer.
asio::awaitable<Look> look_at_store(Desk& desk, std::shared_ptr<Probes> probes) {
    Look found;
    try {
        const auto ask = [probes](WorkStore& store) { return look(store, probes->store); };
        found = co_await desk.ask(ask);
    } catch (const Error&) {
        found.usable = false;
    }
    co_return found;
}

asio::awaitable<bool> can_use_tokens(TokenDesk& desk, std::shared_ptr<Probes> probes) {
    const auto ask = [probes](TokenStore& store) {
        return probes->tokens.can_write([&] { return store.can_be_used(); });
    };
    co_return co_await desk.ask(ask);
}

asio::awaitable<http::Response> ready(const ReadinessFrame& frame, std::shared_ptr<Probes> probes) {
    const Look found = co_await look_at_store(frame.desk, probes);
    json checks;
    checks["store"] = plain_check(found.usable);
    checks["data"] = age_check(data_as_of(found.rows, current_instant()), frame.oldest_data);
    checks["cards"] = age_check(frame.cards_as_of(), frame.oldest_data);
    if (TokenDesk* const tokens = frame.tokens()) {
        const bool usable = co_await can_use_tokens(*tokens, probes);
        checks["tokens"] = plain_check(usable);
    }
    checks["stopping"] = plain_check(!is_interrupted());
    bool all = true;
    for (const json& check : checks) {
        all = all && check["status"] == "pass";
    }
    const json body = {{"status", all ? "pass" : "fail"}, {"checks", checks}};
    co_return json_response(all ? 200 : 503, body, "application/health+json");
}

asio::awaitable<http::Response> metrics_text(const Metrics& metrics) {
    http::Response response(200);
    http::set_header(response.headers, "Content-Type", "text/plain; version=0.0.4");
    response.body = metrics.text();
    co_return response;
}

} // namespace

std::chrono::seconds oldest_data(const ScheduleConfig& schedule) {
    return 2 * longest_pause(schedule);
}

std::vector<Route> operator_routes(ReadinessFrame frame, Metrics& metrics) {
    const auto kept = std::make_shared<const ReadinessFrame>(std::move(frame));
    const auto probes = std::make_shared<Probes>();
    const auto is_ready = [kept, probes](Call) { return ready(*kept, probes); };
    return {{"GET", "/health/live", live},
            {"GET", "/health/ready", is_ready},
            {"GET", "/metrics", [&metrics](Call) { return metrics_text(metrics); }}};
}

} // namespace embolink::service
