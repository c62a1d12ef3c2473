#include "connector/write_back/target_looks.hpp"

#include "connector/core/json_read.hpp"
#include "connector/http/url.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/outcomes/codes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

using nlohmann::json;

http::Request fresh_get(const std::string& url) {
    http::Request request = http::get(url);
    http::set_header(request.headers, "Accept", "application/fhir+json");
    http::set_header(request.headers, "Cache-Control", "no-cache");
    return request;
}

http::Query
outcome_query(const std::string& identifier, LookForm form, const std::string& patient) {
    http::Query query = {{"identifier", std::string(outcome_identifier_system) + "|" + identifier}};
    if (form != LookForm::identifier) {
        const OutcomeCodeSystem& system = category_codes();
        query.emplace_back("category",
                           std::string(system.url) + "|" + std::string(system.codes.front().code));
    }
    if (form == LookForm::of_patient && !patient.empty()) {
        query.emplace_back("patient", patient);
    }
    return query;
}

http::Request outcome_search(const std::string& base_url,
                             const std::string& identifier,
                             LookForm form,
                             const std::string& patient) {
    const http::Query query = outcome_query(identifier, form, patient);
    return fresh_get(http::join(base_url, "Observation?" + http::encode_query(query)));
}

std::shared_ptr<const json> body_of(const fhir::Answer& answer) {
    const ParsedJson parsed = parse_json(answer.body);
    return parsed.value && parsed.value->is_object() ? parsed.value : nullptr;
}

std::vector<const json*> resources_in(const json& bundle, const std::string& type) {
    std::vector<const json*> out;
    for (const json* entry : elements_of(bundle, "entry")) {
        const json& resource = member_of(*entry, "resource");
        if (text_of(resource, "resourceType") == type) {
            out.push_back(&resource);
        }
    }
    return out;
}

bool carries(const json& resource, std::string_view system, std::string_view value) {
    return std::ranges::any_of(elements_of(resource, "identifier"), [&](const json* one) {
        return text_of(*one, "system") == system && text_of(*one, "value") == value;
    });
}

} // namespace embolink
