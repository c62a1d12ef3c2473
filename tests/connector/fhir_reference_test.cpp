// Whose a reference, a resource and a message are.
#include "connector/fhir/answer.hpp"
#include "connector/fhir/outcome.hpp"
#include "connector/fhir/references.hpp"
#include "connector/fhir/server_address.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::ElementsAre;
using testing::IsEmpty;

const ServerAddress server(base, {"https://inner.example:8443"});

TEST(ServerAddress, KnowsItsOwnReferences) {
    for (const std::string& written : {std::string("Patient/1"),
                                       std::string("Patient/1/_history/3"),
                                       base + "/Patient/1",
                                       std::string("HTTP://FHIR.example:80/r4/Patient/1"),
                                       std::string("https://inner.example:8443/any/Patient/1")}) {
        EXPECT_EQ(server.local_reference(written), "Patient/1") << written;
    }
    // Ids are longer than 64 in the field.
    const std::string epic = "Patient/" + std::string(88, 'e');
    EXPECT_EQ(server.local_reference(epic), epic);
}

TEST(ServerAddress, TakesNothingForItsOwnThatIsNot) {
    for (const char* written : {"",
                                "#p1",
                                "urn:uuid:0a0a0a0a-0000-4000-8000-000000000000",
                                "https://other.example/r4/Patient/1",
                                "http://fhir.example/test/Patient/1", // another tenant
                                "http://fhir.example/r45/Patient/1",  // a longer name
                                "https://fhir.example/r4/Patient/1",  // another port
                                "Patient?identifier=a|b",
                                "Patient/1?x=1",
                                "Patient/..",
                                "Patient/",
                                "patient/1",
                                "1"}) {
        EXPECT_EQ(server.local_reference(written), std::nullopt) << written;
    }
}

TEST(ServerAddress, FetchesFromItsOriginsOnly) {
    EXPECT_TRUE(server.may_fetch("http://fhir.example/elsewhere?page=2"));
    EXPECT_TRUE(server.may_fetch("https://inner.example:8443/x"));
    EXPECT_FALSE(server.may_fetch("https://inner.example/x"));
    EXPECT_FALSE(server.may_fetch("http://fhir.example@evil.example/x"));
    EXPECT_FALSE(server.may_fetch("/relative"));
}

TEST(SubjectOf, IsSubjectElsePatient) {
    EXPECT_EQ(subject_of(parsed(resource("Procedure", "1")), server), "Patient/1");
    json old = resource("Encounter", "1", "");
    old["patient"] = {{"reference", base + "/Patient/2"}};
    EXPECT_EQ(subject_of(parsed(old), server), "Patient/2");
    EXPECT_EQ(subject_of(parsed(resource("Patient", "7", "")), server), "Patient/7");
    EXPECT_EQ(subject_of(parsed(resource("Observation", "1", "Group/1")), server), std::nullopt);
    EXPECT_EQ(
        subject_of(parsed(resource("Observation", "1", "http://o.example/Patient/1")), server),
        std::nullopt);
    EXPECT_EQ(subject_of(parsed(resource("Observation", "1", "")), server), std::nullopt);
    json listed = resource("Observation", "1", "");
    listed["subject"] = json::array({{{"reference", "Patient/3"}}});
    EXPECT_EQ(subject_of(parsed(listed), server), "Patient/3");
    json broken = resource("Observation", "1", "");
    broken["subject"] = "Patient/1";
    EXPECT_EQ(subject_of(parsed(broken), server), std::nullopt);
}

TEST(BelongsTo, KeepsWhatIsNobodysAndDropsWhatIsAnothers) {
    const std::set<std::string> us{"Patient/1", "Patient/2"};
    EXPECT_TRUE(belongs_to(parsed(resource("Observation", "o", "Patient/2")), us, server));
    EXPECT_FALSE(belongs_to(parsed(resource("Observation", "o", "Patient/3")), us, server));
    EXPECT_FALSE(belongs_to(parsed(resource("Observation", "o", "")), us, server));
    EXPECT_TRUE(belongs_to(parsed(resource("Medication", "m", "")), us, server));
    EXPECT_TRUE(belongs_to(parsed(resource("Location", "l", "")), us, server));
    EXPECT_TRUE(belongs_to(parsed(resource("Specimen", "s", "")), us, server));
    EXPECT_FALSE(belongs_to(parsed(resource("Specimen", "s", "Patient/3")), us, server));
    EXPECT_FALSE(belongs_to(parsed(resource("BodyStructure", "b", "")), us, server));
    EXPECT_FALSE(belongs_to(parsed(resource("Patient", "3", "")), us, server));
}

json reference(const std::string& to) {
    return {{"reference", to}};
}

std::vector<std::string> wanted(json body) {
    return references_to_hydrate(parsed(body), server);
}

TEST(Hydrate, FollowsWhatTheRulesNeed) {
    json given = resource("MedicationAdministration", "a");
    given["medicationReference"] = reference("Medication/m");
    given["partOf"] = json::array({reference("Procedure/p")});
    given["context"] = reference("Encounter/e");
    EXPECT_THAT(wanted(given), ElementsAre("Encounter/e", "Medication/m", "Procedure/p"));
    json report = resource("DiagnosticReport", "d");
    report["result"] = {reference("Observation/1"), reference("Observation/1"), reference("#own")};
    report["imagingStudy"] = reference("ImagingStudy/i"); // one, where a list belongs
    report["specimen"] = json::array({reference("Specimen/s")});
    EXPECT_THAT(wanted(report), ElementsAre("ImagingStudy/i", "Observation/1", "Specimen/s"));
    json observation = resource("Observation", "o");
    observation["specimen"] = reference("Specimen/s");
    observation["hasMember"] = {reference("Observation/2"), reference("QuestionnaireResponse/q")};
    observation["derivedFrom"] = {reference("ImagingStudy/i"), reference("Observation/3")};
    observation["partOf"] = {reference("ImagingStudy/j")};
    observation["focus"] = {reference("BodyStructure/b"), reference("Device/d")};
    EXPECT_THAT(
        wanted(observation),
        ElementsAre(
            "BodyStructure/b", "ImagingStudy/i", "ImagingStudy/j", "Observation/2", "Specimen/s"));
    json procedure = resource("Procedure", "p");
    procedure["location"] = reference("Location/l");
    procedure["reasonReference"] = {reference("Condition/c")};
    procedure["encounter"] = reference(base + "/Encounter/e");
    EXPECT_THAT(wanted(procedure), ElementsAre("Condition/c", "Encounter/e", "Location/l"));
}

TEST(Hydrate, FollowsNothingElse) {
    json body = resource("Observation", "o");
    body["performer"] = {reference("Practitioner/1")};
    body["hasMember"] = {reference("Observation/o"),
                         reference("#a"),
                         reference("urn:uuid:1"),
                         reference("https://other.example/r4/Observation/2"),
                         json{{"display", "a panel"}},
                         "Observation/3"};
    EXPECT_THAT(wanted(body), IsEmpty());
    // A drug's reference means something on drugs only.
    body["medicationReference"] = reference("Medication/m");
    EXPECT_THAT(wanted(body), IsEmpty());
}

TEST(Outcome, IsSaidInFhirsOwnWordsOnly) {
    json both = outcome("error", "not-found");
    both["issue"].push_back({{"severity", "warning"}, {"code", "code-invalid"}});
    both["issue"].push_back(both["issue"][0]);
    EXPECT_EQ(outcome_words(both.dump()), "error/not-found, warning/code-invalid");
    EXPECT_EQ(outcome_words(outcome("Jane", "doe").dump()), "other/other");
    EXPECT_EQ(outcome_words(R"({"resourceType":"Patient","issue":[]})"), "");
    EXPECT_EQ(outcome_words("<html>"), "");
    EXPECT_EQ(outcome_words(R"({"resourceType":"OperationOutcome","issue":["x"]})"), "");
    EXPECT_EQ(refusal_words(refusal(422, "business-rule")), "HTTP 422 (error/business-rule)");
    EXPECT_EQ(refusal_words(raw(500, "oops")), "HTTP 500");
}

} // namespace
