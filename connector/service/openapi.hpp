// The OpenAPI document of the service. The whole one lists every route that there can be and
// nothing else: a test compares. What is answered lists those of this configuration.
#pragma once

#include "connector/service/router.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace embolink::service {

// The whole one.
std::string_view openapi_text();

// Without the operations that none of `routes` answers, and what only those need.
std::string openapi_of(const std::vector<Route>& routes);

// `routes`: the others of the same listener.
Route openapi_route(const std::vector<Route>& routes);

} // namespace embolink::service
