// R9.5: merge links, and R9.6's opt-outs over whole link groups.
#include "mapping/timeline/identities.hpp"
#include "mapping/timeline/patient_index.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Person person(const std::string& id, const std::vector<PatientLink>& links = {}) {
    Person made;
    made.origin = {"Patient/" + id, "1"};
    made.links = links;
    return made;
}

PatientLink replaced_by(const std::string& id) {
    return {LinkType::replaced_by, "Patient/" + id};
}

PatientLink replaces(const std::string& id) {
    return {LinkType::replaces, "Patient/" + id};
}

std::vector<Identity> resolve(const std::vector<Person>& persons,
                              const std::vector<std::string>& known_by_reference = {}) {
    KnownPatients patients;
    for (const std::string& reference : known_by_reference) {
        patients[reference] = nullptr;
    }
    for (const Person& one : persons) {
        patients[one.origin.reference] = &one;
    }
    return resolve_identities(patients);
}

auto united(const std::string& survivor) {
    return AllOf(Field(&Identity::patient, "Patient/" + survivor),
                 Field(&Identity::unresolved, false));
}

auto unresolved(const std::string& id) {
    return AllOf(Field(&Identity::patient, "Patient/" + id), Field(&Identity::unresolved, true));
}

TEST(Identities, R9_5_ReplacedByLeadsToTheSurvivor) {
    const auto identities = resolve({person("a", {replaced_by("b")}), person("b")});
    ASSERT_THAT(identities, ElementsAre(united("b")));
    EXPECT_THAT(identities.front().members, ElementsAre("Patient/a", "Patient/b"));
    EXPECT_THAT(identities.front().link_origins, SizeIs(2));
}

CurrentFacts current_of(const std::vector<ResourceFacts>& resources) {
    CurrentFacts current;
    for (const ResourceFacts& one : resources) {
        current.add(one, Dropped::no);
    }
    return current;
}

ResourceFacts identified(const std::string& id,
                         const std::vector<std::string>& identifiers,
                         const std::vector<PatientLink>& links = {}) {
    ResourceFacts made;
    made.source.type = "Patient";
    made.source.id = id;
    made.patient = "Patient/" + id;
    Person one = person(id, links);
    one.identifiers = identifiers;
    made.facts.push_back(one);
    return made;
}

ResourceFacts of_patient(const std::string& id, const std::string& reference) {
    ResourceFacts made;
    made.source.type = "Observation";
    made.source.id = id;
    made.patient = reference;
    made.facts.push_back(Contact{{"Observation/" + id, "1"}, "result", {}, false});
    return made;
}

TEST(LogicalReferences, R9_5_AnIdentifierThatOnePatientHasNamesHim) {
    const auto current = current_of({identified("a", {"identifier:s|1", "identifier:s|9"}),
                                     identified("b", {"identifier:s|2", "identifier:s|9"}),
                                     of_patient("o", "identifier:s|2"),
                                     of_patient("nobody", "identifier:s|3"),
                                     of_patient("both", "identifier:s|9")});
    const PatientIndex index = index_patients(current, {});
    ASSERT_THAT(index.patients, SizeIs(2));
    EXPECT_THAT(index.patients[0].resources, SizeIs(1));
    EXPECT_THAT(index.patients[1].resources, SizeIs(2));
    std::set<std::string> left_out;
    for (const Issue& issue : index.issues) {
        if (issue.severity == Severity::fatal) {
            left_out.insert(issue.reference);
            EXPECT_EQ(issue.text.find("s|"), std::string::npos) << "an identifier is never shown";
            EXPECT_TRUE(issue.patient.empty());
        }
    }
    EXPECT_THAT(left_out, ElementsAre("Observation/both", "Observation/nobody"));
}

TEST(LogicalReferences, R9_5_LinksToo) {
    const auto current =
        current_of({identified("a", {}, {{LinkType::replaced_by, "identifier:s|2"}}),
                    identified("b", {"identifier:s|2"})});
    const PatientIndex index = index_patients(current, {});
    ASSERT_THAT(index.patients, SizeIs(1));
    EXPECT_EQ(index.patients.front().identity.patient, "Patient/b");
    EXPECT_FALSE(index.patients.front().identity.unresolved);
    const auto lost =
        current_of({identified("a", {}, {{LinkType::replaced_by, "identifier:s|3"}})});
    EXPECT_TRUE(index_patients(lost, {}).patients.front().identity.unresolved);
}

TEST(Withheld, R9_5_WhatGoesWithATestPatientIsAFatalIssue) {
    CurrentFacts current;
    current.add(identified("a", {}), Dropped::test_data);
    current.add(of_patient("o", "Patient/a"), Dropped::no);
    const PatientIndex index = index_patients(current, {});
    ASSERT_THAT(index.issues, SizeIs(1));
    EXPECT_EQ(index.issues.front().reference, "Observation/o");
    EXPECT_EQ(index.issues.front().severity, Severity::fatal);
    ResourceFacts other = of_patient("p", "Patient/b");
    current.add(other, Dropped::no);
    other.content_hash = "another";
    current.add(other, Dropped::no);
    const PatientIndex conflict = index_patients(current, {});
    const auto warned =
        std::find_if(conflict.issues.begin(), conflict.issues.end(), [](const Issue& issue) {
            return issue.reference == "Observation/p";
        });
    ASSERT_NE(warned, conflict.issues.end());
    EXPECT_EQ(warned->severity, Severity::warning) << "version-conflict";
}

TEST(LogicalReferences, R9_6_AnOptOutHoldsForThem) {
    const auto current =
        current_of({identified("a", {"identifier:s|1"}), of_patient("o", "identifier:s|1")});
    const PatientIndex index = index_patients(current, {"Patient/a"});
    EXPECT_THAT(index.patients, IsEmpty());
    EXPECT_THAT(index.issues, IsEmpty());
}

TEST(Identities, R9_5_ReplacesIsTheSameRelationFromTheOtherEnd) {
    EXPECT_THAT(resolve({person("a"), person("b", {replaces("a")})}), ElementsAre(united("b")));
    EXPECT_THAT(resolve({person("a", {replaced_by("b")}), person("b", {replaces("a")})}),
                ElementsAre(united("b")));
}

TEST(Identities, R9_5_ChainsEndAtTheLastOne) {
    const auto identities =
        resolve({person("a", {replaced_by("b")}), person("b", {replaced_by("c")}), person("c")});
    ASSERT_THAT(identities, ElementsAre(united("c")));
    EXPECT_THAT(identities.front().members, SizeIs(3));
}

TEST(Identities, R9_5_AnAbsentReplacedByTargetIsUnresolvable) {
    EXPECT_THAT(resolve({person("a", {replaced_by("gone")})}), ElementsAre(unresolved("a")));
    EXPECT_THAT(resolve({person("a", {replaced_by("b")})}, {"Patient/b"}),
                ElementsAre(unresolved("a"), unresolved("b")))
        << "data of b without a Patient resource do not say who b is";
}

// Data-reality 9: servers delete the one in the middle.
TEST(Identities, R9_5_AnAbsentOneInTheMiddleIsReplacedByWhoSaysSo) {
    const auto found = resolve({person("a", {replaced_by("b")}), person("c", {replaces("b")})});
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].patient, "Patient/c");
    EXPECT_FALSE(found[0].unresolved);
}

TEST(Identities, R9_5_AnAbsentReplacedOneIsNoTrouble) {
    EXPECT_THAT(resolve({person("b", {replaces("gone")})}), ElementsAre(united("b")));
    EXPECT_THAT(resolve({person("b", {replaces("a")})}, {"Patient/a"}), ElementsAre(united("b")));
}

TEST(Identities, R9_5_TwoSurvivorsContradict) {
    EXPECT_THAT(
        resolve({person("a", {replaced_by("b"), replaced_by("c")}), person("b"), person("c")}),
        ElementsAre(unresolved("a"), unresolved("b"), unresolved("c")));
}

TEST(Identities, R9_5_CyclesContradict) {
    EXPECT_THAT(resolve({person("a", {replaced_by("b")}), person("b", {replaced_by("a")})}),
                ElementsAre(unresolved("a"), unresolved("b")));
    EXPECT_THAT(resolve({person("a", {replaced_by("a")})}), ElementsAre(unresolved("a")));
    EXPECT_THAT(resolve({person("a", {replaced_by("b"), replaced_by("c")}),
                         person("b", {replaced_by("a")}),
                         person("c")}),
                ElementsAre(unresolved("a"), unresolved("b"), unresolved("c")))
        << "a survivor does not heal a cycle beside it";
}

TEST(Identities, R9_5_SeealsoAndReferMergeNothing) {
    EXPECT_THAT(resolve({person("a", {{LinkType::seealso, "Patient/b"}}),
                         person("b", {{LinkType::refer, "Patient/a"}})}),
                ElementsAre(united("a"), united("b")));
}

TEST(Identities, KnownOnlyByReferenceIsAPatientToo) {
    EXPECT_THAT(resolve({}, {"Patient/a"}), ElementsAre(united("a")));
}

ResourceFacts patient_resource(const std::string& id, const std::vector<PatientLink>& links) {
    ResourceFacts facts;
    facts.source = {"Patient", id, "1", ""};
    facts.content_hash = "hash-" + id;
    facts.patient = "Patient/" + id;
    facts.facts.emplace_back(person(id, links));
    return facts;
}

ResourceFacts row_resource(const std::string& id, const std::string& patient) {
    ResourceFacts facts;
    facts.source = {"Procedure", id, "1", ""};
    facts.content_hash = "hash-" + id;
    facts.patient = "Patient/" + patient;
    facts.facts.emplace_back(ProcedureRow{});
    facts.issues.push_back({Severity::warning,
                            IssueCode::value,
                            "Procedure",
                            "Procedure/" + id,
                            "1",
                            "something",
                            "Patient/" + patient});
    return facts;
}

TEST(PatientIndex, R9_5_DataOfMergedIdentitiesStandTogether) {
    CurrentFacts current;
    current.add(patient_resource("a", {replaced_by("b")}), Dropped::no);
    current.add(patient_resource("b", {}), Dropped::no);
    current.add(row_resource("1", "a"), Dropped::no);
    current.add(row_resource("2", "b"), Dropped::no);
    const PatientIndex index = index_patients(current, {});
    ASSERT_THAT(index.patients, SizeIs(1));
    EXPECT_THAT(index.patients.front().resources, SizeIs(4));
}

TEST(PatientIndex, R9_6_AnOptOutHoldsForTheWholeLinkGroup) {
    CurrentFacts current;
    current.add(patient_resource("a", {replaced_by("b")}), Dropped::no);
    current.add(patient_resource("b", {}), Dropped::no);
    current.add(row_resource("1", "b"), Dropped::no);
    current.add(patient_resource("c", {}), Dropped::no);
    const PatientIndex index = index_patients(current, {"Patient/a"});
    ASSERT_THAT(index.patients, SizeIs(1));
    EXPECT_EQ(index.patients.front().identity.patient, "Patient/c");
    EXPECT_EQ(index.opted_out, 1U);
    EXPECT_THAT(index.issues, IsEmpty()) << "only a count is left of them";
}

TEST(PatientIndex, R9_6_AnUnresolvableGroupThatOptedOutIsOneCount) {
    CurrentFacts current;
    current.add(patient_resource("a", {replaced_by("b")}), Dropped::no);
    current.add(patient_resource("b", {replaced_by("a")}), Dropped::no);
    const PatientIndex index = index_patients(current, {"Patient/b"});
    EXPECT_THAT(index.patients, IsEmpty());
    EXPECT_EQ(index.opted_out, 1U);
}

TEST(PatientIndex, R9_5_ATestPatientTakesAllResourcesAlong) {
    CurrentFacts current;
    current.add(patient_resource("a", {}), Dropped::test_data);
    current.add(row_resource("1", "a"), Dropped::no);
    current.add(row_resource("2", "b"), Dropped::no);
    const PatientIndex index = index_patients(current, {});
    ASSERT_THAT(index.patients, SizeIs(1));
    EXPECT_EQ(index.patients.front().identity.patient, "Patient/b");
    EXPECT_EQ(index.test_data, 2U);
    EXPECT_THAT(index.issues,
                Contains(AllOf(Field(&Issue::reference, "Procedure/1"),
                               Field(&Issue::code, IssueCode::security))));
}

TEST(PatientIndex, APatientWithoutResourceLeavesAnIssue) {
    CurrentFacts current;
    current.add(row_resource("1", "x"), Dropped::no);
    EXPECT_THAT(index_patients(current, {}).issues,
                Contains(AllOf(Field(&Issue::reference, "Patient/x"),
                               Field(&Issue::code, IssueCode::not_found))));
}

} // namespace
} // namespace embolink
