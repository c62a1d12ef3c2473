// When and whether to send again (protocols C7), without doing it: a small machine that is told
// what happened and says what next.
#pragma once

#include "connector/http/http.hpp"
#include "connector/http/transport_failure.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace embolink::http {

struct RetryPolicy {
    int attempts = 5; // the first one included
    // Waits are drawn from nothing to this, doubled each time: full jitter.
    std::chrono::milliseconds first_wait{1'000};
    std::chrono::milliseconds longest_wait{60'000};
    // A server's Retry-After is a floor, up to this: some ask for hours.
    std::chrono::milliseconds longest_retry_after{600'000};
};

// May this request be sent again when its fate is unknown?
enum class Repeat {
    safe,      // GET, HEAD, PUT, DELETE; or guarded by If-None-Exist / If-Match
    after_look // a POST that creates: look whether it has happened before sending it again
};

enum class Next {
    done,   // a final answer, good or bad
    again,  // after `wait`
    look,   // unknown whether the server acted: the caller looks after `wait`, then decides; said
            // of the last attempt too
    give_up // attempts are used up, or the failure is a lasting one
};

struct RetryStep {
    Next next = Next::done;
    std::chrono::milliseconds wait{0};
    bool capped = false; // Retry-After asked for more than the policy allows
};

class Retry {
public:
    // `jitter` gives numbers in [0, 1).
    Retry(RetryPolicy policy, Repeat repeat, std::function<double()> jitter);

    // 429 and 503 were refused before any work: sent again whatever the method. 502 and 504 may
    // hide an action. 500 and 408 are tried again when safe. 400, 401, 403, 404, 409, 410, 412,
    // 422: done.
    RetryStep answered(const Response& response, std::chrono::system_clock::time_point now);
    RetryStep failed(const TransportFailure& failure);

private:
    RetryStep again(std::optional<std::chrono::milliseconds> floor);
    RetryStep look(std::optional<std::chrono::milliseconds> floor);
    std::chrono::milliseconds wait_above(std::optional<std::chrono::milliseconds> floor) const;

    RetryPolicy policy_;
    Repeat repeat_;
    std::function<double()> jitter_;
    int attempt_ = 1;
};

// Seconds or an HTTP-date (RFC 9110 10.2.3). A date in the past is zero; negative numbers, garbage
// and absent are nullopt; an absolute epoch, which some servers send, is read as that instant.
std::optional<std::chrono::milliseconds>
parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now);

// An HTTP-date in any of its three forms (RFC 9110 5.6.7), as the header Date tells it.
std::optional<std::chrono::system_clock::time_point>
parse_http_date(std::string_view text, std::chrono::system_clock::time_point now);

} // namespace embolink::http
