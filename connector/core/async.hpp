// The few coroutine helpers that everything else is written with (architecture 5.3 to 5.6).
//
// House rules for g++ 12 and Boost 1.81: name an aggregate before it goes into a co_await
// expression; never `operation || timer`; no co_await in a catch block.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <type_traits>
#include <utility>

namespace embolink {

namespace asio = boost::asio;

// Runs `work` on the pool and resumes on the caller's executor; exceptions cross back.
template <class Work>
asio::awaitable<std::invoke_result_t<Work>> run_on(asio::thread_pool& pool, Work work) {
    using Result = std::invoke_result_t<Work>;
    // The lambda is a named local that outlives the coroutine made from it.
    auto job = [](Work task) -> asio::awaitable<Result> { co_return task(); };
    co_return co_await asio::co_spawn(pool, job(std::move(work)), asio::use_awaitable);
}

inline asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

// How a coroutine waits: the real one is sleep_for, tests count.
using Sleep = std::function<asio::awaitable<void>(std::chrono::milliseconds)>;

} // namespace embolink
