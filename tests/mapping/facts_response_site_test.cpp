// Where a response was found (R4.7) and what a disease status rests on (R4.3, R5.7).
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
using test::only;
using test::read;
using test::resource;

SiteFinding site_of(std::string_view body_site) {
    return only<Assessment>(read(resource("Observation",
                                          R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": {"text": "RECIST"}, "valueCodeableConcept": {"coding": [{"system":
        "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C159716"}]},
        "bodySite": )" + std::string{body_site})))
        .site;
}

std::string snomed(std::string_view code) {
    return R"({"coding": [{"system": "http://snomed.info/sct", "code": ")" + std::string{code} +
           R"("}]})";
}

TEST(ResponseSite, R4_7_IsTheBodySiteOfTheFinding) {
    EXPECT_EQ(site_of(snomed("10200004")), SiteFinding::hepatic_stated);
    EXPECT_EQ(site_of(snomed("71133005")), SiteFinding::hepatic_stated);
    EXPECT_EQ(site_of(R"({"text": "segment VI of the liver"})"), SiteFinding::hepatic_stated);
    EXPECT_EQ(site_of(snomed("39607008")), SiteFinding::other_stated);  // lung
    EXPECT_EQ(site_of(snomed("272673000")), SiteFinding::other_stated); // bone
    EXPECT_EQ(site_of(snomed("59441001")), SiteFinding::other_stated);  // lymph node
    EXPECT_EQ(site_of(R"({"text": "Knochen"})"), SiteFinding::other_stated);
    EXPECT_EQ(site_of(R"({"text": "ganglion"})"), SiteFinding::other_stated);
}

TEST(ResponseSite, R4_7_WhatNoDefinitionKnowsMayLieInTheLiver) {
    EXPECT_EQ(site_of(snomed("999999999")), SiteFinding::unstated);
    EXPECT_EQ(site_of(snomed("113345001")), SiteFinding::unstated);
    EXPECT_EQ(site_of(R"({"text": "abdomen"})"), SiteFinding::unstated);
    EXPECT_EQ(site_of("{}"), SiteFinding::unstated);
}

// The whole way, for what more than one resource tells.
std::string hpfs_of(const std::vector<json>& resources) {
    SiteConfig site;
    Intake intake(make_reading_frame(test::test_definitions(), site, {}));
    for (const json& one : resources) {
        intake.add(test::resource_of(one));
    }
    const DerivedCohort cohort =
        intake.derive(test::test_trial(), plus_days(test::scenario_t0(), 1000));
    for (const EndpointRecord& record : cohort.records) {
        if (record.param == "HPFS") {
            const json line = json::parse(to_json_line(record));
            return line.value("reason", "") + " " + line["flags"].dump();
        }
    }
    return "none";
}

json conditions_in_focus(std::string_view id) {
    return {{"focus", json::array({{{"reference", "Condition/" + std::string{id}}}})}};
}

TEST(ResponseSite, R4_7_TheLiverMetastasesInFocusAreASite) {
    test::FhirPatient patient = test::included();
    patient.add(
        {{"resourceType", "Condition"},
         {"id", "mets"},
         {"code",
          {{"coding",
            json::array({{{"system", "http://hl7.org/fhir/sid/icd-10"}, {"code", "C78.7"}}})}}}});
    patient.add({{"resourceType", "Condition"},
                 {"id", "primary"},
                 {"code",
                  {{"coding",
                    json::array({{{"system", "http://hl7.org/fhir/sid/icd-10-cm"},
                                  {"code", "C7A.012"}}})}}}});
    test::FhirPatient whole = patient;
    patient.response("PD", 90, conditions_in_focus("mets"));
    whole.response("PD", 90, conditions_in_focus("primary"));
    EXPECT_EQ(hpfs_of(patient.resources()), "progression []");
    EXPECT_EQ(hpfs_of(whole.resources()), R"(progression ["site-unspecified"])");
}

TEST(ResponseSite, R4_7_TheRegionThatWasImagedIsNone) {
    test::FhirPatient patient = test::included();
    patient.add(
        {{"resourceType", "ImagingStudy"},
         {"id", "chest"},
         {"status", "available"},
         {"started", test::on_day(90)},
         {"series",
          json::array(
              {{{"uid", "1.2"},
                {"modality", {{"system", "http://dicom.nema.org"}, {"code", "CT"}}},
                {"bodySite", {{"system", "http://snomed.info/sct"}, {"code", "39607008"}}}}})}});
    patient.response(
        "PD", 90, {{"derivedFrom", json::array({{{"reference", "ImagingStudy/chest"}}})}});
    EXPECT_EQ(hpfs_of(patient.resources()), R"(progression ["site-unspecified"])");
}

Assessment trend_resting_on(const std::vector<std::string>& codes) {
    json extensions = json::array();
    for (const std::string& code : codes) {
        extensions.push_back(
            {{"url",
              "http://hl7.org/fhir/us/mcode/StructureDefinition/"
              "mcode-cancer-disease-status-evidence-type"},
             {"valueCodeableConcept",
              {{"coding",
                json::array({{{"system", "http://snomed.info/sct"}, {"code", code}}})}}}});
    }
    return only<Assessment>(read(resource("Observation",
                                          R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": {"coding": [{"system": "http://loinc.org", "code": "97509-4"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct",
        "code": "271299001"}]}, "extension": )" +
                                              extensions.dump())));
}

TEST(DiseaseStatusEvidence, R5_7_LaboratoryResultsAlone) {
    EXPECT_TRUE(trend_resting_on({"250724005"}).laboratory_only);
    EXPECT_TRUE(trend_resting_on({"250724005", "386344002"}).laboratory_only);
    EXPECT_FALSE(trend_resting_on({"250724005", "5880005"}).laboratory_only);
    EXPECT_FALSE(trend_resting_on({}).laboratory_only);
    EXPECT_FALSE(trend_resting_on({"363679005"}).laboratory_only);
}

TEST(DiseaseStatusEvidence, R4_3_ImagesAmongOthersMakeItRadiological) {
    EXPECT_TRUE(trend_resting_on({"363679005", "250724005"}).imaging_evidence);
    EXPECT_FALSE(trend_resting_on({"250724005"}).imaging_evidence);
}

} // namespace
} // namespace embolink
