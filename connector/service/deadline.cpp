#include "connector/service/deadline.hpp"

#include "connector/http/url.hpp"

namespace embolink::service {

asio::awaitable<http::Response>
send_within(http::Client& client, http::Request request, std::chrono::milliseconds limit) {
    co_return co_await within(client.send(std::move(request)), limit);
}

std::string escaped_search(const std::string& search) {
    const auto question = search.find('?');
    return search.substr(0, question + 1) +
           http::encode_query(http::decode_query(search.substr(question + 1)));
}

} // namespace embolink::service
