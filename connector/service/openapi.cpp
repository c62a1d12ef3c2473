#include "connector/service/openapi.hpp"

namespace embolink::service {

asio::awaitable<http::Response> openapi(Call) {
    http::Response response(200);
    http::set_header(response.headers, "Content-Type", "application/json");
    response.body = openapi_text();
    co_return response;
}

} // namespace embolink::service
