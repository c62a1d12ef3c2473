#include "connector/sandbox/capability.hpp"

#include "connector/core/about.hpp"
#include "connector/sandbox/search_parameters.hpp"

#include <nlohmann/json.hpp>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

json codes(std::initializer_list<const char*> list) {
    json out = json::array();
    for (const char* code : list) {
        out.push_back({{"code", code}});
    }
    return out;
}

const char* kind_name(ParameterKind kind) {
    switch (kind) {
    case ParameterKind::token:
        return "token";
    case ParameterKind::reference:
        return "reference";
    case ParameterKind::date:
        return "date";
    }
    return "";
}

json parameters_json(const std::vector<SearchParameter>& parameters, const Habits& habits) {
    json out = json::array();
    for (const SearchParameter& parameter : parameters) {
        if (parameter.name != "_lastUpdated" || !habits.no_last_updated) {
            out.push_back({{"name", parameter.name}, {"type", kind_name(parameter.kind)}});
        }
    }
    return out;
}

json resource_json(const ServedType& type, const Habits& habits) {
    json resource = {{"type", type.type},
                     {"versioning", habits.no_last_updated ? "no-version" : "versioned"},
                     {"readHistory", true},
                     {"updateCreate", true},
                     {"conditionalCreate", true},
                     {"conditionalRead", "not-match"},
                     {"conditionalUpdate", true},
                     {"conditionalDelete", "not-supported"}};
    resource["interaction"] = codes({"read",
                                     "vread",
                                     "update",
                                     "delete",
                                     "history-instance",
                                     "history-type",
                                     "create",
                                     "search-type"});
    json parameters = parameters_json(common_parameters(), habits);
    for (json& parameter : parameters_json(type.parameters, habits)) {
        parameters.push_back(std::move(parameter));
    }
    resource["searchParam"] = std::move(parameters);
    return resource;
}

} // namespace

json capability_statement(const Surroundings& around) {
    json rest = {{"mode", "server"}, {"documentation", std::string(not_for_production)}};
    rest["interaction"] = codes({"transaction", "batch"});
    for (const ServedType& type : served_types()) {
        rest["resource"].push_back(resource_json(type, around.habits));
    }
    json statement = {{"resourceType", "CapabilityStatement"},
                      {"status", "active"},
                      {"date", instant_text(around.now)},
                      {"kind", "instance"},
                      {"fhirVersion", "4.0.1"},
                      {"format", {"application/fhir+json", "json"}},
                      {"description", std::string(not_for_production)}};
    statement["software"] = {{"name", "embolink sandbox (not for production)"},
                             {"version", software_version()}};
    statement["implementation"] = {{"description", "embolink sandbox (not for production)"},
                                   {"url", around.base}};
    statement["rest"] = json::array({std::move(rest)});
    return statement;
}

} // namespace embolink::sandbox
