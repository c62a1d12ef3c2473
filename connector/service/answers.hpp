// What the service answers, and how it refuses: OperationOutcome below /fhir, RFC 9457's
// problem+json elsewhere. Texts never hold what the caller sent.
#pragma once

#include "connector/http/http.hpp"

#include <nlohmann/json_fwd.hpp>

#include <stdexcept>
#include <string>

namespace embolink::service {

// A request that is not served: thrown by a handler, answered by the router. `code` is FHIR's
// issue-type.
class Refusal : public std::runtime_error {
public:
    Refusal(int status, std::string code, const std::string& text, http::Headers headers = {})
        : std::runtime_error(text), status_(status), code_(std::move(code)),
          headers_(std::move(headers)) {}

    int status() const { return status_; }

    const std::string& code() const { return code_; }

    const http::Headers& headers() const { return headers_; }

private:
    int status_;
    std::string code_;
    http::Headers headers_;
};

// `type`: the Content-Type.
http::Response
json_response(int status, const nlohmann::json& body, const std::string& type = "application/json");

enum class RefusalForm { problem, outcome };
http::Response refusal_response(const Refusal& refusal, RefusalForm form);

} // namespace embolink::service
