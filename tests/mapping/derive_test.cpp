// The whole mapping over the hand-worked patients: order, duplicates and superseded versions change
// no byte (R9.4), and each record can be derived again from what it cites (R9.6).
#include "mapping/derive.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/fhir_patient.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

namespace embolink::test {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const SiteConfig no_site;
const ZoneRule no_zone;

DerivedCohort derive_all(const std::vector<Resource>& resources, Date as_of) {
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const Resource& resource : resources) {
        intake.add(resource);
    }
    return intake.derive(test_trial(), as_of);
}

// Everything that a run writes, as one text.
std::string bytes_of(const DerivedCohort& cohort) {
    std::string text;
    for (const EndpointRecord& record : cohort.records) {
        text += to_json_line(record) + "\n";
    }
    for (const TimelineEntry& entry : cohort.timeline) {
        text += to_json_line(entry) + "\n";
    }
    for (const Issue& issue : cohort.issues) {
        text += to_json_line(issue) + "\n";
    }
    return text;
}

std::vector<Resource> resources_of(const FhirPatient& patient) {
    std::vector<Resource> resources;
    for (const json& resource : patient.resources()) {
        resources.push_back(resource_of(resource));
    }
    return resources;
}

struct HandPatient {
    std::string name;
    std::vector<Resource> resources;
    Date as_of;
};

// Patients with a site file of their own need the connector's reader and are left to its tests.
std::vector<HandPatient> hand_patients() {
    std::vector<HandPatient> patients;
    const std::filesystem::path root = EMBOLINK_SOURCE_DIR "/tests/scenarios/hand";
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        if (!entry.is_directory() || std::filesystem::exists(entry.path() / "site.json")) {
            continue;
        }
        HandPatient patient{entry.path().filename().string(), {}, {}};
        std::ifstream input(entry.path() / "input.ndjson");
        for (std::string line; std::getline(input, line);) {
            if (!line.empty()) {
                patient.resources.push_back(resource_of(json::parse(line)));
            }
        }
        std::string as_of;
        std::ifstream(entry.path() / "as_of") >> as_of;
        patient.as_of = date_from_iso(as_of).value();
        patients.push_back(std::move(patient));
    }
    std::sort(patients.begin(), patients.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return patients;
}

class HandPatients : public ::testing::TestWithParam<HandPatient> {};

TEST_P(HandPatients, R9_4_OrderAndDuplicatesChangeNoByte) {
    const HandPatient& patient = GetParam();
    const std::string expected = bytes_of(derive_all(patient.resources, patient.as_of));
    for (unsigned seed = 1; seed <= 5; ++seed) {
        std::mt19937 random(seed);
        std::vector<Resource> shuffled = patient.resources;
        for (std::size_t i = 0; i < patient.resources.size(); i += 3) {
            shuffled.push_back(patient.resources[i]); // comes once more
        }
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        EXPECT_EQ(bytes_of(derive_all(shuffled, patient.as_of)), expected) << "seed " << seed;
    }
}

std::string container_of(const std::string& reference) {
    return reference.substr(0, reference.find('#'));
}

// The record without what may differ when resources are left out: nothing but the list of sources.
std::string without_sources(EndpointRecord record) {
    record.sources.clear();
    return to_json_line(record);
}

TEST_P(HandPatients, R9_6_EachRecordCanBeDerivedFromItsSourcesAndThoseOfCohort) {
    const HandPatient& patient = GetParam();
    const DerivedCohort cohort = derive_all(patient.resources, patient.as_of);
    for (const EndpointRecord& record : cohort.records) {
        std::set<std::string> cited;
        for (const EndpointRecord& other : cohort.records) {
            if (other.patient != record.patient ||
                (other.param != record.param && other.param != "COHORT")) {
                continue;
            }
            for (const RecordSource& source : other.sources) {
                cited.insert(container_of(source.reference));
            }
        }
        std::vector<Resource> kept;
        for (const Resource& resource : patient.resources) {
            if (cited.count(resource.source.reference()) > 0) {
                kept.push_back(resource);
            }
        }
        const DerivedCohort again = derive_all(kept, patient.as_of);
        const auto same = std::find_if(
            again.records.begin(), again.records.end(), [&](const EndpointRecord& other) {
                return other.patient == record.patient && other.param == record.param;
            });
        ASSERT_NE(same, again.records.end()) << record.param;
        EXPECT_EQ(without_sources(*same), without_sources(record));
    }
}

TEST_P(HandPatients, TheDefaultCutIsNoLaterThanTheNewestFact) {
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const Resource& resource : GetParam().resources) {
        intake.add(resource);
    }
    const auto cut = intake.default_as_of();
    ASSERT_TRUE(cut);
    EXPECT_EQ(intake.derive(test_trial(), *cut).as_of, *cut);
}

INSTANTIATE_TEST_SUITE_P(All,
                         HandPatients,
                         ::testing::ValuesIn(hand_patients()),
                         [](const auto& name_of) {
                             std::string name = name_of.param.name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(Derive, R0_3_DefaultCutIsTheNewestPerformedFactOfACandidate) {
    FhirPatient candidate = included("a");
    candidate.encounter(40).request("L01BC02", 90);
    FhirPatient bystander("b");
    bystander.born("1950-01-01").encounter(70);
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const FhirPatient* patient : {&candidate, &bystander}) {
        for (const Resource& resource : resources_of(*patient)) {
            intake.add(resource);
        }
    }
    EXPECT_EQ(intake.default_as_of(), plus_days(scenario_t0(), 40));
}

TEST(Derive, R0_3_DefaultCutIgnoresDatesThatTheInputCannotKnow) {
    FhirPatient patient = included("a");
    patient.encounter(40).encounter(400);
    std::vector<Resource> resources;
    for (json resource : patient.resources()) {
        resource["meta"]["lastUpdated"] = on_day(45) + "T00:00:00Z";
        resources.push_back(resource_of(resource));
    }
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const Resource& resource : resources) {
        intake.add(resource);
    }
    EXPECT_EQ(intake.default_as_of(), plus_days(scenario_t0(), 40));
}

TEST(Derive, R0_3_NoCandidateNoCut) {
    FhirPatient bystander("b");
    bystander.encounter(70);
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const Resource& resource : resources_of(bystander)) {
        intake.add(resource);
    }
    EXPECT_EQ(intake.default_as_of(), std::nullopt);
    EXPECT_THAT(intake.derive(test_trial(), scenario_t0()).records, IsEmpty());
}

TEST(Derive, R1_1_ARowAfterTheCutMakesNoCandidate) {
    const auto resources = resources_of(included("a"));
    const DerivedCohort before = derive_all(resources, plus_days(scenario_t0(), -1));
    EXPECT_THAT(before.records, IsEmpty());
    EXPECT_EQ(before.counts.candidates, 0U);
    EXPECT_EQ(before.counts.patients, 1U);
    EXPECT_EQ(derive_all(resources, scenario_t0()).counts.candidates, 1U);
}

TEST(Derive, RecordsStandByPatientThenInTheOrderOfTheTrialFile) {
    std::vector<Resource> resources = resources_of(included("b"));
    for (const Resource& resource : resources_of(included("a"))) {
        resources.push_back(resource);
    }
    const DerivedCohort cohort = derive_all(resources, plus_days(scenario_t0(), 500));
    ASSERT_THAT(cohort.records, SizeIs(2 * test_trial().endpoints.size()));
    for (std::size_t i = 0; i < cohort.records.size(); ++i) {
        const std::size_t n = test_trial().endpoints.size();
        EXPECT_EQ(cohort.records[i].patient, i < n ? "Patient/a" : "Patient/b");
        EXPECT_EQ(cohort.records[i].param, test_trial().endpoints[i % n].param);
        EXPECT_EQ(cohort.records[i].arm, "HACE");
        EXPECT_EQ(cohort.records[i].rules_version, test_definitions().rules_version);
    }
}

TEST(Derive, R9_6_AnOptedOutPatientIsOnlyACount) {
    SiteConfig site;
    site.opt_out = {"Patient/a"};
    Intake intake(make_reading_frame(test_definitions(), site, no_zone));
    for (const Resource& resource : resources_of(included("a"))) {
        intake.add(resource);
    }
    const DerivedCohort cohort = intake.derive(test_trial(), plus_days(scenario_t0(), 500));
    EXPECT_THAT(bytes_of(cohort), Not(::testing::HasSubstr("Patient/a")));
    EXPECT_EQ(cohort.counts.opted_out, 1U);
    EXPECT_EQ(cohort.counts.patients, 0U);
    EXPECT_EQ(intake.default_as_of(), std::nullopt);
}

TEST(Derive, R3_3c_AnUnknownDrugOfTheSessionIsAnIssue) {
    FhirPatient patient("a");
    patient.born("1950-01-01").midgut_tumour().liver_metastasis().embolization_37243(0);
    patient.administration("Zyxwvutinib-7", 0, FhirPatient::intra_arterial());
    const DerivedCohort cohort = derive_all(resources_of(patient), plus_days(scenario_t0(), 500));
    ASSERT_THAT(cohort.records, Not(IsEmpty()));
    EXPECT_EQ(cohort.records.front().arm, "UNDETERMINED");
    EXPECT_THAT(cohort.issues,
                Contains(Field(&Issue::expression, "MedicationAdministration.medication")));
}

TEST(Derive, R3_3c_AnUnknownDrugIsToldWithItsDayWhereItHasOne) {
    for (const auto& [written, date] : {std::pair{on_day(0), std::optional(scenario_t0())},
                                        {"2012-01", std::nullopt},
                                        {"", {}}}) {
        FhirPatient patient("a");
        patient.born("1950-01-01").midgut_tumour().liver_metastasis();
        patient.embolization_37243(0, {{"id", "e"}});
        json drug = {{"resourceType", "MedicationAdministration"},
                     {"status", "completed"},
                     {"medicationCodeableConcept", {{"text", "Zyxwvutinib-7"}}},
                     {"partOf", {{{"reference", "Procedure/e"}}}}};
        if (!written.empty()) {
            drug["effectiveDateTime"] = written;
        }
        patient.add(drug);
        const auto cohort = derive_all(resources_of(patient), plus_days(scenario_t0(), 500));
        const auto line = std::find_if(
            cohort.timeline.begin(), cohort.timeline.end(), [](const TimelineEntry& entry) {
                return entry.value == "drug of a session" && !entry.set_aside_because.empty();
            });
        ASSERT_NE(line, cohort.timeline.end()) << written;
        EXPECT_EQ(line->date, date) << written;
    }
}

// R2.3, R2.4: derived besides, they are those of a trial that has the gap.
TEST(Derive, R2_3_RecordsUnderAnotherGapBetweenRounds) {
    const std::vector<FhirPatient> patients = {
        included("two-courses").chemoembolization(160),
        included("two-rounds").chemoembolization(90).response("SD", 60),
        included("died").died(160),
        FhirPatient("none").embolization_37243(0, {{"status", "not-done"}}),
        FhirPatient("excluded").embolization_37243(0).chemoembolization(160)};
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    for (const FhirPatient& patient : patients) {
        for (const json& resource : patient.resources()) {
            intake.add(resource_of(resource));
        }
    }
    const Date as_of = plus_days(scenario_t0(), 1000);
    const std::vector<int> gaps = {80, 170};
    const DerivedCohort both = intake.derive(test_trial(), as_of, gaps);
    ASSERT_THAT(both.otherwise, SizeIs(gaps.size()));
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        const DerivedCohort alone = intake.derive(with_course_gap(test_trial(), gaps[i]), as_of);
        ASSERT_THAT(both.otherwise[i], SizeIs(alone.records.size()));
        for (std::size_t k = 0; k < alone.records.size(); ++k) {
            EXPECT_EQ(to_json_line(both.otherwise[i][k]), to_json_line(alone.records[k]));
        }
    }
}

TEST(Derive, InputFaultsArePassedOnOnce) {
    Intake intake(make_reading_frame(test_definitions(), no_site, no_zone));
    const Issue fault{Severity::fatal, IssueCode::structure, "", "a.ndjson:7", "", "not JSON", ""};
    intake.add_issue(fault);
    intake.add_issue(fault);
    EXPECT_THAT(intake.derive(test_trial(), scenario_t0()).issues, ::testing::ElementsAre(fault));
}

} // namespace
} // namespace embolink::test
