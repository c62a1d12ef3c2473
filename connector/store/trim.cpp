// One walk over the tree. Rules name elements by where FHIR R4 has them; those that can stand
// anywhere (attachments, references, extensions) are told by their shape.

#include "connector/store/trim.hpp"

#include "connector/core/json_read.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace embolink {

namespace {

using nlohmann::json;

// Of any resource: Organization.contact and Location.address tell as little that is needed.
constexpr std::array<std::string_view, 5> never_of_a_resource = {
    "text", "telecom", "address", "photo", "contact"};

constexpr std::array<std::string_view, 4> people = {
    "Patient", "Person", "RelatedPerson", "Practitioner"};
constexpr std::array<std::string_view, 3> never_of_a_person = {
    "name", "communication", "generalPractitioner"};

// patient-birthPlace, -citizenship and their like (R4 extensions of Patient).
constexpr std::array<std::string_view, 3> values_about_people = {
    "valueHumanName", "valueAddress", "valueContactPoint"};
constexpr std::string_view mothers_maiden_name = "mothersMaidenName";

// Where a Reference may go by a name alone, without anything else to tell it from a Coding.
constexpr std::array<std::string_view, 14> elements_for_people = {"subject",
                                                                  "patient",
                                                                  "individual",
                                                                  "actor",
                                                                  "onBehalfOf",
                                                                  "performer",
                                                                  "resultsInterpreter",
                                                                  "interpreter",
                                                                  "recorder",
                                                                  "asserter",
                                                                  "requester",
                                                                  "informationSource",
                                                                  "receiver",
                                                                  "authorReference"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::ranges::find(words, word) != words.end();
}

bool never_of(std::string_view resource_type, std::string_view key) {
    return is_one_of(key, never_of_a_resource) ||
           (is_one_of(resource_type, people) && is_one_of(key, never_of_a_person));
}

bool tells_a_person(const json& extension, std::string_view key) {
    return is_one_of(key, values_about_people) ||
           (key == "valueString" && text_of(extension, "url").ends_with(mothers_maiden_name));
}

// `element` is the name under which the object stands. "medicationReference" names a drug.
bool is_name_of_reference(const json& object, std::string_view element, std::string_view key) {
    return key == "display" && element != "medicationReference" &&
           (object.contains("reference") || object.contains("identifier") ||
            is_one_of(element, elements_for_people));
}

// Attachment.data, Binary.data, Signature.data and SampledData.data are texts; elements of that
// name that are not (Consent.provision.data) are something else.
bool is_bulk(std::string_view key, const json& value) {
    return value.is_string() &&
           (key == "data" ||
            (key == "url" && value.get_ref<const std::string&>().starts_with("data:")));
}

// DiagnosticReport.presentedForm in plain text: the report itself.
bool is_report_text(const json& object, std::string_view element, std::string_view key) {
    std::string type{text_of(object, "contentType")};
    std::ranges::transform(type, type.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return element == "presentedForm" && key == "data" && type.starts_with("text/plain");
}

bool must_go(const json& object,
             std::string_view element,
             std::string_view key,
             const json& value) {
    if (key.starts_with('_')) {
        key.remove_prefix(1); // the extensions of a primitive share its fate
    }
    const std::string_view resource_type = text_of(object, "resourceType");
    return (!resource_type.empty() && never_of(resource_type, key)) ||
           tells_a_person(object, key) || is_name_of_reference(object, element, key) ||
           key == "authorString" ||
           (is_bulk(key, value) && !is_report_text(object, element, key)) ||
           (key == "text" && value.is_object() && value.contains("div"));
}

json trimmed(const json& value, std::string_view element) {
    if (value.is_array()) {
        json list = json::array();
        for (const json& one : value) {
            list.push_back(trimmed(one, element));
        }
        return list;
    }
    if (!value.is_object()) {
        return value;
    }
    json object = json::object();
    for (const auto& [key, member] : value.items()) {
        if (!must_go(value, element, key, member)) {
            object[key] = trimmed(member, key);
        }
    }
    return object;
}

} // namespace

nlohmann::json trim_for_store(const nlohmann::json& resource) {
    return trimmed(resource, {});
}

nlohmann::json label_for_store(const nlohmann::json& resource) {
    json label = json::object();
    for (const char* key : {"resourceType", "id", "meta"}) {
        if (const auto member = resource.find(key); member != resource.end()) {
            label[key] = *member;
        }
    }
    return label;
}

} // namespace embolink
