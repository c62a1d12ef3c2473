// What the sandbox answers, while it is still JSON that a fault may change, and how it becomes
// HTTP.
#pragma once

#include "connector/http/http.hpp"
#include "connector/http/refusal.hpp"
#include "connector/sandbox/instants.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace embolink::sandbox {

struct ResultSet; // pages.hpp

// Where a page stands in its result set.
struct PagePlace {
    std::shared_ptr<const ResultSet> set;
    std::size_t first = 0;
    std::size_t end = 0; // one past its last
    std::string own_url;
};

struct Answer {
    int status = 200;
    http::Headers headers;
    std::shared_ptr<nlohmann::json> body; // null: none, or `text`
    std::string text;                     // a body that is no JSON; its type is in the headers
    std::optional<PagePlace> page;        // of a search
};

Answer json_answer(int status, nlohmann::json body);

// ETag and Last-Modified (FHIR R4 http, 3.1.0.5).
void set_version_headers(http::Headers& headers, int version, Instant updated);
std::string etag_of(int version); // W/"3"

using http::Refusal;

nlohmann::json
outcome(const std::string& severity, const std::string& code, const std::string& text);
Answer refused(const Refusal& refusal);

// "404 Not Found", as Bundle.entry.response.status has it.
std::string status_text(int status);

// Serialises; compressed when the request accepts gzip.
http::Response render(const Answer& answer, const http::Request& request);

std::string gzip_text(const std::string& text);

} // namespace embolink::sandbox
