// One request that may take so long and no longer.
#pragma once

#include "connector/core/async.hpp"
#include "connector/http/client.hpp"

#include <chrono>

namespace embolink::service {

// Throws Error (transport) when the time has passed; the request is then left to the client's own
// limits, and what still comes is dropped. The client must outlive it.
asio::awaitable<http::Response>
send_within(http::Client& client, http::Request request, std::chrono::milliseconds limit);

// A search with its query escaped: "Observation?code=http%3A%2F%2Floinc.org%7C9811-1".
std::string escaped_search(const std::string& search);

} // namespace embolink::service
