// Groups and what mapping each would change: the count found by trying equals what a whole
// derivation with that row gives, and nothing but the data decides the order.
#include "mapping/derive.hpp"
#include "mapping/unmapped/workbench.hpp"
#include "tests/support/fhir_patient.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace embolink::test {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const ZoneRule no_zone;
const Date cut = scenario_t0() + std::chrono::days{1000};

json concept_of(const char* system, const char* code, const char* display = "") {
    return {{"coding", {{{"system", system}, {"code", code}, {"display", display}}}}};
}

FhirPatient diseased(const std::string& id) {
    return FhirPatient(id).midgut_tumour().liver_metastasis().encounter(-400).ct(-20);
}

// Three patients whose embolization has a local code, one of whom also has a public one, and a
// marker under a local code.
std::vector<Resource> hospital() {
    std::vector<Resource> resources;
    const auto take = [&](const FhirPatient& patient) {
        for (const json& resource : patient.resources()) {
            resources.push_back(resource_of(resource));
        }
    };
    const json local = {{"code", concept_of("urn:hospital", "EMB7", "Chemoembolisaton")}};
    const json marker = {{"code", concept_of("urn:lab", "CGA", "Chromogranin A")},
                         {"referenceRange", {{{"high", {{"value", 93}, {"unit", "ng/mL"}}}}}}};
    for (const char* id : {"a", "b"}) {
        take(diseased(id)
                 .procedure("urn:hospital", "EMB7", 0, local)
                 .response("PD", 100)
                 .encounter(900));
    }
    take(diseased("c")
             .chemoembolization(0)
             .procedure("urn:hospital", "EMB7", 92, local)
             .lab("CGA", "200", "ng/mL", -3, "", marker)
             .administration("Quuxol", 0)
             .encounter(900));
    return resources;
}

struct Bench {
    explicit Bench(const std::vector<Resource>& resources, SiteConfig given = {})
        : site(std::move(given)), collector(test_definitions(), site, no_zone),
          intake(make_reading_frame(test_definitions(), site, no_zone)) {
        for (const Resource& resource : resources) {
            intake.add(resource);
            collector.look_at(resource);
        }
    }

    std::vector<UnmappedGroup> rank() {
        Rereading rereading(intake, test_trial(), cut);
        return collector.rank(rereading);
    }

    SiteConfig site;
    UnmappedCollector collector;
    Intake intake;
};

std::vector<EndpointRecord> records_with(const std::vector<Resource>& resources,
                                         const SiteConfig& site) {
    Intake intake(make_reading_frame(test_definitions(), site, no_zone));
    for (const Resource& resource : resources) {
        intake.add(resource);
    }
    return intake.derive(test_trial(), cut).records;
}

const UnmappedGroup* group_with(const std::vector<UnmappedGroup>& groups, const std::string& code) {
    const auto found = std::ranges::find_if(
        groups, [&](const UnmappedGroup& group) { return group.what.code == code; });
    return found == groups.end() ? nullptr : &*found;
}

TEST(Workbench, WhatChangesMostIsFirst) {
    const auto groups = Bench(hospital()).rank();
    ASSERT_THAT(groups, Not(IsEmpty()));
    EXPECT_EQ(groups.front().what.code, "EMB7");
    EXPECT_EQ(groups.front().resources, 3u);
    EXPECT_EQ(groups.front().patients, 3u);
    EXPECT_EQ(groups.front().would_change_patients(), 3u);
    EXPECT_THAT(groups.front().references, SizeIs(3));
    const UnmappedGroup* marker = group_with(groups, "CGA");
    ASSERT_NE(marker, nullptr);
    EXPECT_EQ(marker->proposals.front().proposal.target, "CgA|mass");
    EXPECT_EQ(marker->would_change_patients(), 1u);
}

// A unit that is nearly spelled so stands first, whatever another would change.
TEST(Workbench, TheLikeliestProposalIsFirst) {
    std::vector<Resource> resources;
    for (const json& resource : included("t").lab("777-3", "40", "10*9/Lx", 3, "400").resources()) {
        resources.push_back(resource_of(resource));
    }
    const auto groups = Bench(resources).rank();
    ASSERT_THAT(groups, SizeIs(1));
    ASSERT_GE(groups.front().proposals.size(), 2u);
    EXPECT_EQ(groups.front().proposals.front().proposal.target, "10*9/L");
    EXPECT_EQ(groups.front().proposals.front().proposal.reason, ProposalReason::nearly_unit);
    EXPECT_GE(groups.front().would_change_records(), groups.front().proposals.front().records);
}

TEST(Workbench, EveryCountIsWhatAWholeDerivationGives) {
    const auto resources = hospital();
    const auto before = records_with(resources, {});
    std::size_t tried = 0;
    for (const UnmappedGroup& group : Bench(resources).rank()) {
        for (const TriedProposal& one : group.proposals) {
            const auto after =
                records_with(resources, with_row({}, group.what, one.proposal.target));
            EXPECT_EQ(changes_between(before, after).size(), one.records)
                << group.what.code << " as " << one.proposal.target;
            ++tried;
        }
    }
    EXPECT_GE(tried, 4u);
}

// One Medication resource, given to two patients: both would change.
TEST(Workbench, AMedicationConcernsAllWhoWereGivenIt) {
    std::vector<Resource> resources;
    const json given = {{"medicationReference", {{"reference", "Medication/m"}}}};
    for (const char* id : {"a", "b", "c"}) {
        FhirPatient patient = diseased(id);
        patient.embolization_37243(0);
        json row = {{"resourceType", "MedicationAdministration"},
                    {"status", "completed"},
                    {"effectiveDateTime", on_day(0)},
                    {"dosage", FhirPatient::intra_arterial()["dosage"]}};
        if (std::string(id) != "c") {
            row.update(given);
            patient.add(row);
        }
        for (const json& resource : patient.resources()) {
            resources.push_back(resource_of(resource));
        }
    }
    resources.push_back(resource_of({{"resourceType", "Medication"},
                                     {"id", "m"},
                                     {"code", concept_of("urn:pharmacy", "DOX50")}}));
    const auto groups = Bench(resources).rank();
    const UnmappedGroup* drug = group_with(groups, "DOX50");
    ASSERT_NE(drug, nullptr);
    EXPECT_EQ(drug->patients, 2u);
    EXPECT_EQ(drug->would_change_patients(), 2u);
    ASSERT_THAT(drug->proposals, Not(IsEmpty()));
    const TriedProposal& tried = drug->proposals.front();
    const auto changes =
        changes_between(records_with(resources, {}),
                        records_with(resources, with_row({}, drug->what, tried.proposal.target)));
    EXPECT_EQ(tried.records, changes.size());
    EXPECT_GT(tried.records, 0u);
}

TEST(Workbench, TheOrderOfTheInputDoesNotMatter) {
    auto resources = hospital();
    const auto told = [](const std::vector<UnmappedGroup>& groups) {
        std::vector<std::string> out;
        for (const UnmappedGroup& group : groups) {
            std::string line = group.what.element + " " + group.what.code + group.what.written;
            for (const TriedProposal& one : group.proposals) {
                line += " " + one.proposal.target + " " + std::to_string(one.records);
            }
            out.push_back(line);
        }
        return out;
    };
    const auto once = told(Bench(resources).rank());
    std::reverse(resources.begin(), resources.end());
    EXPECT_EQ(told(Bench(resources).rank()), once);
}

TEST(Workbench, ATextOfFewPatientsIsNotShareable) {
    const auto with = [](int patients) {
        std::vector<Resource> resources;
        for (int at = 0; at < patients; ++at) {
            for (const json& resource :
                 included("t" + std::to_string(at)).administration("Quuxol", 0).resources()) {
                resources.push_back(resource_of(resource));
            }
        }
        return resources;
    };
    const auto two = Bench(with(2)).rank();
    const auto three = Bench(with(3)).rank();
    ASSERT_THAT(two, SizeIs(1));
    ASSERT_THAT(three, SizeIs(1));
    EXPECT_FALSE(two.front().shareable);
    EXPECT_TRUE(three.front().shareable);
}

TEST(Workbench, ACodeThatMayBeANameIsNotShareable) {
    const auto with = [](const char* code) {
        std::vector<Resource> resources;
        for (const json& resource : included("t").procedure("urn:x", code, 5).resources()) {
            resources.push_back(resource_of(resource));
        }
        return Bench(resources).rank().front().shareable;
    };
    EXPECT_TRUE(with("EMB-7.a"));
    EXPECT_FALSE(with("Jane Doe"));
    EXPECT_FALSE(with("J\xc3\xa4ne"));
}

// R9.6 and R9.3: nothing is told of who objects, or of a version that no longer counts.
TEST(Workbench, R9_6_WhoOptedOutIsNotCounted) {
    SiteConfig site;
    site.opt_out = {"Patient/a"};
    const auto groups = Bench(hospital(), site).rank();
    const UnmappedGroup* local = group_with(groups, "EMB7");
    ASSERT_NE(local, nullptr);
    EXPECT_EQ(local->patients, 2u);
    EXPECT_EQ(local->would_change_patients(), 2u);
}

TEST(Workbench, R9_3_ASupersededVersionIsNotCounted) {
    auto resources = hospital();
    for (const Resource& old : hospital()) {
        if (old.source.type == "Procedure") {
            json newer = *old.body;
            newer["meta"]["lastUpdated"] = "2020-01-01T00:00:00Z";
            newer["code"] = concept_of("http://snomed.info/sct", "314617008");
            resources.push_back(resource_of(newer));
        }
    }
    EXPECT_EQ(group_with(Bench(resources).rank(), "EMB7"), nullptr);
}

TEST(Workbench, PublicCodesOfResultsThatResembleNothingAreLeftOut) {
    std::vector<Resource> resources;
    for (const json& resource : included("t")
                                    .lab("2345-7", "5", "mmol/L", -1)
                                    .lab("99999-9", "5", "mmol/L", -1)
                                    .resources()) {
        resources.push_back(resource_of(resource));
    }
    EXPECT_THAT(Bench(resources).rank(), IsEmpty());
}

TEST(Changes, ByFieldNewAndGone) {
    EndpointRecord one;
    one.patient = "Patient/1";
    one.param = "PFS";
    one.status = Event{"death"};
    EndpointRecord other = one;
    other.sources.push_back({"Observation/1", "1", "event", "R5.1"});
    EXPECT_THAT(changes_between({one}, {other}), IsEmpty());
    other.status = Event{"progression"};
    other.flags = {"early-pd"};
    EXPECT_EQ(changes_between({one}, {other}),
              (std::vector<RecordChange>{{"Patient/1", "PFS", {"status", "flags"}}}));
    EXPECT_EQ(changes_between({}, {one}),
              (std::vector<RecordChange>{{"Patient/1", "PFS", {"new"}}}));
    EXPECT_EQ(changes_between({one}, {}),
              (std::vector<RecordChange>{{"Patient/1", "PFS", {"gone"}}}));
}

} // namespace
} // namespace embolink::test
