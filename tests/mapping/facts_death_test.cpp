// Observations and Conditions that say that the patient is dead (terminology 2.6), and what R5.8
// and R5.9 make of them beside the Patient's own date.
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

json coded(const std::string& code) {
    return {{"coding", json::array({{{"system", "http://snomed.info/sct"}, {"code", code}}})}};
}

constexpr const char* dead = "419099009";
constexpr const char* death = "419620001";

ResourceFacts observed(json members) {
    json body{{"resourceType", "Observation"},
              {"id", "o"},
              {"status", "final"},
              {"subject", {{"reference", "Patient/p"}}},
              {"effectiveDateTime", "2021-10-17"}};
    body.merge_patch(members);
    return read(body.dump());
}

std::size_t deaths_in(const ResourceFacts& facts) {
    return all<DeathFinding>(facts).size();
}

TEST(DeathReader, R5_8_ByCodeOrByValueAndNoContact) {
    const json vital_status{{"code", {{"text", "vital status"}}},
                            {"valueCodeableConcept", coded(dead)}};
    for (const json& members :
         {json{{"code", coded(dead)}}, json{{"code", coded(death)}}, vital_status}) {
        const auto facts = observed(members);
        EXPECT_EQ(test::shown(only<DeathFinding>(facts).date), "2021-10-17");
        EXPECT_TRUE(all<Contact>(facts).empty());
        EXPECT_TRUE(facts.issues.empty());
    }
    const auto alive = observed({{"code", coded("438949009")}}); // alive
    EXPECT_EQ(deaths_in(alive), 0U);
    EXPECT_EQ(all<Contact>(alive).size(), 1U);
    EXPECT_EQ(deaths_in(observed({{"code", {{"text", "dead"}}}})), 0U);
}

TEST(DeathReader, R5_8_TheDayThatItSpeaksOf) {
    EXPECT_EQ(test::shown(only<DeathFinding>(
                              observed({{"code", coded(death)}, {"valueDateTime", "2021-10-15"}}))
                              .date),
              "2021-10-15");
    EXPECT_EQ(test::shown(only<DeathFinding>(
                              observed({{"code", coded(dead)}, {"effectiveDateTime", nullptr}}))
                              .date),
              "");
}

TEST(DeathReader, R5_8_WhatDeniesItSaysNothing) {
    const json no{{"code", coded(dead)}};
    for (const json& answer : {json{{"valueBoolean", false}},
                               json{{"valueCodeableConcept", coded("373067005")}},
                               json{{"valueCodeableConcept", coded("261665006")}},
                               json{{"valueString", "No"}},
                               json{{"valueString", "unknown"}},
                               json{{"dataAbsentReason", {{"text", "?"}}}},
                               json{{"focus", {{{"reference", "RelatedPerson/father"}}}}},
                               json{{"focus", {{{"reference", "Patient/child"}}}}}}) {
        json members = no;
        members.update(answer);
        const auto facts = observed(members);
        EXPECT_EQ(deaths_in(facts), 0U) << answer;
        EXPECT_EQ(all<Contact>(facts).size(), 1U) << answer;
        EXPECT_EQ(facts.issues.size(), 1U) << answer;
    }
    for (const json& answer : {json{{"valueBoolean", true}},
                               json{{"valueCodeableConcept", coded("373066001")}},
                               json{{"valueString", "liver failure"}},
                               json{{"focus", {{{"reference", "Patient/p"}}}}}}) {
        json members = no;
        members.update(answer);
        EXPECT_EQ(deaths_in(observed(members)), 1U) << answer;
    }
}

TEST(DeathReader, R9_2_OnlyWhenItCounts) {
    for (const char* status : {"preliminary", "entered-in-error", "cancelled"}) {
        const auto facts = observed({{"status", status}, {"code", coded(dead)}});
        EXPECT_TRUE(facts.facts.empty()) << status;
        EXPECT_EQ(facts.issues.size(), 1U) << status;
    }
    EXPECT_EQ(deaths_in(observed({{"status", "amended"}, {"code", coded(dead)}})), 1U);
}

TEST(DeathReader, R5_8_AConditionSaysItFromItsOnset) {
    const std::string code = R"("code": )" + coded(death).dump();
    EXPECT_EQ(test::shown(only<DeathFinding>(
                              read(resource("Condition", R"("onsetDateTime": "2021-10", )" + code)))
                              .date),
              "2021-10");
    EXPECT_EQ(
        test::shown(only<DeathFinding>(
                        read(resource("Condition", R"("recordedDate": "2021-10-20", )" + code)))
                        .date),
        "");
    EXPECT_EQ(
        deaths_in(read(resource(
            "Condition", R"("verificationStatus": {"coding": [{"code": "refuted"}]}, )" + code))),
        0U);
}

std::string on(int day) {
    return test::on_day(day);
}

json finding(const std::string& date) {
    json made{{"resourceType", "Observation"}, {"status", "final"}, {"code", coded(dead)}};
    if (!date.empty()) {
        made["effectiveDateTime"] = date;
    }
    return made;
}

struct Derived {
    std::map<std::string, std::string> records;
    std::vector<std::string> deaths_cited; // by OS
    std::size_t conflicts = 0;
};

Derived derive(const test::FhirPatient& patient, int as_of = 1000) {
    SiteConfig site;
    Intake intake(make_reading_frame(test::test_definitions(), site, {}));
    for (const json& one : patient.resources()) {
        intake.add(test::resource_of(one));
    }
    const DerivedCohort cohort =
        intake.derive(test::test_trial(), plus_days(test::scenario_t0(), as_of));
    Derived derived;
    for (const EndpointRecord& record : cohort.records) {
        const json line = json::parse(to_json_line(record));
        std::string words = line.value("status", "");
        for (const char* key : {"value", "reason", "days", "flags"}) {
            if (line.contains(key) && !line[key].is_null()) {
                words +=
                    " " + (line[key].is_string() ? line[key].get<std::string>() : line[key].dump());
            }
        }
        derived.records[record.param] = words;
        for (const json& source : line["sources"]) {
            if (record.param == "OS" && source.value("role", "") == "event") {
                derived.deaths_cited.push_back(source["reference"].get<std::string>());
            }
        }
    }
    for (const Issue& issue : cohort.issues) {
        derived.conflicts += issue.code == IssueCode::conflict ? 1U : 0U;
    }
    return derived;
}

std::string os_of(const test::FhirPatient& patient, int as_of = 1000) {
    return derive(patient, as_of).records["OS"];
}

TEST(DeathFound, R5_8_EndsWhatADeathEnds) {
    test::FhirPatient patient = test::included();
    patient.response("SD", 90).encounter(200).add(finding(on(250)));
    auto derived = derive(patient);
    EXPECT_EQ(derived.records["OS"], "event death 250 []");
    EXPECT_EQ(derived.records["PFS"], "event death 250 []");
    EXPECT_EQ(derived.records["PFS-ITT"], "event death 250 []");
    EXPECT_EQ(derived.conflicts, 0U);
    EXPECT_THAT(derived.deaths_cited, testing::ElementsAre(testing::StartsWith("Observation/")));
    EXPECT_EQ(os_of(patient, 249), "censored last-known-alive 200 []"); // R0.3
    EXPECT_EQ(os_of(patient.encounter(251)), R"(event death 250 ["contact-after-death"])");
    test::FhirPatient early = test::included();
    early.add(finding(on(30)));
    EXPECT_EQ(derive(early).records["DEATH30"], "value true []");
}

TEST(DeathFound, R5_9_WithoutADateNobodyKnowsWhen) {
    test::FhirPatient patient = test::included();
    patient.response("SD", 90).add(finding(""));
    auto derived = derive(patient);
    for (const char* param : {"OS", "PFS", "DEATH30"}) {
        EXPECT_EQ(derived.records[param], "not-evaluable death-date-unknown []") << param;
    }
    EXPECT_EQ(os_of(patient.add(finding(on(250)))), "event death 250 []");
}

TEST(DeathFound, R0_4_AMonthIsImputed) {
    test::FhirPatient patient = test::included();
    patient.add(finding("2012-10")); // day 265 is the first of it
    EXPECT_EQ(os_of(patient), R"(event death 279 ["date-imputed-day"])");
    EXPECT_EQ(os_of(patient.add(finding("2012-10-20"))), "event death 284 []");
}

TEST(DeathFound, R5_9_ThePatientsOwnDateStands) {
    test::FhirPatient patient = test::included();
    patient.died(300).add(finding(on(250)));
    const auto derived = derive(patient);
    EXPECT_EQ(derived.records.at("OS"), "event death 300 []");
    EXPECT_THAT(derived.deaths_cited, testing::ElementsAre("Patient/p1"));
    EXPECT_EQ(derived.conflicts, 1U);
}

TEST(DeathFound, R5_9_AFindingGivesTheDateThatThePatientLacks) {
    test::FhirPatient undated = test::included();
    undated.deceased(true).add(finding(on(260))).add(finding(on(250)));
    const auto derived = derive(undated);
    EXPECT_EQ(derived.records.at("OS"), "event death 250 []");
    EXPECT_EQ(derived.deaths_cited.size(), 2U);
    EXPECT_EQ(derived.conflicts, 1U); // the later one
    test::FhirPatient month = test::included();
    month.deceased("2012-10").add(finding("2012-10-20"));
    EXPECT_EQ(os_of(month), "event death 284 []");
    test::FhirPatient other_month = test::included();
    other_month.deceased("2012-10").add(finding("2012-11-20"));
    EXPECT_EQ(os_of(other_month), R"(event death 279 ["date-imputed-day"])");
    test::FhirPatient denied = test::included();
    denied.deceased(false).add(finding(on(250)));
    EXPECT_EQ(os_of(denied), "event death 250 []");
}

} // namespace
} // namespace embolink
