#include "connector/sandbox/search_parameters.hpp"

#include <algorithm>

namespace embolink::sandbox {
namespace {

using Paths = std::vector<std::string>;

SearchParameter token(std::string name, Paths paths) {
    return {std::move(name), ParameterKind::token, std::move(paths), ""};
}

SearchParameter token(const std::string& name) {
    return token(name, Paths{name});
}

SearchParameter date(std::string name, Paths paths) {
    return {std::move(name), ParameterKind::date, std::move(paths), ""};
}

SearchParameter reference(std::string name, Paths paths, std::string target = "") {
    return {std::move(name), ParameterKind::reference, std::move(paths), std::move(target)};
}

SearchParameter patient(const std::string& path = "subject") {
    return reference("patient", {path}, "Patient");
}

SearchParameter subject() {
    return reference("subject", {"subject"});
}

std::vector<ServedType> clinical_types() {
    return {
        {"AdverseEvent",
         {token("actuality"),
          token("category"),
          date("date", {"date"}),
          token("event"),
          token("seriousness"),
          token("severity"),
          subject()}},
        {"BodyStructure",
         {token("identifier"), token("location"), token("morphology"), patient("patient")}},
        {"Condition",
         {token("category"),
          token("clinical-status", {"clinicalStatus"}),
          token("code"),
          token("identifier"),
          date("onset-date", {"onsetDateTime", "onsetPeriod"}),
          patient(),
          date("recorded-date", {"recordedDate"}),
          subject(),
          token("verification-status", {"verificationStatus"})}},
        {"DiagnosticReport",
         {token("category"),
          token("code"),
          date("date", {"effectiveDateTime", "effectivePeriod"}),
          token("identifier"),
          date("issued", {"issued"}),
          patient(),
          reference("result", {"result"}, "Observation"),
          token("status"),
          subject()}},
        {"Encounter",
         {token("class"),
          date("date", {"period"}),
          token("identifier"),
          patient(),
          token("status"),
          subject(),
          token("type")}},
        {"ImagingStudy",
         {token("identifier"),
          token("modality", {"series.modality"}),
          patient(),
          date("started", {"started"}),
          token("status"),
          subject()}},
        {"Observation",
         {token("category"),
          token("code"),
          date("date", {"effectiveDateTime", "effectivePeriod", "effectiveInstant"}),
          reference("derived-from", {"derivedFrom"}),
          reference("device", {"device"}),
          reference("focus", {"focus"}),
          token("identifier"),
          reference("part-of", {"partOf"}),
          patient(),
          reference("specimen", {"specimen"}, "Specimen"),
          token("status"),
          subject()}},
        {"Procedure",
         {token("category"),
          token("code"),
          date("date", {"performedDateTime", "performedPeriod"}),
          reference("encounter", {"encounter"}, "Encounter"),
          token("identifier"),
          patient(),
          token("status"),
          subject()}},
        {"Specimen",
         {date("collected", {"collection.collectedDateTime", "collection.collectedPeriod"}),
          token("identifier"),
          patient(),
          token("status"),
          subject(),
          token("type")}},
    };
}

std::vector<ServedType> drug_types() {
    const SearchParameter code = token("code", {"medicationCodeableConcept"});
    const SearchParameter medication =
        reference("medication", {"medicationReference"}, "Medication");
    return {
        {"Medication", {token("code"), token("identifier"), token("status")}},
        {"MedicationAdministration",
         {code,
          date("effective-time", {"effectiveDateTime", "effectivePeriod"}),
          token("identifier"),
          medication,
          patient(),
          token("status"),
          subject()}},
        {"MedicationDispense",
         {code,
          token("identifier"),
          medication,
          patient(),
          token("status"),
          subject(),
          date("whenhandedover", {"whenHandedOver"}),
          date("whenprepared", {"whenPrepared"})}},
        {"MedicationRequest",
         {date("authoredon", {"authoredOn"}),
          token("category"),
          code,
          token("identifier"),
          token("intent"),
          medication,
          patient(),
          token("status"),
          subject()}},
        {"MedicationStatement",
         {token("category"),
          code,
          date("effective", {"effectiveDateTime", "effectivePeriod"}),
          token("identifier"),
          medication,
          patient(),
          token("status"),
          subject()}},
    };
}

std::vector<ServedType> other_types() {
    return {
        {"Device", {token("identifier"), patient("patient"), token("status"), token("type")}},
        {"Group",
         {token("code"),
          token("identifier"),
          reference("member", {"member.entity"}),
          token("type")}},
        {"List",
         {token("code"),
          token("identifier"),
          reference("item", {"entry.item"}),
          patient(),
          token("status"),
          subject()}},
        {"Location", {token("identifier"), token("status"), token("type")}},
        {"Organization", {token("active"), token("identifier"), token("type")}},
        {"Patient",
         {token("active"),
          date("birthdate", {"birthDate"}),
          token("gender"),
          token("identifier"),
          reference("link", {"link.other"})}},
        {"Practitioner", {token("active"), token("identifier")}},
        {"Provenance",
         {reference("agent", {"agent.who"}),
          reference("entity", {"entity.what"}),
          patient("target"),
          date("recorded", {"recorded"}),
          reference("target", {"target"})}},
    };
}

std::vector<ServedType> all_types() {
    std::vector<ServedType> types = clinical_types();
    for (auto* more : {drug_types, other_types}) {
        for (ServedType& type : more()) {
            types.push_back(std::move(type));
        }
    }
    std::sort(types.begin(), types.end(), [](const ServedType& a, const ServedType& b) {
        return a.type < b.type;
    });
    return types;
}

const SearchParameter* named(const std::vector<SearchParameter>& list, std::string_view name) {
    const auto found = std::find_if(
        list.begin(), list.end(), [name](const SearchParameter& p) { return p.name == name; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

const std::vector<ServedType>& served_types() {
    static const std::vector<ServedType> types = all_types();
    return types;
}

const ServedType* find_served_type(std::string_view type) {
    for (const ServedType& served : served_types()) {
        if (served.type == type) {
            return &served;
        }
    }
    return nullptr;
}

const std::vector<SearchParameter>& common_parameters() {
    static const std::vector<SearchParameter> parameters = {
        token("_id", {"id"}), date("_lastUpdated", {"meta.lastUpdated"})};
    return parameters;
}

const SearchParameter* find_parameter(const ServedType& type, std::string_view name) {
    const SearchParameter* own = named(type.parameters, name);
    return own != nullptr ? own : named(common_parameters(), name);
}

} // namespace embolink::sandbox
