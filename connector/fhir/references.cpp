#include "connector/fhir/references.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace embolink::fhir {

namespace {

using nlohmann::json;

// Real data has a single object where a list belongs, and the other way round.
template <class Use>
void for_each_element(const json& object, const char* key, Use use) {
    const auto member = object.is_object() ? object.find(key) : object.end();
    if (!object.is_object() || member == object.end()) {
        return;
    }
    if (!member->is_array()) {
        use(*member);
        return;
    }
    for (const json& element : *member) {
        use(element);
    }
}

std::optional<std::string> local_target(const json& element, const ServerAddress& server) {
    if (!element.is_object()) {
        return std::nullopt;
    }
    const auto literal = element.find("reference");
    if (literal == element.end() || !literal->is_string()) {
        return std::nullopt;
    }
    return server.local_reference(literal->get_ref<const std::string&>());
}

// An element of a type whose reference is followed, and the types it is followed to.
struct Followed {
    std::string_view type; // "" any
    const char* element;
    std::string_view targets; // blank-separated; "" any
};

// Elements that mapping/facts reads (R2.0, R3.2, R4.7, R4.8, R5.2, R6, R10) and places that the
// issue of a missing angiography suite (R3.2) can name. Encounters and patients are searched or
// read anyway.
constexpr std::array<Followed, 17> followed = {{
    {"MedicationAdministration", "medicationReference", "Medication"},
    {"MedicationRequest", "medicationReference", "Medication"},
    {"MedicationStatement", "medicationReference", "Medication"},
    {"MedicationDispense", "medicationReference", "Medication"},
    {"Observation", "specimen", "Specimen"},
    {"DiagnosticReport", "specimen", "Specimen"},
    {"Observation", "hasMember", "Observation"},
    {"DiagnosticReport", "result", "Observation"},
    {"DiagnosticReport", "imagingStudy", "ImagingStudy"},
    {"Observation", "derivedFrom", "ImagingStudy"},
    {"Observation", "focus", "BodyStructure"},
    {"Procedure", "reasonReference", "Condition Observation DiagnosticReport"},
    {"Procedure", "basedOn", "ServiceRequest"},
    {"",
     "partOf",
     "Procedure ImagingStudy MedicationAdministration MedicationStatement MedicationDispense"},
    {"", "location", "Location"},
    {"", "encounter", "Encounter"},
    {"", "context", "Encounter"},
}};

bool leads_to(const Followed& row, const std::string& reference) {
    const std::string_view type = std::string_view(reference).substr(0, reference.find('/'));
    std::string_view rest = row.targets;
    while (!rest.empty()) {
        const std::size_t blank = rest.find(' ');
        if (rest.substr(0, blank) == type) {
            return true;
        }
        rest = blank == std::string_view::npos ? std::string_view{} : rest.substr(blank + 1);
    }
    return false;
}

bool is_patient_bound(std::string_view type) {
    constexpr std::array<std::string_view, 14> bound = {"Patient",
                                                        "Condition",
                                                        "Procedure",
                                                        "MedicationAdministration",
                                                        "MedicationRequest",
                                                        "MedicationStatement",
                                                        "MedicationDispense",
                                                        "Observation",
                                                        "DiagnosticReport",
                                                        "ImagingStudy",
                                                        "AdverseEvent",
                                                        "Encounter",
                                                        "ServiceRequest",
                                                        "BodyStructure"};
    return std::ranges::find(bound, type) != bound.end();
}

bool names_a_subject(const json& body) {
    return body.contains("subject") || body.contains("patient");
}

} // namespace

std::optional<std::string> subject_of(const Resource& resource, const ServerAddress& server) {
    if (resource.source.type == "Patient") {
        return resource.source.reference();
    }
    const json& body = *resource.body;
    std::optional<std::string> found;
    for_each_element(body, body.contains("subject") ? "subject" : "patient", [&](const json& one) {
        if (!found) {
            found = local_target(one, server);
        }
    });
    return found && found->starts_with("Patient/") ? found : std::nullopt;
}

bool belongs_to(const Resource& resource,
                const std::set<std::string>& patients,
                const ServerAddress& server) {
    if (!is_patient_bound(resource.source.type) && !names_a_subject(*resource.body)) {
        return true;
    }
    const auto subject = subject_of(resource, server);
    return subject && patients.contains(*subject);
}

std::vector<std::string> references_to_hydrate(const Resource& resource,
                                               const ServerAddress& server) {
    std::set<std::string> found;
    const auto take = [&](const Followed& row, const json& element) {
        if (auto target = local_target(element, server); target && leads_to(row, *target)) {
            found.insert(std::move(*target));
        }
    };
    for (const Followed& row : followed) {
        if (row.type.empty() || row.type == resource.source.type) {
            for_each_element(
                *resource.body, row.element, [&](const json& element) { take(row, element); });
        }
    }
    found.erase(resource.source.reference());
    return {found.begin(), found.end()};
}

} // namespace embolink::fhir
