// The CORS protocol (Fetch standard, "CORS protocol"): which pages of other origins may read our
// answers in a browser, and what they may send. It binds browsers alone and keeps nobody else out.
#pragma once

#include "connector/http/http.hpp"

#include <string>
#include <vector>

namespace embolink::http {

struct CorsRules {
    std::vector<std::string> origins; // as is_origin (url.hpp) has them; none: no page at all
    // As they stand in headers, "GET, POST".
    std::string methods;
    std::string request_headers;
    std::string answer_headers; // those beyond what any page that reads the answer may see
};

// The request's Origin, "" none.
std::string origin_of(const Request& request);

bool may_read(const CorsRules& rules, const std::string& origin);

// For every answer, refusals too: a browser tells a page that may not read one not even its status.
void allow_reading(const CorsRules& rules, const std::string& origin, Response& answer);

// The answer to OPTIONS from a page that may read.
Response preflight(const CorsRules& rules);

} // namespace embolink::http
