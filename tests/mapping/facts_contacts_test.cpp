// R5.8: what is a contact, and until when.

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;

std::string encounter(std::string_view status, std::string_view cls, std::string_view period) {
    return resource("Encounter",
                    R"("status": ")" + std::string{status} + R"(", "class": {"code": ")" +
                        std::string{cls} + R"("}, "period": )" + std::string{period});
}

constexpr std::string_view stay = R"({"start": "2020-01-01", "end": "2020-01-05"})";
constexpr std::string_view open_stay = R"({"start": "2020-01-01"})";

TEST(Contacts, AnInpatientEncounterCountsToItsEnd) {
    for (const char* cls : {"IMP", "ACUTE", "NONAC"}) {
        const auto contact = only<Contact>(read(encounter("finished", cls, stay)));
        EXPECT_EQ(test::shown(contact.when.end), "2020-01-05") << cls;
        EXPECT_FALSE(contact.current_inpatient);
    }
    const auto visit = only<Contact>(read(encounter("finished", "AMB", stay)));
    EXPECT_EQ(test::shown(visit.when.start), "2020-01-01");
    EXPECT_EQ(test::shown(visit.when.end), "2020-01-01");
}

TEST(Contacts, AStayWithoutEndIsCurrentOnlyWhileItIsOpen) {
    EXPECT_TRUE(only<Contact>(read(encounter("in-progress", "IMP", open_stay))).current_inpatient);
    EXPECT_FALSE(only<Contact>(read(encounter("in-progress", "AMB", open_stay))).current_inpatient);
    const auto finished = only<Contact>(read(encounter("finished", "IMP", open_stay)));
    EXPECT_FALSE(finished.current_inpatient);
    EXPECT_EQ(test::shown(finished.when.end), "2020-01-01");
    EXPECT_FALSE(only<Contact>(read(encounter("in-progress", "IMP", stay))).current_inpatient);
}

TEST(Contacts, PlannedCancelledAndMistakenEncountersAreNone) {
    for (const char* status : {"planned", "cancelled", "entered-in-error", "unknown", ""}) {
        const auto facts = read(encounter(status, "AMB", stay));
        EXPECT_TRUE(facts.facts.empty()) << status;
        EXPECT_TRUE(test::has_issue(facts, Severity::information, "Encounter.status")) << status;
    }
    for (const char* status : {"arrived", "triaged", "onleave"}) {
        EXPECT_EQ(all<Contact>(read(encounter(status, "AMB", stay))).size(), 1U) << status;
    }
}

TEST(Contacts, AClassMayBeAListOfConcepts) {
    const auto facts = read(resource("Encounter", R"("status": "in-progress",
        "class": [{"coding": [{"code": "IMP"}]}], "period": {"start": "2020-01-01"})"));
    EXPECT_TRUE(only<Contact>(facts).current_inpatient);
    EXPECT_TRUE(facts.issues.empty());
}

TEST(Contacts, FinalResultsAreContactsAndCandidatesAreNot) {
    const auto result = [](const char* status) {
        return all<Contact>(read(resource("Observation",
                                          std::string{R"("status": ")"} + status +
                                              R"(", "effectiveDateTime": "2020-02-01")")))
            .size();
    };
    EXPECT_EQ(result("final"), 1U);
    EXPECT_EQ(result("corrected"), 1U);
    EXPECT_EQ(result("preliminary"), 0U);
    EXPECT_EQ(result("entered-in-error"), 0U);
}

TEST(Contacts, ATimingOfOneEventIsADate) {
    const auto timed = [](const char* timing) {
        return read(resource("Observation",
                             std::string{R"("status": "final", "effectiveTiming": )"} + timing));
    };
    EXPECT_EQ(test::shown(only<Contact>(timed(R"({"event": ["2020-02-01"]})")).when.start),
              "2020-02-01");
    for (const char* vague : {R"({"event": ["2020-02-01", "2020-02-08"]})",
                              R"({"event": ["2020-02-01"], "repeat": {"count": 3}})",
                              R"({"repeat": {"frequency": 1}})"}) {
        const auto facts = timed(vague);
        EXPECT_TRUE(all<Contact>(facts).empty()) << vague;
        EXPECT_TRUE(test::has_issue(facts, Severity::warning, "Observation.effectiveTiming"));
    }
}

TEST(Contacts, OnlyAStayCountsToItsEnd) {
    const auto infusion =
        only<Contact>(read(resource("MedicationAdministration", R"("status": "completed",
        "medicationCodeableConcept": {"text": "octreotide"},
        "effectivePeriod": {"start": "2020-01-01", "end": "2020-03-01"})")));
    EXPECT_EQ(test::shown(infusion.when.start), "2020-01-01");
    EXPECT_EQ(test::shown(infusion.when.end), "2020-01-01");
}

TEST(Contacts, SpecimensCountAtTheirCollection) {
    const auto contact = only<Contact>(read(resource(
        "Specimen",
        R"("collection": {"collectedPeriod": {"start": "2020-02-01", "end": "2020-02-02"}})")));
    EXPECT_EQ(contact.kind, "specimen");
    EXPECT_EQ(test::shown(contact.when.start), "2020-02-01");
    EXPECT_TRUE(read(resource("Specimen", R"("status": "entered-in-error",
        "collection": {"collectedDateTime": "2020-02-01"})"))
                    .facts.empty());
    EXPECT_TRUE(read(R"({"resourceType": "Specimen", "id": "1"})").facts.empty());
}

TEST(Contacts, ProceduresAndAdministrationsCountWhenTheyTouchedThePatient) {
    const auto procedure = [](const char* status) {
        return all<Contact>(read(resource("Procedure",
                                          std::string{R"("status": ")"} + status +
                                              R"(", "performedDateTime": "2020-02-01")")))
            .size();
    };
    EXPECT_EQ(procedure("completed"), 1U);
    EXPECT_EQ(procedure("not-done"), 0U);
    EXPECT_EQ(procedure("preparation"), 0U);
    // R9.2: as R2 and R3 say; R1.3 has no other row performed.
    EXPECT_EQ(procedure("in-progress"), 0U);
    EXPECT_EQ(procedure("stopped"), 0U);
    const auto administration = [](const char* status) {
        return all<Contact>(read(resource("MedicationAdministration",
                                          std::string{R"("status": ")"} + status +
                                              R"(", "effectiveDateTime": "2020-02-01",
            "medicationCodeableConcept": {"text": "octreotide"})")))
            .size();
    };
    EXPECT_EQ(administration("completed"), 1U);
    EXPECT_EQ(administration("in-progress"), 1U);
    EXPECT_EQ(administration("stopped"), 0U);
    const auto facts = read(resource("MedicationRequest", R"("status": "active",
        "medicationCodeableConcept": {"text": "everolimus"}, "authoredOn": "2020-02-01")"));
    EXPECT_TRUE(all<Contact>(facts).empty()); // requests and dispenses are no contacts
    EXPECT_TRUE(all<Contact>(read(resource("MedicationDispense", R"("status": "completed",
        "medicationCodeableConcept": {"text": "everolimus"}, "whenHandedOver": "2020-02-01")")))
                    .empty());
}

TEST(Stays, R3_2_ThePlacesOfAnEncounterWithTheirTimes) {
    const auto facts = read(resource("Encounter", R"("status": "finished", "class": {"code": "IMP"},
        "period": {"start": "2020-01-01", "end": "2020-01-05"},
        "location": [{"location": {"reference": "https://ehr.example/fhir/Location/ward"}},
                     {"location": {"reference": "Location/angio"}, "status": "completed",
                      "period": {"start": "2020-01-02", "end": "2020-01-03"}},
                     {"location": {"display": "somewhere"}},
                     {"location": {"reference": "Location/planned"}, "status": "planned"},
                     {"location": {"reference": "Location/kept"}, "status": "reserved"}])"));
    const auto places = only<Stay>(facts).places;
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].place, "Location/ward");
    EXPECT_FALSE(places[0].when.start || places[0].when.end);
    EXPECT_EQ(places[1].place, "Location/angio");
    EXPECT_EQ(test::shown(places[1].when.start), "2020-01-02");
    EXPECT_EQ(test::shown(places[1].when.end), "2020-01-03");
}

} // namespace
} // namespace embolink
