// Cards: what is said, of whom, and when nothing is said.
#include "connector/core/about.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/cards.hpp"
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

TEST(CardFacts, WhatWasLeftOutForItsStatusIsNoResult) {
    const auto results = [](const std::string& why) {
        Derivation derivation;
        derivation.timeline = {
            R"({"patient":"Patient/1","date":"2025-03-01","kind":"marker","value":"2",)"
            R"("set_aside_because":")" +
            why + R"(","source":"Observation/2"})"};
        return facts_of(derivation, trial()).markers.size();
    };
    EXPECT_EQ(results("R9.2 status entered-in-error"), 0u);
    EXPECT_EQ(results("R9.2 status registered"), 0u);
    EXPECT_EQ(results("R9.2 status preliminary"), 1u);
    EXPECT_EQ(results("R7.2 not the newest in the window"), 1u) << "decided nothing, and is there";
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

} // namespace
