// Condition: organ, histology and side put together within one row (R1.2, R1.3, terminology 2.2).

#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::only;
using test::read;
using test::resource;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Diagnosis text_only(std::string_view text) {
    return only<Diagnosis>(
        read(resource("Condition", R"("code": {"text": ")" + std::string{text} + R"("})")));
}

Diagnosis coded(std::string_view code, std::string_view more = "") {
    return only<Diagnosis>(read(
        resource("Condition",
                 R"("code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": ")" +
                     std::string{code} + R"("}]})" + std::string{more})));
}

constexpr std::string_view carcinoid_histology =
    R"(, "extension": [{"url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior",
    "valueCodeableConcept": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/icd-o-3", "code": "8240/3"}]}}])";

TEST(ConditionReader, OrganAndHistologyOfOneRowMakeAMidgutTumour) {
    EXPECT_THAT(coded("C17.2", carcinoid_histology).concepts.by_code, Contains("midgut-net"));
    EXPECT_THAT(coded("C17.2").concepts.by_code, ElementsAre("midgut-organ"));
    EXPECT_THAT(coded("C18.9", carcinoid_histology).concepts.by_code,
                ElementsAre("neuroendocrine")); // unsided: no midgut, no other primary
    EXPECT_THAT(coded("C25.1", carcinoid_histology).concepts.by_code,
                ElementsAre("neuroendocrine", "other-net-primary"));
    EXPECT_THAT(coded("C25.1").concepts.by_code, ElementsAre("other-cancer"));
}

TEST(ConditionReader, AWordInTheMixMakesItTextual) {
    const auto mixed = only<Diagnosis>(read(resource("Condition", R"("code": {"coding": [
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C7A.8"}]},
        "bodySite": [{"coding": [{"system": "http://snomed.info/sct", "code": "1", "display": "Ileum structure"}]}])")));
    EXPECT_TRUE(mixed.concepts.in_text("midgut-net"));
    EXPECT_FALSE(mixed.concepts.coded("midgut-net"));
}

TEST(ConditionReader, ReadsThreeLanguages) {
    for (const char* text : {"NET of the terminal ileum, G1",
                             "Small bowel carcinoid",
                             "Tumeur neuroendocrine du gr\u00EAle",
                             "TNE il\u00E9ale",
                             "Neuroendokriner Tumor des D\u00FCnndarms",
                             "Appendixkarzinoid",
                             "SI-NET",
                             "midgut neuroendocrine neoplasm"}) {
        EXPECT_TRUE(text_only(text).concepts.in_text("midgut-net")) << text;
    }
    for (const char* text : {"Liver metastases",
                             "hepatic mets",
                             "M\u00E9tastases h\u00E9patiques",
                             "Lebermetastasen",
                             "NET metastatic to the liver",
                             "Secondary malignant neoplasm of liver",
                             "Metastatic carcinoid tumour to liver",
                             "Tumeur m\u00E9tastatique au foie"}) {
        EXPECT_TRUE(text_only(text).concepts.in_text("liver-metastasis")) << text;
    }
}

TEST(ConditionReader, OtherPrimariesByText) {
    EXPECT_TRUE(text_only("pancreatic NET").concepts.has("other-net-primary"));
    EXPECT_TRUE(text_only("Rectal carcinoid").concepts.has("other-net-primary"));
    EXPECT_TRUE(text_only("Hepatocellular carcinoma").concepts.has("hepatocellular-carcinoma"));
    EXPECT_TRUE(text_only("Breast cancer, operated").concepts.has("other-cancer"));
    EXPECT_TRUE(text_only("colon adenocarcinoma").concepts.has("bowel-cancer"));
    EXPECT_FALSE(text_only("colon adenocarcinoma").concepts.has("other-cancer"));
    EXPECT_TRUE(text_only("Insulinome").concepts.has("other-net-primary"));
    for (const char* none : {"Basal cell carcinoma of skin", "Carcinoma in situ of cervix"}) {
        EXPECT_FALSE(text_only(none).concepts.has("other-cancer")) << none; // C44, D06: not C00-C97
    }
    EXPECT_THAT(text_only("Pancreatic insufficiency").concepts.by_text, IsEmpty());
    EXPECT_TRUE(text_only("NEC of the colon").concepts.has("poorly-differentiated"));
    EXPECT_TRUE(text_only("Poorly differentiated neuroendocrine carcinoma")
                    .concepts.has("poorly-differentiated"));
    EXPECT_FALSE(text_only("Well differentiated neuroendocrine tumour of the ileum")
                     .concepts.has("poorly-differentiated"));
}

TEST(ConditionReader, AMetastasisElsewhereIsNoPrimaryThere) {
    EXPECT_FALSE(text_only("Lung metastases of ileal NET").concepts.has("other-net-primary"));
    EXPECT_TRUE(text_only("Lung metastases of ileal NET").concepts.has("midgut-net"));
    EXPECT_THAT(text_only("Bone metastases").concepts.by_text, IsEmpty());
    // SNOMED 315000005 points the other way.
    EXPECT_THAT(text_only("Metastasis from malignant tumor of liver").concepts.by_text,
                Not(Contains("liver-metastasis")));
}

// mCODE's shape: a generic secondary tumour, and the liver as its site.
TEST(ConditionReader, ASecondaryTumourOfTheLiverSiteIsALiverMetastasis) {
    const auto at = [](std::string_view code, std::string_view site) {
        return only<Diagnosis>(read(resource("Condition",
                                             R"("code": )" + std::string{code} +
                                                 R"(, "bodySite": [)" + std::string{site} + "]")))
            .concepts;
    };
    const std::string liver =
        R"({"coding": [{"system": "http://snomed.info/sct", "code": "10200004"}]})";
    const std::string other_secondary =
        R"({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C7B.8"}]})";
    EXPECT_TRUE(at(other_secondary, liver).coded("liver-metastasis"));
    EXPECT_FALSE(at(other_secondary, R"({"text": "Bone"})").has("liver-metastasis"));
    EXPECT_TRUE(at(R"({"text": "Secondary malignant neoplastic disease"})", liver)
                    .in_text("liver-metastasis"));
    EXPECT_FALSE(at(R"({"text": "Cyst"})", liver).has("liver-metastasis"));
}

TEST(ConditionReader, NegatedAndSuspectedTextIsNoEvidence) {
    for (const char* text : {"No evidence of liver metastases",
                             "pas de m\u00E9tastases h\u00E9patiques",
                             "suspected liver metastases",
                             "keine Lebermetastasen",
                             "Family history of breast cancer"}) {
        EXPECT_THAT(text_only(text).concepts.by_text, IsEmpty()) << text;
    }
}

// A denial may follow what it denies, or answer it after a colon.
TEST(ConditionReader, TextDeniedAfterwardsIsNoEvidence) {
    for (const char* text : {"Liver metastases ruled out",
                             "Liver metastases excluded",
                             "Liver metastases not confirmed",
                             "Liver metastases were not found",
                             "Liver metastases: none",
                             "Liver metastases: no",
                             "Liver metastases absent",
                             "Exclusion of liver metastases",
                             "At risk for liver metastases",
                             "Lebermetastasen ausgeschlossen",
                             "Lebermetastasen: nein",
                             "M\u00E9tastases h\u00E9patiques \u00E9limin\u00E9es",
                             "M\u00E9tastases h\u00E9patiques : non",
                             "Ileal NET excluded",
                             "Small bowel NET: no",
                             "Neuroendocrine tumor of ileum ruled out",
                             "HCC excluded",
                             "Hepatocellular carcinoma ruled out",
                             "CHC \u00E9limin\u00E9",
                             "Pancreatic NET excluded",
                             "Breast cancer ruled out",
                             "Breast cancer: no",
                             "Breast cancer in mother",
                             "Lung cancer screening"}) {
        EXPECT_THAT(text_only(text).concepts.by_text, IsEmpty()) << text;
    }
    EXPECT_EQ(text_only("Liver abscess ruled out").adverse_term, "");
    EXPECT_EQ(text_only("Liver abscess: none").adverse_term, "");
}

TEST(ConditionReader, WhatElseIsDeniedLeavesItsOwnWords) {
    for (const char* text : {"Liver metastases, HCC excluded",
                             "Liver metastases; bone metastases ruled out",
                             "Liver metastases of ileal NET, primary not found",
                             "Liver metastases: no extrahepatic disease",
                             "Liver metastases: segment 4",
                             "Liver metastases: none resectable"}) {
        EXPECT_TRUE(text_only(text).concepts.has("liver-metastasis")) << text;
        EXPECT_FALSE(text_only(text).concepts.has("hepatocellular-carcinoma")) << text;
    }
    EXPECT_TRUE(text_only("Ileal NET primary not found").concepts.has("midgut-net"));
    EXPECT_TRUE(text_only("Neuroendocrine carcinoma G3 of the ileum")
                    .concepts.has("poorly-differentiated"));
    EXPECT_FALSE(text_only("Metastasis of liver cancer to bone").concepts.has("liver-metastasis"));
}

TEST(ConditionReader, TheDisplayOfAKnownCodeAddsNothing) {
    const auto diagnosis = only<Diagnosis>(read(resource("Condition", R"("code": {"coding": [
        {"system": "http://snomed.info/sct", "code": "94381002", "display": "liver metastases of pancreatic NET"}]})")));
    EXPECT_THAT(diagnosis.concepts.by_code, ElementsAre("liver-metastasis"));
    EXPECT_THAT(diagnosis.concepts.by_text, IsEmpty());
}

TEST(ConditionReader, ABlankAroundACodeIsNoPartOfIt) {
    EXPECT_TRUE(coded("C78.7 ").concepts.coded("liver-metastasis"));
    EXPECT_TRUE(coded(" C7A.012").concepts.coded("midgut-net"));
}

TEST(ConditionReader, RefutedAndMistakenRowsAreDroppedWithAnIssue) {
    for (const char* status : {"refuted", "entered-in-error"}) {
        const auto facts = read(resource("Condition",
                                         R"("code": {"text": "NET of ileum"},
            "verificationStatus": {"coding": [{"code": ")" +
                                             std::string{status} + R"("}]})"));
        EXPECT_TRUE(facts.facts.empty()) << status;
        EXPECT_EQ(facts.status, status);
        EXPECT_TRUE(test::has_issue(facts, Severity::information, "Condition.verificationStatus"));
    }
    const auto provisional = read(resource("Condition", R"("code": {"text": "NET of ileum"},
        "verificationStatus": {"coding": [{"code": "provisional"}]})"));
    EXPECT_EQ(provisional.facts.size(), 1U);
}

TEST(ConditionReader, NamesTheCtcaeTerm) {
    const auto abscess = only<Diagnosis>(read(resource("Condition", R"("code": {"coding": [
        {"system": "http://snomed.info/sct", "code": "27916005"}]}, "onsetDateTime": "2020-03-01")")));
    EXPECT_EQ(abscess.adverse_term, "liver-abscess");
    EXPECT_EQ(test::shown(abscess.onset), "2020-03-01");
    EXPECT_EQ(text_only("Hepatic failure").adverse_term, "hepatic-failure");
    EXPECT_EQ(text_only("Risk of hepatic failure").adverse_term, "");
    EXPECT_EQ(text_only("Counselled at length about fever after the intervention").adverse_term,
              "");
    EXPECT_EQ(text_only("Liver metastases").adverse_term, "");
}

TEST(ConditionReader, DatesItsOnset) {
    const auto period =
        coded("C78.7", R"(, "onsetPeriod": {"start": "2019-05"}, "recordedDate": "2019-06-01")");
    EXPECT_EQ(test::shown(period.onset), "2019-05");
    EXPECT_EQ(test::shown(period.recorded), "2019-06-01");
    const auto age = read(resource("Condition", R"("onsetAge": {"value": 60})"));
    EXPECT_FALSE(only<Diagnosis>(age).onset);
    EXPECT_TRUE(test::has_issue(age, Severity::warning, "Condition.onsetAge"));
}

TEST(ConditionReader, OfNotesOnlyLiverMetastasesAreTaken) {
    const auto diagnosis = coded(
        "C7A.012",
        R"(, "note": [{"text": "Liver metastases on both sides. Mother had breast cancer."}])");
    EXPECT_THAT(diagnosis.concepts.by_text, ElementsAre("liver-metastasis"));
}

} // namespace
} // namespace embolink
