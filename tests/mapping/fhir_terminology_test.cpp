#include "mapping/facts/concepts.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/fhir/terminology_tables.hpp"
#include "mapping/site.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view icd_cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr std::string_view atc = "http://www.whocc.no/atc";
constexpr std::string_view snomed = "http://snomed.info/sct";

const Terminology& terminology() {
    return test::test_definitions().terminology;
}

std::vector<std::string>
look_up(CodeDomain domain, std::string_view system, std::string_view code) {
    return terminology().concepts(domain, system, code);
}

TEST(Terminology, KnowsASystemByItsOtherNames) {
    for (const std::string_view system : {"http://loinc.org",
                                          "https://loinc.org",
                                          "http://loinc.org/",
                                          "urn:oid:2.16.840.1.113883.6.1"}) {
        EXPECT_THAT(look_up(CodeDomain::analyte, system, "1695-6"), ElementsAre("5-HIAA|rate-24h"))
            << system;
    }
    EXPECT_THAT(look_up(CodeDomain::analyte, "", "1695-6"), IsEmpty());
    EXPECT_THAT(look_up(CodeDomain::analyte, "http://elsewhere.org", "1695-6"), IsEmpty());
    EXPECT_THAT(look_up(CodeDomain::procedure, "http://snomed.info/sct/731000124108", "314617008"),
                Contains("hepatic-chemoembolization"));
}

TEST(Terminology, ReadsIcdCodesWithAndWithoutDot) {
    EXPECT_THAT(look_up(CodeDomain::condition, icd_cm, "C7A.012"), Contains("midgut-net"));
    EXPECT_THAT(look_up(CodeDomain::condition, icd_cm, "C7A012"), Contains("midgut-net"));
    EXPECT_THAT(
        look_up(CodeDomain::condition, "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "C78.7"),
        ElementsAre("liver-metastasis"));
}

TEST(Terminology, PutsDiseaseCodesWhereRuleR13PutsThem) {
    const auto icd = [](std::string_view code) {
        return look_up(CodeDomain::condition, icd_cm, code);
    };
    EXPECT_THAT(icd("C7A.010"), Contains("other-net-primary"));
    EXPECT_THAT(icd("C7A.023"), Contains("other-net-primary")); // unless the site says so
    EXPECT_THAT(icd("C7A.095"), Contains("midgut-net"));
    EXPECT_THAT(icd("C7A.1"), Contains("poorly-differentiated"));
    EXPECT_THAT(icd("C7A.8"), ElementsAre("neuroendocrine"));
    EXPECT_THAT(icd("C7B.02"), ElementsAre("liver-metastasis", "neuroendocrine"));
    EXPECT_THAT(icd("C22.0"), ElementsAre("hepatocellular-carcinoma"));
    EXPECT_THAT(icd("C50.911"), ElementsAre("other-cancer"));
    EXPECT_THAT(icd("C17.0"), ElementsAre("other-cancer"));
    EXPECT_THAT(icd("C17.2"), ElementsAre("midgut-organ"));
    EXPECT_THAT(icd("C18.9"), ElementsAre("other-cancer", "unsided-bowel"));
    for (const char* none : {"C44.9", "C78.80", "C79.9", "C80.1", "D37.2", "K74.6"}) {
        EXPECT_THAT(icd(none), IsEmpty()) << none;
    }
    for (const char* metastasis : {"C77.2", "C78.0", "C79.5"}) {
        EXPECT_THAT(icd(metastasis), ElementsAre("metastasis-elsewhere")) << metastasis;
    }
    EXPECT_THAT(look_up(CodeDomain::condition, snomed, "315000005"), IsEmpty());
    EXPECT_THAT(look_up(CodeDomain::condition, snomed, "721698005"),
                ElementsAre("neuroendocrine", "unsided-bowel"));
    EXPECT_THAT(
        look_up(CodeDomain::condition, "http://terminology.hl7.org/CodeSystem/icd-o-3", "8240/3"),
        ElementsAre("neuroendocrine"));
}

// R3.2 and R3.3 part the antineoplastics otherwise than R5.2 does.
TEST(Terminology, DrugClassesByAtc) {
    const auto drug = [](std::string_view code) { return look_up(CodeDomain::drug, atc, code); };
    EXPECT_THAT(drug("L01DB01"), Contains("antineoplastic"));
    EXPECT_THAT(drug("L01DB01"), Contains("anticancer-chemotherapy"));
    EXPECT_THAT(drug("L01XA03"), Contains("antineoplastic")); // platinum is in
    for (const char* code : {"L01EG02", "L01EX01", "L01XE10", "L01FA01", "L01XC07"}) {
        EXPECT_THAT(drug(code), Not(Contains("antineoplastic"))) << code;
        EXPECT_THAT(drug(code), Contains("anticancer-targeted")) << code;
    }
    EXPECT_THAT(drug("L04AH02"), Contains("anticancer-targeted"));
    EXPECT_THAT(drug("L01XX24"), ElementsAre("anticancer-other", "antineoplastic"));
    EXPECT_THAT(drug("L03AB05"), ElementsAre("anticancer-interferon"));
    EXPECT_THAT(drug("V10XX04"), Contains("anticancer-radionuclide"));
    EXPECT_THAT(drug("V10XX04"), Not(Contains("not-antineoplastic")));
    EXPECT_THAT(drug("V08AD01"), Contains("iodized-oil"));
    EXPECT_THAT(drug("V08AD01"), Contains("not-antineoplastic"));
    EXPECT_THAT(drug("H01CB03"), Contains("somatostatin-analogue"));
    EXPECT_THAT(drug("N02AB03"), ElementsAre("not-antineoplastic"));
    EXPECT_THAT(drug("L02BG04"), IsEmpty()); // neither
}

TEST(Terminology, ProcedureCodes) {
    constexpr std::string_view pcs = "http://www.cms.gov/Medicare/Coding/ICD10";
    constexpr std::string_view cpt = "http://www.ama-assn.org/go/cpt";
    const auto in = [](std::string_view system, std::string_view code) {
        return look_up(CodeDomain::procedure, system, code);
    };
    EXPECT_THAT(in(pcs, "04L33DZ"), ElementsAre("embolization", "hepatic-embolization"));
    EXPECT_THAT(in("http://hl7.org/fhir/sid/icd-10-pcs", "04L30ZZ"),
                Contains("hepatic-embolization"));
    EXPECT_THAT(in(pcs, "04L43DZ"), IsEmpty()); // another artery
    EXPECT_THAT(in(pcs, "3E05305"), ElementsAre("arterial-chemo-instillation"));
    EXPECT_THAT(in(pcs, "3E0530M"), IsEmpty());
    EXPECT_THAT(in(cpt, "37243"), ElementsAre("embolization"));
    EXPECT_THAT(in(cpt, "37244"), Contains("hemorrhage-embolization"));
    EXPECT_THAT(in(snomed, "441525007"), ElementsAre("chemoembolization", "embolization"));
    EXPECT_THAT(in("http://fhir.de/CodeSystem/bfarm/ops", "8-836.ka"), ElementsAre("embolization"));
    EXPECT_THAT(in("http://fhir.de/CodeSystem/bfarm/ops", "8-541.6"),
                ElementsAre("arterial-chemo-instillation"));
    EXPECT_THAT(in("https://fhir.hl7.org.uk/Id/opcs-4", "X70.1"),
                ElementsAre("arterial-chemo-instillation"));
    EXPECT_THAT(in("https://fhir.nhs.uk/Id/opcs-4", "X712"),
                ElementsAre("arterial-chemo-instillation"));
    EXPECT_THAT(in("https://fhir.hl7.org.uk/Id/opcs-4", "X72.1"), IsEmpty());
}

TEST(Terminology, GradeCodesAreNotInNumericalOrder) {
    constexpr std::string_view ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";
    EXPECT_THAT(look_up(CodeDomain::grade, ncit, "C41337"), ElementsAre("4"));
    EXPECT_THAT(look_up(CodeDomain::grade, ncit, "C41340"), ElementsAre("3"));
    EXPECT_THAT(look_up(CodeDomain::grade, ncit, "C48275"), ElementsAre("5", "fatal"));
}

TEST(Terminology, ASiteReplacesTheMeaningOfACode) {
    SiteConfig site;
    site.codes = {{"http://hl7.org/fhir/sid/icd-10-cm", "C7A.023", "midgut-net"},
                  {"urn:local", "EMB1", "bland-embolization"},
                  {"", "XYZ", "antineoplastic"},
                  {"urn:local", "BAD", "no-such-concept"}};
    site.drug_names = {{"Produit Maison", "antineoplastic"}};
    const Terminology local = terminology().with_site(site);
    EXPECT_THAT(local.concepts(CodeDomain::condition, icd_cm, "C7A.023"),
                ElementsAre("midgut-net", "neuroendocrine"));
    EXPECT_THAT(local.concepts(CodeDomain::procedure, "urn:local", "EMB1"),
                ElementsAre("bland-embolization", "embolization"));
    EXPECT_THAT(local.concepts(CodeDomain::drug, "any", "XYZ"), ElementsAre("antineoplastic"));
    EXPECT_THAT(local.concepts(CodeDomain::procedure, "urn:local", "BAD"), IsEmpty());
    EXPECT_THAT(local.concepts_in_text(CodeDomain::drug, "produit maison 5 mg"),
                ElementsAre("antineoplastic"));
    EXPECT_TRUE(terminology().knows("midgut-net"));
    EXPECT_FALSE(terminology().knows("no-such-concept"));
    // and the shipped tables stay as they were
    EXPECT_THAT(terminology().concepts(CodeDomain::procedure, "urn:local", "EMB1"), IsEmpty());
}

TEST(Terminology, ASiteMapsToACodeOfASystemThatTheDefinitionsKnow) {
    const std::string loinc = "urn:oid:2.16.840.1.113883.6.1"; // in whatever spelling
    SiteConfig site;
    site.codes = {{"urn:lab", "HIAA24", "1695-6", false, loinc},
                  {"urn:drug", "D1", "L01DB01", false, "http://www.whocc.no/atc"},
                  {"urn:lab", "NA", "2951-2", false, loinc}, // sodium
                  {"urn:lab", "ALAT", "ALT|", false, loinc}, // a name stays one
                  {"urn:lab", "X", "1695-6", false, "urn:unknown"}};
    site.phrases = {{"indolessigsaeure", "1695-6", loinc}};
    const Terminology local = terminology().with_site(site);
    EXPECT_THAT(local.concepts(CodeDomain::analyte, "urn:lab", "HIAA24"),
                ElementsAre("5-HIAA|rate-24h"));
    EXPECT_EQ(local.concepts(CodeDomain::drug, "urn:drug", "D1"),
              terminology().concepts(CodeDomain::drug, "http://www.whocc.no/atc", "L01DB01"));
    EXPECT_THAT(local.concepts(CodeDomain::drug, "urn:drug", "D1"), Contains("antineoplastic"));
    EXPECT_THAT(local.concepts(CodeDomain::analyte, "urn:lab", "NA"), IsEmpty());
    EXPECT_THAT(local.concepts(CodeDomain::analyte, "urn:lab", "ALAT"), ElementsAre("ALT|"));
    EXPECT_THAT(local.concepts(CodeDomain::analyte, "urn:lab", "X"), IsEmpty());
    EXPECT_THAT(local.concepts_in_text(CodeDomain::analyte, "Indolessigsaeure im Urin"),
                ElementsAre("5-HIAA|rate-24h"));
    EXPECT_TRUE(terminology().knows("1695-6", loinc));
    EXPECT_FALSE(terminology().knows("1695-6"));
    EXPECT_FALSE(terminology().knows("2951-2", loinc));
    EXPECT_TRUE(terminology().knows("ALT|", loinc));
}

TEST(Terminology, EveryConceptOfTheRulesIsDeclared) {
    for (const std::string_view name : {concepts::embolization,
                                        concepts::hepatic_chemoembolization,
                                        concepts::chemoembolization,
                                        concepts::hepatic_embolization,
                                        concepts::bland_embolization,
                                        concepts::drug_eluting_embolization,
                                        concepts::arterial_chemo_instillation,
                                        concepts::hemorrhage_embolization,
                                        concepts::other_arterial_embolization,
                                        concepts::portal_vein_embolization,
                                        concepts::radioembolization,
                                        concepts::isolated_liver_perfusion,
                                        concepts::coil_embolization,
                                        concepts::liver_resection,
                                        concepts::liver_ablation,
                                        concepts::liver_transplant,
                                        concepts::prrt,
                                        concepts::systemic_chemotherapy,
                                        concepts::hepatic_site,
                                        concepts::left_lobe,
                                        concepts::right_lobe,
                                        concepts::both_lobes,
                                        concepts::other_site,
                                        concepts::abdominal_region,
                                        concepts::antineoplastic,
                                        concepts::anticancer_chemotherapy,
                                        concepts::anticancer_targeted,
                                        concepts::anticancer_immunotherapy,
                                        concepts::anticancer_interferon,
                                        concepts::anticancer_radionuclide,
                                        concepts::anticancer_other,
                                        concepts::somatostatin_analogue,
                                        concepts::iodized_oil,
                                        concepts::not_antineoplastic,
                                        concepts::intra_arterial_route,
                                        concepts::midgut_net,
                                        concepts::neuroendocrine,
                                        concepts::midgut_organ,
                                        concepts::other_net_primary,
                                        concepts::poorly_differentiated,
                                        concepts::hepatocellular_carcinoma,
                                        concepts::liver_metastasis,
                                        concepts::other_cancer,
                                        concepts::imaging_evidence}) {
        EXPECT_TRUE(terminology().knows(name)) << name;
    }
}

TEST(Terminology, RefusesADefinitionThatNamesNoConcept) {
    TerminologyBuilder builder;
    const auto map = nlohmann::json::parse(R"({"resourceType": "ConceptMap", "group": [{
        "source": "s", "target": "https://embolink.org/fhir/CodeSystem/procedure",
        "element": [{"code": "c", "target": [{"code": "embolisaton"}]}]}]})");
    EXPECT_THROW(builder.add_resource("map.json", map), DefinitionError);
    EXPECT_THROW(builder.add_resource("x.json", nlohmann::json::parse(R"({"resourceType": 3})")),
                 DefinitionError);
    EXPECT_THROW(
        builder.add_resource("x.json", nlohmann::json::parse(R"({"resourceType": "List"})")),
        DefinitionError);
}

} // namespace
} // namespace embolink
