// FHIR operations: counts of what is stored, records of what is handed in, a pass now.
//
// `$run` is asynchronous (FHIR R4 "Asynchronous Request Pattern"): it answers 202 and an address.
// The job is "the first run after run N", so that its state is the run history and nothing is lost
// with a restart.
#pragma once

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
    Desk& desk;
};

class Operations {
public:
    explicit Operations(OperationsFrame frame);
    ~Operations();

    // They must be outlived by the operations.
    std::vector<Route> routes();

private:
    asio::awaitable<http::Response> evaluate(Call call);
    asio::awaitable<http::Response> derive(Call call);
    asio::awaitable<http::Response> run(Call call);
    asio::awaitable<http::Response> run_status(Call call);

    OperationsFrame frame_;
    Callers callers_;
    asio::thread_pool thread_{1}; // for what is computed
};

} // namespace embolink::service
