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

// To try whether the database can be written to costs a flush of the disk: once a second, however
// often somebody asks. One try may lose against a pass that commits page after page; two mean it.
class WriteProbe {
public:
    bool can_write(WorkStore& store) {
        const auto now = std::chrono::steady_clock::now();
        if (!tried_ || now - *tried_ > std::chrono::seconds(1)) {
            failures_ = store.can_be_written() ? 0 : failures_ + 1;
            tried_ = now;
        }
        return failures_ < 2;
    }

private:
    std::optional<std::chrono::steady_clock::time_point> tried_;
    int failures_ = 0; // in a row
};

Look look(WorkStore& store, WriteProbe& probe) {
    return {store.is_in_place() && probe.can_write(store),
            store.recent_whole_runs(rows_of_history)};
}

asio::awaitable<http::Response> live(Call) {
    co_return json_response(200, {{"status", "pass"}}, "application/health+json");
}

json age_check(const std::vector<RunRow>& rows, std::chrono::seconds oldest) {
    json check = {{"most_seconds", oldest.count()}};
    const Instant now = current_instant();
    const auto as_of = data_as_of(rows, now);
    if (!as_of) {
        check["status"] = "fail"; // nothing was ever pulled
        return check;
    }
    const auto age = std::chrono::floor<std::chrono::seconds>(now - *as_of);
    check["age_seconds"] = age.count();
    check["status"] = is_too_old(*as_of, now, oldest) ? "fail" : "pass";
    return check;
}

// The probe is the desk's: its thread alone uses it.
asio::awaitable<http::Response>
ready(Desk& desk, std::shared_ptr<WriteProbe> probe, std::chrono::seconds oldest, bool has_looked) {
    Look found;
    try {
        const auto ask = [probe](WorkStore& store) { return look(store, *probe); };
        found = co_await desk.ask(ask);
    } catch (const Error&) {
        found.usable = false; // the loop logs why
    }
    json checks;
    checks["store"]["status"] = found.usable ? "pass" : "fail";
    checks["data"] = age_check(found.rows, oldest);
    checks["cards"]["status"] = has_looked ? "pass" : "fail";
    checks["stopping"]["status"] = is_interrupted() ? "fail" : "pass";
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

std::vector<Route> operator_routes(const ScheduleConfig& schedule,
                                   Desk& desk,
                                   Metrics& metrics,
                                   std::function<bool()> has_looked) {
    const std::chrono::seconds oldest = oldest_data(schedule);
    const auto probe = std::make_shared<WriteProbe>();
    const auto is_ready = [&desk, probe, oldest, has_looked](Call) {
        return ready(desk, probe, oldest, has_looked());
    };
    return {{"GET", "/health/live", live},
            {"GET", "/health/ready", is_ready},
            {"GET", "/metrics", [&metrics](Call) { return metrics_text(metrics); }}};
}

} // namespace embolink::service
