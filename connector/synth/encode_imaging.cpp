// Imaging and the responses read from it, in five forms; reports without a coded response; disease
// status from the clinic alone.
#include "connector/synth/encode.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

constexpr std::string_view dicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr std::string_view evidence_extension =
    "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-disease-status-evidence-type";

Json recist_value(Response response) {
    switch (response) {
    case Response::complete:
        return concept_of(ncit, "C159715", "RECIST Complete Response");
    case Response::partial:
        return concept_of(ncit, "C159547", "RECIST Partial Response");
    case Response::improved:
    case Response::stable:
        return concept_of(ncit, "C159546", "RECIST Stable Disease");
    case Response::progression:
        return concept_of(ncit, "C159716", "RECIST Progressive Disease");
    case Response::not_evaluable:
        break;
    }
    return concept_of(ncit, "C62222", "Not Evaluable");
}

Json trend_value(Response response) {
    switch (response) {
    case Response::complete:
    case Response::partial:
    case Response::improved:
        return concept_of(snomed, "268910001", "Patient's condition improved");
    case Response::stable:
        return concept_of(snomed, "359746009", "Patient's condition stable");
    case Response::progression:
        return concept_of(snomed, "271299001", "Patient's condition worsened");
    case Response::not_evaluable:
        break;
    }
    return concept_of(snomed, "709137006", "Patient condition undetermined");
}

Json response_observation(Chart& chart, Response response, const std::string& effective) {
    Json observation = chart.start("Observation");
    observation["status"] = "final";
    observation["category"] = Json::array(
        {concept_of("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")});
    observation["code"] = concept_of(ncit, "C96613", "Overall Response");
    observation["subject"] = reference_to(chart.subject());
    observation["effectiveDateTime"] = effective;
    observation["valueCodeableConcept"] = recist_value(response);
    observation["method"] = concept_of(dicom, "126081", "RECIST 1.1");
    return observation;
}

// A new lesion as a local code that the site file maps.
void put_new_lesion(Json& observation, const Visit& visit) {
    if (!visit.new_lesion)
        return;
    Json component;
    component["code"] = concept_of(local_responses, new_lesion_code);
    component["valueBoolean"] = true;
    observation["component"] = Json::array({component});
}

// Of the finding; every study shows the liver, whatever was found.
void put_site(Json& observation, const Visit& visit) {
    static constexpr std::pair<const char*, const char*> elsewhere[] = {
        {"39607008", "Lung structure"},
        {"272673000", "Bone structure"},
        {"59441001", "Structure of lymph node"}};
    const auto& [code, display] = elsewhere[static_cast<std::size_t>(visit.day) % 3];
    if (visit.site == FindingSite::liver)
        observation["bodySite"] = concept_of(snomed, "10200004", "Liver structure");
    else if (visit.site == FindingSite::elsewhere)
        observation["bodySite"] = concept_of(snomed, code, display);
}

// The observation, first reported as stable where the plan says so.
std::string add_response(Chart& chart, const Visit& visit, Json observation) {
    const int read = visit.day + visit.read_lag;
    Json before = observation;
    put_new_lesion(observation, visit);
    put_site(observation, visit);
    if (!visit.amended_from_stable)
        return chart.add(std::move(observation), read);
    before["valueCodeableConcept"] = recist_value(Response::stable);
    observation["status"] = "amended";
    return chart.add_amended(std::move(before), std::move(observation), read);
}

void encode_structured(Chart& chart, const Visit& visit) {
    const std::string study = visit.imaging_resource ? add_study(chart, visit.day) : "";
    const auto derive_from = [&study](Json observation) {
        if (!study.empty())
            observation["derivedFrom"] = Json::array({reference_to(study)});
        return observation;
    };
    const int read = visit.day + visit.read_lag;
    const std::string effective = visit.month_only ? chart.month(visit.day) : chart.when(read);
    add_response(chart, visit, derive_from(response_observation(chart, visit.response, effective)));
    if (visit.second_reader_stable)
        chart.add(derive_from(response_observation(chart, Response::stable, effective)), read);
}

// A progression taken back, still named by the report of its date.
std::string add_mistaken_progression(Chart& chart, int day) {
    Json observation = response_observation(chart, Response::progression, chart.when(day));
    observation["status"] = "entered-in-error";
    return chart.add(std::move(observation), day);
}

void encode_linked(Chart& chart, const Visit& visit) {
    const bool with_study = chart.draws().chance(0.5);
    const bool mistaken = chart.draws().chance(0.06) && visit.response != Response::progression;
    const std::string study = with_study ? add_study(chart, visit.day) : "";
    const std::string observation = add_response(
        chart, visit, response_observation(chart, visit.response, chart.when(visit.day)));
    Json report = report_on(chart, visit.day, study);
    report["result"] = Json::array({reference_to(observation)});
    if (mistaken && chart.dirty() > 0)
        report["result"].push_back(reference_to(add_mistaken_progression(chart, visit.day)));
    chart.add(std::move(report), visit.day);
}

void encode_contained(Chart& chart, const Visit& visit) {
    Json report = report_on(chart, visit.day, "");
    const auto with_response = [&](Response response) {
        Json filled = report;
        Json observation = response_observation(chart, response, chart.day(visit.day));
        observation["id"] = "response";
        if (response == Response::progression) {
            put_new_lesion(observation, visit);
            put_site(observation, visit);
        }
        filled["contained"] = Json::array({observation});
        filled["result"] = Json::array({reference_to("#response")});
        return filled;
    };
    if (!visit.amended_from_stable) {
        chart.add(with_response(visit.response), visit.day);
        return;
    }
    Json after = with_response(visit.response);
    after["status"] = "amended";
    chart.add_amended(with_response(Response::stable), std::move(after), visit.day);
}

void encode_conclusion(Chart& chart, const Visit& visit) {
    const bool with_study = chart.draws().chance(0.5);
    Json report = report_on(chart, visit.day, with_study ? add_study(chart, visit.day) : "");
    report["conclusionCode"] = Json::array({recist_value(visit.response)});
    if (visit.new_lesion)
        report["conclusionCode"].push_back(concept_of(local_responses, new_lesion_code));
    if (!visit.amended_from_stable) {
        chart.add(std::move(report), visit.day);
        return;
    }
    Json before = report;
    before["conclusionCode"] = Json::array({recist_value(Response::stable)});
    report["status"] = "amended";
    chart.add_amended(std::move(before), std::move(report), visit.day);
}

Json trend_observation(Chart& chart, Response response, int day) {
    Json observation = chart.start("Observation");
    observation["status"] = "final";
    observation["code"] = chart.draws().chance(0.7)
                              ? concept_of(loinc, "97509-4", "Cancer Disease Progression")
                              : concept_of(loinc, "88040-1", "Response to cancer treatment");
    observation["subject"] = reference_to(chart.subject());
    observation["effectiveDateTime"] = chart.when(day);
    observation["valueCodeableConcept"] = trend_value(response);
    return observation;
}

void put_evidence(Json& observation, std::string_view code, std::string_view display) {
    Json evidence{{"url", evidence_extension}};
    evidence["valueCodeableConcept"] = concept_of(snomed, code, display);
    observation["extension"] = Json::array({evidence});
}

void encode_trend(Chart& chart, const Visit& visit) {
    const std::string study = visit.imaging_resource ? add_study(chart, visit.day) : "";
    Json observation = trend_observation(chart, visit.response, visit.day);
    put_evidence(observation, "363679005", "Imaging (procedure)");
    if (!study.empty())
        observation["derivedFrom"] = Json::array({reference_to(study)});
    chart.add(std::move(observation), visit.day);
}

void encode_visit(Chart& chart, const Visit& visit) {
    switch (visit.form) {
    case ResponseForm::structured:
        encode_structured(chart, visit);
        return;
    case ResponseForm::linked_report:
        encode_linked(chart, visit);
        return;
    case ResponseForm::contained:
        encode_contained(chart, visit);
        return;
    case ResponseForm::conclusion:
        encode_conclusion(chart, visit);
        return;
    case ResponseForm::trend:
        encode_trend(chart, visit);
        return;
    case ResponseForm::words:
        encode_words(chart, visit);
        return;
    case ResponseForm::sizes:
        encode_sizes(chart, visit.day, visit.sizes);
        return;
    }
}

void encode_before(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    if (plan.before == BaselineNote::unknown)
        return;
    Visit visit;
    visit.day = plan.before_day;
    visit.response =
        plan.before == BaselineNote::progression ? Response::progression : Response::stable;
    visit.form = chart.draws().chance(0.6) ? ResponseForm::structured : ResponseForm::conclusion;
    encode_visit(chart, visit);
}

} // namespace

std::string add_study(Chart& chart, int day) {
    const bool magnetic = chart.draws().chance(0.3);
    Json study = chart.start("ImagingStudy");
    study["status"] = "available";
    study["subject"] = reference_to(chart.subject());
    study["started"] = chart.when(day);
    study["modality"] = Json::array({coding(dicom, magnetic ? "MR" : "CT")});
    study["description"] = magnetic ? "MRI abdomen" : "CT abdomen";
    Json series{{"uid", "1.2.826.0.1." + study["id"].get<std::string>().substr(1, 12)}};
    series["modality"] = coding(dicom, magnetic ? "MR" : "CT");
    series["bodySite"] = coding(snomed, "10200004", "Liver structure");
    study["series"] = Json::array({series});
    return chart.add(std::move(study), day);
}

Json report_on(Chart& chart, int day, const std::string& study) {
    Json report = chart.start("DiagnosticReport");
    report["status"] = "final";
    report["category"] = Json::array(
        {concept_of("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology")});
    report["code"] = concept_of(loinc, "79103-8", "CT Abdomen W contrast IV");
    report["subject"] = reference_to(chart.subject());
    report["effectiveDateTime"] = chart.when(day);
    report["issued"] = chart.day(day) + "T22:00:00+01:00";
    if (!study.empty())
        report["imagingStudy"] = Json::array({reference_to(study)});
    return report;
}

void encode_imaging(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    if (plan.baseline_imaging && plan.lesions.baseline.empty())
        add_study(chart, *plan.baseline_imaging);
    else if (plan.baseline_imaging)
        encode_sizes(chart, *plan.baseline_imaging, plan.lesions.baseline);
    encode_before(chart);
    for (const Visit& visit : plan.visits)
        encode_visit(chart, visit);
    for (const int day : plan.uncoded_reports) {
        Json report = report_on(chart, day, "");
        report["conclusion"] = "Comparison with the previous examination: see description.";
        chart.add(std::move(report), day);
    }
    for (const int day : plan.clinical_worsening) {
        Json observation = trend_observation(chart, Response::progression, day);
        if (chart.draws().chance(0.5))
            put_evidence(observation, "5880005", "Physical examination procedure");
        chart.add(std::move(observation), day);
    }
    for (const int day : plan.laboratory_worsening) {
        Json observation = trend_observation(chart, Response::progression, day);
        put_evidence(observation, "250724005", "Tumor marker measurement");
        chart.add(std::move(observation), day);
    }
}

} // namespace embolink::synth
