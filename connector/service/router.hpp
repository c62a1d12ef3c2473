// From a request to the handler of its route, and what is the same for all of them: request ids,
// refusals, log lines, metrics. Lines and metrics name the route, never the address that was asked
// for: that may hold ids of patients.
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/log.hpp"
#include "connector/http/cors.hpp"
#include "connector/http/server.hpp"
#include "connector/http/url.hpp"
#include "connector/service/metrics.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace embolink::service {

struct Call {
    http::Request request;
    // {"id": "patient-view"}: as sent, but for what need not have been escaped.
    std::map<std::string, std::string> parts;
    http::Query query;
    std::string id; // of the request: the caller's X-Request-Id or one of ours
};

// May throw Refusal, and Error for what is not the caller's fault.
using CallHandler = std::function<asio::awaitable<http::Response>(Call)>;

struct Route {
    std::string method;  // "GET" answers HEAD, too
    std::string pattern; // "/cds-services/{id}"; a part in braces takes any one segment
    CallHandler handler;
};

class Router {
public:
    // Metrics and log must outlive it. `cors`: of what is below /cds-services.
    Router(std::vector<Route> routes, Metrics& metrics, const Log& log, http::CorsRules cors = {});

    // Does not throw. Must live until it has ended. The answer is logged and counted by the reply's
    // `afterwards`: nobody waits for that, and it is done before the connection's next request.
    asio::awaitable<http::Reply> handle(http::Request request);

    // What the listener refuses (http::Refuser) looks, counts and is logged as any other refusal.
    http::Response refuse(int status, const http::Request& request);

    std::size_t under_way() const { return under_way_; }

private:
    // What the log and the metrics say of an answer.
    struct Answered {
        std::string id;
        bool is_hook = false; // below /cds-services
        std::string origin;   // of the request, never told
        std::string method;
        std::string route = "none";
        int status = 0;
        std::chrono::duration<double> took{};
    };

    const Route* find(const std::string& method,
                      const std::vector<std::string>& path,
                      Call& call,
                      std::string& allowed) const;
    asio::awaitable<http::Response>
    answer(Call call, const std::vector<std::string>& path, std::string& route);
    std::string id_of(const http::Request& request);
    Answered begin(const http::Request& request, const http::Address& address);
    void finish(http::Response& response, const Answered& answered) const;
    void account(const Answered& answered);

    std::vector<Route> routes_;
    std::vector<std::vector<std::string>> patterns_; // of routes_, taken apart
    Metrics& metrics_;
    const Log& log_;
    http::CorsRules cors_;
    std::mt19937_64 random_;
    std::size_t under_way_ = 0;
};

} // namespace embolink::service
