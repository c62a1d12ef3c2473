// FHIR operations: counts of what is stored, records of what is handed in, a pass now.
//
// `$run` is asynchronous (FHIR R4 "Asynchronous Request Pattern"): it answers 202 and an address.
// The job is "the first run after run N", so that its state is the run history and nothing is lost
// with a restart. The others are so when asked with `Prefer: respond-async` (async_jobs.hpp).
#pragma once

#include "connector/service/async_jobs.hpp"
#include "connector/service/callers.hpp"
#include "connector/service/card_facts.hpp"
#include "connector/service/desk.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

// All references must outlive the operations.
struct OperationsFrame {
    const std::vector<CallerConfig>& callers;
    std::string public_url; // of addresses in answers
    std::function<std::shared_ptr<const Snapshot>()> snapshot;
    Desk& desk;    // writes
    Desk& reading; // not behind those who wait to write
};

class Operations {
public:
    struct JobKind;

    explicit Operations(OperationsFrame frame);
    ~Operations();

    // They must be outlived by the operations.
    std::vector<Route> routes();

    // Something is still worked out, for whoever asks later.
    bool is_at_work() const { return jobs_.at_work() > 0; }

private:
    asio::awaitable<http::Response> evaluate(Call call);
    asio::awaitable<http::Response> derive(Call call);
    asio::awaitable<http::Response> run(Call call);
    asio::awaitable<http::Response> run_status(Call call);
    asio::awaitable<http::Response> leave_run(Call call);
    asio::awaitable<std::optional<RunRow>> run_of(const Call& call);

    std::string let_in(const Call& call, const JobKind& kind) const;
    asio::awaitable<http::Response> job(Call call, const JobKind& kind);
    asio::awaitable<http::Response> now_or_later(const Call& call,
                                                 const JobKind& kind,
                                                 const std::string& caller,
                                                 AsyncJobs::Work work);

    OperationsFrame frame_;
    Callers callers_;
    asio::thread_pool thread_{1}; // for what is computed
    AsyncJobs jobs_;
};

} // namespace embolink::service
