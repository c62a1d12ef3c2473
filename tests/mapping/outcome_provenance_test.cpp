// Provenance of written outcomes: exact versions, however the target takes references.
#include "mapping/outcomes/outcome_provenance.hpp"
#include "tests/support/outcome_samples.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;
using test::LinkStyle;
using test::outcome_record;
using test::provenance_context;

constexpr const char* version_url = "https://embolink.org/fhir/StructureDefinition/source-version";

json provenance(LinkStyle style = LinkStyle::relative) {
    EndpointRecord record = outcome_record("PFS", Event{"death"});
    record.sources.push_back({"Patient/p", "7", "event", "R5.1"});
    ProvenanceContext context = provenance_context();
    context.link = test::link_as(style);
    return outcome_provenance({test::cohort_record(), record}, context);
}

json what(const json& resource, const std::string& name) {
    for (const json& entity : resource.at("entity")) {
        if (entity.at("what").dump().find(name) != std::string::npos) {
            return entity.at("what");
        }
    }
    return nullptr;
}

json version_extension(const std::string& version) {
    return json::array({{{"url", version_url}, {"valueString", version}}});
}

TEST(OutcomeProvenance, NamesTargetsSoftwareRulesAndTime) {
    const json resource = provenance();
    EXPECT_EQ(resource.at("/target/1/reference"_json_pointer), "Observation/56/_history/1");
    EXPECT_EQ(resource.at("recorded"), "2026-11-25T19:04:05.123Z");
    EXPECT_EQ(resource.at("policy"),
              json::array({"https://embolink.org/fhir/rules/R1+0123456789ab",
                           "https://embolink.org/fhir/trials/maire-2012/1.0.0"}));
    EXPECT_EQ(resource.at("/activity/coding/0/code"_json_pointer), "derive-outcomes");
    EXPECT_EQ(resource.at("/agent/0/type/coding/0/code"_json_pointer), "assembler");
    EXPECT_EQ(resource.at("/agent/0/who/identifier/system"_json_pointer),
              "https://embolink.org/fhir/NamingSystem/device");
    EXPECT_EQ(resource.at("/agent/0/extension/0/valueString"_json_pointer), "0.1.0");
}

TEST(OutcomeProvenance, EveryVersionOnceSortedContainedByTheirContainer) {
    std::vector<std::string> references;
    const json resource = provenance();
    for (const json& entity : resource.at("entity")) {
        EXPECT_EQ(entity.at("role"), "source");
        references.push_back(entity.at("/what/reference"_json_pointer));
    }
    EXPECT_THAT(references,
                testing::ElementsAre("Condition/liver/_history/2",
                                     "Condition/net/_history/1",
                                     "DiagnosticReport/r/_history/4",
                                     "Encounter/e/_history/1",
                                     "Observation/before/_history/1",
                                     "Observation/o",
                                     "Patient/p/_history/7",
                                     "Procedure/first/_history/1",
                                     "Procedure/second/_history/1"));
}

TEST(OutcomeProvenance, AHashIsKeptButIsNoVersionOfAUrl) {
    EXPECT_EQ(
        what(provenance(), "Observation/o"),
        (json{{"reference", "Observation/o"}, {"extension", version_extension("sha256:00ff")}}));
}

TEST(OutcomeProvenance, AVersionThatIsNoFhirIdStaysOutOfTheUrl) {
    EndpointRecord record = outcome_record("PFS", Event{"death"});
    record.sources = {{"Observation/x", "W/\"1\"", "event", "R5.1"},
                      {"Observation/y", "", "event", "R5.1"},
                      {"Observation/z", std::string(65, '1'), "event", "R5.1"}};
    const json resource = outcome_provenance({record}, provenance_context());
    EXPECT_EQ(resource.at("/entity/0/what/reference"_json_pointer), "Observation/x");
    EXPECT_EQ(resource.at("/entity/0/what/extension"_json_pointer), version_extension("W/\"1\""));
    EXPECT_EQ(resource.at("/entity/1/what"_json_pointer), (json{{"reference", "Observation/y"}}));
    EXPECT_EQ(resource.at("/entity/2/what/reference"_json_pointer), "Observation/z");
}

TEST(OutcomeProvenance, VersionsSurviveEveryKindOfReference) {
    EXPECT_EQ(what(provenance(LinkStyle::absolute), "Encounter/e").at("reference"),
              "https://ehr.example.org/fhir/Encounter/e/_history/1");
    const json by_identifier = what(provenance(LinkStyle::identifier), "Encounter/e");
    EXPECT_EQ(by_identifier.at("type"), "Encounter");
    EXPECT_EQ(by_identifier.at("extension"), version_extension("1"));
    EXPECT_FALSE(by_identifier.contains("reference"));
    // No link at all: still named.
    EXPECT_EQ(what(provenance(LinkStyle::none), "Encounter/e"),
              (json{{"type", "Encounter"},
                    {"display", "Encounter/e"},
                    {"extension", version_extension("1")}}));
}

// No server has such a resource: the trail names it, and nothing points at it.
TEST(OutcomeProvenance, ADecisionOfAReaderIsNamedAndNotLinked) {
    for (const LinkStyle style :
         {LinkStyle::relative, LinkStyle::absolute, LinkStyle::identifier}) {
        EndpointRecord record = outcome_record("PFS", Event{"progression"});
        record.sources = {{"Adjudication/ab12", "sha256:ab12", "event", "R5.1"}};
        ProvenanceContext context = provenance_context();
        context.link = test::link_as(style);
        const json resource = outcome_provenance({test::cohort_record(), record}, context);
        EXPECT_EQ(what(resource, "Adjudication"),
                  (json{{"display", "Adjudication/ab12"},
                        {"extension", version_extension("sha256:ab12")}}));
        EXPECT_TRUE(linked({"Adjudication/ab12"}, context.link).empty());
    }
}

TEST(OutcomeProvenance, SameRecordsSameBytes) {
    EndpointRecord record = outcome_record("PFS", Event{"death"});
    const EndpointRecord cohort = test::cohort_record();
    const std::string once = outcome_provenance({cohort, record}, provenance_context()).dump();
    std::reverse(record.sources.begin(), record.sources.end());
    EXPECT_EQ(outcome_provenance({record, cohort}, provenance_context()).dump(), once);
}

TEST(References, TypeAndContainer) {
    EXPECT_EQ(resource_type("Observation/1"), "Observation");
    EXPECT_EQ(resource_type("DiagnosticReport/1#Observation/2"), "DiagnosticReport");
    EXPECT_EQ(resource_type("https://x.example/fhir/Observation/1"), "Observation");
    EXPECT_EQ(resource_type("adjudication"), "");
    EXPECT_EQ(container_of("DiagnosticReport/1#a"), "DiagnosticReport/1");
    EXPECT_EQ(container_of("Observation/1"), "Observation/1");
}

} // namespace
} // namespace embolink
