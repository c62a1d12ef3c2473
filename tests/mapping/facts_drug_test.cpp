// Drugs: what they are, how they went in, which statuses count (R3.2, R3.3, R5.2).

#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

DrugEvent given(std::string_view drug, std::string_view more = "") {
    return only<DrugEvent>(read(resource(
        "MedicationAdministration",
        R"("status": "completed", "effectiveDateTime": "2020-02-10", "medicationCodeableConcept": )" +
            std::string{drug} + std::string{more})));
}

DrugEvent named(std::string_view text) {
    return given(R"({"text": ")" + std::string{text} + R"("})");
}

TEST(DrugReader, WhatWasDeclinedOrIsNotToleratedIsNotGiven) {
    for (const char* text : {"Everolimus declined by patient",
                             "Everolimus: not given",
                             "Everolimus: none",
                             "Allergy to cisplatin",
                             "Cisplatin allergy",
                             "Everolimus refus\u00E9",
                             "Cisplatin abgelehnt",
                             "Embolization without doxorubicin"}) {
        EXPECT_FALSE(named(text).drug.concepts.in_text("antineoplastic")) << text;
    }
    EXPECT_TRUE(
        named("Doxorubicin 50 mg, cisplatin not given").drug.concepts.in_text("antineoplastic"));
    EXPECT_EQ(named("Doxorubicin 50 mg, cisplatin not given").drug.key, "doxorubicin");
}

TEST(DrugReader, KnowsDrugsByCodeAndByWholeWordName) {
    const auto coded = given(
        R"({"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1790099"}]})");
    EXPECT_TRUE(coded.drug.concepts.coded("antineoplastic"));
    EXPECT_EQ(coded.drug.key, "doxorubicin");
    for (const char* text :
         {"Doxorubicine 50 mg", "DOXORUBICIN", "Doxorubicinhydrochlorid", "Adriamycin"}) {
        EXPECT_TRUE(named(text).drug.concepts.in_text("antineoplastic")) << text;
        EXPECT_EQ(named(text).drug.key, "doxorubicin") << text;
    }
    const auto everolimus = given(
        R"({"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/atc", "code": "L04AH02"}]})");
    EXPECT_EQ(everolimus.drug.key, named("Everolimus 10 mg, oral tablet").drug.key);
}

TEST(DrugReader, AnUnknownCodeSpeaksByItsDisplay) {
    const auto drug = given(R"({"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "code": "1", "display": "cisplatin 1 MG/ML Injectable Solution"}]})");
    EXPECT_TRUE(drug.drug.concepts.in_text("antineoplastic"));
    EXPECT_FALSE(drug.drug.concepts.coded("antineoplastic"));
}

// R3.3c: recognised as not antineoplastic, or unknown; a whole-word antineoplastic name beats both.
TEST(DrugReader, RecognisesWhatIsNotAntineoplastic) {
    for (const char* text : {"Fentanyl 100 microgram",
                             "Iohexol 300 mg I/mL",
                             "Lidocaine",
                             "Parac\u00E9tamol",
                             "Kochsalzl\u00F6sung",
                             "s\u00E9rum physiologique",
                             "Gadolinium"}) {
        EXPECT_TRUE(named(text).drug.concepts.has("not-antineoplastic")) << text;
    }
    const auto oil = named("Lipiodol Ultra-Fluide");
    EXPECT_TRUE(oil.drug.concepts.has("iodized-oil"));
    EXPECT_TRUE(oil.drug.concepts.has("not-antineoplastic"));
    const auto mixture = named("Lipiodol + doxorubicine, \u00E9mulsion");
    EXPECT_TRUE(mixture.drug.concepts.has("antineoplastic"));
    EXPECT_FALSE(mixture.drug.concepts.has("not-antineoplastic"));
    const auto unknown = named("Batch 42");
    EXPECT_FALSE(unknown.drug.known());
    EXPECT_EQ(unknown.drug.key, "batch 42");
    EXPECT_FALSE(named("Fentanylum").drug.known()); // not a whole word of the list
}

TEST(DrugReader, R3_2_DrugElutingBeads) {
    for (const char* text : {"Doxorubicin-eluting beads", "DC Bead doxorubicin 75 mg", "DEBIRI"}) {
        EXPECT_TRUE(named(text).drug.concepts.in_text("drug-eluting-beads")) << text;
        EXPECT_TRUE(named(text).drug.concepts.in_text("antineoplastic")) << text;
    }
    EXPECT_EQ(named("DC Bead doxorubicin 75 mg").drug.key, "doxorubicin");
    EXPECT_FALSE(named("doxorubicin").drug.concepts.has("drug-eluting-beads"));
}

TEST(DrugReader, DiagnosticTracersAreNoTherapy) {
    EXPECT_TRUE(named("177Lu-DOTATATE 7.4 GBq").drug.concepts.has("anticancer-radionuclide"));
    EXPECT_TRUE(named("Lutathera").drug.concepts.has("anticancer-radionuclide"));
    EXPECT_TRUE(named("90Y-DOTATOC").drug.concepts.has("anticancer-radionuclide"));
    EXPECT_TRUE(named("131I-MIBG").drug.concepts.has("anticancer-radionuclide"));
    EXPECT_FALSE(named("68Ga-DOTATATE").drug.known());
    EXPECT_FALSE(named("123I-MIBG").drug.known());
    EXPECT_FALSE(named("68Ga-edotreotide").drug.known());
}

TEST(DrugReader, Routes) {
    const auto route = [](std::string_view json) {
        return given(R"({"text": "doxorubicin"})",
                     R"(, "dosage": {"route": )" + std::string{json} + "}")
            .route;
    };
    EXPECT_EQ(route(R"({"coding": [{"system": "http://snomed.info/sct", "code": "58100008"}]})"),
              Route::intra_arterial);
    EXPECT_EQ(route(R"({"coding": [{"system": "http://snomed.info/sct", "code": "47625008"}]})"),
              Route::other);
    EXPECT_EQ(route(R"({"text": "voie intra-art\u00e9rielle"})"), Route::intra_arterial);
    EXPECT_EQ(route(R"({"text": "IV"})"), Route::other);
    EXPECT_EQ(route(R"({"text": "as discussed"})"), Route::other); // stated and not arterial
    EXPECT_EQ(named("doxorubicin").route, Route::unstated);
    EXPECT_EQ(given(R"({"text": "doxorubicin"})", R"(, "dosage": {"text": "50 mg intra-arterial"})")
                  .route,
              Route::intra_arterial);
    EXPECT_EQ(given(R"({"text": "doxorubicin"})", R"(, "dosage": {"site": {"coding": [
        {"system": "http://snomed.info/sct", "code": "76015000"}]}})")
                  .route,
              Route::intra_arterial);
}

TEST(DrugReader, FollowsContainedMedicationsAndLeavesOthersToTheTimeline) {
    const auto contained =
        only<DrugEvent>(read(resource("MedicationAdministration", R"("status": "completed",
        "effectiveDateTime": "2020-02-10", "contained": [{"resourceType": "Medication", "id": "m",
        "code": {"coding": [{"system": "http://www.whocc.no/atc", "code": "L01XA01"}]}}],
        "medicationReference": {"reference": "#m"})")));
    EXPECT_TRUE(contained.drug.concepts.coded("antineoplastic"));
    EXPECT_EQ(contained.medication_reference, "");
    const auto apart =
        only<DrugEvent>(read(resource("MedicationAdministration", R"("status": "completed",
        "effectiveDateTime": "2020-02-10", "medicationReference": {"reference": "https://x/fhir/Medication/7"})")));
    EXPECT_EQ(apart.medication_reference, "Medication/7");
    EXPECT_FALSE(apart.drug.known());
    const auto labelled =
        only<DrugEvent>(read(resource("MedicationAdministration", R"("status": "completed",
        "effectiveDateTime": "2020-02-10",
        "medicationReference": {"reference": "Medication/7", "display": "Doxorubicin 50 mg"})")));
    EXPECT_TRUE(labelled.drug.concepts.in_text("antineoplastic"));
    const auto info = only<MedicationInfo>(read(R"({"resourceType": "Medication", "id": "7",
        "ingredient": [{"itemCodeableConcept": {"text": "epirubicin"}}]})"));
    EXPECT_TRUE(info.drug.concepts.in_text("antineoplastic"));
    EXPECT_EQ(info.drug.key, "epirubicin");
}

TEST(DrugReader, EachSourceHasItsStatusesAndItsDate) {
    struct Case {
        const char* type;
        const char* status;
        const char* date;
        bool counts;
    };

    for (const Case& c :
         {Case{"MedicationAdministration",
               "completed",
               R"("effectivePeriod": {"start": "2020-02-10"})",
               true},
          Case{"MedicationAdministration", "stopped", R"("effectiveDateTime": "2020-02-10")", true},
          Case{"MedicationAdministration",
               "not-done",
               R"("effectiveDateTime": "2020-02-10")",
               false},
          Case{
              "MedicationAdministration", "on-hold", R"("effectiveDateTime": "2020-02-10")", false},
          Case{"MedicationStatement", "on-hold", R"("effectiveDateTime": "2020-02-10")", true},
          Case{"MedicationStatement", "intended", R"("effectiveDateTime": "2020-02-10")", false},
          Case{"MedicationStatement", "not-taken", R"("effectiveDateTime": "2020-02-10")", false},
          Case{"MedicationDispense",
               "completed",
               R"("whenHandedOver": "2020-02-10", "whenPrepared": "2020-02-01")",
               true},
          Case{"MedicationDispense", "in-progress", R"("whenPrepared": "2020-02-10")", true},
          Case{"MedicationDispense", "cancelled", R"("whenHandedOver": "2020-02-10")", false},
          Case{"MedicationRequest",
               "active",
               R"("intent": "order", "authoredOn": "2020-02-10")",
               true},
          Case{"MedicationRequest", "draft", R"("authoredOn": "2020-02-10")", false},
          Case{"MedicationRequest",
               "active",
               R"("intent": "proposal", "authoredOn": "2020-02-10")",
               false},
          Case{"MedicationRequest",
               "active",
               R"("doNotPerform": true, "authoredOn": "2020-02-10")",
               false}}) {
        const auto facts = read(
            resource(c.type,
                     std::string{R"("status": ")"} + c.status +
                         R"(", "medicationCodeableConcept": {"text": "everolimus"}, )" + c.date));
        const auto events = all<DrugEvent>(facts);
        ASSERT_EQ(events.size(), c.counts ? 1U : 0U) << c.type << " " << c.status;
        if (c.counts) {
            EXPECT_EQ(test::shown(events[0].start), "2020-02-10") << c.type << " " << c.status;
        } else {
            EXPECT_FALSE(facts.issues.empty());
        }
    }
}

TEST(DrugReader, ReadsDosesOfBothShapes) {
    const auto administration =
        given(R"({"text": "octreotide"})",
              R"(, "dosage": {"dose": {"value": 30.0, "unit": "milligram", "code": "mg"}})");
    EXPECT_EQ(administration.dose->text, "30.0");
    EXPECT_EQ(administration.dose_unit, "mg");
    const auto statement =
        only<DrugEvent>(read(resource("MedicationStatement", R"("status": "active",
        "medicationCodeableConcept": {"text": "octreotide"}, "effectivePeriod": {"start": "2020-02-10"},
        "dosage": [{"doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg"}}]}])")));
    EXPECT_EQ(statement.dose->text, "60");
    EXPECT_FALSE(statement.end);
}

} // namespace
} // namespace embolink
