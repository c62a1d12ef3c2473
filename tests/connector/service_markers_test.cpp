// Results of markers that a hook's caller brings: which of them count, and when they are not all.
#include "connector/core/definition_files.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/service/marker_results.hpp"
#include "mapping/definitions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;
using testing::HasSubstr;

Date day(const std::string& text) {
    return date_from_iso(text).value();
}

const Terminology& terminology() {
    static const Definitions all = load_all_definitions("", "");
    return all.terminology;
}

PartialDate on(const std::string& text) {
    return parse_partial_date(text, {}).value();
}

using Dates = std::vector<PartialDate>;

// A value that is none (discarded) is no JSON text either.
std::optional<Dates>
dates_in(const json& searchset, const ZoneRule& zone = {}, const char* since = "2000-01-01") {
    const auto read = read_document(searchset.dump());
    MarkerCodes codes(std::make_shared<Terminology>(terminology()));
    return marker_dates(read ? read->root() : JsonView(), codes, zone, "Patient/1", day(since));
}

json result(const std::string& code, const std::string& date, const json& more = json::object()) {
    json observation = {
        {"resourceType", "Observation"},
        {"status", "final"},
        {"subject", {{"reference", "Patient/1"}}},
        {"code", {{"coding", json::array({{{"system", "http://loinc.org"}, {"code", code}}})}}},
        {"effectiveDateTime", date}};
    observation.update(more);
    return {{"resource", observation}};
}

TEST(MarkerDates, TakeResultsOfThePatientOnly) {
    const json bundle = {
        {"resourceType", "Bundle"},
        {"entry",
         json::array({result("9811-1", "2026-01-05"),
                      result("1695-6", "2026-01"),
                      result("2160-0", "2026-01-06"),
                      result("9811-1", "2026-01-07", {{"status", "cancelled"}}),
                      result("9811-1", "2026-01-08", {{"subject", {{"reference", "Patient/11"}}}}),
                      result("9811-1", "2026-01-09", {{"effectiveDateTime", nullptr}}),
                      nullptr,
                      json::object()})}};
    EXPECT_EQ(dates_in(bundle), (Dates{on("2026-01-05"), on("2026-01")}));
    EXPECT_EQ(dates_in(bundle, {}, "2026-01-31"), Dates{on("2026-01")});
    EXPECT_EQ(dates_in(bundle, {}, "2026-02-01"), Dates());
}

TEST(MarkerDates, AResultIsOfTheHospitalsDayAndHasAValue) {
    const json absent = {{"dataAbsentReason", {{"text", "not performed"}}}};
    const json labelled = {
        {"meta",
         {{"security",
           json::array({{{"system", "http://terminology.hl7.org/CodeSystem/v3-ActReason"},
                         {"code", "HTEST"}}})}}}};
    const json modified = {{"modifierExtension", json::array({{{"url", "x"}}})}};
    const json code = {
        {"coding", json::array({{{"system", "http://loinc.org"}, {"code", "9811-1"}}})}};
    const json inside = {{"code", {{"text", "panel"}}},
                         {"component", json::array({{{"code", code}, {"valueString", "5"}}})}};
    json empty_inside = inside;
    empty_inside["component"][0].update(absent);
    const json bundle = {{"resourceType", "Bundle"},
                         {"entry",
                          json::array({result("9811-1", "2026-09-06T23:30:00Z"),
                                       result("9811-1", "2026-10-01", absent),
                                       result("x", "2026-10-02", inside),
                                       result("x", "2026-10-03", empty_inside),
                                       result("9811-1", "2026-10-04", labelled),
                                       result("9811-1", "2026-10-05", modified)})}};
    const auto found = dates_in(bundle, zone_rule("Europe/Paris"));
    ASSERT_EQ(found->size(), 2u);
    EXPECT_EQ(found->at(0).last, day("2026-09-07"));
    EXPECT_EQ(found->at(1).last, day("2026-10-02"));
}

json bundle_of(const json& entries) {
    return {{"resourceType", "Bundle"}, {"entry", entries}};
}

json subject(const json& reference) {
    return {{"subject", reference}};
}

// FHIR R4 2.3.0.1 and 2.3.0.2: of one version, and by an identifier that the server knew.
TEST(MarkerDates, TheSubjectMayBeToldInOtherWays) {
    const auto counts = [](const json& reference) {
        return !dates_in(bundle_of({result("9811-1", "2026-01-05", subject(reference))}))->empty();
    };
    const json identifier = {{"system", "https://hospital.example/mrn"}, {"value", "4711"}};
    EXPECT_TRUE(counts({{"reference", "Patient/1/_history/3"}}));
    EXPECT_TRUE(counts({{"reference", "https://ehr.example/fhir/Patient/1/_history/3"}}));
    EXPECT_TRUE(counts({{"identifier", identifier}, {"type", "Patient"}}));
    EXPECT_FALSE(counts({{"reference", "Patient/2/_history/1"}}));
    EXPECT_FALSE(counts({{"reference", "Patient/2"}, {"identifier", identifier}}));
    EXPECT_FALSE(counts({{"display", "somebody"}}));
    EXPECT_FALSE(counts(nullptr));
}

TEST(MarkerDates, EachEventOfATimingIsADay) {
    const json timing = {{"effectiveDateTime", nullptr},
                         {"issued", "2026-03-01T00:00:00Z"},
                         {"effectiveTiming", {{"event", {"2026-01-05", "2026-01", "soon"}}}}};
    const json bundle = bundle_of({result("9811-1", "", timing)});
    EXPECT_EQ(dates_in(bundle), (Dates{on("2026-01-05"), on("2026-01")}));
    EXPECT_EQ(dates_in(bundle, {}, "2026-01-06"), Dates{on("2026-01")});
    EXPECT_EQ(dates_in(bundle, {}, "2026-02-01"), Dates());
}

// FHIR R4 Bundle.total.
TEST(MarkerDates, OnlyMatchesCountForTheTotal) {
    const json told = {{"resource",
                        {{"resourceType", "OperationOutcome"},
                         {"issue", json::array({{{"severity", "information"}}})}}}};
    json outcome = told;
    outcome["search"]["mode"] = "outcome";
    json included = result("9811-1", "2026-01-05");
    included["search"]["mode"] = "include";
    json match = result("9811-1", "2026-01-06");
    match["search"]["mode"] = "match";
    const json elided = {{"fullUrl", "https://ehr.example/fhir/Observation/1"}};
    const auto is_all = [](int total, const json& entries) {
        json bundle = bundle_of(entries);
        bundle["total"] = total;
        return dates_in(bundle).has_value();
    };
    for (const json& other : {told, outcome, included, elided, json()}) {
        EXPECT_FALSE(is_all(1, json::array({other}))) << other;
        EXPECT_TRUE(is_all(0, json::array({other}))) << other;
        EXPECT_TRUE(is_all(1, json::array({other, match}))) << other;
    }
    EXPECT_TRUE(is_all(1, json::array({result("2160-0", "2026-01-06")}))) << "without a mode";
}

TEST(MarkerDates, AFailedPrefetchIsNone) {
    for (const json& value : {json(),
                              json(json::value_t::discarded),
                              json("text"),
                              json({{"resourceType", "OperationOutcome"}})}) {
        EXPECT_FALSE(dates_in(value));
    }
    EXPECT_TRUE(dates_in({{"resourceType", "Bundle"}}))
        << "an empty searchset says that there is none";
    EXPECT_TRUE(dates_in({{"resourceType", "Bundle"}, {"total", 0}}));
    json three = {{"resourceType", "Bundle"}, {"total", 3}};
    EXPECT_FALSE(dates_in(three)) << "three match, and none came";
    three["entry"] = json::array({result("9811-1", "2026-01-05"),
                                  result("9811-1", "2026-01-06"),
                                  result("9811-1", "2026-01-07")});
    EXPECT_TRUE(dates_in(three));
}

TEST(MarkerCodes, AreThoseOfTheTerminologyHoweverOftenAsked) {
    MarkerCodes codes(std::make_shared<Terminology>(terminology()));
    for (int times = 0; times < 2; ++times) {
        EXPECT_TRUE(codes.contains("http://loinc.org", "9811-1"));
        EXPECT_TRUE(codes.contains("https://loinc.org/", "1695-6"));
        EXPECT_FALSE(codes.contains("http://loinc.org", "2160-0"));
        EXPECT_FALSE(codes.contains("http://snomed.info/sct", "9811-1"));
        EXPECT_FALSE(codes.contains("http://loinc.org", ""));
        EXPECT_FALSE(codes.contains("", "http://loinc.org9811-1"));
    }
    for (int i = 0; i < 3'000; ++i) { // more than are remembered
        EXPECT_FALSE(codes.contains("http://loinc.org", std::to_string(i)));
    }
    EXPECT_TRUE(codes.contains("http://loinc.org", "9811-1"));
    EXPECT_TRUE(codes.contains("urn:oid:2.16.840.1.113883.6.1", "9811-1")) << "asked late";
}

TEST(MarkerSearch, AsksForBothMarkers) {
    const std::string search = marker_search(terminology(), {}, "{{context.patientId}}");
    EXPECT_THAT(search, testing::StartsWith("Observation?patient={{context.patientId}}&code="));
    EXPECT_THAT(search, HasSubstr("http://loinc.org|9811-1"));
    EXPECT_THAT(search, HasSubstr("http://loinc.org|1695-6"));
    SiteCode local;
    local.system = "https://lab.example";
    local.code = "CGA7";
    local.concept_name = "CgA|mass";
    SiteCode other = local;
    other.code = "ALT1";
    other.concept_name = "ALT|";
    SiteCode by_loinc = local;
    by_loinc.code = "HIAA24";
    by_loinc.concept_name = "1695-6";
    by_loinc.target_system = "http://loinc.org";
    const std::string of_site = marker_search(terminology(), {local, other, by_loinc}, "1");
    EXPECT_THAT(of_site, HasSubstr("https://lab.example|CGA7"));
    EXPECT_THAT(of_site, HasSubstr("https://lab.example|HIAA24"));
    EXPECT_THAT(of_site, testing::Not(HasSubstr("ALT1")));
}

} // namespace
