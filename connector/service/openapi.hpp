// The OpenAPI document of the service. It lists every route and nothing else: a test compares.
#pragma once

#include "connector/service/router.hpp"

#include <string_view>

namespace embolink::service {

std::string_view openapi_text();

asio::awaitable<http::Response> openapi(Call call);

} // namespace embolink::service
