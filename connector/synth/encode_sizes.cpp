// Sizes of lesions (mCODE tumor size), one Observation for each: its longest diameter as the value
// or as a component, the lesion told by a body structure or by its site.
#include "connector/synth/encode.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";

Json liver() {
    return concept_of(snomed, "10200004", "Liver structure");
}

std::string lesion_name(std::size_t lesion) {
    return "lesion-" + std::to_string(lesion + 1);
}

// The same one at every examination.
std::string add_structure(Chart& chart, int day, std::size_t lesion) {
    Json structure{{"resourceType", "BodyStructure"},
                   {"id",
                    std::to_string(chart.plan().seed) + "-" + std::to_string(chart.plan().index) +
                        "-" + lesion_name(lesion)}};
    structure["location"] = liver();
    structure["patient"] = reference_to("Patient/" + chart.plan().id);
    return chart.add(std::move(structure), day);
}

Json contained_structure(const Chart& chart, std::size_t lesion) {
    Json structure{{"resourceType", "BodyStructure"}, {"id", "lesion"}};
    structure["identifier"] = Json::array(
        {{{"system", "https://synthetic.example/lesions"}, {"value", lesion_name(lesion)}}});
    structure["patient"] = reference_to("Patient/" + chart.plan().id);
    return structure;
}

void put_lesion(Chart& chart, Json& observation, int day, std::size_t lesion) {
    const LesionsPlan& lesions = chart.plan().lesions;
    switch (lesions.told) {
    case LesionsPlan::Told::by_focus:
        observation["focus"] = Json::array({reference_to(add_structure(chart, day, lesion))});
        break;
    case LesionsPlan::Told::by_contained:
        observation["contained"] = Json::array({contained_structure(chart, lesion)});
        observation["focus"] = Json::array({reference_to("#lesion")});
        break;
    case LesionsPlan::Told::by_site:
        break;
    }
    if (lesions.site_stated)
        observation["bodySite"] = liver();
}

Json diameter(const LesionsPlan& lesions, int millimetres) {
    const std::string unit = lesions.in_centimetres ? "cm" : "mm";
    const std::string value = lesions.in_centimetres ? std::to_string(millimetres / 10) + "." +
                                                           std::to_string(millimetres % 10)
                                                     : std::to_string(millimetres);
    return {{"value", number(value)}, {"unit", unit}, {"system", ucum}, {"code", unit}};
}

void put_diameter(const LesionsPlan& lesions, Json& observation, int millimetres) {
    const Json longest = concept_of(loinc, "33728-7", "Size.maximum dimension in Tumor");
    if (!lesions.in_components) {
        observation["code"] = longest;
        observation["valueQuantity"] = diameter(lesions, millimetres);
        return;
    }
    observation["code"] = concept_of(loinc, "21889-1", "Size Tumor");
    Json component;
    component["code"] = longest;
    component["valueQuantity"] = diameter(lesions, millimetres);
    observation["component"] = Json::array({component});
}

} // namespace

void encode_sizes(Chart& chart, int day, const std::vector<int>& sizes) {
    const LesionsPlan& lesions = chart.plan().lesions;
    const std::string study = add_study(chart, day);
    for (std::size_t lesion = 0; lesion < sizes.size(); ++lesion) {
        Json observation = chart.start("Observation");
        observation["status"] = "final";
        observation["category"] = Json::array(
            {concept_of("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")});
        put_diameter(lesions, observation, sizes[lesion]);
        observation["subject"] = reference_to(chart.subject());
        observation["effectiveDateTime"] = chart.when(day);
        observation["derivedFrom"] = Json::array({reference_to(study)});
        if (lesions.recist_1_0)
            observation["method"] = concept_of(dicom, "126080", "RECIST 1.0");
        put_lesion(chart, observation, day, lesion);
        chart.add(std::move(observation), day);
    }
}

} // namespace embolink::synth
