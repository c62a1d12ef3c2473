// Each element whose code, text or unit nobody understands is named, and only these.
#include "mapping/unmapped/not_understood.hpp"
#include "tests/support/pipeline.hpp"
#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

const ZoneRule no_zone;

std::vector<NotUnderstood> found(const std::string& json, const SiteConfig& site = {}) {
    return find_not_understood(test::parse_resource(json),
                               test::test_definitions().terminology.with_site(site),
                               site,
                               no_zone);
}

// "kind element system|code|written", one for each.
std::vector<std::string> lines(const std::string& json, const SiteConfig& site = {}) {
    std::vector<std::string> out;
    for (const NotUnderstood& one : found(json, site)) {
        out.push_back(to_string(one.kind) + " " + one.element + " " + one.system + "|" + one.code +
                      "|" + one.written);
    }
    return out;
}

using Lines = std::vector<std::string>;

const std::string local = R"({"coding": [{"system": "urn:x", "code": "Q1"}]})";

std::string of(const char* type, const std::string& inner) {
    return test::resource(type, inner);
}

std::string result(const std::string& loinc, const std::string& value) {
    return of("Observation",
              R"("status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": ")" +
                  loinc + R"("}]}, )" + value);
}

TEST(NotUnderstoodElements, CodesByElement) {
    struct Case {
        const char* type;
        std::string inner;
        const char* element;
    };

    const std::string grade_url =
        "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/ae-grade";
    for (const Case& one : std::vector<Case>{
             {"Procedure", R"("code": )" + local, "Procedure.code"},
             {"Procedure", R"("bodySite": [)" + local + "]", "Procedure.bodySite"},
             {"Condition", R"("code": )" + local, "Condition.code"},
             {"Condition", R"("bodySite": [)" + local + "]", "Condition.bodySite"},
             {"Medication", R"("code": )" + local, "Medication.code"},
             {"MedicationStatement",
              R"("medicationCodeableConcept": )" + local,
              "MedicationStatement.medication"},
             {"MedicationAdministration",
              R"("dosage": {"route": )" + local + "}",
              "MedicationAdministration.dosage.route"},
             {"Observation",
              R"("valueQuantity": {"value": 1, "unit": "mg/L"}, "code": )" + local,
              "Observation.code"},
             {"Observation",
              R"("component": [{"valueQuantity": {"value": 1}, "code": )" + local + "}]",
              "Observation.component.code"},
             {"DiagnosticReport", R"("code": )" + local, "DiagnosticReport.code"},
             {"DiagnosticReport",
              R"("conclusionCode": [)" + local + "]",
              "DiagnosticReport.conclusionCode"},
             {"ImagingStudy", R"("procedureCode": [)" + local + "]", "ImagingStudy.procedureCode"},
             {"AdverseEvent", R"("event": )" + local, "AdverseEvent.event"},
             {"AdverseEvent", R"("severity": )" + local, "AdverseEvent.severity"},
             {"AdverseEvent",
              R"("extension": [{"url": ")" + grade_url + R"(", "valueCodeableConcept": )" + local +
                  "}]",
              "AdverseEvent.extension.value"}}) {
        EXPECT_EQ(lines(of(one.type, one.inner)),
                  Lines{"code " + std::string(one.element) + " urn:x|Q1|"})
            << one.type << " " << one.inner;
    }
}

TEST(NotUnderstoodElements, ResponseValuesWhereTheCodeSaysResponse) {
    const std::string value = R"("valueCodeableConcept": )" + local;
    EXPECT_EQ(lines(result("97509-4", value)), Lines{"code Observation.value urn:x|Q1|"});
    EXPECT_EQ(lines(result("97509-4",
                           R"("valueCodeableConcept": {"coding": [{"system":
                           "http://snomed.info/sct", "code": "271299001"}]})")),
              Lines{});
}

TEST(NotUnderstoodElements, ATextSpeaksOnlyWhereThereIsNoCode) {
    EXPECT_EQ(lines(of("Procedure", R"("code": {"text": "Quux  of Liver"})")),
              Lines{"text Procedure.code ||quux of liver"});
    EXPECT_EQ(lines(of("Procedure",
                       R"("code": {"text": "Quux", "coding": [{"system": "urn:x", "code": "Q1",
                       "display": "Quuxing"}]})")),
              Lines{"code Procedure.code urn:x|Q1|"});
    EXPECT_EQ(lines(of("Procedure", R"("code": {"text": "TACE"})")), Lines{});
    EXPECT_EQ(lines(of("Procedure", R"("code": {})")), Lines{});
}

TEST(NotUnderstoodElements, OneCodingThatIsKnownIsEnough) {
    EXPECT_EQ(lines(of("Procedure",
                       R"("code": {"coding": [{"system": "urn:x", "code": "Q1"},
                       {"system": "http://snomed.info/sct", "code": "314617008"}]})")),
              Lines{});
}

TEST(NotUnderstoodElements, UnitsOfKnownQuantities) {
    EXPECT_EQ(lines(result("1742-6", R"("valueQuantity": {"value": 1, "unit": "U / Liter x"})")),
              Lines{"unit Observation.value http://loinc.org|1742-6|U/Literx"});
    EXPECT_EQ(lines(result("1742-6", R"("valueQuantity": {"value": 1})")),
              Lines{"unit Observation.value http://loinc.org|1742-6|"});
    EXPECT_EQ(lines(result("1742-6", R"("valueQuantity": {"value": 1, "unit": "IU/L"})")), Lines{});
    // One of two spellings is understood.
    EXPECT_EQ(lines(result("1742-6",
                           R"("valueQuantity": {"value": 1, "unit": "Einheiten", "code": "U/L"})")),
              Lines{});
    EXPECT_EQ(lines(result("1742-6", R"("valueString": "12 quux")")),
              Lines{"unit Observation.value http://loinc.org|1742-6|quux"});
    EXPECT_EQ(found(result("1742-6", R"("valueQuantity": {"value": 1})")).at(0).quantity, "ALT|");
}

TEST(NotUnderstoodElements, WhatTheSiteSaysIsUnderstood) {
    SiteConfig site;
    site.codes = {{"urn:x", "Q1", "bland-embolization"}};
    site.phrases = {{"quux", "chemoembolization"}};
    site.unit_spellings = {{"Einheiten", "U/L"}};
    site.unit_defaults = {{"http://loinc.org", "1920-8", "U/L"}};
    EXPECT_EQ(lines(of("Procedure", R"("code": )" + local), site), Lines{});
    EXPECT_EQ(lines(of("Procedure", R"("code": {"text": "Quux of liver"})"), site), Lines{});
    EXPECT_EQ(
        lines(result("1742-6", R"("valueQuantity": {"value": 1, "unit": "Einheiten"})"), site),
        Lines{});
    EXPECT_EQ(lines(result("1920-8", R"("valueQuantity": {"value": 1})"), site), Lines{});
}

TEST(NotUnderstoodElements, ACodeWithoutASystemIsMappedAloneWhenTheSiteSaysSo) {
    SiteConfig site;
    site.codes = {{"", "Q1", "bland-embolization", true}};
    EXPECT_EQ(lines(of("Procedure", R"("code": {"coding": [{"code": "Q1"}]})"), site), Lines{});
    EXPECT_EQ(lines(of("Procedure", R"("code": )" + local), site),
              Lines{"code Procedure.code urn:x|Q1|"});
}

TEST(NotUnderstoodElements, GradesAsDigitsAreUnderstood) {
    EXPECT_EQ(lines(of("AdverseEvent", R"("severity": {"text": "Grade 3"})")), Lines{});
    EXPECT_EQ(lines(of("AdverseEvent", R"("severity": {"text": "quite bad"})")),
              Lines{"text AdverseEvent.severity ||quite bad"});
}

} // namespace
} // namespace embolink
