#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::only;
using test::read;

TEST(PatientReader, ReadsBirthSexAndLinks) {
    const auto facts = read(R"({"resourceType": "Patient", "id": "a", "gender": "female",
        "birthDate": "1950-03", "link": [
          {"other": {"reference": "https://x.example/fhir/Patient/b/_history/1"}, "type": "replaced-by"},
          {"other": {"reference": "Patient/c"}, "type": "seealso"},
          {"other": {"display": "gone"}, "type": "replaces"},
          {"other": {"reference": "Patient/d"}, "type": "twin"}]})");
    const auto person = only<Person>(facts);
    EXPECT_EQ(facts.patient, "Patient/a");
    EXPECT_EQ(test::shown(person.birth), "1950-03");
    EXPECT_EQ(person.sex, "female");
    EXPECT_FALSE(person.deceased);
    ASSERT_EQ(person.links.size(), 3U);
    EXPECT_EQ(person.links[0].type, LinkType::replaced_by);
    EXPECT_EQ(person.links[0].other, "Patient/b");
    EXPECT_EQ(person.links[1].type, LinkType::seealso);
    EXPECT_EQ(person.links[2].other, ""); // a merge that leads nowhere is kept (R9.5)
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Patient.link[3].type"));
}

// A reference by identifier waits until all Patients are known.
TEST(PatientReader, KeepsIdentifiersAndLogicalReferences) {
    const auto facts = read(R"({"resourceType": "Patient", "id": "a",
        "identifier": [{"system": "http://h.example/mrn", "value": "17"}, {"system": "no value"}],
        "link": [{"other": {"identifier": {"system": "http://h.example/mrn", "value": "18"}},
                  "type": "replaced-by"}]})");
    const auto person = only<Person>(facts);
    ASSERT_EQ(person.identifiers.size(), 1U);
    EXPECT_EQ(person.identifiers.front(), "identifier:http://h.example/mrn|17");
    EXPECT_EQ(person.links.front().other, "identifier:http://h.example/mrn|18");

    const auto result = read(R"({"resourceType": "Encounter", "id": "e", "status": "planned",
        "subject": {"identifier": {"system": "http://h.example/mrn", "value": "17"}}})");
    EXPECT_EQ(result.patient, "identifier:http://h.example/mrn|17");
    for (const Issue& issue : result.issues) {
        EXPECT_EQ(issue.patient, "") << "shown to nobody";
        EXPECT_NE(issue.severity, Severity::fatal);
    }
    const auto literal = read(R"({"resourceType": "Encounter", "id": "e", "status": "planned",
        "subject": {"reference": "Patient/a", "identifier": {"value": "17"}}})");
    EXPECT_EQ(literal.patient, "Patient/a");
}

// R5.9: death known, date unknown; an unreadable date is no life.
TEST(PatientReader, KnowsDeathWithAndWithoutADate) {
    const auto boolean =
        only<Person>(read(R"({"resourceType": "Patient", "id": "a", "deceasedBoolean": true})"));
    EXPECT_TRUE(boolean.deceased);
    EXPECT_FALSE(boolean.death);
    const auto alive =
        only<Person>(read(R"({"resourceType": "Patient", "id": "a", "deceasedBoolean": false})"));
    EXPECT_FALSE(alive.deceased);
    const auto month = only<Person>(
        read(R"({"resourceType": "Patient", "id": "a", "deceasedDateTime": "2021-05"})"));
    EXPECT_EQ(test::shown(month.death), "2021-05");
    const auto unreadable =
        read(R"({"resourceType": "Patient", "id": "a", "deceasedDateTime": "2021-02-30"})");
    EXPECT_TRUE(only<Person>(unreadable).deceased);
    EXPECT_FALSE(only<Person>(unreadable).death);
    EXPECT_TRUE(test::has_issue(unreadable, Severity::error, "Patient.deceasedDateTime"));
}

TEST(PatientReader, IssuesCarryNoValues) {
    const auto facts = read(R"({"resourceType": "Patient", "id": "a", "birthDate": "12/31/1950",
        "name": [{"family": "Dupont"}], "gender": 7})");
    ASSERT_FALSE(facts.issues.empty());
    for (const Issue& issue : facts.issues) {
        EXPECT_EQ(issue.text.find("1950"), std::string::npos);
        EXPECT_EQ(issue.text.find("Dupont"), std::string::npos);
        EXPECT_EQ(issue.reference, "Patient/a");
        EXPECT_EQ(issue.patient, "Patient/a");
    }
}

} // namespace
} // namespace embolink
