#include "connector/write_back/target_looks.hpp"

#include "mapping/fhir/resource.hpp"

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

std::shared_ptr<const json> body_of(const fhir::Answer& answer) {
    const ParsedJson parsed = parse_json(answer.body);
    return parsed.value && parsed.value->is_object() ? parsed.value : nullptr;
}

std::vector<const json*> resources_in(const json& bundle, const std::string& type) {
    std::vector<const json*> out;
    const auto entries = bundle.find("entry");
    if (entries == bundle.end() || !entries->is_array()) {
        return out;
    }
    for (const json& entry : *entries) {
        if (entry.is_object() && entry.contains("resource") && entry["resource"].is_object() &&
            entry["resource"].value("resourceType", "") == type) {
            out.push_back(&entry["resource"]);
        }
    }
    return out;
}

bool carries(const json& resource, std::string_view system, std::string_view value) {
    const auto identifiers = resource.find("identifier");
    return identifiers != resource.end() && identifiers->is_array() &&
           std::any_of(identifiers->begin(), identifiers->end(), [&](const json& one) {
               return one.is_object() && one.value("system", "") == system &&
                      one.value("value", "") == value;
           });
}

} // namespace embolink
