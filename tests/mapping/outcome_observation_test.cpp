// Records as Observations: which element says what.
#include "mapping/outcomes/outcome_observation.hpp"
#include "tests/support/outcome_samples.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;
using test::dated;
using test::LinkStyle;
using test::outcome_context;
using test::outcome_record;

json observation(const EndpointRecord& record) {
    return outcome_observation(record, outcome_context());
}

// The value of a component: {"valueBoolean": true} -> true; null: none.
json component(const json& resource, const std::string& code) {
    for (const json& one : resource.at("component")) {
        if (one.at("/code/coding/0/code"_json_pointer) == code) {
            for (const auto& [key, value] : one.items()) {
                if (key.starts_with("value")) {
                    return value;
                }
            }
        }
    }
    return nullptr;
}

std::string component_code(const json& resource, const std::string& code) {
    const json value = component(resource, code);
    return value.is_null() ? "" : value.at("/coding/0/code"_json_pointer).get<std::string>();
}

std::vector<std::string> references(const json& resource, const char* key) {
    std::vector<std::string> found;
    for (const json& one : resource.value(key, json::array())) {
        found.push_back(one.value("reference", one.dump()));
    }
    return found;
}

TEST(OutcomeObservation, SaysWhatItIsAndWhoMadeIt) {
    const json resource = observation(dated(outcome_record("OS", Event{"death"}), "2020-02-20"));
    EXPECT_EQ(resource.at("resourceType"), "Observation");
    EXPECT_EQ(resource.at("status"), "preliminary");
    EXPECT_EQ(resource.at("/subject/reference"_json_pointer), "Patient/p");
    EXPECT_EQ(resource.at("/identifier/0/system"_json_pointer),
              "https://embolink.org/fhir/NamingSystem/outcome");
    EXPECT_EQ(resource.at("/identifier/0/value"_json_pointer), outcome_context().identifier);
    EXPECT_EQ(resource.at("/code/coding/0/code"_json_pointer), "OS");
    EXPECT_EQ(resource.at("/category/0/coding/0/code"_json_pointer), "derived-audit");
    EXPECT_EQ(resource.at("/meta/tag/0/code"_json_pointer), "derived-by-embolink");
    EXPECT_EQ(resource.at("/meta/profile"_json_pointer),
              json::array({"https://embolink.org/fhir/StructureDefinition/outcome-time-to-event"}));
    EXPECT_EQ(resource.at("device"),
              (json{{"type", "Device"},
                    {"display", "embolink 0.1.0"},
                    {"identifier",
                     {{"system", "https://embolink.org/fhir/NamingSystem/device"},
                      {"value", "embolink"}}}}));
    EXPECT_EQ(resource.at("/method/coding/0/code"_json_pointer), "maire-2012");
    EXPECT_EQ(resource.at("/note/1/text"_json_pointer), "à quoi cela sert");
}

TEST(OutcomeObservation, AnEventIsDaysWithoutComparator) {
    EndpointRecord record = dated(outcome_record("PFS", Event{"progression"}), "2021-02-09");
    record.left = date_from_iso("2020-08-10");
    record.right = record.date;
    const json resource = observation(record);
    EXPECT_EQ(resource.at("valueQuantity"),
              (json{{"value", 365},
                    {"unit", "d"},
                    {"system", "http://unitsofmeasure.org"},
                    {"code", "d"}}));
    EXPECT_EQ(component(resource, "event"), true);
    EXPECT_EQ(component_code(resource, "reason"), "progression");
    EXPECT_EQ(component(resource, "date"), "2021-02-09");
    EXPECT_EQ(component(resource, "left"), "2020-08-10");
    EXPECT_EQ(component(resource, "right"), "2021-02-09");
    EXPECT_EQ(component(resource, "start"), "2020-02-10");
    EXPECT_EQ(component_code(resource, "arm"), "HACE");
    EXPECT_EQ(component(resource, "as-of"), "2023-06-30");
    EXPECT_EQ(component(resource, "rules-version"), "R1+0123456789ab");
    EXPECT_EQ(resource.at("effectivePeriod"),
              (json{{"start", "2020-02-10"}, {"end", "2021-02-09"}}));
}

TEST(OutcomeObservation, CensoredMeansAtLeastAsLong) {
    const json resource =
        observation(dated(outcome_record("OS", Censored{"last-known-alive"}), "2022-07-29"));
    EXPECT_EQ(resource.at("/valueQuantity/comparator"_json_pointer), ">=");
    EXPECT_EQ(resource.at("/valueQuantity/value"_json_pointer), 900);
    EXPECT_EQ(component(resource, "event"), false);
    EXPECT_EQ(component_code(resource, "reason"), "last-known-alive");
}

TEST(OutcomeObservation, CensoredOnT0IsZeroDays) {
    const json resource =
        observation(dated(outcome_record("PFS", Censored{"no-assessment"}), "2020-02-10"));
    EXPECT_EQ(resource.at("/valueQuantity/value"_json_pointer), 0);
    EXPECT_EQ(resource.at("/valueQuantity/comparator"_json_pointer), ">=");
}

TEST(OutcomeObservation, NotEvaluableHasNoValueOfAnyKind) {
    const json resource = observation(outcome_record("OS", NotEvaluable{"death-date-unknown"}));
    for (const auto& [key, value] : resource.items()) {
        EXPECT_FALSE(key.starts_with("value")) << key;
    }
    EXPECT_EQ(resource.at("/dataAbsentReason/coding/0/code"_json_pointer), "death-date-unknown");
    EXPECT_EQ(resource.at("/dataAbsentReason/coding/1/code"_json_pointer), "unknown");
    EXPECT_EQ(component(resource, "event"), nullptr);
    EXPECT_EQ(component(resource, "reason"), nullptr);
    // No date of its own: up to the cut.
    EXPECT_EQ(resource.at("/effectivePeriod/end"_json_pointer), "2023-06-30");
}

TEST(OutcomeObservation, TheNearestHl7ReasonOfAbsence) {
    const auto hl7 = [](const char* param, const char* reason) {
        return observation(outcome_record(param, NotEvaluable{reason}))
            .at("/dataAbsentReason/coding/1/code"_json_pointer);
    };
    EXPECT_EQ(hl7("TOX3", "window-open"), "temp-unknown");
    EXPECT_EQ(hl7("RESP-CGA", "baseline-not-elevated"), "not-applicable");
    EXPECT_EQ(hl7("TOX3", "no-safety-data"), "unknown");
}

TEST(OutcomeObservation, BestResponseInOurCodeAndTheThesaurus) {
    const std::vector<std::pair<std::string, std::string>> pairs = {{"CR", "C159715"},
                                                                    {"PR", "C159547"},
                                                                    {"SD", "C159546"},
                                                                    {"PD", "C159716"},
                                                                    {"NE", "C62222"}};
    for (const auto& [ours, ncit] : pairs) {
        const json codings = observation(outcome_record("BOR", Value{ours, "", ""}))
                                 .at("/valueCodeableConcept/coding"_json_pointer);
        ASSERT_EQ(codings.size(), 2u);
        EXPECT_EQ(codings.at(0).at("system"), "https://embolink.org/fhir/CodeSystem/best-response");
        EXPECT_EQ(codings.at(0).at("code"), ours);
        EXPECT_EQ(codings.at(1).at("system"), "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl");
        EXPECT_EQ(codings.at(1).at("code"), ncit);
    }
}

TEST(OutcomeObservation, ACategoryFromATrendIsNotCalledRecist) {
    for (const char* flag : {"trend-only", "response-unspecified"}) {
        EndpointRecord record = outcome_record("BOR", Value{"PD", "", ""});
        record.flags = {flag};
        const json codings = observation(record).at("/valueCodeableConcept/coding"_json_pointer);
        EXPECT_EQ(codings.size(), 1u) << flag;
        EXPECT_EQ(codings.at(0).at("code"), "PD");
    }
}

TEST(OutcomeObservation, YesAndNoAreBooleans) {
    for (const char* param : {"DC", "TOX3", "RESP-5HIAA"}) {
        for (const bool truth : {true, false}) {
            const json resource = observation(outcome_record(param, Value{truth, "", ""}));
            EXPECT_EQ(resource.at("valueBoolean"), truth);
            EXPECT_EQ(resource.at("/meta/profile/0"_json_pointer),
                      "https://embolink.org/fhir/StructureDefinition/outcome-yes-no");
            EXPECT_EQ(component(resource, "event"), nullptr);
        }
    }
}

TEST(OutcomeObservation, OnlyCautionFlagsAreWritten) {
    EndpointRecord record = dated(outcome_record("PFS", Event{"death"}), "2021-02-09");
    record.flags = {"early-pd", "site-unspecified", "therapy-from-text"};
    const json resource = observation(record);
    EXPECT_EQ(component_code(resource, "caution"), "early-pd");
    EXPECT_EQ(resource.dump().find("site-unspecified"), std::string::npos);
}

TEST(OutcomeObservation, LinksGoOnlyWhereFhirAllowsTheirType) {
    const EndpointRecord cohort = test::cohort_record();
    EndpointRecord record = outcome_record("DC", Value{true, "", ""});
    record.sources.push_back({"ImagingStudy/i", "1", "assessment", "R4.6"});
    record.sources.push_back({"Observation/o", "1", "other", "R4.5"});
    record.sources.push_back({"Procedure/p", "1", "session", "R2.1"});
    const json resource = outcome_observation(record, outcome_context(&cohort));
    EXPECT_THAT(references(resource, "derivedFrom"),
                testing::ElementsAre("ImagingStudy/i", "Observation/o"));
    EXPECT_THAT(references(resource, "focus"),
                testing::ElementsAre("Condition/liver", "Condition/net"));
    EXPECT_THAT(references(resource, "partOf"), testing::ElementsAre("Procedure/first"));
}

TEST(OutcomeObservation, WithoutCohortRecordOrLinkAnElementIsAbsentNotEmpty) {
    const json bare = observation(outcome_record("DC", Value{true, "", ""}));
    EXPECT_FALSE(bare.contains("focus"));
    EXPECT_FALSE(bare.contains("partOf"));
    const EndpointRecord cohort = test::cohort_record();
    OutcomeContext context = outcome_context(&cohort);
    context.link = test::link_as(LinkStyle::none);
    const json unlinked = outcome_observation(outcome_record("DC", Value{true, "", ""}), context);
    for (const char* key : {"focus", "partOf", "derivedFrom"}) {
        EXPECT_FALSE(unlinked.contains(key)) << key;
    }
}

TEST(OutcomeObservation, AReferenceByIdentifierSaysItsType) {
    OutcomeContext context = outcome_context();
    context.link = test::link_as(LinkStyle::identifier);
    const json resource = outcome_observation(outcome_record("DC", Value{true, "", ""}), context);
    EXPECT_EQ(resource.at("/derivedFrom/0"_json_pointer),
              (json{{"type", "Observation"},
                    {"identifier",
                     {{"system", "https://ehr.example.org/fhir"}, {"value", "Observation/o"}}}}));
}

TEST(OutcomeObservation, AnArmOrTrialOfASiteIsTextAndNoCodeOfOurs) {
    EndpointRecord record = outcome_record("DC", Value{true, "", ""});
    record.arm = "SIRT";
    record.trial = "local-2030";
    const json resource = observation(record);
    EXPECT_EQ(component(resource, "arm"), (json{{"text", "SIRT"}}));
    EXPECT_FALSE(resource.at("method").contains("coding"));
}

TEST(OutcomeObservation, SameRecordSameBytes) {
    EndpointRecord record = outcome_record("BOR", Value{"SD", "", ""});
    const std::string once = observation(record).dump();
    std::reverse(record.sources.begin(), record.sources.end());
    EXPECT_EQ(observation(record).dump(), once);
}

TEST(RetractedObservation, OnlyTheStatusChanges) {
    json current = observation(dated(outcome_record("OS", Event{"death"}), "2020-02-20"));
    current["id"] = "77";
    current["status"] = "final";
    current["meta"]["versionId"] = "5";
    current["meta"]["lastUpdated"] = "2026-11-25T00:00:00Z";
    current["performer"] = json::array({{{"reference", "Practitioner/signed"}}});
    json expected = current;
    expected["status"] = "entered-in-error";
    expected["meta"].erase("versionId");
    expected["meta"].erase("lastUpdated");
    EXPECT_EQ(retracted_observation(current), expected);
}

} // namespace
} // namespace embolink
