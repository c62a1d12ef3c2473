#include "mapping/outcomes/references.hpp"

#include "mapping/facts/own_output.hpp"
#include "mapping/outcomes/codes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::string_view source_version =
    "https://embolink.org/fhir/StructureDefinition/source-version";

// FHIR R4 datatype id, which a version in a URL must be.
bool is_fhir_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

// A reader's decision is named like a resource and is none that FHIR has.
bool is_decision(std::string_view reference) {
    return reference.starts_with("Adjudication/");
}

json with_type(json reference, const std::string& container) {
    const std::string_view type = resource_type(container);
    if (is_decision(container)) {
        return reference;
    }
    if (!reference.contains("reference") && !type.empty()) {
        reference["type"] = type;
    }
    return reference;
}

} // namespace

std::string container_of(std::string_view reference) {
    return std::string{reference.substr(0, reference.find('#'))};
}

std::string_view resource_type(std::string_view reference) {
    const std::string_view path = reference.substr(0, reference.find('#'));
    const std::size_t id = path.rfind('/');
    if (id == std::string_view::npos) {
        return {};
    }
    const std::string_view before = path.substr(0, id);
    const std::size_t slash = before.rfind('/');
    return slash == std::string_view::npos ? before : before.substr(slash + 1);
}

json linked(const std::set<std::string>& references, const ReferenceLink& link) {
    json list = json::array();
    for (const std::string& reference : references) {
        if (auto written = is_decision(reference) ? std::nullopt : link(reference)) {
            list.push_back(with_type(std::move(*written), reference));
        }
    }
    return list;
}

json versioned_reference(const RecordSource& source, const ReferenceLink& link) {
    const std::string container = container_of(source.reference);
    // Without a link the source is still named: a Reference of a display alone is valid, and the
    // trail has no hole.
    const auto reachable = is_decision(container) ? std::nullopt : link(container);
    json written = with_type(reachable.value_or(json{{"display", container}}), container);
    if (source.version.empty()) {
        return written;
    }
    if (written.contains("reference") && is_fhir_id(source.version)) {
        written["reference"] =
            written["reference"].get<std::string>() + "/_history/" + source.version;
    }
    written["extension"] =
        json::array({{{"url", source_version}, {"valueString", source.version}}});
    return written;
}

json software_reference(const std::string& software_version) {
    return {{"type", "Device"},
            {"identifier", {{"system", device_identifier_system}, {"value", "embolink"}}},
            {"display", "embolink " + software_version}};
}

json written_meta(std::string_view profile) {
    return {{"profile", json::array({profile})},
            {"tag", json::array({coding(tag_codes(), derived_tag_code)})}};
}

} // namespace embolink
