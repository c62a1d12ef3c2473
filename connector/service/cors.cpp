#include "connector/service/cors.hpp"

#include <algorithm>

namespace embolink::service {

bool Cors::lists(const std::string& origin) const {
    return std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::allow_reading(const std::string& url,
                         const std::string& origin,
                         http::Response& answer) const {
    if (url.rfind("/cds-services", 0) != 0) {
        return;
    }
    http::set_header(answer.headers, "Vary", "Origin");
    if (lists(origin)) {
        http::set_header(answer.headers, "Access-Control-Allow-Origin", origin);
        http::set_header(answer.headers, "Access-Control-Expose-Headers", "X-Request-Id");
    }
}

http::Response Cors::preflight(const std::string& origin) const {
    http::Response answer(204);
    if (lists(origin)) {
        http::set_header(answer.headers, "Access-Control-Allow-Methods", "GET, POST");
        http::set_header(
            answer.headers, "Access-Control-Allow-Headers", "Authorization, Content-Type");
        http::set_header(answer.headers, "Access-Control-Max-Age", "600");
    }
    return answer;
}

} // namespace embolink::service
