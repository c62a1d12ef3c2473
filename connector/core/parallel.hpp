// Several coroutines at once on one thread.
#pragma once

#include "connector/core/async.hpp"

#include <boost/asio/redirect_error.hpp>

#include <exception>
#include <functional>

namespace embolink {

// Runs `count` workers and returns when all have ended; the first exception of any is thrown then.
// A worker that fails does not stop the others: they look at a flag of their own.
inline asio::awaitable<void> run_workers(int count, std::function<asio::awaitable<void>()> worker) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer finished(executor, asio::steady_timer::time_point::max());
    int running = count;
    std::exception_ptr first;
    for (int i = 0; i < count; ++i) {
        asio::co_spawn(executor, worker(), [&](std::exception_ptr failure) {
            if (failure && !first) {
                first = failure;
            }
            if (--running == 0) {
                finished.cancel();
            }
        });
    }
    while (running > 0) {
        boost::system::error_code cancelled;
        co_await finished.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (first) {
        std::rethrow_exception(first);
    }
}

} // namespace embolink
