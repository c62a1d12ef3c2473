// Response Observations and coded conclusions (R4.1-R4.5, R4.8, R9.2).

#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;
using testing::ElementsAre;

constexpr std::string_view ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";
constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view loinc = "http://loinc.org";

std::string concept_of(std::string_view system, std::string_view code) {
    return R"({"coding": [{"system": ")" + std::string{system} + R"(", "code": ")" +
           std::string{code} + R"("}]})";
}

ResourceFacts response(std::string_view code,
                       std::string_view value,
                       std::string_view more = "",
                       std::string_view status = "final") {
    return read(resource("Observation",
                         R"("status": ")" + std::string{status} +
                             R"(", "effectiveDateTime": "2020-05-08", "code": )" +
                             std::string{code} + R"(, "valueCodeableConcept": )" +
                             std::string{value} + std::string{more}));
}

const std::string overall = concept_of(ncit, "C96613");
const std::string trend_code = concept_of(loinc, "97509-4");
constexpr std::string_view imaging_evidence =
    R"(, "extension": [{"url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-disease-status-evidence-type",
    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "363679005"}]}}])";

TEST(ResponseReader, ReadsRecistValuesUnderAnyCode) {
    const auto category = [](std::string_view code) {
        return only<Assessment>(response(R"({"text": "Tumour response"})", concept_of(ncit, code)));
    };
    EXPECT_EQ(category("C159715").category, ResponseCategory::complete_response);
    EXPECT_EQ(category("C159547").category, ResponseCategory::partial_response);
    EXPECT_EQ(category("C159546").category, ResponseCategory::stable_disease);
    EXPECT_EQ(category("C159716").category, ResponseCategory::progressive_disease);
    EXPECT_EQ(category("C159716").kind, AssessmentKind::structured_recist);
    EXPECT_TRUE(category("C159716").imaging_evidence);
}

TEST(ResponseReader, OtherValuesNeedACodeThatSaysResponse) {
    const std::string remission = concept_of(ncit, "C4870");
    EXPECT_EQ(only<Assessment>(response(overall, remission)).category,
              ResponseCategory::complete_response);
    EXPECT_TRUE(all<Assessment>(response(R"({"text": "Leukemia status"})", remission)).empty());
    const auto by_method = response(
        R"({"text": "Response"})",
        remission,
        R"(, "method": {"coding": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "126081"}]})");
    EXPECT_EQ(only<Assessment>(by_method).kind, AssessmentKind::structured_recist);
    EXPECT_EQ(only<Assessment>(response(overall, concept_of(ncit, "C62222"))).category,
              ResponseCategory::not_evaluable);
}

TEST(ResponseReader, TrendsKnowTheirEvidence) {
    const auto worsened = concept_of(snomed, "271299001");
    const auto with = only<Assessment>(response(trend_code, worsened, imaging_evidence));
    EXPECT_EQ(with.kind, AssessmentKind::trend);
    EXPECT_EQ(with.category, ResponseCategory::progressive_disease);
    EXPECT_TRUE(with.imaging_evidence);
    EXPECT_FALSE(only<Assessment>(response(trend_code, worsened)).imaging_evidence);
    EXPECT_EQ(only<Assessment>(response(trend_code, concept_of(snomed, "268910001"))).category,
              ResponseCategory::unspecified_response);
    EXPECT_EQ(
        only<Assessment>(response(concept_of(loinc, "88040-1"), concept_of(snomed, "359746009")))
            .category,
        ResponseCategory::stable_disease);
    EXPECT_EQ(only<Assessment>(response(trend_code, concept_of(snomed, "709137006"))).category,
              ResponseCategory::not_evaluable);
    // German dataset: overall clinical judgement
    EXPECT_EQ(
        only<Assessment>(response(concept_of(snomed, "396432002"), concept_of(snomed, "419835002")))
            .kind,
        AssessmentKind::trend);
    // RECIST under a trend code is still RECIST
    EXPECT_EQ(only<Assessment>(response(trend_code, concept_of(ncit, "C159716"))).kind,
              AssessmentKind::structured_recist);
    EXPECT_TRUE(all<Assessment>(response(R"({"text": "Mood"})", worsened)).empty());
}

TEST(ResponseReader, WithoutAValueItIsNoAssessment) {
    const auto facts = read(resource(
        "Observation",
        R"("status": "final", "code": )" + overall +
            R"(, "effectiveDateTime": "2020-05-08", "dataAbsentReason": {"text": "unknown"})"));
    EXPECT_TRUE(all<Assessment>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.valueCodeableConcept"));
}

TEST(ResponseReader, LesionSizesByRecistAreMeasurementsAndNoResponses) {
    const auto facts =
        read(resource("Observation", R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": {"text": "Sum of diameters, RECIST 1.1"}, "valueQuantity": {"value": 52, "unit": "mm"})"));
    EXPECT_TRUE(all<Assessment>(facts).empty());
    EXPECT_TRUE(facts.issues.empty());
    EXPECT_EQ(
        only<Assessment>(response(R"({"text": "RECIST 1.1, overall"})", concept_of(ncit, "C35571")))
            .kind,
        AssessmentKind::structured_recist);
}

TEST(ResponseReader, ABestResponseIsNoAssessmentOfItsDate) {
    const auto facts =
        response(concept_of("http://dicom.nema.org/resources/ontology/DCM", "112049"),
                 concept_of(ncit, "C159547"));
    EXPECT_TRUE(all<Assessment>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::information, "Observation.code"));
}

TEST(ResponseReader, ContradictingCodesAreNone) {
    const auto facts = response(overall, R"({"coding": [
        {"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C159716"},
        {"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C159547"}]})");
    EXPECT_TRUE(all<Assessment>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.valueCodeableConcept"));
}

TEST(ResponseReader, StatusesDecideTheStanding) {
    const auto pd = concept_of(ncit, "C159716");
    for (const char* status : {"final", "amended", "corrected"}) {
        EXPECT_EQ(only<Assessment>(response(overall, pd, "", status)).standing, Standing::accepted);
    }
    for (const char* status : {"preliminary", "registered"}) {
        EXPECT_EQ(only<Assessment>(response(overall, pd, "", status)).standing,
                  Standing::candidate);
    }
    for (const char* status : {"cancelled", "entered-in-error", "unknown"}) {
        EXPECT_TRUE(response(overall, pd, "", status).facts.empty()) << status;
    }
}

TEST(ResponseReader, ANewLesionIsACodedComponent) {
    const auto with = [](std::string_view value) {
        return only<Assessment>(response(overall,
                                         concept_of(ncit, "C159716"),
                                         R"(, "component": [{"code": {"text": "New lesions"}, )" +
                                             std::string{value} + "}]"))
            .new_lesion;
    };
    EXPECT_TRUE(with(R"("valueBoolean": true)"));
    EXPECT_FALSE(with(R"("valueBoolean": false)"));
    EXPECT_TRUE(with(R"("valueInteger": 2)"));
    EXPECT_FALSE(with(R"("valueInteger": 0)"));
    EXPECT_TRUE(with(R"("valueCodeableConcept": {"text": "Yes"})"));
    EXPECT_FALSE(with(R"("valueCodeableConcept": {"text": "No"})"));
    EXPECT_FALSE(with(R"("dataAbsentReason": {"text": "unknown"})"));
}

TEST(ResponseReader, NamesItsImaging) {
    const auto assessment = only<Assessment>(response(
        overall,
        concept_of(ncit, "C159716"),
        R"(, "issued": "2020-05-10T00:00:00Z", "derivedFrom": [{"reference": "ImagingStudy/ct"}, {"reference": "Observation/x"}])"));
    EXPECT_THAT(assessment.imaging_studies, ElementsAre("ImagingStudy/ct"));
    EXPECT_EQ(test::shown(assessment.effective), "2020-05-08");
    EXPECT_TRUE(assessment.issued);
}

std::string report(std::string_view more, std::string_view status = "final") {
    return resource(
        "DiagnosticReport",
        R"("status": ")" + std::string{status} +
            R"(", "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "79103-8"}]},
        "effectiveDateTime": "2020-05-08", "issued": "2020-05-09T08:00:00Z")" +
            std::string{more});
}

TEST(ReportReader, CodedConclusionsAreAssessments) {
    const auto facts =
        read(report(R"(, "imagingStudy": [{"reference": "ImagingStudy/ct"}], "conclusionCode": [)" +
                    concept_of(ncit, "C35571") + R"(, {"text": "liver"}])"));
    const auto assessment = only<Assessment>(facts);
    EXPECT_EQ(assessment.kind, AssessmentKind::coded_conclusion);
    EXPECT_EQ(assessment.category, ResponseCategory::progressive_disease);
    EXPECT_EQ(assessment.report, "DiagnosticReport/1");
    EXPECT_THAT(assessment.imaging_studies, ElementsAre("ImagingStudy/ct"));
    EXPECT_TRUE(only<Imaging>(facts).has_coded_response);
    const auto bare = read(report(
        R"(, "conclusionCode": [{"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
        "code": "C159716"}])"));
    EXPECT_EQ(only<Assessment>(bare).category, ResponseCategory::progressive_disease);
    EXPECT_TRUE(test::has_issue(bare, Severity::warning, "DiagnosticReport.conclusionCode[0]"));
}

// R4.4
TEST(ResponseReader, AResponseInWordsIsACandidate) {
    const auto facts = response(overall, R"({"text": "PD"})");
    const auto assessment = only<Assessment>(facts);
    EXPECT_EQ(assessment.standing, Standing::candidate);
    ASSERT_TRUE(assessment.finding);
    EXPECT_TRUE(assessment.finding->progression);
    EXPECT_TRUE(assessment.imaging_evidence);
    EXPECT_TRUE(test::has_issue(facts, Severity::information, "Observation.value[x]"));
    const auto of_trend = [](std::string_view more) {
        return only<Assessment>(response(trend_code, R"({"text": "Stable"})", std::string{more}));
    };
    EXPECT_FALSE(of_trend("").imaging_evidence);
    EXPECT_TRUE(of_trend(imaging_evidence).imaging_evidence);
    EXPECT_TRUE(
        only<Assessment>(response(overall, R"({"text": "peggiorata"})")).finding->understanding ==
        TextUnderstanding::unknown);
    EXPECT_TRUE(all<Assessment>(response(overall, R"({"text": "See attached"})")).empty());
}

TEST(ResponseReader, WordsOfAnotherImagingObservationAreRead) {
    const auto observation = [](std::string_view category, std::string_view value) {
        return all<Assessment>(
            read(resource("Observation",
                          R"("status": "final", "effectiveDateTime": "2020-05-08",
            "category": [{"coding": [{"code": ")" +
                              std::string{category} + R"("}]}],
            "code": {"text": "Radiology finding"}, )" +
                              std::string{value})));
    };
    constexpr auto progression = R"("valueString": "Progression of liver metastases")";
    ASSERT_EQ(observation("imaging", progression).size(), 1U);
    EXPECT_TRUE(observation("imaging", progression).front().finding->progression);
    EXPECT_EQ(observation("imaging", R"("note": [{"text": "Stable disease"}])").size(), 1U);
    EXPECT_TRUE(observation("imaging", R"("valueString": "Patient cooperative")").empty());
    EXPECT_TRUE(observation("survey", progression).empty());
}

SiteConfig without_text() {
    SiteConfig site;
    site.read_report_text = false;
    return site;
}

ReportFinding finding_of(std::string_view more, const SiteConfig& site = {}) {
    return only<Imaging>(read(report(more), site)).finding;
}

TEST(ReportReader, R4_4_ConclusionNotesAndAttachedTextAreRead) {
    EXPECT_TRUE(finding_of(R"(, "conclusion": "Progressive disease, RECIST PD")").progression);
    EXPECT_TRUE(finding_of(R"(, "conclusionCode": [{"text": "Stable disease"}])").stable);
    EXPECT_TRUE(finding_of(R"(, "note": [{"text": "Partial response"}])").partial_response);
    // "Progression of liver metastases"
    constexpr auto attached = R"(, "presentedForm": [{"contentType": "text/plain; charset=utf-8",
        "data": "UHJvZ3Jlc3Npb24gb2YgbGl2ZXIgbWV0YXN0YXNlcw=="}])";
    EXPECT_TRUE(finding_of(attached).progression);
    EXPECT_EQ(finding_of(R"(, "conclusion": "CT of the abdomen")").understanding,
              TextUnderstanding::read);
    EXPECT_TRUE(all<Assessment>(read(report(R"(, "conclusion": "PD")"))).empty());
    EXPECT_FALSE(only<Imaging>(read(report(R"(, "conclusion": "PD")"))).has_coded_response);
}

TEST(ReportReader, R8_2_WhatCannotBeOpenedIsNoText) {
    const auto none = [](std::string_view more) {
        return finding_of(more).understanding == TextUnderstanding::none;
    };
    EXPECT_TRUE(none(""));
    EXPECT_TRUE(none(R"(, "presentedForm": [{"contentType": "application/pdf", "data": "UEQ="}])"));
    EXPECT_TRUE(none(R"(, "presentedForm": [{"contentType": "text/plain", "url": "Binary/1"}])"));
    constexpr auto broken = R"(, "presentedForm": [{"contentType": "text/plain", "data": "!"}])";
    EXPECT_TRUE(none(broken));
    EXPECT_TRUE(test::has_issue(
        read(report(broken)), Severity::error, "DiagnosticReport.presentedForm[0].data"));
}

TEST(ReportReader, R8_2_TextPolicyOffReadsNothing) {
    EXPECT_EQ(finding_of(R"(, "conclusion": "Stable disease")", without_text()).understanding,
              TextUnderstanding::none);
    EXPECT_TRUE(
        all<Assessment>(read(resource("Observation",
                                      R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": )" + overall + R"(, "valueString": "PD")"),
                             without_text()))
            .empty());
}

TEST(ReportReader, TextIsKeptOnlyOnRequest) {
    EXPECT_TRUE(only<Imaging>(read(report(R"(, "conclusion": "Stable disease")"))).text.empty());
}

TEST(ReportReader, ContainedObservationsCountUnderTheReportsName) {
    const std::string contained = R"(, "imagingStudy": [{"reference": "ImagingStudy/ct"}],
        "result": [{"reference": "#r"}], "contained": [{"resourceType": "Observation", "id": "r",
        "status": "final", "code": )" +
                                  overall + R"(, "valueCodeableConcept": )" +
                                  concept_of(ncit, "C159547") + "}]";
    const auto facts = read(report(contained));
    const auto assessment = only<Assessment>(facts);
    EXPECT_EQ(assessment.origin.reference, "DiagnosticReport/1#r"); // R4.8
    EXPECT_EQ(test::shown(assessment.effective), "2020-05-08");     // lent by the report
    EXPECT_THAT(assessment.imaging_studies, ElementsAre("ImagingStudy/ct"));
    EXPECT_THAT(only<Imaging>(facts).results, ElementsAre("DiagnosticReport/1#r"));
    EXPECT_EQ(only<Assessment>(read(report(contained, "preliminary"))).standing,
              Standing::candidate);
    EXPECT_TRUE(read(report(contained, "entered-in-error")).facts.empty());
}

// data-reality 5: a mistaken Observation stays one, also inside a report that stands.
TEST(ReportReader, AMistakenContainedObservationIsDropped) {
    const auto facts = read(report(R"(, "contained": [{"resourceType": "Observation", "id": "r",
        "status": "entered-in-error", "code": )" +
                                   overall + R"(, "valueCodeableConcept": )" +
                                   concept_of(ncit, "C159547") + "}]"));
    EXPECT_TRUE(all<Assessment>(facts).empty());
    EXPECT_TRUE(
        test::has_issue(facts, Severity::information, "DiagnosticReport.contained[0].status"));
}

} // namespace
} // namespace embolink
