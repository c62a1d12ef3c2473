#include "tests/support/pipeline.hpp"

#include "mapping/definitions/embedded.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <stdexcept>

namespace embolink::test {
namespace {

std::string stand_in_digest(const std::string& text) {
    const std::string digits = std::to_string(std::hash<std::string>{}(text));
    return std::string(64 - digits.size(), '0') + digits;
}

Definitions load() {
    std::vector<DefinitionFile> files;
    for (const auto& [name, text] : embedded_definitions()) {
        files.push_back({std::string{name}, std::string{text}, stand_in_digest(std::string{text})});
    }
    return load_definitions(files, "", stand_in_digest);
}

} // namespace

const Definitions& test_definitions() {
    static const Definitions definitions = load();
    return definitions;
}

const TrialDefinition& test_trial() {
    return test_definitions().trials.at("maire-2012");
}

Resource resource_of(const nlohmann::json& json) {
    const ParsedJson parsed = parse_json(json.dump());
    if (parsed.value == nullptr) {
        throw std::invalid_argument("test resource: " + parsed.error);
    }
    auto resource = make_resource(parsed.value, stand_in_digest(canonical_json(*parsed.value)));
    if (!resource) {
        throw std::invalid_argument("test resource has no resourceType");
    }
    return *resource;
}

} // namespace embolink::test
