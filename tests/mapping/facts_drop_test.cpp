// What is dropped before any reader looks: R9.1, R9.5, R9.6, and what FHIR forbids to process.

#include "tests/support/pipeline.hpp"
#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::read_result;
using test::resource;

TEST(DroppedResources, OwnOutputByIdentifierTagOrDevice) {
    for (
        const char* sign :
        {R"("identifier": [{"system": "https://embolink.org/fhir/NamingSystem/outcome", "value": "x"}])",
         R"("identifier": {"system": "https://embolink.org/fhir/NamingSystem/outcome"})",
         R"("meta": {"tag": [{"system": "https://embolink.org/fhir/CodeSystem/tag", "code": "derived-by-embolink"}]})",
         R"("device": {"identifier": {"system": "https://embolink.org/fhir/NamingSystem/device"}})"}) {
        const auto result = read_result(resource(
            "Observation",
            std::string{R"("status": "final", "effectiveDateTime": "2020-01-01", )"} + sign));
        EXPECT_EQ(result.dropped, Dropped::own_output) << sign;
        EXPECT_TRUE(result.facts.facts.empty());
        EXPECT_EQ(result.facts.patient, "Patient/p");
    }
    const auto other = read_result(resource(
        "Observation",
        R"("status": "final", "identifier": [{"system": "https://example.org", "value": "x"}])"));
    EXPECT_EQ(other.dropped, Dropped::no);
}

TEST(DroppedResources, TestDataWithAnIssue) {
    const auto result = read_result(
        R"({"resourceType": "Patient", "id": "t", "meta": {"security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]}})");
    EXPECT_EQ(result.dropped, Dropped::test_data);
    EXPECT_EQ(result.facts.patient, "Patient/t");
    EXPECT_TRUE(test::has_issue(result.facts, Severity::fatal, "Patient.meta.security"));
}

TEST(DroppedResources, RestrictedLabels) {
    const auto labelled = [](const char* code) {
        return read_result(
                   std::string{R"({"resourceType": "Patient", "id": "t", "meta": {"security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": ")"} +
                   code + R"("}]}})")
            .dropped;
    };
    EXPECT_EQ(labelled("R"), Dropped::restricted);
    EXPECT_EQ(labelled("V"), Dropped::restricted);
    EXPECT_EQ(labelled("N"), Dropped::no);
}

TEST(DroppedResources, UnknownTypesAreCountedWithoutAnIssue) {
    const auto result = read_result(R"({"resourceType": "Organization", "id": "1"})");
    EXPECT_EQ(result.dropped, Dropped::unsupported_type);
    EXPECT_TRUE(result.facts.issues.empty());
}

TEST(DroppedResources, UnknownModifiersAreNotProcessed) {
    const auto result = read_result(resource(
        "Procedure",
        R"("status": "completed", "modifierExtension": [{"url": "http://x.example/not", "valueBoolean": true}])"));
    EXPECT_TRUE(result.facts.facts.empty());
    EXPECT_TRUE(test::has_issue(result.facts, Severity::fatal, "Procedure.modifierExtension"));
}

TEST(DroppedResources, NeedAnIdAndAPatient) {
    const auto nameless = read_result(
        R"({"resourceType": "Procedure", "status": "completed", "subject": {"reference": "Patient/p"}})");
    EXPECT_TRUE(test::has_issue(nameless.facts, Severity::fatal, "Procedure.id"));
    const auto nobody =
        read_result(R"({"resourceType": "Procedure", "id": "1", "status": "completed",
        "subject": {"reference": "Group/1"}})");
    EXPECT_TRUE(nobody.facts.facts.empty());
    EXPECT_TRUE(test::has_issue(nobody.facts, Severity::fatal, "Procedure.subject"));
}

TEST(DroppedResources, VersionsAndDatesOfKnowledgeAreNoted) {
    const auto facts = test::read(R"({"resourceType": "Observation", "id": "1", "status": "amended",
        "meta": {"versionId": "2", "lastUpdated": "1970-01-02T00:00:00Z"}, "issued": "1970-01-03T00:00:00Z",
        "subject": {"reference": "Patient/p"}})");
    EXPECT_EQ(facts.status, "amended");
    EXPECT_EQ(facts.version, "2");
    EXPECT_EQ(facts.last_updated_utc, 86400);
    EXPECT_EQ(test::shown(facts.last_known), "1970-01-03@172800");
    const auto bare = test::read(R"({"resourceType": "Observation", "id": "1", "status": "final",
        "subject": {"reference": "Patient/p"}})");
    EXPECT_FALSE(bare.last_updated_utc); // servers without any meta exist
    EXPECT_FALSE(bare.last_known);
}

TEST(Dropped, WhatTheSourceDeleted) {
    Resource gone = test::parse_resource(
        R"({"resourceType": "Observation", "id": "1", "meta": {"lastUpdated": "2020-01-02"}})");
    gone.deleted = true;
    const ReadResult result = read_facts(gone, {test::test_definitions(), {}, {}});
    EXPECT_EQ(result.dropped, Dropped::deleted);
    EXPECT_EQ(result.facts.status, "deleted");
    EXPECT_TRUE(result.facts.last_updated_utc.has_value());
    EXPECT_TRUE(result.facts.issues.empty());
}

} // namespace
} // namespace embolink
