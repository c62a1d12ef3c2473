// CORS (Fetch standard, "CORS protocol"): pages of the listed origins may read what is answered
// below /cds-services, refusals of every kind too, since a browser shows a page no other answer.
#pragma once

#include "connector/http/http.hpp"

#include <string>
#include <vector>

namespace embolink::service {

class Cors {
public:
    // Without origins no page may read anything.
    explicit Cors(std::vector<std::string> origins = {}) : origins_(std::move(origins)) {}

    // `url` and `origin`: of the request, "" without that header.
    void
    allow_reading(const std::string& url, const std::string& origin, http::Response& answer) const;

    // Of OPTIONS: what the page may send.
    http::Response preflight(const std::string& origin) const;

private:
    bool lists(const std::string& origin) const;

    std::vector<std::string> origins_;
};

} // namespace embolink::service
