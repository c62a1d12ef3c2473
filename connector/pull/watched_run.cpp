#include "connector/pull/watched_run.hpp"

#include "connector/core/interrupt.hpp"

#include <exception>

namespace embolink {
namespace {

// A signal handler may only set a flag, so that somebody has to look at it.
asio::awaitable<void> watch(std::function<void()> tick) {
    for (;;) {
        throw_if_interrupted();
        tick();
        co_await sleep_for(std::chrono::milliseconds(200));
    }
}

} // namespace

void WatchedRun::run(asio::awaitable<void> work, std::function<void()> tick) {
    bool ended = false;
    std::exception_ptr failure;
    const auto end = [&](std::exception_ptr thrown) {
        if (!ended) {
            ended = true;
            failure = thrown;
        }
        context_.stop(); // kept connections would hold it open
    };
    asio::co_spawn(context_, watch(std::move(tick)), end);
    asio::co_spawn(context_, std::move(work), end);
    context_.run();
    context_.destroy_waits();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace embolink
