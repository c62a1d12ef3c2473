// The truth of small plans, worked out by hand from the rules: both sides of each boundary.
#include "connector/synth/json_text.hpp"
#include "connector/synth/truth.hpp"
#include "tests/connector/synth_plans.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::synth {
namespace {

Date date(const char* text) {
    return *date_from_iso(text);
}

PatientPlan plain_plan() {
    return plain_plan(ArmEvidence::chemo_code);
}

Visit visit(int day, Response response) {
    Visit v;
    v.day = day;
    v.response = response;
    return v;
}

TEST(SynthTruth, ProgressionAfter212DaysOfSilenceStandsAfter213DoesNot) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(60, Response::stable), visit(272, Response::progression)};
    TruthRecord pfs = record(plan, "PFS");
    EXPECT_EQ(pfs.status, "event");
    EXPECT_EQ(pfs.left, 60);
    EXPECT_EQ(pfs.right, 272);
    plan.visits[1].day = 273;
    pfs = record(plan, "PFS");
    EXPECT_EQ(pfs.status, "censored");
    EXPECT_EQ(pfs.reason, "missed-assessments");
    EXPECT_EQ(pfs.day, 60);
}

TEST(SynthTruth, ProgressionBeforeDay28IsNoEvent) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(27, Response::progression), visit(110, Response::stable)};
    TruthRecord pfs = record(plan, "PFS");
    EXPECT_EQ(pfs.status, "censored");
    EXPECT_EQ(pfs.day, 110);
    EXPECT_TRUE(flagged(pfs, "early-pd"));
    EXPECT_FALSE(flagged(record(plan, "BOR"), "early-pd")); // SD was seen
    plan.visits[0].day = 28;
    pfs = record(plan, "PFS");
    EXPECT_EQ(pfs.status, "event");
    EXPECT_EQ(pfs.day, 28);
    EXPECT_FALSE(flagged(pfs, "early-pd"));
}

TEST(SynthTruth, TherapyCutsAndIsInclusive) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(60, Response::stable), visit(150, Response::progression)};
    plan.therapies = {Therapy{150, TherapyKind::everolimus, TherapySource::request, false, {}}};
    EXPECT_EQ(record(plan, "PFS").reason, "progression");
    plan.therapies[0].day = 149;
    const TruthRecord pfs = record(plan, "PFS");
    EXPECT_EQ(pfs.reason, "new-anticancer-therapy");
    EXPECT_EQ(pfs.day, 60);
    EXPECT_TRUE(flagged(pfs, "therapy-from-request"));
}

TEST(SynthTruth, StableDiseaseNeedsDay42) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(41, Response::stable)};
    EXPECT_EQ(record(plan, "BOR").text_value, "NE");
    EXPECT_EQ(record(plan, "DC").reason, "no-assessment");
    plan.visits = {visit(42, Response::stable)};
    EXPECT_EQ(record(plan, "BOR").text_value, "SD");
    EXPECT_EQ(record(plan, "DC").flag_value, true);
    EXPECT_EQ(record(plan, "OR").flag_value, false);
}

TEST(SynthTruth, ImprovedIsAResponseOfUnknownKind) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(60, Response::improved), visit(150, Response::stable)};
    EXPECT_EQ(record(plan, "BOR").text_value, "SD");
    EXPECT_EQ(record(plan, "OR").reason, "response-unspecified");
    EXPECT_FALSE(flagged(record(plan, "DC"), "response-unspecified")); // stable disease is known
    plan.visits.pop_back();
    EXPECT_TRUE(flagged(record(plan, "DC"), "response-unspecified"));
}

TEST(SynthTruth, RoundsCoursesAndIntervals) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(40, Response::stable), visit(300, Response::stable)};
    Session second = plan.sessions[0];
    second.day = 150;
    plan.sessions.push_back(second);
    TruthRecord course = record(plan, "COURSE");
    EXPECT_EQ(course.count_value, 2);
    EXPECT_TRUE(flagged(course, "interval-conform"));
    plan.sessions[1].day = 151;
    course = record(plan, "COURSE");
    EXPECT_EQ(course.count_value, 1);
    EXPECT_TRUE(flagged(course, "retreatment"));
    EXPECT_EQ(record(plan, "PFS").reason, "new-anticancer-therapy");
    plan.sessions[1].day = 90;
    plan.visits[0] = visit(60, Response::progression);
    EXPECT_TRUE(flagged(record(plan, "COURSE"), "retreatment"));
    EXPECT_TRUE(flagged(record(plan, "COURSE"), "single-round-progression"));
}

TEST(SynthTruth, LobesMakeRounds) {
    PatientPlan plan = plain_plan();
    plan.sessions[0].lobe = Lobe::right;
    Session other = plan.sessions[0];
    other.day = 42;
    other.lobe = Lobe::left;
    plan.sessions.push_back(other);
    EXPECT_EQ(record(plan, "COURSE").count_value, 1);
    plan.sessions[1].day = 43;
    EXPECT_EQ(record(plan, "COURSE").count_value, 2);
    plan.sessions[1].day = 20;
    plan.sessions[1].lobe = Lobe::right;
    EXPECT_EQ(record(plan, "COURSE").count_value, 2);
    EXPECT_FALSE(flagged(record(plan, "COURSE"), "laterality-unknown"));
    plan.sessions[1].lobe = Lobe::unknown;
    EXPECT_TRUE(flagged(record(plan, "COURSE"), "laterality-unknown"));
    plan.sessions[1].day = 14;
    EXPECT_EQ(record(plan, "COURSE").count_value, 1);
}

TEST(SynthTruth, DeathsOfPartialDate) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(60, Response::stable)};
    plan.last_contact = days_between(plan.t0, date("2018-05-20"));
    plan.death = Death{days_between(plan.t0, date("2018-05-28")), DatePrecision::month};
    TruthRecord os = record(plan, "OS");
    EXPECT_EQ(os.day, days_between(plan.t0, date("2018-05-21"))); // after the last contact
    EXPECT_TRUE(flagged(os, "date-imputed-day"));
    plan.last_contact = 70;
    EXPECT_EQ(record(plan, "OS").day, days_between(plan.t0, date("2018-05-15")));
    plan.death->precision = DatePrecision::none;
    EXPECT_EQ(record(plan, "OS").reason, "death-date-unknown");
    EXPECT_EQ(record(plan, "PFS").reason, "death-date-unknown");
    plan.visits.push_back(visit(100, Response::progression));
    EXPECT_EQ(record(plan, "PFS").status, "event");
}

TEST(SynthTruth, BaselineImaging) {
    PatientPlan plan = plain_plan();
    plan.visits = {visit(60, Response::stable)};
    plan.baseline_imaging = -91;
    EXPECT_FALSE(flagged(record(plan, "PFS"), "baseline-not-in-feed"));
    plan.baseline_imaging = -92;
    EXPECT_TRUE(flagged(record(plan, "PFS"), "baseline-not-in-feed"));
    plan.visits[0].form = ResponseForm::trend;
    EXPECT_EQ(record(plan, "PFS").reason, "no-baseline-imaging");
    plan.baseline_imaging.reset();
    plan.visits[0].imaging_resource = false;
    EXPECT_EQ(record(plan, "PFS").reason, "last-adequate-assessment");
    EXPECT_TRUE(flagged(record(plan, "PFS"), "no-imaging-in-feed"));
}

TEST(SynthTruth, ToxicityThresholdsAndWindows) {
    PatientPlan plan = plain_plan();
    plan.labs = {LabPlan{30, Analyte::alt, "200", "40", false}};
    EXPECT_EQ(record(plan, "TOX3").flag_value, false); // exactly 5 x ULN
    plan.labs[0].value = "200.1";
    EXPECT_EQ(record(plan, "TOX3").flag_value, true);
    plan.labs[0].day = 31;
    EXPECT_EQ(record(plan, "TOX3").reason, "no-safety-data");
    plan.labs[0].day = 0; // the day itself without a time: baseline
    EXPECT_EQ(record(plan, "TOX3").reason, "no-safety-data");
    plan.labs = {LabPlan{5, Analyte::neutrophils, "1.00", "1.8", false}};
    EXPECT_EQ(record(plan, "TOX3").flag_value, false);
    plan.labs[0].value = "0.99";
    EXPECT_EQ(record(plan, "TOX3").flag_value, true);
    plan.labs.clear();
    plan.events = {EventPlan{0, EventForm::severity_only, 3, "fever", true}};
    EXPECT_TRUE(flagged(record(plan, "TOX3"), "grade-from-severity"));
    plan.events[0].related = false;
    EXPECT_EQ(record(plan, "TOX3").reason, "no-safety-data");
}

MarkerPlan marker(int day, MarkerSeries series, const char* value, const char* limit) {
    MarkerPlan m;
    m.day = day;
    m.series = series;
    m.value = value;
    m.limit = limit;
    return m;
}

TEST(SynthTruth, MarkerBaselines) {
    PatientPlan plan = plain_plan();
    EXPECT_EQ(record(plan, "BASE-5HIAA").reason, "baseline-missing");
    plan.markers = {marker(-91, MarkerSeries::hiaa_molar_rate, "523", "52.3")};
    EXPECT_EQ(record(plan, "BASE-5HIAA").reason, "baseline-stale");
    plan.markers[0].day = -90;
    EXPECT_EQ(record(plan, "BASE-5HIAA").number_value, "10");
    plan.markers.push_back(marker(-10, MarkerSeries::hiaa_molar_rate, "52.3", "52.3"));
    EXPECT_EQ(record(plan, "BASE-5HIAA").number_value, "1");
    EXPECT_FALSE(flagged(record(plan, "BASE-5HIAA"), "elevated")); // not above the limit
    plan.markers.push_back(marker(-5, MarkerSeries::hiaa_spot_ratio, "9", "3.5"));
    EXPECT_EQ(record(plan, "BASE-5HIAA").number_value, "1"); // a rate goes before a ratio
    plan.markers.push_back(marker(-5, MarkerSeries::cga_mass, "1000", "93"));
    EXPECT_EQ(record(plan, "BASE-CGA").number_value, "10.7527");
    plan.markers.push_back(marker(-4, MarkerSeries::cga_mass, "7", "93"));
    EXPECT_EQ(record(plan, "BASE-CGA").number_value, "0.0752688");
}

TEST(SynthTruth, JsonCarriesDecimalsAsWritten) {
    PatientPlan plan = plain_plan();
    plan.markers = {marker(-5, MarkerSeries::cga_mass, "1000", "93")};
    const std::string line = to_line(to_json(record(plan, "BASE-CGA"), plan));
    EXPECT_NE(line.find("\"value\":10.7527,\"unit\":\"xULN\""), std::string::npos) << line;
    EXPECT_EQ(to_line(nlohmann::ordered_json{{"a", number("10.00")}}), "{\"a\":10.00}");
}

} // namespace
} // namespace embolink::synth
