#include "connector/service/router.hpp"

#include "connector/core/error.hpp"
#include "connector/core/log_format.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/media_types.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace embolink::service {
namespace {

constexpr std::size_t longest_id = 64;

bool is_id_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_hole(const std::string& segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// RFC 3986 section 2.3, and the "$" of an operation, which clients may escape.
bool need_not_be_escaped(char c) {
    return is_id_letter(c) || c == '.' || c == '_' || c == '~' || c == '$';
}

// RFC 3986 section 6.2.2.2: "%31" is "1". What separates, such as "%2F", stays as it was sent.
std::string plain(const std::string& segment) {
    std::string out;
    const char* at = segment.data();
    const char* const end = at + segment.size();
    while (at != end) {
        unsigned code = 0;
        const bool escaped =
            *at == '%' && end - at > 2 && std::from_chars(at + 1, at + 3, code, 16).ptr == at + 3;
        const bool needless = escaped && need_not_be_escaped(static_cast<char>(code));
        out += needless ? static_cast<char>(code) : *at;
        at += needless ? 3 : 1;
    }
    return out;
}

http::Address address_of(const std::string& target) {
    http::Address address = http::parse_address(target);
    for (std::string& segment : address.path) {
        if (segment.find('%') != std::string::npos) {
            segment = plain(segment);
        }
    }
    return address;
}

bool is_below(const http::Address& address, const char* first) {
    return !address.path.empty() && address.path.front() == first;
}

bool fits(const std::vector<std::string>& pattern,
          const std::vector<std::string>& path,
          std::map<std::string, std::string>& parts) {
    if (pattern.size() != path.size()) {
        return false;
    }
    std::map<std::string, std::string> found;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (is_hole(pattern[i])) {
            found[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
        } else if (pattern[i] != path[i]) {
            return false;
        }
    }
    parts = std::move(found);
    return true;
}

// Of what the listener refuses. FHIR R4 issue-type and words for it.
Refusal refusal_of(int status) {
    switch (status) {
    case 408:
        return {status, "timeout", "the request took too long to come"};
    case 413:
        return {status, "too-long", "the body is larger than service.limits allow"};
    case 429: {
        http::Headers later;
        http::set_header(later, "Retry-After", "1");
        return {status, "throttled", "more at once than service.limits allow", later};
    }
    case 431:
        return {status, "too-long", "the head is larger than service.limits allow"};
    case 500:
        return {status, "exception", "the service failed"};
    case 501:
        return {status, "not-supported", "a transfer coding other than chunked"};
    default:
        return {status, "structure", "this is no HTTP"};
    }
}

RefusalForm form_for(const http::Address& address) {
    return is_below(address, "fhir") || is_below(address, "cds-services") ? RefusalForm::outcome
                                                                          : RefusalForm::problem;
}

} // namespace

Router::Router(std::vector<Route> routes, Metrics& metrics, const Log& log, http::CorsRules cors)
    : routes_(std::move(routes)), metrics_(metrics), log_(log), cors_(std::move(cors)),
      random_(std::random_device{}()) {
    for (const Route& route : routes_) {
        patterns_.push_back(http::parse_address(route.pattern).path);
    }
}

// The caller's own id goes into our log, so it has to be short and plain.
std::string Router::id_of(const http::Request& request) {
    const std::string given = http::find_header(request.headers, "X-Request-Id").value_or("");
    if (!given.empty() && given.size() <= longest_id &&
        std::all_of(given.begin(), given.end(), is_id_letter)) {
        return given;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(random_()));
    return text;
}

// nullptr: none. `allowed`: the methods that the address knows.
const Route* Router::find(const std::string& method,
                          const std::vector<std::string>& path,
                          Call& call,
                          std::string& allowed) const {
    const std::string wanted = method == "HEAD" ? "GET" : method;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        if (!fits(patterns_[i], path, call.parts)) {
            continue;
        }
        if (route.method == wanted) {
            return &route;
        }
        allowed += (allowed.empty() ? "" : ", ") + route.method;
    }
    return nullptr;
}

asio::awaitable<http::Response>
Router::answer(Call call, const std::vector<std::string>& path, std::string& name) {
    std::string allowed;
    const Route* route = find(call.request.method, path, call, allowed);
    if (route == nullptr && allowed.empty()) {
        throw Refusal(404, "not-found", "there is nothing at this address");
    }
    if (route == nullptr) {
        http::Headers allow;
        http::set_header(allow, "Allow", allowed);
        throw Refusal(405, "not-supported", "this address does not know the method", allow);
    }
    name = route->pattern;
    require_readable(call.request);
    co_return co_await route->handler(std::move(call));
}

Router::Answered Router::begin(const http::Request& request, const http::Address& address) {
    Answered out;
    out.id = id_of(request);
    out.is_hook = is_below(address, "cds-services");
    out.origin = http::origin_of(request);
    out.method = request.method;
    return out;
}

void Router::finish(http::Response& response, const Answered& answered) const {
    if (answered.is_hook) {
        http::allow_reading(cors_, answered.origin, response);
    }
    // RFC 9110 15.6.4: whoever repeats at once makes it worse.
    if (response.status == 503 && !http::find_header(response.headers, "Retry-After")) {
        http::set_header(response.headers, "Retry-After", "5");
    }
    http::set_header(response.headers, "X-Request-Id", answered.id);
    http::set_header(response.headers, "Cache-Control", "no-store");
    http::set_header(response.headers, "X-Content-Type-Options", "nosniff");
}

void Router::account(const Answered& answered) {
    metrics_.request(answered.route, answered.method, answered.status, answered.took.count());
    const LogTag tag("request", answered.id);
    log_.info(known_method(answered.method) + " " + answered.route + " " +
              std::to_string(answered.status));
}

http::Response Router::refuse(int status, const http::Request& request) {
    Call call;
    std::string allowed;
    const http::Address address = address_of(request.url);
    const Route* route = find(request.method, address.path, call, allowed);
    http::Response response = refusal_response(refusal_of(status), form_for(address));
    Answered answered = begin(request, address);
    answered.route = route == nullptr ? "none" : route->pattern;
    answered.status = response.status;
    finish(response, answered);
    account(answered);
    return response;
}

asio::awaitable<http::Reply> Router::handle(http::Request request) {
    const auto begun = std::chrono::steady_clock::now();
    http::Address address = address_of(request.url);
    const RefusalForm form = form_for(address);
    Answered answered = begin(request, address);
    Call call;
    call.query = std::move(address.query);
    call.id = answered.id;
    call.request = std::move(request);
    http::Response response;
    ++under_way_;
    try {
        response = co_await answer(std::move(call), address.path, answered.route);
    } catch (const Refusal& refusal) {
        response = refusal_response(refusal, form);
    } catch (const Error& error) {
        const LogTag tag("request", answered.id);
        log_.error(std::string(error.what()) + " (" + error.where() + ")");
        response = refusal_response(Refusal(503, "transient", "try again later"), form);
    } catch (const std::exception&) {
        // Ours to mend. What a library says of the caller's data is not repeated.
        const LogTag tag("request", answered.id);
        log_.error("a request to " + answered.route + " failed");
        response = refusal_response(Refusal(500, "exception", "the service failed"), form);
    }
    --under_way_;
    finish(response, answered);
    answered.status = response.status;
    answered.took = std::chrono::steady_clock::now() - begun;
    http::Reply reply(std::move(response));
    reply.afterwards = [this, answered = std::move(answered)] { account(answered); };
    co_return reply;
}

} // namespace embolink::service
