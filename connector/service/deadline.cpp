#include "connector/service/deadline.hpp"

#include "connector/core/error.hpp"
#include "connector/http/url.hpp"

#include <boost/asio/redirect_error.hpp>

#include <exception>
#include <memory>

namespace embolink::service {

asio::awaitable<http::Response>
send_within(http::Client& client, http::Request request, std::chrono::milliseconds limit) {
    struct State {
        explicit State(const asio::any_io_executor& executor) : timer(executor) {}

        asio::steady_timer timer;
        http::Response response;
        std::exception_ptr failure;
        bool ended = false;
    };

    const auto executor = co_await asio::this_coro::executor;
    const auto state = std::make_shared<State>(executor);
    state->timer.expires_after(limit);
    asio::co_spawn(executor,
                   client.send(std::move(request)),
                   [state](std::exception_ptr thrown, http::Response response) {
                       state->failure = thrown;
                       state->response = std::move(response);
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
    co_return std::move(state->response);
}

std::string escaped_search(const std::string& search) {
    const auto question = search.find('?');
    return search.substr(0, question + 1) +
           http::encode_query(http::decode_query(search.substr(question + 1)));
}

} // namespace embolink::service
