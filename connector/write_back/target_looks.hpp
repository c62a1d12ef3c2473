// Reading what a server holds before anything is sent to it.
#pragma once

#include "connector/fhir/answer.hpp"
#include "connector/http/http.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// Past every cache: servers answer searches from one (HAPI for a minute), and what is looked up
// here decides whether something is sent twice.
http::Request fresh_get(const std::string& url);

// The JSON object of an answer; null when it is none.
std::shared_ptr<const nlohmann::json> body_of(const fhir::Answer& answer);

// The resources of that type among a Bundle's entries.
std::vector<const nlohmann::json*> resources_in(const nlohmann::json& bundle,
                                                const std::string& type);

// Whether the resource itself carries the identifier: servers match loosely.
bool carries(const nlohmann::json& resource, std::string_view system, std::string_view value);

} // namespace embolink
