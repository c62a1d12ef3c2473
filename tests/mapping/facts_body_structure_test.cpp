// Where the lesions lie that a finding is about (R4.7): BodyStructures and metastases in focus.
#include "mapping/derive.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/fhir_patient.hpp"
#include "tests/support/pipeline.hpp"
#include "tests/support/reading.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;
using test::all;
using test::only;
using test::read;
using test::resource;

constexpr const char* snomed = "http://snomed.info/sct";
constexpr const char* icd_10_cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr const char* lung = "39607008";
constexpr const char* liver = "10200004";

json coded(const char* system, const std::string& code) {
    return {{"coding", json::array({{{"system", system}, {"code", code}}})}};
}

json structure(const std::string& id, const std::string& code) {
    return {{"resourceType", "BodyStructure"},
            {"id", id},
            {"location", coded(snomed, code)},
            {"patient", {{"reference", "Patient/p1"}}}};
}

json in_focus(const std::vector<std::string>& references) {
    json list = json::array();
    for (const std::string& reference : references) {
        list.push_back({{"reference", reference}});
    }
    return {{"focus", list}};
}

LesionPlace place_of(const std::string& members) {
    return only<LesionPlace>(read(
        R"({"resourceType": "BodyStructure", "id": "b", "patient": {"reference": "Patient/p"},)" +
        members + "}"));
}

std::string location(const std::string& code) {
    return R"("location": )" + coded(snomed, code).dump();
}

TEST(BodyStructureReader, R4_7_ItsLocationIsASite) {
    EXPECT_EQ(place_of(location(liver)).site, SiteFinding::hepatic_stated);
    EXPECT_EQ(place_of(location(lung)).site, SiteFinding::other_stated);
    EXPECT_EQ(place_of(R"("location": {"text": "Knochen"})").site, SiteFinding::other_stated);
    EXPECT_EQ(place_of(location("999999999")).site, SiteFinding::unstated);
    EXPECT_EQ(place_of(R"("description": "lesion 1")").site, SiteFinding::unstated);
    EXPECT_EQ(place_of(location(lung) + R"(, "active": true)").origin.reference, "BodyStructure/b");
}

TEST(BodyStructureReader, R9_2_OneThatIsNotInUseIsNone) {
    const auto facts = read(
        R"({"resourceType": "BodyStructure", "id": "b", "patient": {"reference": "Patient/p"},
            "active": false, )" +
        location(lung) + "}");
    EXPECT_TRUE(facts.facts.empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::information, "BodyStructure.active"));
}

TEST(BodyStructureReader, OneOfNobodyIsNobodys) {
    const auto facts =
        read(R"({"resourceType": "BodyStructure", "id": "b", )" + location(lung) + "}");
    EXPECT_TRUE(facts.facts.empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::fatal, "BodyStructure.patient"));
}

TEST(BodyStructureReader, ContainedOnesAreRead) {
    const std::string contained =
        R"("contained": [{"resourceType": "BodyStructure", "id": "b", )" + location(lung) + "}]";
    const auto observation = read(resource("Observation", R"("status": "final", )" + contained));
    const auto report = read(resource("DiagnosticReport", R"("status": "final", )" + contained));
    for (const auto& facts : {observation, report}) {
        const auto place = only<LesionPlace>(facts);
        EXPECT_EQ(place.site, SiteFinding::other_stated);
        EXPECT_TRUE(place.origin.reference.ends_with("#b")) << place.origin.reference;
    }
}

// The whole way: HPFS of a patient with one progression on day 90.
json hpfs_record(const std::vector<json>& resources) {
    SiteConfig site;
    Intake intake(make_reading_frame(test::test_definitions(), site, {}));
    for (const json& one : resources) {
        intake.add(test::resource_of(one));
    }
    const DerivedCohort cohort =
        intake.derive(test::test_trial(), plus_days(test::scenario_t0(), 1000));
    for (const EndpointRecord& record : cohort.records) {
        if (record.param == "HPFS") {
            return json::parse(to_json_line(record));
        }
    }
    return {};
}

std::string words(const json& record) {
    return record.value("reason", "") + " " + record["flags"].dump();
}

std::string hpfs_of(const std::vector<json>& beside, const json& of_the_response) {
    test::FhirPatient patient = test::included();
    for (const json& one : beside) {
        patient.add(one);
    }
    patient.response("PD", 90, of_the_response);
    return words(hpfs_record(patient.resources()));
}

constexpr const char* elsewhere = "last-adequate-assessment []";
constexpr const char* in_the_liver = "progression []";
constexpr const char* anywhere = R"(progression ["site-unspecified"])";

json condition(const std::string& id, const char* system, const std::string& code) {
    return {{"resourceType", "Condition"}, {"id", id}, {"code", coded(system, code)}};
}

TEST(FocusSite, R4_7_IsWhereTheBodyStructureLies) {
    const json of_b = in_focus({"BodyStructure/b"});
    EXPECT_EQ(hpfs_of({structure("b", lung)}, of_b), elsewhere);
    EXPECT_EQ(hpfs_of({structure("b", liver)}, of_b), in_the_liver);
    EXPECT_EQ(hpfs_of({structure("b", "999999999")}, of_b), anywhere);
    EXPECT_EQ(hpfs_of({}, of_b), anywhere);
    json inactive = structure("b", lung);
    inactive["active"] = false;
    EXPECT_EQ(hpfs_of({inactive}, of_b), anywhere);
    json of_another = structure("b", lung);
    of_another["patient"]["reference"] = "Patient/p2";
    EXPECT_EQ(hpfs_of({of_another}, of_b), anywhere);
}

TEST(FocusSite, R4_7_AContainedBodyStructureTellsItToo) {
    json own = in_focus({"#b"});
    own["contained"] = json::array({structure("b", lung)});
    EXPECT_EQ(hpfs_of({}, own), elsewhere);
}

TEST(FocusSite, R4_7_TheSiteOfTheFindingItselfStands) {
    json both = in_focus({"BodyStructure/b"});
    both["bodySite"] = coded(snomed, liver);
    EXPECT_EQ(hpfs_of({structure("b", lung)}, both), in_the_liver);
}

TEST(FocusSite, R4_7_OfSeveralTheLiverAndWhatMayBeThereComeFirst) {
    const std::vector<json> two = {structure("lung", lung), structure("liver", liver)};
    EXPECT_EQ(hpfs_of(two, in_focus({"BodyStructure/lung", "BodyStructure/liver"})), in_the_liver);
    EXPECT_EQ(hpfs_of(two, in_focus({"BodyStructure/lung", "BodyStructure/absent"})), anywhere);
    EXPECT_EQ(hpfs_of(two, in_focus({"BodyStructure/lung", "Condition/absent"})), anywhere);
    const std::vector<json> tumours = {structure("lung", lung),
                                       condition("primary", icd_10_cm, "C7A.012"),
                                       condition("mets", icd_10_cm, "C7B.02")};
    EXPECT_EQ(hpfs_of(tumours, in_focus({"BodyStructure/lung", "Condition/primary"})), elsewhere);
    EXPECT_EQ(hpfs_of(tumours, in_focus({"BodyStructure/lung", "Condition/mets"})), in_the_liver);
}

TEST(FocusSite, R4_7_AMetastasisOfANamedOrganIsASite) {
    const auto of = [](const json& disease) {
        return hpfs_of({disease}, in_focus({"Condition/c"}));
    };
    for (const char* code : {"C77.2", "C78.0", "C78.00", "C78.6", "C79.5", "C79.82", "C7B.03"}) {
        EXPECT_EQ(of(condition("c", icd_10_cm, code)), elsewhere) << code;
    }
    for (const char* code : {"C78.80", "C79.9", "C7B.00", "C7B.8", "C34.1", "C7A.012"}) {
        EXPECT_EQ(of(condition("c", icd_10_cm, code)), anywhere) << code;
    }
    json other = condition("c", icd_10_cm, "C7B.8");
    other["bodySite"] = json::array({coded(snomed, "272673000")}); // bone
    EXPECT_EQ(of(other), elsewhere);
    json hepatic = other;
    hepatic["bodySite"] = json::array({coded(snomed, liver)});
    EXPECT_EQ(of(hepatic), in_the_liver);
    // The bowel is where a metastatic carcinoid came from.
    json carcinoid = condition("c", snomed, "705176003");
    carcinoid["bodySite"] = json::array({coded(snomed, "34516001")});
    EXPECT_EQ(of(carcinoid), anywhere);
    json refuted = condition("c", icd_10_cm, "C78.0");
    refuted["verificationStatus"] =
        coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted");
    EXPECT_EQ(of(refuted), anywhere);
}

TEST(FocusSite, R1_3_ThePlaceOfSuchAMetastasisIsNoSecondPrimary) {
    const auto diagnosis = only<Diagnosis>(read(resource("Condition", R"("code": {"coding": [
        {"system": "http://hl7.org/fhir/sid/icd-10", "code": "C78.0"}], "text": "cancer"},
        "bodySite": [{"coding": [{"system": "http://snomed.info/sct", "code": "39607008"}]}])")));
    EXPECT_EQ(diagnosis.lesion_site, SiteFinding::other_stated);
    EXPECT_FALSE(diagnosis.concepts.has("other-cancer"));
    EXPECT_FALSE(diagnosis.concepts.has("metastasis-elsewhere"));
}

// Lesions "a" and "b" of 25 mm before treatment and of 35 mm on day 90.
json grown(const std::vector<json>& structures) {
    test::FhirPatient patient = test::included();
    for (const json& one : structures) {
        patient.add(one);
    }
    for (const auto& [day, size] : {std::pair{-20, 25}, std::pair{90, 35}}) {
        for (const char* lesion : {"a", "b"}) {
            json one = in_focus({"BodyStructure/" + std::string{lesion}});
            one.update({{"resourceType", "Observation"},
                        {"status", "final"},
                        {"effectiveDateTime", test::on_day(day)},
                        {"code", coded("http://loinc.org", "21889-1")},
                        {"valueQuantity", {{"value", size}, {"unit", "mm"}}}});
            patient.add(one);
        }
    }
    return hpfs_record(patient.resources());
}

TEST(FocusSite, R4_7_ASumLiesWhereItsLesionsLie) {
    EXPECT_EQ(words(grown({structure("a", lung), structure("b", lung)})), elsewhere);
    EXPECT_EQ(words(grown({structure("a", liver), structure("b", liver)})), in_the_liver);
    EXPECT_EQ(words(grown({structure("a", liver), structure("b", lung)})), anywhere);
    EXPECT_EQ(words(grown({structure("a", lung)})), anywhere);
}

TEST(FocusSite, R9_6_WhatGivesTheSiteIsASource) {
    const json record = grown({structure("a", liver), structure("b", liver)});
    std::vector<std::string> sites;
    for (const json& source : record["sources"]) {
        if (source.value("role", "") == "site") {
            sites.push_back(source["reference"].get<std::string>());
        }
    }
    EXPECT_THAT(sites, testing::UnorderedElementsAre("BodyStructure/a", "BodyStructure/b"));
}

} // namespace
} // namespace embolink
