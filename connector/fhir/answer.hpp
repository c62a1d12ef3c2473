// What a FHIR server answered, as the machines of this folder read it.
#pragma once

#include "connector/http/http.hpp"

#include <string>

namespace embolink::fhir {

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
};

// Severity and code of each issue of an OperationOutcome in words that hold no patient data
// ("error/not-found"); diagnostics are never repeated: servers put values there, and a word that is
// none of FHIR's own becomes "other". "" when the body is no OperationOutcome.
std::string outcome_words(const std::string& body);

// "HTTP 400 (error/required)".
std::string refusal_words(const Answer& answer);

// A page made for people where FHIR JSON was asked for: a gateway's error or a log-in form.
bool is_html(const http::Headers& headers);

} // namespace embolink::fhir
