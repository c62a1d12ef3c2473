// What no definition knows is said, once a resource (issue severity information), and without
// repeating codes or texts; what is known to be something else is not.

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::read;
using test::resource;

// The information issues of a resource, "code expression: text" each.
std::vector<std::string> said(const ResourceFacts& facts) {
    std::vector<std::string> lines;
    for (const Issue& issue : facts.issues) {
        if (issue.severity == Severity::information) {
            lines.push_back(to_string(issue.code) + " " + issue.expression + ": " + issue.text);
        }
    }
    return lines;
}

using Lines = std::vector<std::string>;

std::string local_code(std::string_view text = "") {
    std::string code = R"({"coding": [{"system": "http://x.org/cs?key=1", "code": "Q1"}])";
    return code + (text.empty() ? "" : R"(, "text": ")" + std::string{text} + R"(")") + "}";
}

ResourceFacts procedure(const std::string& inner) {
    return read(resource("Procedure", R"("performedDateTime": "2020-03-01")" + inner));
}

TEST(Unknown, ProceduresThatWereDone) {
    const std::string done = R"(, "status": "completed", "code": )";
    EXPECT_EQ(said(procedure(done + local_code())),
              Lines{"code-invalid Procedure.code: R1.1: a procedure that no definition knows, "
                    "coded in http://x.org/cs"});
    EXPECT_EQ(said(procedure(done + R"({"text": "Quux of liver"})")),
              Lines{"code-invalid Procedure.code: R1.1: a procedure that no definition knows, "
                    "given as text"});
    EXPECT_EQ(said(procedure(R"(, "status": "completed")")),
              Lines{"required Procedure.code: R1.1: a procedure without code or text"});
    EXPECT_EQ(said(procedure(done + local_code("TACE"))), Lines{});
    EXPECT_EQ(said(procedure(R"(, "status": "not-done", "code": )" + local_code())), Lines{});
}

TEST(Unknown, ASystemThatIsNoAddressIsNotNamed) {
    const std::string code = R"({"coding": [{"system": "Jane Doe", "code": "Q1"}]})";
    EXPECT_EQ(said(procedure(R"(, "status": "completed", "code": )" + code)),
              Lines{"code-invalid Procedure.code: R1.1: a procedure that no definition knows, "
                    "coded without a code system"});
}

TEST(Unknown, Conditions) {
    EXPECT_EQ(said(read(resource("Condition", R"("code": )" + local_code()))),
              Lines{"code-invalid Condition.code: R1.2: a condition that no definition knows, "
                    "coded in http://x.org/cs"});
    EXPECT_EQ(said(read(resource("Condition", R"("code": )" + local_code("Carcinoid, ileum")))),
              Lines{});
    EXPECT_EQ(said(read(resource("Condition", R"("code": {"text": "Fever"},
        "onsetDateTime": "2020-03-01")"))),
              Lines{});
}

ResourceFacts observation(const std::string& inner) {
    return read(resource("Observation",
                         R"("status": "final", "effectiveDateTime": "2020-03-01", )" + inner));
}

TEST(Unknown, ResultsUnderALocalCodeOrText) {
    const std::string value = R"("valueQuantity": {"value": 5, "unit": "mg/24h"}, "code": )";
    EXPECT_EQ(said(observation(value + local_code())),
              Lines{"code-invalid Observation.code: R7.1: a result that no definition knows, "
                    "coded in http://x.org/cs"});
    EXPECT_EQ(said(observation(value + R"({"text": "5-HIAA urine 24h"})")),
              Lines{"code-invalid Observation.code: R7.1: a result that no definition knows, "
                    "given as text"});
    const std::string category = R"("category": [{"coding": [{"code": "laboratory"}]}], "code": )";
    EXPECT_EQ(said(observation(category + local_code())).size(), 1U);
    EXPECT_EQ(said(observation(R"("code": )" + local_code())), Lines{}) << "neither kind nor value";
}

TEST(Unknown, APublicCodeSaysWhatElseItIs) {
    const std::string value = R"("valueQuantity": {"value": 140, "unit": "mmol/L"}, )";
    EXPECT_EQ(said(observation(value + R"("code": {"coding": [{"system": "http://x.org/cs",
        "code": "NA"}, {"system": "https://loinc.org/", "code": "2951-2"}]})")),
              Lines{});
}

TEST(Unknown, AResultThatTheSiteSetsAsideIsKnown) {
    SiteConfig site;
    site.codes.push_back({"http://x.org/cs?key=1", "Q1", "not-an-endpoint"});
    const auto facts =
        test::read(resource("Observation",
                            R"("status": "final", "valueString": "5", "code": )" + local_code()),
                   site);
    EXPECT_EQ(said(facts), Lines{});
}

TEST(Unknown, Drugs) {
    for (const char* type : {"MedicationAdministration", "MedicationStatement"}) {
        const auto drug = [&](const std::string& coded) {
            return said(read(resource(type,
                                      R"("status": "completed", "effectiveDateTime": "2020-03-01",
                "medicationCodeableConcept": )" +
                                          coded)));
        };
        EXPECT_EQ(drug(R"({"text": "Zauberin"})"),
                  Lines{std::string{"code-invalid "} + type +
                        ".medicationCodeableConcept: R5.2: a drug that no definition knows, given "
                        "as text"});
        EXPECT_EQ(drug(R"({"text": "Everolimus"})"), Lines{});
    }
    EXPECT_EQ(
        said(read(R"({"resourceType": "Medication", "id": "m", "code": )" + local_code() + "}")),
        Lines{"code-invalid Medication.code: R5.2: a drug that no definition knows, coded in "
              "http://x.org/cs"});
}

TEST(Unknown, ResourceTypes) {
    const ReadResult foo = test::read_result(
        R"({"resourceType": "Foo", "id": "f", "subject": {"reference": "Patient/p"}})");
    EXPECT_EQ(foo.dropped, Dropped::unsupported_type);
    EXPECT_EQ(said(foo.facts),
              Lines{"not-supported resourceType: a resource type that FHIR R4 does not have, left "
                    "out"});
    EXPECT_EQ(foo.facts.patient, "Patient/p"); // an opt-out must reach it (R9.6)
    const ReadResult practitioner =
        test::read_result(R"({"resourceType": "Practitioner", "id": "d"})");
    EXPECT_EQ(practitioner.dropped, Dropped::unsupported_type);
    EXPECT_TRUE(practitioner.facts.issues.empty());
}

// What was understood and has no date that places it.
TEST(Unplaced, FactsWithoutTheDayThatTheirRuleNeeds) {
    const auto embolization = [](const char* date) {
        return read(resource(
            "Procedure", std::string{R"("status": "completed", "code": {"text": "TACE"})"} + date));
    };
    EXPECT_FALSE(test::has_issue(embolization(R"(, "performedDateTime": "2020-03-01")"),
                                 Severity::warning,
                                 "Procedure.performed"));
    EXPECT_TRUE(test::has_issue(embolization(R"(, "performedDateTime": "2020-03")"),
                                Severity::warning,
                                "Procedure.performed"));
    EXPECT_TRUE(test::has_issue(embolization(""), Severity::warning, "Procedure.performed"));
    const auto resection = read(
        resource("Procedure", R"("status": "completed", "code": {"text": "Liver resection"})"));
    EXPECT_TRUE(test::has_issue(resection, Severity::warning, "Procedure.performed"));

    const auto event = [](const char* date) {
        return read(resource("AdverseEvent",
                             R"("actuality": "actual", "event": {"text": "Fever"}, "date": ")" +
                                 std::string{date} + R"(")"));
    };
    EXPECT_TRUE(test::has_issue(event("2020-03"), Severity::error, "AdverseEvent.date"));
    EXPECT_FALSE(test::has_issue(event("2020-03-01"), Severity::error, "AdverseEvent.date"));

    const auto condition = [](const char* onset) {
        return read(resource("Condition",
                             R"("code": {"text": "Fever"}, "onsetDateTime": ")" +
                                 std::string{onset} + R"(")"));
    };
    EXPECT_TRUE(test::has_issue(condition("2020-03"), Severity::information, "Condition.onset"));
    EXPECT_FALSE(
        test::has_issue(condition("2020-03-01"), Severity::information, "Condition.onset"));
}

} // namespace
} // namespace embolink
