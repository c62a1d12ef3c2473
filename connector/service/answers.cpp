#include "connector/service/answers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <nlohmann/json.hpp>

namespace embolink::service {

using nlohmann::json;

http::Response json_response(int status, const json& body, const std::string& type) {
    http::Response response(status);
    http::set_header(response.headers, "Content-Type", type);
    response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
}

http::Response json_response(const boost::json::object& body) {
    http::Response response(200);
    response.headers.reserve(8); // with those of the router
    http::set_header(response.headers, "Content-Type", "application/json");
    response.body = boost::json::serialize(body);
    return response;
}

http::Response accepted(const std::string& progress) {
    http::Response response(202);
    http::set_header(response.headers, "X-Progress", progress);
    http::set_header(response.headers, "Retry-After", "1");
    return response;
}

http::Response refusal_response(const Refusal& refusal, RefusalForm form) {
    http::Response response;
    if (form == RefusalForm::outcome) {
        const json issue = {
            {"severity", "error"}, {"code", refusal.code()}, {"diagnostics", refusal.what()}};
        const json outcome = {{"resourceType", "OperationOutcome"},
                              {"issue", json::array({issue})}};
        response = json_response(refusal.status(), outcome, "application/fhir+json");
    } else {
        const json body = {{"status", refusal.status()}, {"title", refusal.what()}};
        response = json_response(refusal.status(), body, "application/problem+json");
    }
    for (const http::Header& header : refusal.headers()) {
        http::set_header(response.headers, header.name, header.value);
    }
    return response;
}

} // namespace embolink::service
