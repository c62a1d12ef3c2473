// Procedure: what was done and where (R1.1, R1.3, R2.0, R2.2, R3.2e, R3.3b).

#include "mapping/facts/segments.hpp"
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

ProcedureRow row(std::string_view inner) {
    return only<ProcedureRow>(
        read(resource("Procedure", R"("status": "completed", )" + std::string{inner})));
}

ProcedureRow said(std::string_view text) {
    return row(R"("code": {"text": ")" + std::string{text} + R"("})");
}

constexpr std::string_view neutral_code =
    R"("code": {"coding": [{"system": "http://snomed.info/sct", "code": "57238002"}]})";

ProcedureRow at_site(std::string_view site) {
    return row(std::string{neutral_code} + R"(, "bodySite": [)" + std::string{site} + "]");
}

TEST(ProcedureReader, KeepsRowsOfEveryStatus) {
    for (const char* status :
         {"completed", "not-done", "entered-in-error", "preparation", "stopped"}) {
        const auto found = only<ProcedureRow>(read(resource(
            "Procedure", std::string{neutral_code} + R"(, "status": ")" + status + R"(")")));
        EXPECT_EQ(found.status, status);
        EXPECT_TRUE(found.concepts.coded("embolization"));
    }
}

TEST(ProcedureReader, ArmWordsInThreeLanguages) {
    for (const char* text : {"TACE",
                             "cTACE right lobe",
                             "Transarterial chemoembolization",
                             "Chimio-embolisation",
                             "chimioembolisation lipiodol\u00E9e",
                             "Chemoembolisation",
                             "CHE"}) {
        EXPECT_TRUE(said(text).concepts.in_text("chemoembolization")) << text;
        EXPECT_TRUE(said(text).concepts.in_text("embolization")) << text;
    }
    for (const char* text :
         {"Bland embolization",
          "TAE",
          "Embolisation h\u00E9patique simple",
          "Embolisation art\u00E9rielle h\u00E9patique, sans chimioth\u00E9rapie",
          "Embolisation ohne Chemotherapie"}) {
        const auto concepts = said(text).concepts;
        EXPECT_TRUE(concepts.in_text("bland-embolization")) << text;
        EXPECT_FALSE(concepts.has("chemoembolization")) << text;
    }
    for (const char* text : {"DEB-TACE",
                             "Drug-eluting bead embolization",
                             "DC bead, doxorubicin",
                             "Chimioembolisation avec billes charg\u00E9es"}) {
        EXPECT_TRUE(said(text).concepts.in_text("drug-eluting-embolization")) << text;
    }
}

TEST(ProcedureReader, WhatWasDeniedPlannedOrBrokenOffWasNotDone) {
    for (const char* text : {"TACE not done",
                             "TACE of the right lobe aborted",
                             "Diagnostic angiography, TACE aborted",
                             "Planned TACE",
                             "TACE planned",
                             "TACE planning",
                             "Consult for chemoembolization",
                             "Consultation for bland embolization of liver",
                             "Chimioembolisation non r\u00E9alis\u00E9e",
                             "Chimioembolisation h\u00E9patique droite pr\u00E9vue",
                             "Chimioembolisation annul\u00E9e",
                             "Consultation pour chimioembolisation",
                             "TACE nicht durchgef\u00FChrt",
                             "TACE abgebrochen",
                             "TACE: not done",
                             "TACE : non faite",
                             "Chemoembolisation: nein",
                             "Abbruch der Chemoembolisation",
                             "Geplante TACE",
                             "Aufkl\u00E4rung \u00FCber Chemoembolisation"}) {
        EXPECT_FALSE(said(text).concepts.has("embolization")) << text;
    }
    for (const char* text : {"TACE, as planned",
                             "TACE as planned",
                             "TACE. Next session planned in 3 months",
                             "TACE, biopsy not done",
                             "TACE: no complication",
                             "TACE: biopsy not done",
                             "TACE and coiling of the GDA not done",
                             "Chimioembolisation comme pr\u00E9vu",
                             "TACE wie geplant"}) {
        EXPECT_TRUE(said(text).concepts.in_text("chemoembolization")) << text;
    }
}

TEST(ProcedureReader, WithoutChemotherapyDeniesNoSite) {
    for (const char* text :
         {"Embolization without chemotherapy of the hepatic artery",
          "Embolisation sans chimioth\u00E9rapie de l'art\u00E8re h\u00E9patique",
          "Embolisation ohne Chemotherapie der Leberarterie"}) {
        const auto found = said(text);
        EXPECT_TRUE(found.concepts.in_text("bland-embolization")) << text;
        EXPECT_EQ(found.site, SiteFinding::hepatic_stated) << text;
    }
}

TEST(ProcedureReader, GermanCompoundsAreEmbolizations) {
    for (const char* text :
         {"Leberembolisation", "Partikelembolisation A. hepatica", "Leberarterienembolisierung"}) {
        const auto found = said(text);
        EXPECT_TRUE(found.concepts.in_text("embolization")) << text;
        EXPECT_EQ(found.site, SiteFinding::hepatic_stated) << text;
        EXPECT_FALSE(found.concepts.has("bland-embolization")) << text;
    }
    EXPECT_TRUE(said("Leberchemoembolisation").concepts.in_text("hepatic-chemoembolization"));
    EXPECT_EQ(said("Myomembolisation").site, SiteFinding::other_stated);
    EXPECT_FALSE(said("Postembolisationssyndrom").concepts.has("embolization"));
}

TEST(ProcedureReader, WordsThatOnlySoundAlikeAreNoEmbolization) {
    for (const char* text : {"Consultation sans chimioth\u00E9rapie",
                             "MRI with endorectal coil",
                             "che bella",
                             "Drug-eluting balloon angioplasty",
                             "Drug-eluting stent",
                             "Colonoscopy with biopsy",
                             "Prise en charge de l'h\u00E9morragie"}) {
        EXPECT_THAT(said(text).concepts.by_text, IsEmpty()) << text;
    }
}

TEST(ProcedureReader, WhatIsPlannedPastOrDeniedIsNotThisRow) {
    for (const char* text : {"CT abdomen after TACE",
                             "Angiography, work-up for chemoembolization",
                             "Angiographie avant chimioembolisation",
                             "no chemoembolization",
                             "Cone beam CT during TACE"}) {
        EXPECT_FALSE(said(text).concepts.has("chemoembolization")) << text;
    }
    const auto coil = said(
        "Protective coil embolization of gastroduodenal artery before hepatic chemoembolization");
    EXPECT_TRUE(coil.concepts.has("coil-embolization"));
    EXPECT_FALSE(coil.concepts.has("chemoembolization"));
    EXPECT_EQ(coil.site, SiteFinding::other_stated);
}

TEST(ProcedureReader, OtherPurposes) {
    EXPECT_TRUE(said("Embolization for hemorrhage").concepts.has("hemorrhage-embolization"));
    EXPECT_TRUE(said("Embolisation, saignement digestif").concepts.has("hemorrhage-embolization"));
    EXPECT_TRUE(said("Right portal vein embolization").concepts.has("portal-vein-embolization"));
    EXPECT_TRUE(said("Y-90 radioembolization").concepts.has("radioembolization"));
    EXPECT_FALSE(said("Y90 mapping, angiography").concepts.has("radioembolization"));
    EXPECT_FALSE(said("Radioembolization").concepts.has("chemoembolization"));
    EXPECT_TRUE(said("Isolated hepatic perfusion").concepts.has("isolated-liver-perfusion"));
    const auto bleeding =
        row(std::string{neutral_code} + R"(, "reasonCode": [{"text": "GI bleeding"}])");
    EXPECT_TRUE(bleeding.concepts.has("hemorrhage-embolization"));
}

// R1.3: coiling alone; a coil beside chemoembolization on one row is a step of it.
TEST(ProcedureReader, ACoilBesideChemoembolizationIsAStep) {
    EXPECT_FALSE(
        said("TACE right lobe with coil embolization of GDA").concepts.has("coil-embolization"));
    EXPECT_TRUE(said("Coil embolization of GDA").concepts.has("coil-embolization"));
}

TEST(ProcedureReader, SitesByCode) {
    EXPECT_EQ(
        at_site(R"({"coding": [{"system": "http://snomed.info/sct", "code": "76015000"}]})").site,
        SiteFinding::hepatic_stated);
    const auto left =
        at_site(R"({"coding": [{"system": "http://snomed.info/sct", "code": "21807003"}]})");
    EXPECT_EQ(left.site, SiteFinding::hepatic_stated);
    EXPECT_EQ(left.lobe, Lobe::left);
    EXPECT_EQ(row(neutral_code).site, SiteFinding::unstated);
    EXPECT_EQ(
        row(R"("code": {"coding": [{"system": "http://snomed.info/sct", "code": "314617008"}]})")
            .site,
        SiteFinding::hepatic_stated);
    EXPECT_EQ(
        row(R"("code": {"coding": [{"system": "http://snomed.info/sct", "code": "441525007"}]})")
            .site,
        SiteFinding::unstated);
}

TEST(ProcedureReader, LateralityBesideTheLiver) {
    const auto by_coding =
        at_site(R"({"coding": [{"system": "http://snomed.info/sct", "code": "10200004"},
        {"system": "http://snomed.info/sct", "code": "24028007"}]})");
    EXPECT_EQ(by_coding.lobe, Lobe::right);
    const auto by_extension =
        at_site(R"({"coding": [{"system": "http://snomed.info/sct", "code": "10200004"}],
        "extension": [{"url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier",
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "51440002"}]}}]})");
    EXPECT_EQ(by_extension.lobe, Lobe::both);
}

TEST(ProcedureReader, SitesByWords) {
    EXPECT_EQ(said("Embolization, uterine fibroids").site, SiteFinding::other_stated);
    EXPECT_EQ(said("Embolisation de l'art\u00E8re r\u00E9nale").site, SiteFinding::other_stated);
    EXPECT_EQ(said("Embolization of right hepatic artery and gastroduodenal artery").site,
              SiteFinding::hepatic_stated);
    EXPECT_EQ(said("Embolization via right femoral artery").site, SiteFinding::unstated);
    EXPECT_EQ(said("Chimioembolisation, lobe gauche").lobe, Lobe::left);
    EXPECT_EQ(said("TACE of left and right lobes").lobe, Lobe::both);
    EXPECT_EQ(said("TACE, left and right hepatic arteries").lobe, Lobe::both);
    EXPECT_EQ(said("TACE Leber rechts").lobe, Lobe::right);
    EXPECT_EQ(at_site(R"({"text": "Uterus"})").site, SiteFinding::other_stated);
    EXPECT_EQ(at_site(R"({"text": "Abdomen"})").site, SiteFinding::unstated);
}

// R2.0: only a row that names no site at all may be taken as hepatic.
TEST(ProcedureReader, AnUnknownBodySiteIsNotTheLiver) {
    const auto facts = read(resource(
        "Procedure",
        R"("status": "completed", )" + std::string{neutral_code} +
            R"(, "bodySite": [{"coding": [{"system": "http://snomed.info/sct", "code": "999"}]}])"));
    EXPECT_EQ(only<ProcedureRow>(facts).site, SiteFinding::other_stated);
    EXPECT_TRUE(test::has_issue(facts, Severity::warning, "Procedure.bodySite[0]"));
}

TEST(ProcedureReader, HepaticByItsReason) {
    for (const char* reason :
         {R"({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C7B.02"}]})",
          R"({"text": "M\u00e9tastases h\u00e9patiques"})"}) {
        const auto found = row(std::string{neutral_code} + R"(, "reasonCode": [)" + reason + "]");
        EXPECT_EQ(found.site, SiteFinding::hepatic_stated) << reason;
    }
}

TEST(ProcedureReader, R3_2e_WhatWasUsedTellsTheArmOfAnEmbolization) {
    const auto used = [](const char* element) {
        return row(std::string{neutral_code} + ", " + element).concepts;
    };
    EXPECT_TRUE(used(R"("usedCode": [{"text": "DC Bead"}])").in_text("drug-eluting-embolization"));
    EXPECT_TRUE(used(R"("usedReference": [{"reference": "Device/1", "display": "DC Bead M1"}])")
                    .in_text("drug-eluting-embolization"));
    EXPECT_FALSE(used(R"("usedCode": [{"text": "Coil"}])").has("drug-eluting-embolization"));
}

TEST(ProcedureReader, NotesTellTheArmOfAnEmbolizationOnly) {
    const auto arm =
        row(std::string{neutral_code} +
            R"(, "note": [{"text": "TACE of segments VI-VII. No bleeding. GDA coiled."}])");
    EXPECT_TRUE(arm.concepts.in_text("chemoembolization"));
    EXPECT_FALSE(arm.concepts.has("hemorrhage-embolization"));
    EXPECT_FALSE(arm.concepts.has("coil-embolization"));
    EXPECT_NE(arm.site, SiteFinding::other_stated);
    const auto scan = row(R"("code": {"text": "CT abdomen"}, "note": [{"text": "TACE in 2019"}])");
    EXPECT_THAT(scan.concepts.by_text, IsEmpty());
}

// R3.2e: the arm of another embolization is not that of this one.
TEST(ProcedureReader, NotesOfAnotherTimeTellNoArm) {
    const auto noted = [](const char* note) {
        return row(std::string{neutral_code} +
                   R"(, "performedDateTime": "2020-01-06", "note": [{"text": ")" + note + R"("}])")
            .concepts;
    };
    for (const char* note : {"He underwent TACE 6 months ago.",
                             "Patient had TACE two years ago.",
                             "Had TACE before.",
                             "Already treated by TACE elsewhere.",
                             "TACE in 2018.",
                             "Z.n. TACE 2018.",
                             "TACE vor 2 Jahren.",
                             "Chimioembolisation en 2018.",
                             "TACE will be performed in 3 months.",
                             "Next TACE in 3 months.",
                             "TACE of the left lobe is planned for next month.",
                             "TACE to follow.",
                             "TACE should be considered.",
                             "Prochaine chimioembolisation dans 3 mois.",
                             "N\u00E4chste TACE in 3 Monaten.",
                             "Contraindication to TACE.",
                             "Alternative to TACE.",
                             "TACE discussed in tumor board.",
                             "Switch from TACE because of allergy."}) {
        EXPECT_FALSE(noted(note).has("chemoembolization")) << note;
    }
    for (const char* note : {"TACE of segments VI-VII. Next CT in 3 months.",
                             "TACE 06.01.2020, as planned",
                             "TACE on 2020-01-06. Surgery in 2018.",
                             "Z.n. Hemikolektomie 2018; TACE rechts.",
                             "Embolization with i.v. sedation: TACE"}) {
        EXPECT_TRUE(noted(note).in_text("chemoembolization")) << note;
    }
}

// R2.2: the lobe of another session is not that of this one.
TEST(ProcedureReader, NotesOfAnotherTimeTellNoLobe) {
    const auto lobe = [](const char* note) {
        return row(std::string{neutral_code} + R"(, "note": [{"text": ")" + note + R"("}])").lobe;
    };
    EXPECT_EQ(lobe("Left lobe."), Lobe::left);
    EXPECT_EQ(lobe("Right lobe was treated four weeks ago; today left lobe."), Lobe::left);
    EXPECT_EQ(lobe("Left lobe. Right lobe planned."), Lobe::left);
}

TEST(ProcedureReader, TherapiesNeedTheirOrgan) {
    EXPECT_TRUE(said("Right hepatectomy").concepts.has("liver-resection"));
    EXPECT_TRUE(said("Radiofrequency ablation of liver lesion").concepts.has("liver-ablation"));
    EXPECT_FALSE(
        said("Radiofrequency ablation, atrial fibrillation").concepts.has("liver-ablation"));
    EXPECT_TRUE(said("PRRT, second cycle").concepts.has("prrt"));
    EXPECT_TRUE(said("Systemic chemotherapy, FOLFOX").concepts.has("systemic-chemotherapy"));
    EXPECT_FALSE(said("Bowel resection").concepts.has("liver-resection"));
}

TEST(ProcedureReader, DatesPeopleAndLinks) {
    const auto found =
        row(R"("performedPeriod": {"start": "2020-01-01T10:00:00Z", "end": "2020-01-01T12:00:00Z"},
        "partOf": [{"reference": "Procedure/0"}], "encounter": {"reference": "Encounter/e"},
        "location": {"reference": "Location/angio"}, "performer": [{"actor": {"reference": "Practitioner/x"},
        "function": {"coding": [{"system": "s", "code": "ir"}]}}])");
    EXPECT_EQ(test::shown(found.performed.start).substr(0, 10), "2020-01-01");
    EXPECT_TRUE(found.performed.end);
    EXPECT_THAT(found.part_of, ElementsAre("Procedure/0"));
    EXPECT_THAT(found.performers_and_places, ElementsAre("Practitioner/x", "Location/angio"));
    EXPECT_THAT(found.performer_roles, ElementsAre("s|ir"));
    const auto vague =
        read(resource("Procedure", R"("status": "completed", "performedString": "last spring")"));
    EXPECT_FALSE(only<ProcedureRow>(vague).performed.start);
    EXPECT_TRUE(test::has_issue(vague, Severity::warning, "Procedure.performedString"));
    const auto backwards = read(resource("Procedure", R"("status": "completed",
        "performedPeriod": {"start": "2020-01-02", "end": "2020-01-01"})"));
    EXPECT_FALSE(only<ProcedureRow>(backwards).performed.start);
    EXPECT_TRUE(test::has_issue(backwards, Severity::error, "Procedure.performedPeriod"));
}

TEST(LiverSegments, FallIntoLobes) {
    EXPECT_EQ(lobe_of_segments("segments II and III"), Lobe::left);
    EXPECT_EQ(lobe_of_segments("segments VI-VIII"), Lobe::right);
    EXPECT_EQ(lobe_of_segments("segment 4b"), Lobe::left);
    EXPECT_EQ(lobe_of_segments("segments II-VIII"), Lobe::both);
    EXPECT_EQ(lobe_of_segments("segments 3-6"), Lobe::both);
    EXPECT_EQ(lobe_of_segments("segments 2, 3 et 4"), Lobe::left);
    EXPECT_EQ(lobe_of_segments("S5/S8"), Lobe::right);
    EXPECT_EQ(lobe_of_segments("segment I"), Lobe::unknown);
    EXPECT_EQ(lobe_of_segments("8 sessions, 5 mg"), Lobe::unknown);
}

} // namespace
} // namespace embolink
