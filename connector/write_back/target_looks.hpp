// Reading what a server holds before anything is sent to it.
#pragma once

#include "connector/fhir/answer.hpp"
#include "connector/http/http.hpp"
#include "connector/http/url.hpp"
#include "connector/write_back/chain_writer.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// Past every cache: servers answer searches from one (HAPI for a minute), and what is looked up
// here decides whether something is sent twice.
http::Request fresh_get(const std::string& url);

// The parameters of the search below; also the condition of a creation, which is such a search.
http::Query outcome_query(const std::string& identifier, LookForm form, const std::string& patient);

// Of the Observation that carries the identifier of an outcome. `patient`: "Patient/<id>" on that
// server, only for LookForm::of_patient; "" leaves it out.
http::Request outcome_search(const std::string& base_url,
                             const std::string& identifier,
                             LookForm form,
                             const std::string& patient);

// The JSON object of an answer; null when it is none.
std::shared_ptr<const nlohmann::json> body_of(const fhir::Answer& answer);

// The resources of that type among a Bundle's entries.
std::vector<const nlohmann::json*> resources_in(const nlohmann::json& bundle,
                                                const std::string& type);

// Whether the resource itself carries the identifier: servers match loosely.
bool carries(const nlohmann::json& resource, std::string_view system, std::string_view value);

} // namespace embolink
