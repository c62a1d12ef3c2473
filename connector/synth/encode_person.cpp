// Patient, conditions, encounters, and the hospital around them.
#include "connector/synth/encode.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace embolink::synth {
namespace {

constexpr std::string_view icd10cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr std::string_view icd10 = "http://hl7.org/fhir/sid/icd-10";
constexpr std::string_view icdo3 = "http://terminology.hl7.org/CodeSystem/icd-o-3";

struct Code {
    std::string_view system;
    std::string_view code;
};

void put_death(Chart& chart, Json& patient) {
    const PatientPlan& plan = chart.plan();
    if (!plan.death)
        return;
    switch (plan.death->precision) {
    case DatePrecision::day:
        patient["deceasedDateTime"] = chart.when(plan.death->day);
        break;
    case DatePrecision::month:
        patient["deceasedDateTime"] = chart.month(plan.death->day);
        break;
    case DatePrecision::year:
        patient["deceasedDateTime"] = chart.day(plan.death->day).substr(0, 4);
        break;
    case DatePrecision::none:
        patient["deceasedBoolean"] = true;
        break;
    }
}

Json patient_of(Chart& chart, const std::string& id) {
    static constexpr const char* given[] = {"Testine", "Probus", "Musterine", "Fictor", "Exempla"};
    static constexpr const char* family[] = {"Syntheticson", "Fabrikat", "Mockmann", "Ersatz"};
    const PatientPlan& plan = chart.plan();
    Json patient{{"resourceType", "Patient"}, {"id", id}};
    char number_text[32];
    std::snprintf(number_text, sizeof number_text, "SYNTH-%08d", plan.index);
    patient["identifier"] =
        Json::array({{{"system", "https://synthetic.example/mrn"}, {"value", number_text}}});
    Json name{{"family", chart.draws().pick(family)}};
    name["given"] = Json::array({chart.draws().pick(given)});
    patient["name"] = Json::array({name});
    patient["gender"] = plan.female ? "female" : "male";
    patient["birthDate"] = to_iso(plan.birth);
    return patient;
}

Json link(const std::string& id, const char* type) {
    Json entry;
    entry["other"] = reference_to("Patient/" + id);
    entry["type"] = type;
    return Json::array({entry});
}

Json condition(Chart& chart, Json code) {
    Json row = chart.start("Condition");
    row["clinicalStatus"] =
        concept_of("http://terminology.hl7.org/CodeSystem/condition-clinical", "active");
    row["verificationStatus"] =
        concept_of("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed");
    row["code"] = std::move(code);
    row["subject"] = reference_to(chart.subject());
    return row;
}

void add_condition(Chart& chart, Json code) {
    Json row = condition(chart, std::move(code));
    row["onsetDateTime"] = chart.day(chart.plan().first_fact);
    chart.add(std::move(row), chart.plan().first_fact);
}

void add_midgut(Chart& chart) {
    static constexpr const char* cm[] = {
        "C7A.011", "C7A.012", "C7A.019", "C7A.020", "C7A.021", "C7A.022", "C7A.095"};
    static constexpr const char* sct[] = {"737313007", "737312002", "721670007", "709517003"};
    static constexpr const char* who[] = {"C17.1", "C17.2", "C17.9", "C18.0", "C18.2"};
    const std::string_view cm_code = chart.draws().pick(cm);
    const std::string_view sct_code = chart.draws().pick(sct);
    const std::string_view who_code = chart.draws().pick(who);
    const std::string_view morphology = chart.draws().chance(0.7) ? "8240/3" : "8249/3";
    const bool extension = chart.draws().chance(0.4);
    switch (chart.plan().diagnosis) {
    case DiagnosisForm::icd10cm:
        add_condition(chart, concept_of(icd10cm, cm_code));
        return;
    case DiagnosisForm::snomed:
        add_condition(chart, concept_of(snomed, sct_code));
        return;
    case DiagnosisForm::mcode: {
        Json row = condition(chart, concept_of(snomed, sct_code));
        row["category"] = Json::array({concept_of(
            "http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")});
        row["onsetDateTime"] = chart.day(chart.plan().first_fact);
        chart.add(std::move(row), chart.plan().first_fact);
        return;
    }
    case DiagnosisForm::icd10who_morphology:
        break;
    }
    Json code = concept_of(icd10, who_code);
    if (!extension)
        code["coding"].push_back(coding(icdo3, morphology));
    Json row = condition(chart, std::move(code));
    if (extension) {
        Json histology{{"url",
                        "http://hl7.org/fhir/us/mcode/StructureDefinition/"
                        "mcode-histology-morphology-behavior"}};
        histology["valueCodeableConcept"] = concept_of(icdo3, morphology);
        row["extension"] = Json::array({histology});
    }
    row["onsetDateTime"] = chart.day(chart.plan().first_fact);
    chart.add(std::move(row), chart.plan().first_fact);
}

void add_liver_metastasis(Chart& chart) {
    const bool french = chart.draws().chance(0.5);
    if (chart.plan().liver_from_text) {
        add_condition(chart, text_concept(french ? "Métastases hépatiques" : "Liver metastases"));
        return;
    }
    switch (chart.plan().diagnosis) {
    case DiagnosisForm::icd10cm:
        add_condition(chart, concept_of(icd10cm, "C7B.02"));
        return;
    case DiagnosisForm::icd10who_morphology:
        add_condition(chart, concept_of(icd10, "C78.7"));
        return;
    case DiagnosisForm::snomed:
    case DiagnosisForm::mcode:
        add_condition(chart, concept_of(snomed, "94381002"));
        return;
    }
}

// The tumours of those who do not belong: {primary, metastasis}; empty: none of that kind.
std::vector<Code> decoy_tumours(Decoy decoy) {
    switch (decoy) {
    case Decoy::hepatocellular:
        return {{icd10cm, "C22.0"}};
    case Decoy::hemorrhage:
        return {{icd10cm, "K92.2"}};
    case Decoy::uterine:
        return {{icd10cm, "D25.9"}};
    case Decoy::pancreas:
        return {{snomed, "735735001"}, {icd10cm, "C7B.02"}};
    case Decoy::poorly_differentiated:
        return {{icd10cm, "C7A.1"}, {icd10cm, "C7B.02"}};
    case Decoy::unsited:
        return {{snomed, "133531000119104"}, {snomed, "94381002"}};
    case Decoy::bowel_cancer:
        return {{icd10, "C17.2"}, {icd10, "C78.7"}};
    case Decoy::no_liver_metastasis:
        return {{icd10cm, "C7A.012"}};
    default:
        return {{icd10cm, "C7A.012"}, {icd10cm, "C7B.02"}};
    }
}

} // namespace

void encode_person(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    Json patient = patient_of(chart, plan.id);
    put_death(chart, patient);
    if (plan.decoy == Decoy::identity_unresolved) {
        patient["active"] = false;
        patient["link"] = link("unknown-" + plan.id, "replaced-by");
    } else if (!plan.old_id.empty()) {
        patient["active"] = true;
        patient["link"] = link(plan.old_id, "replaces");
        Json old = patient_of(chart, plan.old_id);
        old["active"] = false;
        old["link"] = link(plan.id, "replaced-by");
        chart.add(std::move(old), plan.last_contact);
    }
    const int cut = days_between(plan.t0, plan.as_of);
    chart.add(std::move(patient), plan.decoy == Decoy::hepatocellular ? cut : plan.last_contact);
}

void encode_conditions(Chart& chart) {
    if (chart.plan().decoy != Decoy::none) {
        for (const Code& tumour : decoy_tumours(chart.plan().decoy))
            add_condition(chart, concept_of(tumour.system, tumour.code));
        return;
    }
    add_midgut(chart);
    add_liver_metastasis(chart);
    if (chart.plan().second_primary)
        add_condition(chart, concept_of(icd10cm, chart.plan().female ? "C50.9" : "C61"));
    if (chart.draws().chance(0.5))
        add_condition(chart, concept_of(snomed, "35868009", "Carcinoid syndrome"));
}

namespace {

void add_encounter(Chart& chart, int from, int to, const char* kind) {
    Json encounter = chart.start("Encounter");
    encounter["status"] = "finished";
    encounter["class"] = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", kind);
    encounter["subject"] = reference_to(chart.subject());
    encounter["period"]["start"] = chart.when(from);
    encounter["period"]["end"] = to == from ? encounter["period"]["start"] : Json(chart.day(to));
    chart.add(std::move(encounter), to);
}

} // namespace

void encode_encounters(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    add_encounter(chart, plan.first_fact, plan.first_fact, "AMB");
    if (plan.last_contact > 0)
        add_encounter(chart, plan.last_contact, plan.last_contact, "AMB");
    if (plan.contact_after_death)
        add_encounter(chart, *plan.contact_after_death, *plan.contact_after_death, "AMB");
    if (plan.readmission)
        add_encounter(chart, plan.readmission->from, plan.readmission->to, "IMP");
    if (plan.inpatient_at_cut) {
        Json stay = chart.start("Encounter");
        stay["status"] = "in-progress";
        stay["class"] = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP");
        stay["subject"] = reference_to(chart.subject());
        stay["period"]["start"] = chart.day(plan.last_contact);
        chart.add(std::move(stay), plan.last_contact);
    }
}

int within_history(const PatientPlan& plan, int latest) {
    return std::max(plan.first_fact, latest);
}

std::vector<ResourceLine> encode_department(Date first_day) {
    const std::string updated = to_iso(first_day) + "T06:15:00Z";
    Json practitioner{{"resourceType", "Practitioner"}, {"id", "synthetic-angiography-1"}};
    Json location{{"resourceType", "Location"}, {"id", "synthetic-angiography-suite"}};
    for (Json* resource : {&practitioner, &location}) {
        (*resource)["meta"]["versionId"] = "1";
        (*resource)["meta"]["lastUpdated"] = updated;
    }
    location["name"] = "Synthetic angiography suite";
    return {{"Practitioner", to_line(practitioner)}, {"Location", to_line(location)}};
}

namespace {

// One local code that the site file declares to mean `id`.
Json local_set(std::string_view id, std::string_view system, std::string_view code) {
    Json set{{"resourceType", "ValueSet"}, {"id", id}, {"status", "active"}};
    Json member;
    member["code"] = code;
    Json include{{"system", system}};
    include["concept"] = Json::array({member});
    set["compose"]["include"] = Json::array({include});
    return set;
}

} // namespace

Json encode_site(const std::string& name, Date as_of) {
    Json site{{"name", name}, {"time_zone", "Europe/Paris"}};
    site["analysis_dates"] = Json::array({to_iso(as_of)});
    site["interventional"]["performers"] = Json::array({suite_performer});
    site["interventional"]["locations"] = Json::array({suite_location});
    site["value_sets"] =
        Json::array({local_set("bland-embolization", local_procedures, "EMB-FOIE-SIMPLE"),
                     local_set("new-lesion", local_responses, new_lesion_code),
                     local_set("liver-involvement", local_findings, liver_load_code)});
    const auto limit = [](const char* code, const char* unit, const char* high) {
        return Json{{"system", loinc}, {"code", code}, {"unit", unit}, {"high", high}};
    };
    site["uln_tables"] =
        Json::array({limit("1695-6", "mg/(24.h)", "8"), limit("9811-1", "ng/mL", "100")});
    return site;
}

} // namespace embolink::synth
