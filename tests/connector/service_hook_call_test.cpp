// A hook's call taken apart: what is planned, and of whom.
#include "connector/core/definition_files.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/hook_call.hpp"
#include "mapping/definitions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;
using testing::ElementsAre;

Date day(const std::string& text) {
    return date_from_iso(text).value();
}

const Terminology& terminology() {
    static const Definitions all = load_all_definitions("", "");
    return all.terminology;
}

json order_of(const std::string& id, const json& code, const json& more = json::object()) {
    json order = {{"resourceType", "ServiceRequest"}, {"id", id}, {"code", code}};
    order.update(more);
    return {{"resource", order}};
}

const json hepatic = {{"text", "Transarterial chemoembolization of the liver"}};

HookCall call_of(const std::string& hook, const json& context) {
    json body = {{"hook", hook}, {"hookInstance", "i"}, {"context", context}};
    body["context"]["patientId"] = "1";
    return read_hook_call(body.dump(), hook);
}

TEST(HookCall, KnowsAnEmbolizationOfTheLiver) {
    const auto dates = [](const json& code, const json& more = json::object()) {
        const json bundle = {{"entry", json::array({order_of("a", code, more)})}};
        return planned_embolizations(
            call_of("order-sign", {{"draftOrders", bundle}}), terminology(), {}, day("2026-01-10"));
    };
    const auto on = [](const char* date) { return PlannedEmbolization{day(date), true}; };
    EXPECT_THAT(dates(hepatic), ElementsAre(PlannedEmbolization{day("2026-01-10"), false}))
        << "today, since no date is given";
    EXPECT_THAT(dates(hepatic, {{"occurrenceDateTime", "2026-02-01T08:00:00+01:00"}}),
                ElementsAre(on("2026-02-01")));
    EXPECT_THAT(dates(hepatic, {{"occurrencePeriod", {{"start", "2026-02-02"}}}}),
                ElementsAre(on("2026-02-02")));
    EXPECT_THAT(dates(hepatic, {{"occurrenceTiming", {{"event", json::array({"2026-02-03"})}}}}),
                ElementsAre(on("2026-02-03")));
    EXPECT_THAT(
        dates(hepatic,
              {{"occurrenceTiming", {{"repeat", {{"boundsPeriod", {{"start", "2026-02-04"}}}}}}}}),
        ElementsAre(on("2026-02-04")));
    EXPECT_THAT(dates({{"text", "Portal vein embolization"}}), ElementsAre());
    EXPECT_THAT(dates({{"text", "Chest X-ray"}}), ElementsAre());
    EXPECT_THAT(dates(nullptr), ElementsAre());
}

TEST(HookCall, OfOrderSelectOnlyWhatIsSelectedCounts) {
    const json bundle = {{"entry", json::array({order_of("a", hepatic), order_of("b", hepatic)})}};
    const auto count = [&](const json& selections) {
        return planned_embolizations(
                   call_of("order-select", {{"draftOrders", bundle}, {"selections", selections}}),
                   terminology(),
                   {},
                   day("2026-01-10"))
            .size();
    };
    EXPECT_EQ(count({"ServiceRequest/b"}), 1u);
    EXPECT_EQ(count(json::array()), 0u);
}

// As many as a call may hold: each is looked for once.
TEST(HookCall, ThousandsMayBeSelected) {
    json orders = json::array();
    json selections = json::array();
    for (int i = 0; i < 3'000; ++i) {
        orders.push_back(order_of(std::to_string(i), {{"text", "Chest X-ray"}}));
        selections.push_back("ServiceRequest/" + std::to_string(i + 1));
    }
    for (const char* id : {"0", "1500", "3000"}) { // the first is not selected
        orders.push_back(order_of(id, hepatic));
    }
    const json bundle = {{"entry", orders}};
    EXPECT_EQ(planned_embolizations(
                  call_of("order-select", {{"draftOrders", bundle}, {"selections", selections}}),
                  terminology(),
                  {},
                  day("2026-01-10"))
                  .size(),
              2u);
}

// RFC 3986 6.2.2.1 and 6.2.3.
TEST(HookCall, AServerIsTheSameInCapitals) {
    const auto server = [](const std::string& url) {
        const json body = {{"hook", "patient-view"},
                           {"hookInstance", "i"},
                           {"context", {{"patientId", "1"}}},
                           {"fhirServer", url}};
        return read_hook_call(body.dump(), "patient-view").fhir_server;
    };
    const std::string ours = comparable_server("https://ehr.example/fhir");
    for (const char* same : {"https://ehr.example/fhir/",
                             "HTTPS://EHR.Example/fhir",
                             "https://ehr.example:443/fhir//"}) {
        EXPECT_EQ(server(same), ours) << same;
    }
    for (const char* other : {"https://ehr.example/FHIR",
                              "http://ehr.example/fhir",
                              "https://ehr.example:8443/fhir",
                              "https://ehr.example.evil.example/fhir",
                              "https://ehr.example@evil.example/fhir",
                              "https://ehr.example/fhir?x=/fhir",
                              "ehr.example/fhir",
                              ""}) {
        EXPECT_NE(server(other), ours) << other;
    }
    EXPECT_EQ(server(""), "");
}

TEST(HookCall, AnAppointmentHasItsStart) {
    const json appointment = {{"resourceType", "Appointment"},
                              {"serviceType", json::array({hepatic})},
                              {"start", "2026-03-04T09:00:00Z"}};
    const json bundle = {{"entry", json::array({{{"resource", appointment}}})}};
    EXPECT_THAT(planned_embolizations(call_of("appointment-book", {{"appointments", bundle}}),
                                      terminology(),
                                      {},
                                      day("2026-01-10")),
                ElementsAre(PlannedEmbolization{day("2026-03-04"), true}));
}

TEST(HookCall, AnAppointmentMaySayItInWordsAlone) {
    const auto count = [](const char* words) {
        const json appointment = {{"resourceType", "Appointment"},
                                  {"description", words},
                                  {"start", "2026-03-04T09:00:00Z"}};
        const json bundle = {{"entry", json::array({{{"resource", appointment}}})}};
        return planned_embolizations(call_of("appointment-book", {{"appointments", bundle}}),
                                     terminology(),
                                     {},
                                     day("2026-01-10"))
            .size();
    };
    EXPECT_EQ(count("TACE, right lobe"), 1u);
    EXPECT_EQ(count("Embolization of the liver"), 1u);
    EXPECT_EQ(count("CT after TACE"), 0u);
    EXPECT_EQ(count("Embolization of the prostate"), 0u);
    EXPECT_EQ(count("Portal vein embolization"), 0u);
}

// Embolizations among drafts that hold the resource alone.
std::size_t count(const json& resource) {
    const json bundle = {{"entry", json::array({{{"resource", resource}}})}};
    return planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                 terminology(),
                                 {},
                                 day("2026-01-10"))
        .size();
}

// What sets an embolization aside in a note of what was done is what a plan is about.
TEST(HookCall, WordsOfPlanningArePlans) {
    const auto ordered = [](const char* words) {
        return count({{"resourceType", "ServiceRequest"}, {"code", {{"text", words}}}});
    };
    for (const char* words : {"Planned TACE",
                              "TACE scheduled",
                              "Proposed chemoembolization of the liver",
                              "chimioembolisation h\u00e9patique programm\u00e9e",
                              "Chimioembolisation h\u00e9patique pr\u00e9vue",
                              "geplante Leberarterienembolisation"}) {
        EXPECT_EQ(ordered(words), 1u) << words;
    }
    for (const char* words : {"CT for TACE planning",
                              "Consultation for TACE",
                              "Work-up for planned TACE",
                              "TACE cancelled",
                              "Aufkl\u00e4rung TACE",
                              "no TACE planned",
                              "TACE not scheduled",
                              "TACE nicht geplant",
                              "chimioembolisation h\u00e9patique non programm\u00e9e",
                              "CT for scheduled TACE",
                              "MRT bei geplanter TACE"}) {
        EXPECT_EQ(ordered(words), 0u) << words;
    }
    EXPECT_EQ(count({{"resourceType", "Appointment"}, {"description", "TACE booked"}}), 1u);
}

// R2.0: of no stated site it is of the liver, if its kind is one that treats a tumour there.
TEST(HookCall, TheSiteMayBeLeftUnsaid) {
    const auto ordered = [](const char* words, const json& more = json::object()) {
        return count(order_of("a", {{"text", words}}, more)["resource"]);
    };
    const auto because = [](const json& reason) {
        return json{{"reasonCode", json::array({reason})}};
    };
    EXPECT_EQ(ordered("TACE"), 1u);
    EXPECT_EQ(ordered("Bland embolization"), 1u);
    EXPECT_EQ(ordered("Embolization"), 0u);
    EXPECT_EQ(ordered("Chemoembolization, kidney"), 0u);
    EXPECT_EQ(ordered("TACE", {{"bodySite", json::array({{{"text", "kidney"}}})}}), 0u);
    EXPECT_EQ(ordered("Embolization of the liver for bleeding"), 0u);
    EXPECT_EQ(ordered("Embolization of the liver", because({{"text", "bleeding"}})), 0u);
    const json metastases = {
        {"coding",
         json::array({{{"system", "http://hl7.org/fhir/sid/icd-10"}, {"code", "C78.7"}}})}};
    EXPECT_EQ(ordered("Embolization", because(metastases)), 1u);
}

TEST(HookCall, TheReasonOfAnOrderIsNotWhatIsOrdered) {
    const json why = json::array({hepatic});
    EXPECT_EQ(count({{"resourceType", "ServiceRequest"},
                     {"code", {{"text", "Chromogranin A"}}},
                     {"reasonCode", why}}),
              0u);
    EXPECT_EQ(count({{"resourceType", "ServiceRequest"}, {"reasonCode", why}}), 1u);
    EXPECT_EQ(count({{"resourceType", "Appointment"},
                     {"serviceType", json::array({{{"text", "Radiology"}}})},
                     {"reasonCode", why}}),
              1u);
    EXPECT_EQ(count({{"resourceType", "Appointment"},
                     {"serviceType", json::array({{{"text", "Consultation"}}})},
                     {"reasonCode", json::array({{{"text", "TACE"}}})}}),
              0u);
    EXPECT_EQ(count({{"resourceType", "MedicationRequest"},
                     {"medicationCodeableConcept", {{"text", "Cefazolin"}}},
                     {"reasonCode", why}}),
              0u);
}

// R0.1: EHRs that keep UTC write midnight of the next day so.
TEST(HookCall, DaysAreThoseOfTheHospital) {
    const json bundle = {
        {"entry",
         json::array({order_of("a", hepatic, {{"occurrenceDateTime", "2026-12-05T23:00:00Z"}})})}};
    EXPECT_THAT(planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                      terminology(),
                                      zone_rule("Europe/Paris"),
                                      day("2026-01-10")),
                ElementsAre(PlannedEmbolization{day("2026-12-06"), true}));
}

TEST(HookCall, WhatIsNotToBeDoneIsNotPlanned) {
    const auto count = [](const json& more) {
        const json bundle = {{"entry", json::array({order_of("a", hepatic, more)})}};
        return planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                     terminology(),
                                     {},
                                     day("2026-01-10"))
            .size();
    };
    EXPECT_EQ(count({{"status", "draft"}, {"doNotPerform", false}}), 1u);
    EXPECT_EQ(count({{"modifierExtension", json::array({{{"url", "x"}}})}}), 0u);
    EXPECT_EQ(count({{"doNotPerform", true}}), 0u);
    for (const char* status : {"revoked", "completed", "entered-in-error", "cancelled", "noshow"}) {
        EXPECT_EQ(count({{"status", status}}), 0u) << status;
    }
    EXPECT_EQ(count({{"subject", {{"reference", "https://ehr.example/fhir/Patient/1"}}}}), 1u);
    EXPECT_EQ(count({{"subject", {{"reference", "Patient/1/_history/3"}}}}), 1u);
    EXPECT_EQ(count({{"subject", {{"reference", "Patient/2"}}}}), 0u);
    EXPECT_EQ(count({{"subject", {{"reference", "Patient/2/_history/1"}}}}), 0u);
    const auto with = [](const char* actor) {
        return json{{"participant", json::array({{{"actor", {{"reference", actor}}}}})}};
    };
    EXPECT_EQ(count(with("Practitioner/1")), 1u);
    EXPECT_EQ(count(with("Patient/1")), 1u);
    EXPECT_EQ(count(with("Patient/2")), 0u);
}

TEST(HookCall, WhatIsNestedDeeperThanAnyFhirIsRefused) {
    const std::string deep = std::string(400'000, '[') + std::string(400'000, ']');
    const std::string body = R"({"hook":"patient-view","hookInstance":"i","context":
        {"patientId":"1"},"prefetch":{"patient":)" +
                             deep + "}}";
    EXPECT_THROW(read_hook_call(body, "patient-view"), Refusal);
}

TEST(HookCall, WhatIsNoCallIsRefused) {
    for (const char* body :
         {"",
          "[]",
          "{}",
          R"({"hook":"patient-view","hookInstance":"i","context":null})",
          R"({"hook":"order-sign","hookInstance":"i","context":{"patientId":"1"}})",
          R"({"hook":"patient-view","context":{"patientId":"1"}})",
          R"({"hook":"patient-view","hookInstance":"i","context":{"patientId":"1/../2"}})",
          R"({"hook":"patient-view","hookInstance":"i","context":{"patientId":7}})"}) {
        EXPECT_THROW(read_hook_call(body, "patient-view"), Refusal) << body;
    }
}

} // namespace
