#include "mapping/fhir/resource.hpp"

#include "mapping/fhir/json_tokens.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

namespace {

// A string member, or "" when it is absent or of another type.
std::string string_member(const nlohmann::json& object, const char* key) {
    const auto member = object.find(key);
    if (member == object.end() || !member->is_string()) {
        return {};
    }
    return member->get<std::string>();
}

void write(const nlohmann::json& value, std::string& out) {
    if (const std::optional<std::string_view> token = decimal_token_text(value)) {
        out += *token;
    } else if (value.is_object()) {
        out += '{';
        const char* separator = "";
        for (const auto& [key, member] : value.items()) { // nlohmann keeps keys sorted
            out += separator;
            append_json_string(key, out);
            out += ':';
            write(member, out);
            separator = ",";
        }
        out += '}';
    } else if (value.is_array()) {
        out += '[';
        const char* separator = "";
        for (const auto& member : value) {
            out += separator;
            write(member, out);
            separator = ",";
        }
        out += ']';
    } else if (value.is_string()) {
        append_json_string(value.get_ref<const std::string&>(), out);
    } else {
        out += value.dump();
    }
}

} // namespace

std::string Resource::version() const {
    return source.version_id.empty() ? "sha256:" + content_hash : source.version_id;
}

std::string canonical_json(const nlohmann::json& value) {
    std::string out;
    write(value, out);
    return out;
}

std::optional<Resource> make_resource(std::shared_ptr<const nlohmann::json> body,
                                      std::string content_hash) {
    if (!body || !body->is_object()) {
        return std::nullopt;
    }
    SourceRef source;
    source.type = string_member(*body, "resourceType");
    if (source.type.empty()) {
        return std::nullopt;
    }
    source.id = string_member(*body, "id");
    if (const auto meta = body->find("meta"); meta != body->end() && meta->is_object()) {
        source.version_id = string_member(*meta, "versionId");
        source.last_updated = string_member(*meta, "lastUpdated");
    }
    return Resource{std::move(source), std::move(body), std::move(content_hash), false};
}

} // namespace embolink
