// What may take so long and no longer.
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/error.hpp"
#include "connector/http/client.hpp"

#include <boost/asio/redirect_error.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace embolink::service {

// What `work` gives or throws; throws Error (transport) when the time has passed. The work then
// goes on by itself, and what still comes of it is dropped: what it refers to must live as long.
template <class Result>
asio::awaitable<Result> within(asio::awaitable<Result> work, std::chrono::milliseconds limit) {
    struct State {
        explicit State(const asio::any_io_executor& executor) : timer(executor) {}

        asio::steady_timer timer;
        std::optional<Result> result;
        std::exception_ptr failure;
        bool ended = false;
    };

    const auto executor = co_await asio::this_coro::executor;
    const auto state = std::make_shared<State>(executor);
    state->timer.expires_after(limit);
    asio::co_spawn(executor, std::move(work), [state](std::exception_ptr thrown, Result result) {
        state->failure = thrown;
        state->result = std::move(result);
        state->ended = true;
        state->timer.cancel();
    });
    boost::system::error_code woken;
    co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (!state->ended) {
        throw Error(ErrorKind::transport, "no answer in time", "", "try again");
    }
    if (state->failure) {
        std::rethrow_exception(state->failure);
    }
    co_return std::move(*state->result);
}

// The request is left to the client's own limits when the time has passed. The client must outlive
// it.
asio::awaitable<http::Response>
send_within(http::Client& client, http::Request request, std::chrono::milliseconds limit);

// A search with its query escaped: "Observation?code=http%3A%2F%2Floinc.org%7C9811-1".
std::string escaped_search(const std::string& search);

} // namespace embolink::service
