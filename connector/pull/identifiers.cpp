#include "connector/pull/identifiers.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

using nlohmann::json;

std::set<std::string> identifiers_of(const json& patient) {
    std::set<std::string> out;
    const auto identifiers = patient.find("identifier");
    if (identifiers == patient.end() || !identifiers->is_array()) {
        return out;
    }
    const auto text = [](const json& object, const char* key) {
        const bool there = object.is_object() && object.contains(key) && object[key].is_string();
        return there ? object[key].get<std::string>() : std::string();
    };
    for (const json& identifier : *identifiers) {
        out.insert(text(identifier, "system") + "|" + text(identifier, "value"));
    }
    return out;
}

} // namespace embolink
