// Adverse events in the research profile, the CTCAE draft extension, plain R4 severity, and as
// Conditions.
#include "connector/synth/encode.hpp"

#include <nlohmann/json.hpp>

#include <iterator>
#include <string_view>

namespace embolink::synth {
namespace {

constexpr std::string_view research =
    "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/";
constexpr std::string_view draft = "http://hl7.org/fhir/us/ctcae/StructureDefinition/";

struct Term {
    std::string_view key;
    std::string_view meddra;
    std::string_view name;
};

constexpr Term terms[] = {{"abdominal-pain", "10000081", "Abdominal pain"},
                          {"fever", "10016558", "Fever"},
                          {"nausea", "10028813", "Nausea"},
                          {"vomiting", "10047700", "Vomiting"},
                          {"fatigue", "10016256", "Fatigue"},
                          {"hepatic-infection", "10056522", "Hepatic infection"}};

const Term& term_of(const std::string& key) {
    for (const Term& term : terms)
        if (term.key == key)
            return term;
    return terms[0];
}

// NCIt's grades are not in numerical order.
std::string_view ncit_grade(int grade) {
    static constexpr std::string_view codes[] = {"C41338", "C41339", "C41340", "C41337", "C48275"};
    return codes[grade - 1];
}

Json extension(std::string_view base, std::string_view name) {
    return {{"url", std::string(base) + std::string(name)}};
}

void put_research_profile(Json& resource, const EventPlan& event) {
    resource["meta"]["profile"] =
        Json::array({std::string(research) + "AdverseEvent-clinical-research"});
    Json status = extension(research, "status");
    status["valueCode"] = "completed";
    resource["modifierExtension"] = Json::array({status});
    Json grade = extension(research, "ae-grade");
    grade["valueCodeableConcept"] = concept_of(ncit, ncit_grade(event.grade));
    resource["extension"] = Json::array({grade});
    if (event.related)
        return;
    Json causality{{"url", "causality"}};
    causality["valueCodeableConcept"] = concept_of(ncit, "C53256", "Not Related");
    Json suspect = extension(research, "suspect-entity");
    suspect["extension"] = Json::array({causality});
    resource["extension"].push_back(suspect);
}

void put_draft_grade(Json& resource, const EventPlan& event) {
    Json grade = extension(draft, "ctcae-grade");
    grade["valueCodeableConcept"] =
        concept_of("http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system",
                   std::to_string(event.grade));
    resource["extension"] = Json::array({grade});
}

void put_severity(Json& resource, const EventPlan& event) {
    static constexpr std::string_view codes[] = {"mild", "moderate", "severe"};
    resource["severity"] =
        concept_of("http://terminology.hl7.org/CodeSystem/adverse-event-severity",
                   codes[std::min(event.grade, 3) - 1]);
}

void grade_by_reader(Chart& chart, const EventPlan& event, const std::string& reference) {
    if (event.reader_grade)
        chart.decide(
            {DecisionAbout::toxicity, event.day, reference, std::to_string(*event.reader_grade)});
}

void encode_condition(Chart& chart, const EventPlan& event) {
    Json row = chart.start("Condition");
    row["clinicalStatus"] =
        concept_of("http://terminology.hl7.org/CodeSystem/condition-clinical", "active");
    row["verificationStatus"] =
        concept_of("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed");
    row["code"] = event.form == EventForm::condition
                      ? concept_of(snomed, "27916005", "Abscess of liver")
                      : text_concept("Post-embolization syndrome");
    row["subject"] = reference_to(chart.subject());
    row["onsetDateTime"] = chart.day(event.day);
    grade_by_reader(chart, event, chart.add(std::move(row), event.day));
}

} // namespace

void encode_events(Chart& chart) {
    for (const EventPlan& event : chart.plan().events) {
        if (event.form == EventForm::reader_alone)
            continue;
        if (event.form == EventForm::condition || event.form == EventForm::condition_text) {
            encode_condition(chart, event);
            continue;
        }
        const Term& term = term_of(event.term);
        Json resource = chart.start("AdverseEvent");
        resource["actuality"] = "actual";
        resource["event"] = concept_of("https://www.meddra.org", term.meddra, term.name);
        resource["subject"] = reference_to(chart.subject());
        resource["date"] = chart.day(event.day);
        switch (event.form) {
        case EventForm::research_profile:
            put_research_profile(resource, event);
            break;
        case EventForm::ctc_draft:
            put_draft_grade(resource, event);
            break;
        case EventForm::severity_only:
        case EventForm::condition:
        case EventForm::condition_text:
        case EventForm::reader_alone:
            put_severity(resource, event);
            break;
        }
        grade_by_reader(chart, event, chart.add(std::move(resource), event.day));
    }
}

void encode_reader(Chart& chart) {
    for (const EventPlan& event : chart.plan().events) {
        if (event.form != EventForm::reader_alone)
            continue;
        const std::string name = std::string(term_of(event.term).name);
        chart.decide(
            {DecisionAbout::toxicity, event.day, "", std::to_string(event.grade) + " " + name});
    }
}

EncodedPatient encode_patient(const PatientPlan& plan, int dirty) {
    Chart chart(plan, dirty);
    encode_person(chart);
    encode_conditions(chart);
    encode_encounters(chart);
    encode_sessions(chart);
    encode_other_procedures(chart);
    encode_therapies(chart);
    encode_imaging(chart);
    encode_labs(chart);
    encode_markers(chart);
    encode_events(chart);
    encode_covariates(chart);
    encode_reader(chart);
    return {chart.take(), chart.take_decisions()};
}

} // namespace embolink::synth
