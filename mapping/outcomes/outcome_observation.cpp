// Element by element, in the order of FHIR R4 Observation. nlohmann sorts keys, so that the order
// here moves no byte; arrays keep the order in which they are built.
#include "mapping/outcomes/outcome_observation.hpp"

#include "mapping/endpoints/record_json.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/outcomes/codes.hpp"
#include "mapping/outcomes/outcome.hpp"
#include "mapping/records/caution_flags.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::string_view ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";

// FHIR R4 Observation.derivedFrom takes these types; a DiagnosticReport is none of them. What does
// not fit stands in the Provenance.
constexpr std::array<std::string_view, 6> derived_from_types = {"DocumentReference",
                                                                "ImagingStudy",
                                                                "Media",
                                                                "QuestionnaireResponse",
                                                                "Observation",
                                                                "MolecularSequence"};

std::set<std::string> containers(const std::set<std::string>& references) {
    std::set<std::string> found;
    for (const std::string& reference : references) {
        found.insert(container_of(reference));
    }
    return found;
}

std::set<std::string> derived_from(const EndpointRecord& record) {
    std::set<std::string> found;
    for (const RecordSource& source : record.sources) {
        if (std::ranges::find(derived_from_types, resource_type(source.reference)) !=
            derived_from_types.end()) {
            found.insert(container_of(source.reference));
        }
    }
    return found;
}

void add_if_any(json& resource, const char* key, json list) {
    if (!list.empty()) {
        resource[key] = std::move(list);
    }
}

void add_references(json& resource, const EndpointRecord& record, const OutcomeContext& context) {
    if (context.cohort != nullptr) {
        const EndpointRecord& cohort = *context.cohort;
        add_if_any(resource, "focus", linked(containers(named_diagnoses(cohort)), context.link));
        add_if_any(resource, "partOf", linked(containers(named_sessions(cohort)), context.link));
    }
    add_if_any(resource, "derivedFrom", linked(derived_from(record), context.link));
}

// The time that the value speaks about: from T0 to the analysis date, without one to the cut.
json effective_period(const EndpointRecord& record) {
    json period = json::object();
    if (record.start) {
        period["start"] = to_iso(*record.start);
    }
    if (const std::optional<Date> end = record.date ? record.date : record.as_of) {
        period["end"] = to_iso(*end);
    }
    return period;
}

// FHIR's comparator says what censoring means: the true time is at least this long. It is a
// modifier element, so that a reader who knows nothing of censoring is still not misled.
json days_quantity(const EndpointRecord& record) {
    json quantity = {{"value", record.days.value_or(0)},
                     {"unit", "d"},
                     {"system", "http://unitsofmeasure.org"},
                     {"code", "d"}};
    if (std::holds_alternative<Censored>(record.status)) {
        quantity["comparator"] = ">=";
    }
    return quantity;
}

std::string_view ncit_code(std::string_view response) {
    return response == "CR"   ? "C159715"
           : response == "PR" ? "C159547"
           : response == "SD" ? "C159546"
           : response == "PD" ? "C159716"
           : response == "NE" ? "C62222"
                              : "";
}

std::string_view ncit_display(std::string_view response) {
    return response == "CR"   ? "RECIST Complete Response"
           : response == "PR" ? "RECIST Partial Response"
           : response == "SD" ? "RECIST Stable Disease"
           : response == "PD" ? "RECIST Progressive Disease"
                              : "Not Evaluable";
}

// A category that came from a disease trend is not called RECIST.
bool from_trend(const EndpointRecord& record) {
    return std::ranges::any_of(record.flags, [](const std::string& flag) {
        return flag == "trend-only" || flag == "response-unspecified";
    });
}

json response_concept(const EndpointRecord& record, const std::string& response) {
    json value = concept_of(response_codes(), response);
    const std::string_view code = ncit_code(response);
    if (!code.empty() && !from_trend(record)) {
        value["coding"].push_back(
            {{"system", ncit}, {"code", code}, {"display", ncit_display(response)}});
    }
    return value;
}

json absent_reason(const std::string& reason) {
    json value = concept_of(reason_codes(), reason);
    value["coding"].push_back(
        {{"system", "http://terminology.hl7.org/CodeSystem/data-absent-reason"},
         {"code", data_absent_reason(reason)}});
    return value;
}

void add_value(json& resource, const EndpointRecord& record) {
    if (const auto* none = std::get_if<NotEvaluable>(&record.status)) {
        resource["dataAbsentReason"] = absent_reason(none->reason);
    } else if (const auto* value = std::get_if<Value>(&record.status)) {
        if (const auto* truth = std::get_if<bool>(&value->value)) {
            resource["valueBoolean"] = *truth;
        } else {
            resource["valueCodeableConcept"] = response_concept(record, value_text(*value));
        }
    } else {
        resource["valueQuantity"] = days_quantity(record);
    }
}

// Components in the order of component_codes().
class Components {
public:
    void add(std::string_view code, const char* value_key, json value) {
        list_.push_back({{"code", concept_of(component_codes(), code)}, {value_key, value}});
    }

    void add_date(std::string_view code, const std::optional<Date>& date) {
        if (date) {
            add(code, "valueDateTime", to_iso(*date));
        }
    }

    json take() { return std::move(list_); }

private:
    json list_ = json::array();
};

json components(const EndpointRecord& record) {
    Components list;
    list.add("arm", "valueCodeableConcept", concept_of(arm_codes(), record.arm));
    list.add_date("start", record.start);
    if (const auto* event = std::get_if<Event>(&record.status)) {
        list.add("event", "valueBoolean", true);
        list.add("reason", "valueCodeableConcept", concept_of(reason_codes(), event->reason));
    } else if (const auto* censored = std::get_if<Censored>(&record.status)) {
        list.add("event", "valueBoolean", false);
        list.add("reason", "valueCodeableConcept", concept_of(reason_codes(), censored->reason));
    }
    list.add_date("date", record.date);
    list.add_date("left", record.left);
    list.add_date("right", record.right);
    for (const std::string& flag : record.flags) {
        if (is_caution_flag(flag)) {
            list.add("caution", "valueCodeableConcept", concept_of(caution_codes(), flag));
        }
    }
    list.add_date("as-of", record.as_of);
    list.add("rules-version", "valueString", record.rules_version);
    return list.take();
}

std::string_view profile_of(const EndpointRecord& record) {
    return record.param == "PFS" || record.param == "OS"
               ? "https://embolink.org/fhir/StructureDefinition/outcome-time-to-event"
           : record.param == "BOR"
               ? "https://embolink.org/fhir/StructureDefinition/outcome-best-response"
               : "https://embolink.org/fhir/StructureDefinition/outcome-yes-no";
}

json method(const EndpointRecord& record) {
    json value = {
        {"text", "embolink's rules for the trial " + record.trial + " " + record.trial_version}};
    if (json trial = coding(trial_codes(), record.trial); !trial.is_null()) {
        value["coding"] = json::array({std::move(trial)});
    }
    return value;
}

} // namespace

json outcome_observation(const EndpointRecord& record, const OutcomeContext& context) {
    json resource = {
        {"resourceType", "Observation"},
        {"meta", written_meta(profile_of(record))},
        {"identifier",
         json::array({{{"system", outcome_identifier_system}, {"value", context.identifier}}})},
        {"status", context.status},
        {"category", json::array({concept_of(category_codes(), "derived-audit")})},
        {"code", concept_of(outcome_codes(), record.param)},
        {"subject", {{"reference", context.subject}}},
        {"effectivePeriod", effective_period(record)},
        {"method", method(record)},
        {"device", software_reference(context.software_version)},
        {"component", components(record)},
    };
    add_references(resource, record, context);
    add_value(resource, record);
    for (const std::string& note : context.notes) {
        resource["note"].push_back({{"text", note}});
    }
    return resource;
}

json retracted_observation(const json& current) {
    json resource = current;
    resource["status"] = "entered-in-error";
    if (const auto meta = resource.find("meta"); meta != resource.end()) {
        meta->erase("versionId");
        meta->erase("lastUpdated");
    }
    return resource;
}

} // namespace embolink
