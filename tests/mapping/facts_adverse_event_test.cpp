// AdverseEvent in its four shapes (terminology 2.5, R6.4).

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::only;
using test::read;
using test::resource;

std::string event(std::string_view more) {
    return resource("AdverseEvent",
                    R"("actuality": "actual", "date": "2020-02-12",
        "event": {"coding": [{"system": "https://www.meddra.org", "code": "10019663"}]})" +
                        std::string{more});
}

std::string profile_grade(std::string_view code) {
    return R"(, "extension": [{"url": "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/ae-grade",
        "valueCodeableConcept": {"coding": [{"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": ")" +
           std::string{code} + R"("}]}}])";
}

TEST(AdverseEventReader, ResearchProfile) {
    const auto three = only<ClinicalEvent>(read(event(profile_grade("C41340"))));
    EXPECT_EQ(three.term, "hepatic-failure");
    EXPECT_EQ(three.grade, 3);
    EXPECT_FALSE(three.grade_from_severity);
    EXPECT_EQ(test::shown(three.date), "2020-02-12");
    EXPECT_EQ(only<ClinicalEvent>(read(event(profile_grade("C41337")))).grade, 4); // not in order
}

TEST(AdverseEventReader, TheProfilesStatusIsAModifier) {
    const auto with = [](const char* status) {
        return read(event(profile_grade("C41340") + R"(, "modifierExtension": [{
            "url": "http://hl7.org/fhir/uv/ae-research-backport-ig/StructureDefinition/status", "valueCode": ")" +
                          status + R"("}])"));
    };
    EXPECT_EQ(with("completed").facts.size(), 1U);
    EXPECT_EQ(with("completed").status, "completed");
    EXPECT_TRUE(with("entered-in-error").facts.empty());
    EXPECT_TRUE(test::has_issue(
        with("entered-in-error"), Severity::information, "AdverseEvent.modifierExtension"));
}

TEST(AdverseEventReader, DraftGuideGermanDatasetAndPlainSeverity) {
    const auto draft = only<ClinicalEvent>(read(event(R"(, "extension": [{
        "url": "http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade", "valueCodeableConcept": {"coding": [
        {"system": "http://hl7.org/fhir/us/ctcae/CodeSystem/ctcae-grade-code-system", "code": "2"}]}}])")));
    EXPECT_EQ(draft.grade, 2);
    const auto german = only<ClinicalEvent>(read(event(
        R"(, "severity": {"coding": [{"system": "https://x.de/CodeSystem/ctcae", "code": "4"}]})")));
    EXPECT_EQ(german.grade, 4);
    EXPECT_FALSE(german.grade_from_severity);
    const auto plain = only<ClinicalEvent>(read(event(R"(, "severity": {"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/adverse-event-severity", "code": "severe"}]})")));
    EXPECT_EQ(plain.grade, 3);
    EXPECT_TRUE(plain.grade_from_severity);
    const auto none = read(event(R"(, "severity": {"coding": [{"system": "x", "code": "K"}]})"));
    EXPECT_EQ(only<ClinicalEvent>(none).grade, 0); // German dataset: "keine"
    const auto unknown = read(event(R"(, "severity": {"coding": [{"system": "x", "code": "U"}]})"));
    EXPECT_FALSE(only<ClinicalEvent>(unknown).grade);
    EXPECT_TRUE(test::has_issue(unknown, Severity::error, "AdverseEvent.severity"));
}

TEST(AdverseEventReader, AGradeBeatsASeverityAndZeroIsAGrade) {
    const auto both =
        only<ClinicalEvent>(read(event(profile_grade("C41338") + R"(, "severity": {"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/adverse-event-severity", "code": "severe"}]})")));
    EXPECT_EQ(both.grade, 1);
    const auto none = only<ClinicalEvent>(read(event(
        R"(, "extension": [{"url": "http://hl7.org/fhir/us/ctcae/StructureDefinition/ctcae-grade",
        "valueCode": "0"}])")));
    EXPECT_EQ(none.grade, 0);
}

TEST(AdverseEventReader, NotRelatedAnywhereItIsSaid) {
    const auto related = [](std::string_view more) {
        return !only<ClinicalEvent>(read(event(std::string{more}))).not_related;
    };
    const std::string no =
        R"({"coding": [{"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C53256"}]})";
    const std::string possibly =
        R"({"coding": [{"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C53258"}]})";
    EXPECT_TRUE(related(""));
    EXPECT_TRUE(test::has_issue(
        read(event(R"(, "suspectEntity": [{"causality": [{"assessment": )" + no + "}]}]")),
        Severity::information,
        "AdverseEvent.suspectEntity"));
    EXPECT_FALSE(related(R"(, "suspectEntity": [{"causality": [{"assessment": )" + no + "}]}]"));
    EXPECT_TRUE(
        related(R"(, "suspectEntity": [{"causality": [{"assessment": )" + possibly + "}]}]"));
    EXPECT_TRUE(related(R"(, "suspectEntity": [{"causality": [{"assessment": )" + no +
                        R"(}]}, {"causality": [{"assessment": )" + possibly + "}]}]"));
    EXPECT_FALSE(
        related(R"(, "extension": [{"url": "http://hl7.org/x/suspect-entity", "extension": [
        {"url": "causality", "extension": [{"url": "assessment", "valueCodeableConcept": )" +
                no + "}]}]}]"));
}

TEST(AdverseEventReader, TermsByWordAndTheBiliaryOnes) {
    const auto cholangitis =
        only<ClinicalEvent>(read(resource("AdverseEvent", R"("actuality": "actual",
        "detected": "2020-03-20", "event": {"text": "Angiocholite"})")));
    EXPECT_EQ(cholangitis.term, "biliary-tract-infection");
    EXPECT_TRUE(cholangitis.biliary_or_abscess);
    const auto injury = only<ClinicalEvent>(read(resource("AdverseEvent", R"("actuality": "actual",
        "date": "2020-03-20", "event": {"text": "Bile duct injury"})")));
    EXPECT_TRUE(injury.biliary_or_abscess);
    EXPECT_EQ(test::shown(cholangitis.date), "2020-03-20"); // detected, when date is absent
    EXPECT_FALSE(only<ClinicalEvent>(read(event(""))).biliary_or_abscess);
    const auto other = read(resource("AdverseEvent", R"("actuality": "actual", "date": "2020-03-20",
        "event": {"text": "Rash, left arm"})"));
    EXPECT_EQ(only<ClinicalEvent>(other).term, "rash left arm");
    EXPECT_TRUE(test::has_issue(other, Severity::information, "AdverseEvent.event"));
}

TEST(AdverseEventReader, PotentialEventsDidNotHappenAndFatalOnesAreGrade5) {
    EXPECT_TRUE(read(resource("AdverseEvent", R"("actuality": "potential", "date": "2020-03-20",
        "event": {"text": "Fever"})"))
                    .facts.empty());
    const auto fatal =
        only<ClinicalEvent>(read(event(profile_grade("C41337") + R"(, "outcome": {"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/adverse-event-outcome", "code": "fatal"}]})")));
    EXPECT_EQ(fatal.grade, 5);
}

} // namespace
} // namespace embolink
