#include "connector/http/cors.hpp"

#include <algorithm>

namespace embolink::http {

std::string origin_of(const Request& request) {
    return find_header(request.headers, "Origin").value_or("");
}

bool may_read(const CorsRules& rules, const std::string& origin) {
    // Compared as text: browsers write an origin in one way only (RFC 6454 section 6.2).
    return std::find(rules.origins.begin(), rules.origins.end(), origin) != rules.origins.end();
}

void allow_reading(const CorsRules& rules, const std::string& origin, Response& answer) {
    if (rules.origins.empty()) {
        return;
    }
    // Also where the origin is not listed, or there is none: a cache would show the answer to a
    // page that asks later.
    set_header(answer.headers, "Vary", "Origin");
    if (may_read(rules, origin)) {
        set_header(answer.headers, "Access-Control-Allow-Origin", origin);
        set_header(answer.headers, "Access-Control-Expose-Headers", rules.answer_headers);
    }
}

Response preflight(const CorsRules& rules) {
    Response answer(204);
    set_header(answer.headers, "Access-Control-Allow-Methods", rules.methods);
    set_header(answer.headers, "Access-Control-Allow-Headers", rules.request_headers);
    set_header(answer.headers, "Access-Control-Max-Age", "600"); // seconds
    return answer;
}

} // namespace embolink::http
