// What the service answers, and how it refuses: OperationOutcome below /fhir, RFC 9457's
// problem+json elsewhere. Texts never hold what the caller sent.
#pragma once

#include "connector/http/http.hpp"
#include "connector/http/refusal.hpp"

#include <boost/json/fwd.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace embolink::service {

using http::Refusal;

// `type`: the Content-Type.
http::Response
json_response(int status, const nlohmann::json& body, const std::string& type = "application/json");

// 200 with what is made in the fastest way.
http::Response json_response(const boost::json::object& body);

// 202 (FHIR R4 "Asynchronous Request Pattern"): not yet, `progress` says how far it is.
http::Response accepted(const std::string& progress);

enum class RefusalForm { problem, outcome };
http::Response refusal_response(const Refusal& refusal, RefusalForm form);

} // namespace embolink::service
