#include "connector/service/callers.hpp"

#include "connector/service/answers.hpp"
#include "connector/service/bearer.hpp"
#include "connector/service/secrets.hpp"

namespace embolink::service {
namespace {

http::Headers challenge(const std::string& text) {
    http::Headers headers;
    http::set_header(headers, "WWW-Authenticate", text);
    return headers;
}

} // namespace

std::string Callers::require(const Call& call, const std::string& scope) const {
    const std::string token =
        bearer_token(http::find_header(call.request.headers, "Authorization").value_or(""));
    for (const CallerConfig& caller : callers_) {
        if (!is_secret(token, caller.token)) {
            continue;
        }
        if (caller.scopes.count(scope) == 0) {
            throw Refusal(403,
                          "forbidden",
                          "the token is not good for this",
                          challenge("Bearer error=\"insufficient_scope\""));
        }
        return caller.name;
    }
    throw Refusal(401, "login", "not allowed", challenge("Bearer"));
}

} // namespace embolink::service
