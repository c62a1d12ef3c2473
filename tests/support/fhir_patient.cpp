#include "tests/support/fhir_patient.hpp"

#include <stdexcept>

namespace embolink::test {

using nlohmann::json;

namespace {

constexpr auto snomed = "http://snomed.info/sct";
constexpr auto loinc = "http://loinc.org";
constexpr auto ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";

json concept_of(const std::string& system, const std::string& code) {
    return {{"coding", json::array({{{"system", system}, {"code", code}}})}};
}

} // namespace

Date scenario_t0() {
    return *date_from_iso("2012-01-10");
}

std::string on_day(int day) {
    return to_iso(plus_days(scenario_t0(), day));
}

std::string recist_code(std::string_view category) {
    if (category == "CR") {
        return "C159715";
    }
    if (category == "PR") {
        return "C159547";
    }
    if (category == "SD") {
        return "C159546";
    }
    if (category == "PD") {
        return "C159716";
    }
    if (category == "NE") {
        return "C62222";
    }
    throw std::invalid_argument("no such category");
}

FhirPatient::FhirPatient(std::string id)
    : id_{std::move(id)}, patient_{{"resourceType", "Patient"},
                                   {"id", id_},
                                   {"birthDate", "1950-06-01"}} {}

FhirPatient& FhirPatient::born(std::string date) {
    patient_["birthDate"] = std::move(date);
    return *this;
}

FhirPatient& FhirPatient::died(int day) {
    return deceased(on_day(day));
}

FhirPatient& FhirPatient::deceased(json value) {
    patient_[value.is_boolean() ? "deceasedBoolean" : "deceasedDateTime"] = std::move(value);
    return *this;
}

FhirPatient& FhirPatient::midgut_tumour() {
    return condition("http://hl7.org/fhir/sid/icd-10-cm", "C7A.012");
}

FhirPatient& FhirPatient::liver_metastasis() {
    return condition("http://hl7.org/fhir/sid/icd-10-cm", "C7B.02");
}

FhirPatient& FhirPatient::condition(std::string system, std::string code, int onset_day) {
    return add({{"resourceType", "Condition"},
                {"code", concept_of(system, code)},
                {"onsetDateTime", on_day(onset_day)}});
}

FhirPatient& FhirPatient::chemoembolization(int day, json extra) {
    return procedure(snomed, "314617008", day, std::move(extra));
}

FhirPatient& FhirPatient::embolization_37243(int day, json extra) {
    extra["bodySite"] = json::array({concept_of(snomed, "76015000")});
    return procedure("http://www.ama-assn.org/go/cpt", "37243", day, std::move(extra));
}

FhirPatient& FhirPatient::procedure(std::string system, std::string code, int day, json extra) {
    json row{{"resourceType", "Procedure"},
             {"status", "completed"},
             {"code", concept_of(system, code)},
             {"performedDateTime", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

json FhirPatient::intra_arterial() {
    return {{"dosage", {{"route", concept_of(snomed, "58100008")}}}};
}

FhirPatient& FhirPatient::administration(std::string name, int day, json extra) {
    json row{{"resourceType", "MedicationAdministration"},
             {"status", "completed"},
             {"medicationCodeableConcept", {{"text", std::move(name)}}},
             {"effectiveDateTime", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::statement(std::string atc, int day, json extra) {
    json row{{"resourceType", "MedicationStatement"},
             {"status", "active"},
             {"medicationCodeableConcept", concept_of("http://fhir.de/CodeSystem/bfarm/atc", atc)},
             {"effectivePeriod", {{"start", on_day(day)}}}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::request(std::string atc, int day, json extra) {
    json row{{"resourceType", "MedicationRequest"},
             {"status", "active"},
             {"intent", "order"},
             {"medicationCodeableConcept", concept_of("http://fhir.de/CodeSystem/bfarm/atc", atc)},
             {"authoredOn", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::ct(int day) {
    return add({{"resourceType", "ImagingStudy"},
                {"status", "available"},
                {"started", on_day(day)},
                {"procedureCode", json::array({concept_of(loinc, "79103-8")})},
                {"modality",
                 json::array({{{"system", "http://dicom.nema.org/resources/ontology/DCM"},
                               {"code", "CT"}}})}});
}

FhirPatient& FhirPatient::ct_report(int day, json extra) {
    json row{{"resourceType", "DiagnosticReport"},
             {"status", "final"},
             {"category",
              json::array({concept_of("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD")})},
             {"code", concept_of(loinc, "79103-8")},
             {"effectiveDateTime", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::response(std::string_view category, int day, json extra) {
    json row{{"resourceType", "Observation"},
             {"status", "final"},
             {"code", concept_of(ncit, "C96613")},
             {"valueCodeableConcept", concept_of(ncit, recist_code(category))},
             {"effectiveDateTime", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::trend(std::string code, int day, bool imaging_evidence) {
    json row{{"resourceType", "Observation"},
             {"status", "final"},
             {"code", concept_of(loinc, "97509-4")},
             {"valueCodeableConcept", concept_of(snomed, code)},
             {"effectiveDateTime", on_day(day)}};
    if (imaging_evidence) {
        row["extension"] =
            json::array({{{"url",
                           "http://hl7.org/fhir/us/mcode/StructureDefinition/"
                           "mcode-cancer-disease-status-evidence-type"},
                          {"valueCodeableConcept", concept_of(snomed, "363679005")}}});
    }
    return add(std::move(row));
}

FhirPatient& FhirPatient::lab(
    std::string code, std::string value, std::string unit, int day, std::string high, json extra) {
    // Values go in as JSON tokens, so that "5.0" stays "5.0"; "<2" becomes a comparator.
    json quantity{{"unit", unit}, {"system", "http://unitsofmeasure.org"}, {"code", unit}};
    while (!value.empty() && (value[0] == '<' || value[0] == '>')) {
        quantity["comparator"] = quantity.value("comparator", "") + value.substr(0, 1);
        value.erase(0, 1);
    }
    quantity["value"] = json::parse(value);
    json row{{"resourceType", "Observation"},
             {"status", "final"},
             {"code", concept_of(loinc, code)},
             {"valueQuantity", quantity},
             {"effectiveDateTime", on_day(day)}};
    if (!high.empty()) {
        row["referenceRange"] = json::array(
            {{{"high", {{"value", json::parse(high)}, {"unit", unit}, {"code", unit}}}}});
    }
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::adverse_event(std::string ncit_grade, int day, json extra) {
    constexpr auto guide = "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/";
    json row{{"resourceType", "AdverseEvent"},
             {"actuality", "actual"},
             {"modifierExtension",
              json::array({{{"url", std::string{guide} + "status"}, {"valueCode", "completed"}}})},
             {"extension",
              json::array({{{"url", std::string{guide} + "ae-grade"},
                            {"valueCodeableConcept", concept_of(ncit, ncit_grade)}}})},
             {"event", concept_of("https://www.meddra.org", "10019663")},
             {"date", on_day(day)}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

FhirPatient& FhirPatient::encounter(int day) {
    return add({{"resourceType", "Encounter"},
                {"status", "finished"},
                {"class",
                 {{"system", "http://terminology.hl7.org/CodeSystem/v3-ActCode"}, {"code", "AMB"}}},
                {"period", {{"start", on_day(day)}, {"end", on_day(day)}}}});
}

FhirPatient& FhirPatient::in_hospital(int from, int to, json extra) {
    json row{{"resourceType", "Encounter"},
             {"status", "finished"},
             {"class",
              {{"system", "http://terminology.hl7.org/CodeSystem/v3-ActCode"}, {"code", "IMP"}}},
             {"period", {{"start", on_day(from)}, {"end", on_day(to)}}}};
    row.update(extra.is_null() ? json::object() : extra);
    return add(std::move(row));
}

std::string FhirPatient::next_id(std::string_view type) {
    return id_ + "-" + std::string{type} + "-" + std::to_string(++counter_);
}

FhirPatient& FhirPatient::add(json resource) {
    const std::string type = resource.at("resourceType");
    if (!resource.contains("id")) {
        resource["id"] = next_id(type);
    }
    const char* subject = type == "Medication" ? nullptr : "subject";
    if (subject != nullptr && !resource.contains(subject)) {
        resource[subject] = {{"reference", "Patient/" + id_}};
    }
    rest_.push_back(std::move(resource));
    return *this;
}

std::vector<json> FhirPatient::resources() const {
    std::vector<json> all{patient_};
    all.insert(all.end(), rest_.begin(), rest_.end());
    return all;
}

FhirPatient included(std::string id) {
    return FhirPatient{std::move(id)}
        .midgut_tumour()
        .liver_metastasis()
        .encounter(-400)
        .ct(-20)
        .chemoembolization(0);
}

} // namespace embolink::test
