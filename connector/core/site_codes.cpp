#include "connector/core/site_codes.hpp"

#include "connector/core/error.hpp"
#include "connector/core/site_file.hpp"

namespace embolink {
namespace {

using nlohmann::json;

class CodeReader {
public:
    CodeReader(const std::filesystem::path& folder, ConfigFaults& faults)
        : folder_(folder), faults_(faults) {}

    // A resource written out, or the path of a file that holds one.
    void read(const json& value, const std::string& pointer, const std::string& type);

    SiteCodes take() { return std::move(found_); }

private:
    void concept_map(const json& map, const std::string& pointer);
    void map_group(const json& group, const std::string& pointer);
    void value_set(const json& set, const std::string& pointer);

    void fault(const std::string& pointer, const std::string& expected) {
        faults_.push_back(pointer + ": expected " + expected);
    }

    // The list under `key`; absent or of another type is a fault.
    const json& list(const json& object, const char* key, const std::string& pointer);
    std::string text(const json& object, const char* key, const std::string& pointer);

    const std::filesystem::path& folder_;
    ConfigFaults& faults_;
    SiteCodes found_;
    json nothing_ = json::array();
};

const json& CodeReader::list(const json& object, const char* key, const std::string& pointer) {
    if (object.is_object() && object.contains(key) && object[key].is_array()) {
        return object[key];
    }
    fault(pointer + "/" + key, "a list");
    return nothing_;
}

std::string CodeReader::text(const json& object, const char* key, const std::string& pointer) {
    if (object.is_object() && object.contains(key) && object[key].is_string() &&
        !object[key].get_ref<const std::string&>().empty()) {
        return object[key].get<std::string>();
    }
    fault(pointer + "/" + key, "text that is not empty");
    return "";
}

void CodeReader::read(const json& value, const std::string& pointer, const std::string& type) {
    json from_file;
    std::string where = pointer;
    if (value.is_string()) {
        const std::filesystem::path path = folder_ / value.get<std::string>();
        ConfigFaults faults;
        try {
            from_file = parse_config_json(read_config_file(path), faults);
        } catch (const Error&) {
            fault(pointer, "a file that can be read: " + path.string());
            return;
        }
        for (const std::string& one : faults) {
            faults_.push_back(path.string() + ": " + one);
        }
        if (!faults.empty()) {
            return;
        }
        found_.file_texts.push_back(from_file.dump());
        where = path.string() + "#";
    }
    const json& resource = value.is_string() ? from_file : value;
    if (!resource.is_object() || resource.value("resourceType", json()) != type) {
        fault(where, "a FHIR " + type + " or the path of one");
    } else if (type == "ConceptMap") {
        concept_map(resource, where);
    } else {
        value_set(resource, where);
    }
}

void CodeReader::concept_map(const json& map, const std::string& pointer) {
    const json& groups = list(map, "group", pointer);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        map_group(groups[i], pointer + "/group/" + std::to_string(i));
    }
}

void CodeReader::map_group(const json& group, const std::string& pointer) {
    // R4: a group without source maps codes that come without a system.
    const bool any_source = group.is_object() && group.contains("source");
    const std::string system = any_source ? text(group, "source", pointer) : "";
    const bool any_target = group.is_object() && group.contains("target");
    const std::string target_system = any_target ? text(group, "target", pointer) : "";
    const bool units = target_system == ucum_system;
    const json& elements = list(group, "element", pointer);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::string here = pointer + "/element/" + std::to_string(i);
        const std::string code = text(elements[i], "code", here);
        const json& targets = list(elements[i], "target", here);
        for (std::size_t t = 0; t < targets.size(); ++t) {
            const std::string at = here + "/target/" + std::to_string(t);
            const bool has_kind = targets[t].is_object() && targets[t].contains("equivalence");
            const std::string kind = has_kind ? text(targets[t], "equivalence", at) : "";
            if (kind == "unmatched" || kind == "disjoint") {
                continue;
            }
            const std::string meaning = text(targets[t], "code", at);
            if (units) {
                found_.unit_spellings.push_back({code, meaning});
            } else if (system == local_text_system) {
                found_.phrases.push_back({code, meaning, target_system});
            } else {
                found_.codes.push_back({system, code, meaning, !any_source, target_system});
            }
        }
    }
}

void CodeReader::value_set(const json& set, const std::string& pointer) {
    // The shipped ones are called DOMAIN.CONCEPT; no concept's name has a dot.
    const std::string id = text(set, "id", pointer);
    const std::string name = id.substr(id.find('.') + 1);
    const json compose = set.value("compose", json::object());
    const json& includes = list(compose, "include", pointer + "/compose");
    for (std::size_t i = 0; i < includes.size(); ++i) {
        const std::string here = pointer + "/compose/include/" + std::to_string(i);
        const std::string system = text(includes[i], "system", here);
        const json& codes = list(includes[i], "concept", here);
        for (std::size_t c = 0; c < codes.size(); ++c) {
            const std::string at = here + "/concept/" + std::to_string(c);
            found_.codes.push_back({system, text(codes[c], "code", at), name});
        }
    }
}

} // namespace

SiteCodes
read_site_codes(JsonObject& site, const std::filesystem::path& folder, ConfigFaults& faults) {
    CodeReader reader(folder, faults);
    site.each("concept_maps", [&](const json& value, const std::string& pointer) {
        reader.read(value, pointer, "ConceptMap");
    });
    site.each("value_sets", [&](const json& value, const std::string& pointer) {
        reader.read(value, pointer, "ValueSet");
    });
    return reader.take();
}

} // namespace embolink
