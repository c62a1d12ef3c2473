// A request that a server of ours does not serve.
#pragma once

#include "connector/http/http.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace embolink::http {

// Thrown where it is noticed, caught where one request (or one entry of a batch) is answered.
// `code` is FHIR's issue-type; the text never holds what the caller sent.
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

} // namespace embolink::http
