#include "connector/service/operation_parameters.hpp"

#include "connector/core/json_read.hpp"
#include "connector/http/refusal.hpp"
#include "connector/service/media_types.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace embolink::service {
namespace {

using http::Refusal;
using nlohmann::json;

bool holds(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

Refusal doubled() {
    return {400, "invalid", "a parameter stands twice"};
}

std::string value_of(const json& parameter) {
    for (const char* key : {"valueDate", "valueDateTime", "valueCode", "valueString"}) {
        const std::string_view text = text_of(parameter, key);
        if (!text.empty()) {
            return std::string(text);
        }
    }
    throw Refusal(400, "invalid", "a parameter has no value, or not one of its type");
}

} // namespace

OperationParameters::OperationParameters(ParameterNames names, const http::Query& query)
    : names_(std::move(names)) {
    for (const auto& [name, value] : query) {
        if (name != "_format" && name != "_pretty") {
            add_value(name, value);
        }
    }
}

void OperationParameters::add_body(const std::string& body) {
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return;
    }
    const ParsedJson parsed = parse_json(body);
    if (!parsed.value || text_of(*parsed.value, "resourceType") != "Parameters") {
        throw Refusal(400, "structure", "the body is no Parameters resource");
    }
    add_posted(parsed.value);
}

void OperationParameters::add_posted(const std::shared_ptr<const json>& parameters) {
    for (const json* one : elements_of(*parameters, "parameter")) {
        const std::string name(text_of(*one, "name"));
        if (name == "_pretty") {
            continue;
        }
        if (name == "_format") {
            require_format(value_of(*one));
        } else if (holds(names_.resources, name)) {
            add_resource(name,
                         std::shared_ptr<const json>(parameters, &member_of(*one, "resource")));
        } else {
            add_value(name, holds(names_.values, name) ? value_of(*one) : "");
        }
    }
}

void OperationParameters::add_resource(const std::string& name,
                                       std::shared_ptr<const json> resource) {
    if (!resources_.emplace(name, std::move(resource)).second) {
        throw doubled();
    }
}

void OperationParameters::add_value(const std::string& name, const std::string& value) {
    if (!holds(names_.values, name)) {
        throw Refusal(400, "not-supported", "a parameter is not one of the operation's");
    }
    if (!texts_.emplace(name, value).second) {
        throw doubled();
    }
}

std::string OperationParameters::text(const std::string& name) const {
    const auto found = texts_.find(name);
    return found == texts_.end() ? "" : found->second;
}

std::shared_ptr<const json> OperationParameters::resource(const std::string& name) const {
    const auto found = resources_.find(name);
    return found == resources_.end() ? nullptr : found->second;
}

} // namespace embolink::service
