// The same facts written in other ways: references instead of codes, contained resources, body
// sites, national codes. What a rule gives must not hang on how a hospital writes it.
#include "tests/scenarios/rules/scenario.hpp"

namespace embolink::test {
namespace {

using nlohmann::json;

constexpr auto snomed = "http://snomed.info/sct";
constexpr auto icd10cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr auto icd10 = "http://hl7.org/fhir/sid/icd-10";

json coded(const std::string& system, const std::string& code) {
    return {{"coding", json::array({{{"system", system}, {"code", code}}})}};
}

json condition(json code, json body_site = {}) {
    json made = {{"resourceType", "Condition"}, {"code", std::move(code)}};
    made["onsetDateTime"] = on_day(-300);
    if (!body_site.is_null()) {
        made["bodySite"] = json::array({std::move(body_site)});
    }
    return made;
}

json named(const std::string& text) {
    return {{"text", text}};
}

FhirPatient treated() {
    return FhirPatient{}.encounter(-400).ct(-20).chemoembolization(0);
}

json study(const std::string& id, int day) {
    return {{"resourceType", "ImagingStudy"},
            {"id", id},
            {"status", "available"},
            {"subject", {{"reference", "Patient/p1"}}},
            {"started", on_day(day)}};
}

// An embolization whose site stands nowhere but in the Condition that is its reason.
FhirPatient reason_by_reference(const std::string& reason) {
    json liver = condition(coded(icd10cm, "C7B.02"));
    liver["id"] = "liver";
    return FhirPatient{}.midgut_tumour().add(liver).encounter(-400).procedure(
        "http://www.ama-assn.org/go/cpt",
        "37243",
        0,
        {{"reasonReference", json::array({{{"reference", reason}}})}});
}

FhirPatient reason(json code) {
    return FhirPatient{}.midgut_tumour().liver_metastasis().encounter(-400).procedure(
        "http://www.ama-assn.org/go/cpt",
        "37243",
        0,
        {{"reasonCode", json::array({std::move(code)})}});
}

FhirPatient reason_in_words(const std::string& words) {
    return reason(named(words));
}

FhirPatient reason_by_code(const std::string& system, const std::string& code) {
    return reason(coded(system, code));
}

// CT of one region on day -30, and progression that only a trend tells.
FhirPatient imaged(const std::string& region) {
    json ct = study("region", -30);
    ct["modality"] =
        json::array({{{"system", "http://dicom.nema.org/resources/ontology/DCM"}, {"code", "CT"}}});
    ct["series"] =
        json::array({{{"uid", "1.2.3"}, {"bodySite", {{"system", snomed}, {"code", region}}}}});
    return FhirPatient{}
        .midgut_tumour()
        .liver_metastasis()
        .encounter(-400)
        .chemoembolization(0)
        .add(ct)
        .trend("271299001", 90, true);
}

json german_judgement(const std::string& letter) {
    return {{"resourceType", "Observation"},
            {"status", "final"},
            {"code", coded(snomed, "396432002")},
            {"effectiveDateTime", on_day(90)},
            {"extension",
             json::array({{{"url",
                            "http://hl7.org/fhir/us/mcode/StructureDefinition/"
                            "mcode-cancer-disease-status-evidence-type"},
                           {"valueCodeableConcept", coded(snomed, "363679005")}}})},
            {"valueCodeableConcept",
             coded("https://www.medizininformatik-initiative.de/fhir/ext/modul-onko/CodeSystem/"
                   "mii-cs-onko-verlauf-gesamtbeurteilung",
                   letter)}};
}

json report_with_study(int report_day, int study_day) {
    return {{"contained", json::array({study("s", study_day)})},
            {"imagingStudy", json::array({{{"reference", "#s"}}})},
            {"effectiveDateTime", on_day(report_day)}};
}

std::vector<Scenario> diseases() {
    const auto patient = [](const json& row) {
        return treated().midgut_tumour().liver_metastasis().add(row);
    };
    const auto alone = [](const json& row) { return treated().condition(icd10, "C78.7").add(row); };
    const std::string included_plainly = "value included [tier-unknown]";
    const auto cohort = [](std::string title, FhirPatient who, std::string expected) {
        return Scenario{
            std::move(title), std::move(who), 1000, "COHORT", std::move(expected), "", {}};
    };
    return {
        cohort("R1.3 the site of a metastasis is no primary, in words",
               patient(condition(coded(icd10cm, "C7B.8"), named("Lung"))),
               included_plainly),
        cohort("R1.3 nor by code",
               patient(condition(coded(icd10cm, "C7B.8"), coded(snomed, "39607008"))),
               included_plainly),
        cohort("R1.3 metastatic to the lung is no lung primary",
               patient(condition(named("Metastatic neuroendocrine tumor to the lung"))),
               included_plainly),
        cohort("R1.3 a lung carcinoid is one",
               patient(condition(named("Carcinoid of the lung"))),
               "value excluded other-primary"),
        cohort("R1.3 an adenoma of the liver is no carcinoma",
               patient(condition(named("Hepatocellular adenoma"))),
               included_plainly),
        cohort(
            "R1.3 poorly differentiated, said apart from the tumour",
            patient(condition(named("Neuroendocrine carcinoma of ileum, poorly differentiated"))),
            "value excluded poorly-differentiated"),
        cohort("R1.3 bowel cancer without side and histology is no midgut tumour",
               alone(condition(coded(icd10, "C18.9"))),
               "value excluded no-midgut-net"),
        cohort("R1.3 nor in words",
               alone(condition(named("Colorectal cancer"))),
               "value excluded no-midgut-net"),
        cohort("R1.3 the hindgut is a primary elsewhere",
               alone(condition(coded(icd10, "C20"))),
               "value excluded other-primary"),
        cohort("R1.3 unsided bowel cancer beside a midgut tumour",
               patient(condition(coded(icd10, "C18.9"))),
               "value included [second-primary,tier-unknown]"),
        cohort("R1.3 a history of cancer is none, by code",
               patient(condition({{"coding",
                                   json::array({{{"system", icd10cm},
                                                 {"code", "Z85.3"},
                                                 {"display",
                                                  "Personal history of malignant neoplasm of "
                                                  "breast"}}})}})),
               included_plainly),
        cohort("R1.3 nor in words",
               patient(condition(named("History of breast cancer"))),
               included_plainly),
        cohort("R1.2 the organ as a body structure",
               alone(condition(coded(icd10cm, "C7A.8"), coded(snomed, "34516001"))),
               included_plainly),
        cohort("R1.3 another organ as a body structure",
               alone(condition(coded(icd10cm, "C7A.8"), coded(snomed, "15776009"))),
               "value excluded other-primary"),
        cohort("R2.0 hepatic by the Condition that is the reason",
               reason_by_reference("Condition/liver"),
               included_plainly),
        Scenario{
            "R3.2 beads among what was used",
            FhirPatient{}.midgut_tumour().liver_metastasis().encounter(-400).embolization_37243(
                0, {{"usedCode", json::array({named("Drug-eluting beads")})}}),
            1000,
            "COHORT",
            "value included [arm-from-text,tier-unknown]",
            "HACE-DEB",
            {}},
        cohort("R2.0 of another site by its reason",
               reason_in_words("Uterine fibroids"),
               "value excluded wrong-purpose"),
        cohort("R1.3 bleeding as a coded reason",
               reason_by_code(icd10, "K92.2"),
               "value excluded wrong-purpose"),
        cohort("R1.4 a Condition without onset is known since it was recorded",
               FhirPatient{}
                   .liver_metastasis()
                   .add({{"resourceType", "Condition"},
                         {"code", coded(icd10cm, "C7A.012")},
                         {"recordedDate", on_day(-365)}})
                   .chemoembolization(0),
               included_plainly),
        cohort("R2.0 a reason that is not in the input says nothing",
               reason_by_reference("Condition/other"),
               "value included [site-assumed-hepatic,tier-unknown]"),
    };
}

std::vector<Scenario> readings() {
    const auto pfs =
        [](std::string title, FhirPatient who, std::string expected, int as_of = 1000) {
            return Scenario{
                std::move(title), std::move(who), as_of, "PFS", std::move(expected), "", {}};
        };
    json contained = report_with_study(95, 90);
    contained["conclusionCode"] = json::array(
        {coded("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", recist_code("PD"))});
    json progression_in_words = report_with_study(105, 90);
    progression_in_words["conclusion"] = "Progression of liver metastases.";
    return {
        pfs("R4.8 a report's contained study dates it",
            included().ct_report(0, contained),
            "event progression @90"),
        pfs("R4.8 an Observation's contained study dates it",
            included().response("PD",
                                95,
                                {{"contained", json::array({study("s", 90)})},
                                 {"derivedFrom", json::array({{{"reference", "#s"}}})}}),
            "event progression @90"),
        pfs("R4.1 the report that a reading is derived from dates it",
            included()
                .ct_report(90, {{"id", "r"}})
                .response("PD",
                          95,
                          {{"derivedFrom", json::array({{{"reference", "DiagnosticReport/r"}}})}}),
            "event progression @90"),
        pfs("R0.3 a text written after the cut about a study before it",
            included().response("SD", 60).ct_report(0, progression_in_words),
            "censored last-adequate-assessment @60 [pd-candidate-unresolved]",
            100),
        pfs("R0.3 about a study after the cut",
            included().response("SD", 60).ct_report(0, progression_in_words),
            "censored last-adequate-assessment @60",
            89),
        pfs("R5.6 the abdomen as a body structure",
            imaged("818981001"),
            "event progression @90 [trend-only]"),
        pfs("R5.6 the chest is no baseline", imaged("51185008"), "censored no-baseline-imaging @0"),
        pfs("R4.3 the letters of the German dataset: progression",
            included().add(german_judgement("P")),
            "event progression @90 [trend-only]"),
        pfs("R4.3 better, but no partial remission",
            included().add(german_judgement("B")),
            "censored last-adequate-assessment @90 [response-unspecified]"),
        pfs("R4.3 a divergent course says nothing",
            included().add(german_judgement("D")),
            "censored no-assessment @0"),
        pfs("R4.5 early progression of a patient who died nobody knows when",
            included().response("PD", 20).deceased(true),
            "not-evaluable death-date-unknown [early-pd]"),
    };
}

} // namespace

std::vector<Scenario> encoding_scenarios() {
    std::vector<Scenario> all = diseases();
    const std::vector<Scenario> more = readings();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace embolink::test
