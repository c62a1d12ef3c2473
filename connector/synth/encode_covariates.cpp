// What is written down about the patient before T0 (R10): resections, pathology, how much of the
// liver is tumour.
#include "connector/synth/encode.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

void add_resection(Chart& chart, int day, const char* words) {
    Json procedure = chart.start("Procedure");
    procedure["status"] = "completed";
    procedure["code"] = text_concept(words);
    procedure["subject"] = reference_to(chart.subject());
    procedure["performedDateTime"] = chart.day(day);
    chart.add(std::move(procedure), day);
}

Json finding(Chart& chart, Json code, int day) {
    Json observation = chart.start("Observation");
    observation["status"] = "final";
    observation["code"] = std::move(code);
    observation["subject"] = reference_to(chart.subject());
    observation["effectiveDateTime"] = chart.day(day);
    return observation;
}

Json per_cent(const std::string& value) {
    return {{"value", number(value)}, {"unit", "%"}, {"system", ucum}, {"code", "%"}};
}

void add_ki_67(Chart& chart, const CovariatePlan& covariates) {
    Json observation =
        finding(chart, concept_of(loinc, "29593-1", "Ki-67 index"), *covariates.pathology);
    const std::string comparator = covariates.ki_67_is_bound ? "<" : "";
    if (chart.draws().chance(0.4)) {
        observation["valueString"] = comparator + covariates.ki_67 + " %";
    } else {
        observation["valueQuantity"] = per_cent(covariates.ki_67);
        if (!comparator.empty())
            observation["valueQuantity"]["comparator"] = comparator;
    }
    chart.add(std::move(observation), *covariates.pathology);
}

void add_grade(Chart& chart, const CovariatePlan& covariates) {
    static constexpr std::string_view grades[] = {"1155708003", "1286893008", "1155707008"};
    Json observation =
        finding(chart, concept_of(ncit, "C18000", "Histologic Grade"), *covariates.pathology);
    observation["valueCodeableConcept"] =
        concept_of(snomed, grades[static_cast<std::size_t>(covariates.coded_grade - 1)]);
    chart.add(std::move(observation), *covariates.pathology);
}

} // namespace

void encode_covariates(Chart& chart) {
    static constexpr const char* bowel[] = {
        "Right hemicolectomy", "Résection iléo-caecale", "Dünndarmresektion"};
    static constexpr const char* liver[] = {
        "Partial hepatectomy", "Résection hépatique", "Leberteilresektion"};
    const CovariatePlan covariates = chart.plan().covariates;
    const char* bowel_words = chart.draws().pick(bowel);
    const char* liver_words = chart.draws().pick(liver);
    if (covariates.primary_resection)
        add_resection(chart, *covariates.primary_resection, bowel_words);
    if (covariates.liver_resection)
        add_resection(chart, *covariates.liver_resection, liver_words);
    if (!covariates.ki_67.empty())
        add_ki_67(chart, covariates);
    if (covariates.coded_grade > 0)
        add_grade(chart, covariates);
    if (covariates.involvement.empty())
        return;
    Json observation =
        finding(chart, concept_of(local_findings, liver_load_code), *covariates.pathology);
    observation["valueQuantity"] = per_cent(covariates.involvement);
    chart.add(std::move(observation), *covariates.pathology);
}

} // namespace embolink::synth
