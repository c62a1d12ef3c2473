#include "mapping/outcomes/outcome_provenance.hpp"

#include "mapping/outcomes/codes.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::string_view ours = "https://embolink.org/fhir/";

// Contained resources are cited by their container, and one version is one entity whatever roles it
// played: the roles stand in the records.
json entities(const std::vector<EndpointRecord>& records, const ReferenceLink& link) {
    std::set<std::pair<std::string, std::string>> versions;
    for (const EndpointRecord& record : records) {
        for (const RecordSource& source : record.sources) {
            versions.emplace(container_of(source.reference), source.version);
        }
    }
    json list = json::array();
    for (const auto& [reference, version] : versions) {
        list.push_back({{"role", "source"},
                        {"what", versioned_reference({reference, version, "", ""}, link)}});
    }
    return list;
}

// Provenance.policy: "Policy or plan the activity was defined by".
json policies(const std::vector<EndpointRecord>& records) {
    std::set<std::string> plans;
    for (const EndpointRecord& record : records) {
        plans.insert(std::string{ours} + "rules/" + record.rules_version);
        plans.insert(std::string{ours} + "trials/" + record.trial + "/" + record.trial_version);
    }
    return plans;
}

json participant(const char* code, const char* display) {
    return {{"coding",
             json::array(
                 {{{"system", "http://terminology.hl7.org/CodeSystem/provenance-participant-type"},
                   {"code", code},
                   {"display", display}}})}};
}

json agent(const std::string& software_version) {
    // The reference names the software, the extension which release of it: Provenance has no
    // element for that, and a display is not for programs.
    return {{"extension",
             json::array({{{"url", std::string{ours} + "StructureDefinition/software-version"},
                           {"valueString", software_version}}})},
            {"type", participant("assembler", "Assembler")},
            {"who", software_reference(software_version)}};
}

json agents(const ProvenanceContext& context) {
    json list = json::array({agent(context.software_version)});
    if (!context.verifier.empty()) {
        list.push_back({{"type", participant("verifier", "Verifier")},
                        {"who", {{"display", context.verifier}}}});
    }
    return list;
}

} // namespace

json outcome_provenance(const std::vector<EndpointRecord>& records,
                        const ProvenanceContext& context) {
    json targets = json::array();
    for (const std::string& target : context.targets) {
        targets.push_back({{"reference", target}});
    }
    json resource = {
        {"resourceType", "Provenance"},
        {"meta", written_meta(std::string{ours} + "StructureDefinition/outcome-provenance")},
        {"target", std::move(targets)},
        {"recorded", context.recorded},
        {"policy", policies(records)},
        {"activity", concept_of(activity_codes(), "derive-outcomes")},
        {"agent", agents(context)},
    };
    if (json sources = entities(records, context.link); !sources.empty()) {
        resource["entity"] = std::move(sources);
    }
    return resource;
}

} // namespace embolink
