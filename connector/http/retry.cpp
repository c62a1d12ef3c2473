#include "connector/http/retry.hpp"

#include <algorithm>

namespace embolink::http {
namespace {

using std::chrono::milliseconds;

enum class Verdict {
    final,    // what was asked has been decided
    refused,  // not begun: may be sent again whatever the method
    failed,   // the server says that it failed: nothing was done
    uncertain // a gateway lost sight of the server
};

Verdict verdict_of(int status) {
    switch (status) {
    case 429:
    case 503:
        return Verdict::refused;
    case 408:
    case 500:
        return Verdict::failed;
    case 502:
    case 504:
        return Verdict::uncertain;
    default:
        return Verdict::final;
    }
}

} // namespace

Retry::Retry(RetryPolicy policy, Repeat repeat, std::function<double()> jitter)
    : policy_(policy), repeat_(repeat), jitter_(std::move(jitter)) {}

RetryStep Retry::answered(const Response& response, std::chrono::system_clock::time_point now) {
    const Verdict verdict = verdict_of(response.status);
    const bool safe = repeat_ == Repeat::safe;
    if (verdict == Verdict::final || (verdict == Verdict::failed && !safe)) {
        return {};
    }
    std::optional<milliseconds> floor;
    if (const auto header = find_header(response.headers, "Retry-After")) {
        floor = parse_retry_after(*header, now);
    }
    return verdict == Verdict::uncertain && !safe ? look(floor) : again(floor);
}

RetryStep Retry::failed(const TransportFailure& failure) {
    if (failure.reached() == Reached::maybe && repeat_ == Repeat::after_look) {
        return look(std::nullopt);
    }
    if (failure.outlook() == Outlook::lasting) {
        RetryStep step;
        step.next = Next::give_up;
        return step;
    }
    return again(std::nullopt);
}

RetryStep Retry::again(std::optional<milliseconds> floor) {
    RetryStep step;
    if (attempt_ >= policy_.attempts) {
        step.next = Next::give_up;
        return step;
    }
    step.next = Next::again;
    step.wait = wait_above(floor);
    step.capped = floor.value_or(milliseconds{0}) > policy_.longest_retry_after;
    ++attempt_;
    return step;
}

// That the fate is unknown outweighs the end of the attempts: a look sends nothing.
RetryStep Retry::look(std::optional<milliseconds> floor) {
    RetryStep step = again(floor);
    step.next = Next::look;
    return step;
}

// Full jitter above the floor: clients that were refused together must not come back together.
milliseconds Retry::wait_above(std::optional<milliseconds> floor) const {
    milliseconds room = policy_.first_wait;
    for (int doubled = 1; doubled < attempt_ && room < policy_.longest_wait; ++doubled) {
        room *= 2;
    }
    room = std::min(room, policy_.longest_wait);
    const milliseconds least =
        std::min(floor.value_or(milliseconds{0}), policy_.longest_retry_after);
    return least + milliseconds{static_cast<milliseconds::rep>(jitter_() *
                                                               static_cast<double>(room.count()))};
}

} // namespace embolink::http
