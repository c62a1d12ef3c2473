// The forms in which the service is spoken to and answers: JSON, as it is. Whoever sends or wants
// another one is told so by the status that HTTP has for it, and not by a fault of the text.
#pragma once

#include "connector/http/http.hpp"
#include "connector/http/url.hpp"

#include <string_view>

namespace embolink::service {

// Throws Refusal (415, RFC 9110 15.5.16) for a body that is compressed or XML. What claims to be
// anything else is read as JSON, since senders name it in many ways.
void require_readable(const http::Request& request);

// Of a value of `_format`. Throws Refusal (406) when it means neither JSON nor `own`, a type that
// the answer has beside it ("": none).
void require_format(std::string_view format, std::string_view own = "");

// The same of a whole request: `_format` in the address goes before the header Accept (FHIR R4
// 3.1.0.1.11).
void require_answer_wanted(const http::Headers& headers,
                           const http::Query& query,
                           std::string_view own = "");

} // namespace embolink::service
