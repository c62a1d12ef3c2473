// Cards: what is said, of whom, and when nothing is said.
#include "connector/core/about.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/core/instants.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/cards.hpp"
#include "connector/service/feedback.hpp"
#include "connector/service/hook_call.hpp"
#include "mapping/definitions.hpp"

#include <boost/json/object.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

Date day(const std::string& text) {
    return date_from_iso(text).value();
}

const Definitions& definitions() {
    static const Definitions all = load_all_definitions("", "");
    return all;
}

const Terminology& terminology() {
    return definitions().terminology;
}

const TrialDefinition& trial() {
    return definitions().trials.at("maire-2012");
}

PartialDate on(const std::string& text) {
    return parse_partial_date(text, {}).value();
}

// ---- what is known of a patient

std::string pfs(const std::string& more) {
    return R"({"trial":"t","trial_version":"1","rules_version":"r","patient":"Patient/1",)"
           R"("as_of":"2026-01-01","course":1,"param":"PFS","arm":"HAE","start":"2025-01-01",)" +
           more + R"(,"flags":[],"sources":[]})";
}

const std::string included =
    R"({"trial":"t","trial_version":"1","rules_version":"r","patient":"Patient/1",)"
    R"("as_of":"2026-01-01","course":1,"param":"COHORT","arm":"HAE","start":"2025-01-01",)"
    R"("status":"value","value":"included","flags":[],"sources":[]})";

PatientFacts facts(const std::string& pfs_status) {
    Derivation derivation;
    derivation.records = {included, pfs(pfs_status)};
    derivation.timeline = {
        R"({"patient":"Patient/1","date":"2025-03-01","kind":"marker","value":"2","source":"Observation/2"})",
        R"({"patient":"Patient/1","date":"2024-12-01","kind":"marker","value":"3","source":"Observation/1"})",
        R"({"patient":"Patient/1","date":"2025-03-02","kind":"assessment","value":"SD","source":"O/3"})"};
    derivation.counts = {{"open_items", 2}};
    return facts_of(derivation, trial());
}

TEST(CardFacts, ImagingIsDueWithinTheGapOfTheTrial) {
    const PatientFacts open = facts(
        R"("status":"censored","reason":"last-adequate-assessment","date":"2025-06-01","days":151)");
    EXPECT_EQ(open.imaging_due, day("2025-12-30")) << "212 days later";
    EXPECT_EQ(open.open_items, 2);
    EXPECT_THAT(open.markers, ElementsAre(on("2024-12-01"), on("2025-03-01")));
    EXPECT_EQ(facts(R"("status":"censored","reason":"no-assessment","date":"2025-01-01","days":0)")
                  .imaging_due,
              day("2025-08-01"));
}

TEST(CardFacts, CountIncludedPatientsWhoCouldBeEvaluated) {
    const auto of = [](const std::string& cohort, const std::string& status) {
        std::string response = pfs(status);
        response.replace(response.find("PFS"), 3, "OR");
        Derivation derivation;
        derivation.records = {cohort, response};
        return facts_of(derivation, trial()).response;
    };
    EXPECT_EQ(of(included, R"("status":"value","value":true)"), true);
    EXPECT_EQ(of(included, R"("status":"value","value":false)"), false);
    EXPECT_EQ(of(included, R"("status":"not-evaluable","reason":"no-assessment")"), std::nullopt);
    std::string excluded = included;
    excluded.replace(excluded.find("\"included\""), 10, "\"excluded\"");
    EXPECT_EQ(of(excluded, R"("status":"value","value":true)"), std::nullopt);
}

TEST(CardFacts, NothingIsDueWhenTheStatusIsKnownOrLost) {
    for (
        const char* status :
        {R"("status":"event","reason":"progression","date":"2025-06-01","days":151)",
         R"("status":"censored","reason":"missed-assessments","date":"2025-06-01","days":151)",
         R"("status":"censored","reason":"new-anticancer-therapy","date":"2025-06-01","days":151)",
         R"("status":"censored","reason":"last-adequate-assessment","date":"2027-01-02","days":731)"}) {
        EXPECT_FALSE(facts(status).imaging_due) << status;
    }
    EXPECT_TRUE(facts(R"("status":"censored","reason":"last-adequate-assessment",)"
                      R"("date":"2027-01-01","days":730)")
                    .imaging_due)
        << "one day short of 24 months";
}

TEST(Cards, AResultOfTheDayOrNinetyDaysBeforeIsEnough) {
    const Date planned = day("2026-06-30");
    EXPECT_FALSE(lacks_marker({on("2026-06-30")}, planned, 90));
    EXPECT_FALSE(lacks_marker({on("2026-04-01")}, planned, 90));
    EXPECT_TRUE(lacks_marker({on("2026-03-31")}, planned, 90));
    EXPECT_TRUE(lacks_marker({on("2026-07-01")}, planned, 90)) << "afterwards is no baseline";
    EXPECT_TRUE(lacks_marker({}, planned, 90));
}

// It may be there: no ground to say that there is none.
TEST(Cards, AResultOfAMonthOrYearThatIsPartlyInTheWindowIsEnough) {
    const Date planned = day("2026-05-15"); // from 2026-02-14
    EXPECT_FALSE(lacks_marker({on("2026-05")}, planned, 90)) << "its last day lies ahead";
    EXPECT_FALSE(lacks_marker({on("2026-02")}, planned, 90));
    EXPECT_TRUE(lacks_marker({on("2026-01")}, planned, 90));
    EXPECT_TRUE(lacks_marker({on("2026-06")}, planned, 90));
    EXPECT_FALSE(lacks_marker({on("2026")}, planned, 90));
    EXPECT_TRUE(lacks_marker({on("2025")}, planned, 90));
}

// As an EHR reads it.
json read(const boost::json::object& card) {
    return json::parse(json_response(card).body);
}

TEST(Cards, AreForInformationAndEndWithTheIntendedUse) {
    CdsConfig config;
    MarkerGap gap;
    gap.planned = day("2026-06-30");
    gap.patient = "Patient/1";
    for (const json& card : {read(marker_card(gap, config, "u")),
                             read(imaging_card(day("2026-05-01"), "u")),
                             read(open_items_card(3, config, "u"))}) {
        EXPECT_EQ(card["indicator"], "info");
        EXPECT_LT(card["summary"].get<std::string>().size(), 140u);
        EXPECT_TRUE(card["detail"].get<std::string>().ends_with(intended_use_en));
        EXPECT_FALSE(card.contains("suggestions"));
        EXPECT_FALSE(card.contains("links"));
    }
    EXPECT_EQ(read(marker_card(gap, config, "u"))["summary"],
              "No 5-HIAA/CgA result in the 90 days before this embolization");
    EXPECT_EQ(read(imaging_card(day("2026-05-01"), "u"))["summary"],
              "Next liver imaging due by 2026-05-01 so that the 24-month status stays known");
    EXPECT_EQ(read(open_items_card(1, config, "u"))["summary"],
              "1 item of this patient awaits adjudication");
}

TEST(Cards, SuggestAndLinkOnlyWhereConfigured) {
    CdsConfig config;
    config.suggest_orders = true;
    config.launch_url = "https://embolink.example/launch";
    config.launch_by_smart = true;
    MarkerGap gap;
    gap.patient = "Patient/1";
    const json card = read(marker_card(gap, config, "u"));
    EXPECT_EQ(card["selectionBehavior"], "any") << "required beside suggestions";
    const json order = card["suggestions"][0]["actions"][0]["resource"];
    EXPECT_EQ(order["subject"]["reference"], "Patient/1");
    EXPECT_EQ(order["status"], "draft");
    EXPECT_THAT(terminology().concepts(CodeDomain::analyte,
                                       "http://loinc.org",
                                       order["code"]["coding"][0]["code"].get<std::string>()),
                testing::Contains("CgA|mass"));
    EXPECT_EQ(read(open_items_card(2, config, "u"))["links"][0]["type"], "smart");
}

TEST(Cards, OneCallGivesOneCardOnce) {
    EXPECT_EQ(card_uuid("call", "marker"), card_uuid("call", "marker"));
    EXPECT_NE(card_uuid("call", "marker"), card_uuid("call", "imaging"));
    EXPECT_NE(card_uuid("call", "marker"), card_uuid("other", "marker"));
    const boost::uuids::name_generator_sha1 by_boost(boost::uuids::ns::url());
    EXPECT_EQ(card_uuid("call", "marker"),
              to_string(by_boost("https://embolink.org/cds/marker/call")));
}

// ---- what the trial published, beside an order

TEST(TrialContext, IsOffUnlessSwitchedOn) {
    EXPECT_FALSE(CdsConfig().show_trial_context);
}

TEST(TrialContext, SaysWhatWasPublishedAndWhatIsCountedHere) {
    const auto made = trial_context_card(trial(), Rate{7, 12}, Rate{2, 11}, "u");
    ASSERT_TRUE(made);
    const json card = read(*made);
    EXPECT_EQ(card["indicator"], "info");
    EXPECT_FALSE(card.contains("suggestions"));
    const std::string detail = card["detail"];
    EXPECT_TRUE(detail.ends_with(intended_use_en));
    EXPECT_THAT(detail,
                HasSubstr("elevated urinary 5-HIAA and elevated chromogranin A at baseline went "
                          "with shorter progression-free survival."));
    EXPECT_THAT(detail, HasSubstr("response in 7 of 12"));
    EXPECT_THAT(detail, HasSubstr("within 30 days in 2 of 11"));
    EXPECT_THAT(detail, HasSubstr("predicts nothing for this patient"));
}

TEST(TrialContext, AFewPatientsAreNoRate) {
    const std::string detail =
        read(*trial_context_card(trial(), Rate{3, 9}, Rate{}, "u"))["detail"];
    EXPECT_THAT(detail, testing::Not(HasSubstr("In this hospital")));
    const std::string one =
        read(*trial_context_card(trial(), Rate{3, 10}, Rate{1, 9}, "u"))["detail"];
    EXPECT_THAT(one, HasSubstr("In this hospital: complete or partial response in 3 of 10 of"));
    EXPECT_THAT(one, testing::Not(HasSubstr("toxicity")));
}

TEST(TrialContext, OfAnotherTrialNothingIsMadeUp) {
    TrialDefinition other = trial();
    other.id = "other";
    EXPECT_FALSE(trial_context_card(other, Rate{3, 9}, Rate{}, "u"));
    const std::string detail = read(*trial_context_card(other, Rate{5, 20}, Rate{}, "u"))["detail"];
    EXPECT_THAT(detail, testing::StartsWith("In this hospital"));
}

// ---- the call

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

// What sets an embolization aside in a note of what was done is what a plan is about.
TEST(HookCall, WordsOfPlanningArePlans) {
    const auto count = [](const json& resource) {
        const json bundle = {{"entry", json::array({{{"resource", resource}}})}};
        return planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                     terminology(),
                                     {},
                                     day("2026-01-10"))
            .size();
    };
    const auto ordered = [&](const char* words) {
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
                              "no TACE planned"}) {
        EXPECT_EQ(ordered(words), 0u) << words;
    }
    EXPECT_EQ(count({{"resourceType", "Appointment"}, {"description", "TACE booked"}}), 1u);
}

// R2.0: of no stated site it is of the liver, if its kind is one that treats a tumour there.
TEST(HookCall, TheSiteMayBeLeftUnsaid) {
    const auto ordered = [](const char* words, const json& more = json::object()) {
        const json bundle = {{"entry", json::array({order_of("a", {{"text", words}}, more)})}};
        return planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                     terminology(),
                                     {},
                                     day("2026-01-10"))
            .size();
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
    const auto count = [](const json& resource) {
        const json bundle = {{"entry", json::array({{{"resource", resource}}})}};
        return planned_embolizations(call_of("order-sign", {{"draftOrders", bundle}}),
                                     terminology(),
                                     {},
                                     day("2026-01-10"))
            .size();
    };
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

// ---- feedback

TEST(Feedback, TakesCodesAndNoComments) {
    const json entry = {
        {"card", "4e0a3a1e-3283-4575-ab82-028d55fe2719"},
        {"outcome", "overridden"},
        {"overrideReason",
         {{"reason", {{"code", "not-now"}, {"display", "x"}}}, {"userComment", "Zebra-Marker"}}}};
    const auto read = read_feedback(json{{"feedback", json::array({entry})}}.dump(), "s", "t");
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].reason, "not-now");
    EXPECT_EQ(read[0].outcome, "overridden");
    json sentence = entry;
    sentence["overrideReason"]["reason"]["code"] = "Zebra Marker, born 1950";
    EXPECT_EQ(read_feedback(json{{"feedback", json::array({sentence})}}.dump(), "s", "t")[0].reason,
              "");
}

TEST(Feedback, WhatIsNoneIsRefused) {
    const auto refused = [](const json& entry) {
        EXPECT_THROW(read_feedback(json{{"feedback", json::array({entry})}}.dump(), "s", "t"),
                     Refusal)
            << entry;
    };
    const std::string card = "4e0a3a1e-3283-4575-ab82-028d55fe2719";
    refused({{"card", card}});
    refused({{"card", card}, {"outcome", "liked"}});
    refused({{"card", card}, {"outcome", "accepted"}});
    refused({{"card", "1"}, {"outcome", "overridden"}});
    EXPECT_THROW(read_feedback("{}", "s", "t"), Refusal);
    EXPECT_THROW(read_feedback(R"({"feedback":[]})", "s", "t"), Refusal);
}

} // namespace
