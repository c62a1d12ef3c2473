#include "connector/write_back/target_looks.hpp"

#include "connector/core/json_read.hpp"
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
