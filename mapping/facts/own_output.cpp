#include "mapping/facts/own_output.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink {

namespace {

using nlohmann::json;

// The elements of `key`: an array's, or the single value in its place.
std::vector<const json*> elements(const json& object, const char* key) {
    std::vector<const json*> found;
    if (!object.is_object()) {
        return found;
    }
    const auto member = object.find(key);
    if (member == object.end()) {
        return found;
    }
    if (!member->is_array()) {
        return {&*member};
    }
    for (const json& element : *member) {
        found.push_back(&element);
    }
    return found;
}

std::string_view text(const json& object, const char* key) {
    if (!object.is_object()) {
        return {};
    }
    const auto member = object.find(key);
    return member != object.end() && member->is_string()
               ? std::string_view{member->get_ref<const std::string&>()}
               : std::string_view{};
}

bool any_has(const std::vector<const json*>& objects, const char* key, std::string_view value) {
    return std::ranges::any_of(objects,
                               [&](const json* object) { return text(*object, key) == value; });
}

std::vector<const json*> meta_elements(const Resource& resource, const char* key) {
    const auto meta = resource.body->find("meta");
    return meta == resource.body->end() ? std::vector<const json*>{} : elements(*meta, key);
}

// Old and new URIs of the HL7 v3 code systems end in the same name.
bool has_label(const Resource& resource, std::string_view system_end, std::string_view code) {
    for (const json* label : meta_elements(resource, "security")) {
        const std::string_view system = text(*label, "system");
        if (text(*label, "code") == code && (system.empty() || system.ends_with(system_end))) {
            return true;
        }
    }
    return false;
}

} // namespace

bool is_own_output(const Resource& resource) {
    const json& body = *resource.body;
    if (any_has(elements(body, "identifier"), "system", outcome_identifier_system) ||
        any_has(meta_elements(resource, "tag"), "system", tag_system)) {
        return true;
    }
    for (const json* device : elements(body, "device")) {
        if (any_has(elements(*device, "identifier"), "system", device_identifier_system)) {
            return true;
        }
    }
    return resource.source.type == "Device" &&
           any_has(elements(body, "identifier"), "system", device_identifier_system);
}

bool is_test_data(const Resource& resource) {
    return has_label(resource, "ActReason", "HTEST");
}

bool is_restricted(const Resource& resource) {
    return has_label(resource, "Confidentiality", "R") ||
           has_label(resource, "Confidentiality", "V");
}

} // namespace embolink
