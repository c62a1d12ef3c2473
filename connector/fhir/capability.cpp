#include "connector/fhir/capability.hpp"

#include "connector/core/error.hpp"
#include "connector/http/url.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

namespace embolink::fhir {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : "";
}

bool flag_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_boolean() && found->get<bool>();
}

const json& list_at(const json& object, const char* key) {
    static const json none = json::array();
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_array() ? *found : none;
}

std::set<std::string> names_in(const json& list, const char* key) {
    std::set<std::string> names;
    for (const json& element : list) {
        if (std::string name = text_at(element, key); !name.empty()) {
            names.insert(std::move(name));
        }
    }
    return names;
}

void take_type(const json& resource, Capability& capability) {
    const std::string type = text_at(resource, "type");
    if (type.empty()) {
        return;
    }
    TypeCapability& row = capability.types[type];
    row.interactions.merge(names_in(list_at(resource, "interaction"), "code"));
    row.search_params.merge(names_in(list_at(resource, "searchParam"), "name"));
    row.conditional_create = row.conditional_create || flag_at(resource, "conditionalCreate");
    row.conditional_update = row.conditional_update || flag_at(resource, "conditionalUpdate");
}

void take_rest(const json& rest, Capability& capability) {
    if (text_at(rest, "mode") == "client") {
        return;
    }
    const std::set<std::string> whole = names_in(list_at(rest, "interaction"), "code");
    capability.transaction = capability.transaction || whole.contains("transaction");
    capability.batch = capability.batch || whole.contains("batch");
    for (const json& resource : list_at(rest, "resource")) {
        take_type(resource, capability);
    }
}

Error unusable(ErrorKind kind, const std::string& what, const std::string& base_url) {
    return {kind,
            what,
            http::without_query(base_url) + "/metadata",
            "check that source.base_url is the base of a FHIR R4 server"};
}

} // namespace

Capability read_capability(const Answer& answer, const std::string& base_url) {
    if (answer.status != 200) {
        throw unusable(ErrorKind::http,
                       "the server does not describe itself: " + refusal_words(answer),
                       base_url);
    }
    const ParsedJson parsed = parse_json(answer.body);
    if (!parsed.value || text_at(*parsed.value, "resourceType") != "CapabilityStatement") {
        throw unusable(ErrorKind::protocol,
                       parsed.value ? "the answer is no CapabilityStatement"
                                    : "the CapabilityStatement is not JSON: " + parsed.error,
                       base_url);
    }
    Capability capability;
    capability.fhir_version = text_at(*parsed.value, "fhirVersion");
    if (!capability.fhir_version.empty() && !capability.fhir_version.starts_with("4.")) {
        throw unusable(ErrorKind::protocol,
                       "the server speaks FHIR " + capability.fhir_version + ", not R4",
                       base_url);
    }
    if (const auto software = parsed.value->find("software"); software != parsed.value->end()) {
        const std::string version = text_at(*software, "version");
        capability.software = text_at(*software, "name") + (version.empty() ? "" : " " + version);
    }
    for (const json& rest : list_at(*parsed.value, "rest")) {
        take_rest(rest, capability);
    }
    return capability;
}

} // namespace embolink::fhir
