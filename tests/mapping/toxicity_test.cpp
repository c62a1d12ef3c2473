// R6: TOX3 from laboratory values, adverse events and conditions; windows; both sides of the
// thresholds of terminology 2.5.
#include "mapping/endpoints/lab_grading.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

struct ThresholdRow {
    const char* analyte;
    const char* value;
    const char* upper; // "" none
    const char* lower;
    int grade;
};

std::optional<LabGrade> grade(const LabResult& result, const NormalLimits& limits) {
    return grade_laboratory_value(*ctcae().lab_for(result.analyte), result, limits);
}

std::optional<Decimal> limit(const std::string& text) {
    return text.empty() ? std::nullopt : parse_decimal(text);
}

LabResult result_of(const ThresholdRow& row) {
    LabResult result;
    result.analyte = row.analyte;
    result.value = *parse_decimal(row.value);
    result.unit = ctcae().lab_for(row.analyte)->unit;
    return result;
}

class Threshold : public ::testing::TestWithParam<ThresholdRow> {};

TEST_P(Threshold, OfTerminology2_5) {
    const auto& row = GetParam();
    const auto found = grade(result_of(row), {limit(row.lower), limit(row.upper), false});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->least, row.grade) << row.analyte << " " << row.value;
}

INSTANTIATE_TEST_SUITE_P(MultiplesOfTheUpperLimit,
                         Threshold,
                         ::testing::Values(ThresholdRow{"ALT", "40", "40", "", 0},
                                           ThresholdRow{"ALT", "40.1", "40", "", 1},
                                           ThresholdRow{"ALT", "120", "40", "", 1},
                                           ThresholdRow{"ALT", "120.01", "40", "", 2},
                                           ThresholdRow{"ALT", "200", "40", "", 2},
                                           ThresholdRow{"ALT", "201", "40", "", 3},
                                           ThresholdRow{"ALT", "800", "40", "", 3},
                                           ThresholdRow{"ALT", "801", "40", "", 4},
                                           ThresholdRow{"AST", "200", "40", "", 2},
                                           ThresholdRow{"AST", "200.5", "40", "", 3},
                                           ThresholdRow{"ALP", "250", "100", "", 1},
                                           ThresholdRow{"ALP", "251", "100", "", 2},
                                           ThresholdRow{"ALP", "501", "100", "", 3},
                                           ThresholdRow{"GGT", "500", "100", "", 2},
                                           ThresholdRow{"GGT", "2001", "100", "", 4},
                                           ThresholdRow{"bilirubin", "1.8", "1.2", "", 1},
                                           ThresholdRow{"bilirubin", "1.81", "1.2", "", 2},
                                           ThresholdRow{"bilirubin", "3.6", "1.2", "", 2},
                                           ThresholdRow{"bilirubin", "3.61", "1.2", "", 3},
                                           ThresholdRow{"bilirubin", "12.0", "1.2", "", 3},
                                           ThresholdRow{"bilirubin", "12.1", "1.2", "", 4},
                                           ThresholdRow{"creatinine", "1.8", "1.2", "", 1},
                                           ThresholdRow{"creatinine", "3.6", "1.2", "", 2},
                                           ThresholdRow{"creatinine", "3.7", "1.2", "", 3},
                                           ThresholdRow{"creatinine", "7.3", "1.2", "", 4},
                                           ThresholdRow{"lipase", "120", "60", "", 2},
                                           ThresholdRow{"lipase", "300", "60", "", 2},
                                           ThresholdRow{"lipase", "301", "60", "", 3}));

INSTANTIATE_TEST_SUITE_P(AbsoluteBounds,
                         Threshold,
                         ::testing::Values(ThresholdRow{"INR", "1.2", "", "", 0},
                                           ThresholdRow{"INR", "1.21", "", "", 1},
                                           ThresholdRow{"INR", "2.5", "", "", 2},
                                           ThresholdRow{"INR", "2.51", "", "", 3},
                                           ThresholdRow{"neutrophils", "1.5", "", "1.8", 1},
                                           ThresholdRow{"neutrophils", "1.499", "", "1.8", 2},
                                           ThresholdRow{"neutrophils", "1.0", "", "1.8", 2},
                                           ThresholdRow{"neutrophils", "0.999", "", "1.8", 3},
                                           ThresholdRow{"neutrophils", "0.5", "", "1.8", 3},
                                           ThresholdRow{"neutrophils", "0.49", "", "1.8", 4},
                                           ThresholdRow{"platelets", "150", "", "150", 0},
                                           ThresholdRow{"platelets", "149", "", "150", 1},
                                           ThresholdRow{"platelets", "50", "", "150", 2},
                                           ThresholdRow{"platelets", "49", "", "", 3},
                                           ThresholdRow{"platelets", "24", "", "", 4},
                                           ThresholdRow{"WBC", "2.0", "", "4", 2},
                                           ThresholdRow{"WBC", "1.99", "", "4", 3},
                                           ThresholdRow{"WBC", "0.99", "", "4", 4},
                                           ThresholdRow{"hemoglobin", "8.0", "", "12", 2},
                                           ThresholdRow{"hemoglobin", "7.9", "", "12", 3},
                                           ThresholdRow{"albumin", "20", "", "35", 2},
                                           ThresholdRow{"albumin", "19.9", "", "35", 3}));

TEST(LabGrading, MultiplesNeedALimitAndBoundsTheirUnit) {
    auto alt = result_of({"ALT", "400", "", "", 0});
    EXPECT_FALSE(grade(alt, {}));
    auto platelets = result_of({"platelets", "10", "", "", 0});
    platelets.unit = "g/dL";
    EXPECT_FALSE(grade(platelets, {}));
}

TEST(LabGrading, R6_2_NormalOrGradeOneNeedsTheLowerLimit) {
    EXPECT_FALSE(grade(result_of({"neutrophils", "1.5", "", "", 0}), {}));
    EXPECT_FALSE(grade(result_of({"hemoglobin", "13", "", "", 0}), {}));
    EXPECT_EQ(grade(result_of({"neutrophils", "1.499", "", "", 0}), {})->least, 2)
        << "a bound of its own";
    EXPECT_EQ(grade(result_of({"INR", "1.1", "", "", 0}), {})->least, 0) << "asks for no limit";
    auto bound = result_of({"platelets", "100", "", "", 0});
    bound.comparator = Comparator::less;
    EXPECT_FALSE(grade(bound, {}));
}

TEST(LabGrading, R6_3_WhatAValueCannotDecideMayBeMore) {
    EXPECT_TRUE(grade(result_of({"ALT", "201", "", "", 0}), {{}, limit("40"), false})->certain());
    EXPECT_FALSE(grade(result_of({"hemoglobin", "7.9", "", "", 0}), {})->certain());
    EXPECT_FALSE(
        grade(result_of({"lipase", "121", "", "", 0}), {{}, limit("60"), false})->certain());
    EXPECT_TRUE(
        grade(result_of({"lipase", "120", "", "", 0}), {{}, limit("60"), false})->certain());
    EXPECT_FALSE(grade(result_of({"INR", "1.3", "", "", 0}), {})->certain());
}

// An INR below an abnormal baseline: none if the baseline stands, grade 2 if it does not.
TEST(LabGrading, R6_3_WhatTheBaselineLeavesOpenIsNoWorseThanTheLimitSays) {
    const auto before = result_of({"INR", "2.0", "", "", 0});
    const auto value = result_of({"INR", "1.9", "", "", 0});
    const auto found = grade_against_baseline(
        *ctcae().lab_for("INR"), value, {}, LabBaseline{&before, true, false, false});
    EXPECT_EQ(found->least, 0);
    EXPECT_EQ(found->most, 2);
}

TEST(LabGrading, R0_5_AConvertedValueGetsATolerance) {
    auto alt = result_of({"bilirubin", "3.6000000001", "", "", 0});
    EXPECT_EQ(grade(alt, {{}, limit("1.2"), false})->least, 3);
    alt.converted = true;
    EXPECT_EQ(grade(alt, {{}, limit("1.2"), false})->least, 2);
    auto platelets = result_of({"platelets", "49.99999999999", "", "", 0});
    EXPECT_EQ(grade(platelets, {})->least, 3);
    platelets.converted = true;
    EXPECT_EQ(grade(platelets, {})->least, 2);
}

TEST(LabGrading, BoundsOfValuesAreReadAsBounds) {
    const NormalLimits limits{limit("150"), limit("40"), false};
    auto alt = result_of({"ALT", "200", "", "", 0});
    alt.comparator = Comparator::greater; // above 5.0 x ULN
    EXPECT_EQ(grade(alt, limits)->least, 3);
    alt.comparator = Comparator::greater_or_equal; // may be 5.0 x ULN
    EXPECT_EQ(grade(alt, limits)->least, 2);
    alt.comparator = Comparator::less;
    EXPECT_EQ(grade(alt, limits)->least, 0);
    EXPECT_EQ(grade(alt, limits)->most, 2);
    auto platelets = result_of({"platelets", "50", "", "", 0});
    platelets.comparator = Comparator::less;
    EXPECT_EQ(grade(platelets, limits)->least, 3);
    platelets.comparator = Comparator::less_or_equal;
    EXPECT_EQ(grade(platelets, limits)->least, 2);
    platelets.comparator = Comparator::greater;
    EXPECT_EQ(grade(platelets, limits)->most, 2);
}

LabResult& alt_of(TinyPatient& patient, int on_day, const std::string& value) {
    auto& alt = patient.lab(on_day, "ALT", value);
    alt.upper_limit = parse_decimal("40");
    return alt;
}

TEST(Tox3, R6_5_TrueFromGrade3) {
    TinyPatient severe;
    alt_of(severe, 5, "201");
    EXPECT_EQ(summary(severe.tox3()), "value true");
    TinyPatient moderate;
    alt_of(moderate, 5, "200");
    EXPECT_EQ(summary(moderate.tox3()), "value false");
}

TEST(Tox3, R6_1_WindowIsDay0ToDay30) {
    TinyPatient inside;
    alt_of(inside, 3, "60");
    alt_of(inside, 30, "400");
    EXPECT_EQ(summary(inside.tox3()), "value true");
    TinyPatient outside;
    alt_of(outside, 3, "60");
    alt_of(outside, 31, "400");
    EXPECT_EQ(summary(outside.tox3()), "value false");
    TinyPatient on_t0;
    on_t0.event(0, "sepsis", 3);
    EXPECT_EQ(summary(on_t0.tox3()), "value true");
    TinyPatient before;
    before.event(-1, "sepsis", 3);
    EXPECT_EQ(summary(before.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, R6_1_EverySessionOfTheCourseHasAWindow) {
    TinyPatient patient;
    patient.session(92);
    alt_of(patient, 5, "60");
    alt_of(patient, 122, "400");
    EXPECT_EQ(summary(patient.tox3()), "value true");
}

TEST(Tox3, R2_3_ASecondCourseHasNone) {
    TinyPatient patient;
    patient.session(151);
    alt_of(patient, 5, "60");
    alt_of(patient, 155, "400");
    EXPECT_EQ(summary(patient.tox3()), "value false");
}

TEST(Tox3, R6_2_OnTheDayOfASessionOnlyAValueAfterThePunctureCounts) {
    TinyPatient patient;
    alt_of(patient, 0, "400");
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable no-safety-data") << "no time: baseline";
    auto& alt = patient.timeline.labs.front();
    alt.effective = at(0, 15);
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable no-safety-data") << "puncture has no time";
    patient.timeline.procedures.front().performed = {at(0, 10), at(0, 11)};
    EXPECT_EQ(summary(patient.tox3()), "value true");
    alt.effective = at(0, 10);
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, R6_2_TheDayOfTheNextSessionIsItsOwnBaseline) {
    TinyPatient patient;
    patient.session(20);
    alt_of(patient, 5, "60");
    alt_of(patient, 20, "400");
    EXPECT_EQ(summary(patient.tox3()), "value false");
    alt_of(patient, 19, "400");
    EXPECT_EQ(summary(patient.tox3()), "value true");
}

TEST(Tox3, R6_5_OpenUntilTheLastDay) {
    TinyPatient patient;
    alt_of(patient, 5, "60");
    patient.as_of = day(29);
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable window-open");
    patient.as_of = day(30);
    EXPECT_EQ(summary(patient.tox3()), "value false");
}

TEST(Tox3, R6_5_OpenWindowOfTheSecondSession) {
    TinyPatient patient;
    patient.session(92);
    alt_of(patient, 5, "60");
    patient.as_of = day(121);
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable window-open");
}

TEST(Tox3, R6_5_GradeThreeDecidesAnOpenWindow) {
    TinyPatient patient;
    patient.event(4, "cholecystitis", 3);
    patient.as_of = day(10);
    EXPECT_EQ(summary(patient.tox3()), "value true");
}

TEST(Tox3, R6_5_NothingGradable) {
    TinyPatient none;
    EXPECT_EQ(summary(none.tox3()), "not-evaluable no-safety-data");
    TinyPatient no_limit;
    no_limit.lab(5, "ALT", "400");
    EXPECT_EQ(summary(no_limit.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, TimelineLinesKeepTheComparator) {
    TinyPatient patient;
    alt_of(patient, 5, "400").comparator = Comparator::greater_or_equal;
    const auto notes = patient.derive(endpoint("TOX3")).notes;
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes.front().x_uln, ">=10");
}

TEST(Tox3, R6_2_AValueWithoutTheLimitItNeedsIsAnIssue) {
    TinyPatient patient;
    const auto origin = patient.lab(5, "ALT", "400").origin;
    patient.lab(31, "ALT", "400"); // in no window
    patient.lab(6, "ALT", "39").upper_limit = parse_decimal("40");
    const auto issues = patient.derive(endpoint("TOX3")).issues;
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(issues[0].severity, Severity::error);
    EXPECT_EQ(issues[0].reference, origin.reference);
    EXPECT_EQ(issues[0].patient, patient.timeline.patient);
}

TEST(Tox3, R6_2_TheSitesTableGivesMissingLimits) {
    TinyPatient patient;
    auto& alt = patient.lab(5, "ALT", "201");
    alt.unit = "U/L";
    alt.limit_keys = {"|1742-6"};
    patient.timeline.person->sex = "female";
    patient.site.limits = {
        {"", "1742-6", "U/L", "male", std::nullopt, parse_decimal("50"), "ALT|", false},
        {"", "1742-6", "U/L", "female", std::nullopt, parse_decimal("40"), "ALT|", false}};
    EXPECT_EQ(summary(patient.tox3()), "value true");
    patient.timeline.person->sex = "male";
    EXPECT_EQ(summary(patient.tox3()), "value false");
    patient.timeline.person->sex = "female";
    alt.value = *parse_decimal("200.00000001");
    EXPECT_EQ(summary(patient.tox3()), "value true");
    patient.site.limits.back().converted = true;
    EXPECT_EQ(summary(patient.tox3()), "value false") << "R0.5: the limit was converted";
    patient.site.limits.back().quantity = "AST|";
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, BoundsThatDecideNothingAreNoData) {
    TinyPatient patient;
    alt_of(patient, 5, "300").comparator = Comparator::less;
    EXPECT_EQ(summary(patient.tox3()), "not-evaluable no-safety-data");
    TinyPatient low;
    alt_of(low, 5, "200").comparator = Comparator::less;
    EXPECT_EQ(summary(low.tox3()), "value false");
    TinyPatient at_least;
    alt_of(at_least, 5, "100").comparator = Comparator::greater;
    EXPECT_EQ(summary(at_least.tox3()), "value false [grade-at-least]");
    TinyPatient high;
    alt_of(high, 5, "200").comparator = Comparator::greater;
    EXPECT_EQ(summary(high.tox3()), "value true [grade-at-least]");
}

TEST(Tox3, R6_4_AdverseEvents) {
    TinyPatient moderate;
    moderate.event(5, "abdominal-pain", 2);
    EXPECT_EQ(summary(moderate.tox3()), "value false");
    TinyPatient fatal;
    fatal.event(5, "hepatic-failure", 5);
    EXPECT_EQ(summary(fatal.tox3()), "value true");
    TinyPatient unrelated;
    unrelated.event(5, "pancreatitis", 3).not_related = true;
    EXPECT_EQ(summary(unrelated.tox3()), "not-evaluable no-safety-data");
    TinyPatient ungraded;
    ungraded.event(5, "pancreatitis", 3).grade.reset();
    EXPECT_EQ(summary(ungraded.tox3()), "not-evaluable no-safety-data");
    TinyPatient syndrome;
    syndrome.event(2, "post-embolization-syndrome", 3);
    EXPECT_EQ(summary(syndrome.tox3()), "not-evaluable no-safety-data");
    TinyPatient month;
    month.event(5, "sepsis", 3).date = in_month(2020, 3);
    EXPECT_EQ(summary(month.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, R6_4_SeverityStandsForAGrade) {
    TinyPatient severe;
    severe.event(5, "pain", 3).grade_from_severity = true;
    EXPECT_EQ(summary(severe.tox3()), "value true [grade-from-severity]");
    TinyPatient mild;
    mild.event(5, "pain", 1).grade_from_severity = true;
    EXPECT_EQ(summary(mild.tox3()), "value false [grade-from-severity]");
    severe.event(6, "sepsis", 3);
    EXPECT_EQ(summary(severe.tox3()), "value true") << "a graded event decides without doubt";
}

TEST(Tox3, R6_4_ConditionsCountWithTheirLeastGrade) {
    for (const char* term : {"liver-abscess",
                             "hepatic-failure",
                             "sepsis",
                             "tumor-lysis-syndrome",
                             "acute-kidney-injury"}) {
        TinyPatient severe;
        severe.condition(12, term);
        EXPECT_EQ(summary(severe.tox3()), "value true [grade-at-least]") << term;
    }
    TinyPatient fever;
    fever.condition(12, "fever");
    EXPECT_EQ(summary(fever.tox3()), "value false [grade-at-least]");
    TinyPatient late;
    late.condition(31, "liver-abscess");
    EXPECT_EQ(summary(late.tox3()), "not-evaluable no-safety-data");
    TinyPatient unknown;
    unknown.condition(12, "hypertension");
    EXPECT_EQ(summary(unknown.tox3()), "not-evaluable no-safety-data");
}

TEST(Tox3, R6_3_AMildGradeThatMayBeMoreIsFlaggedBesideAWorseCertainOne) {
    TinyPatient patient;
    alt_of(patient, 5, "200");
    patient.condition(12, "fever");
    EXPECT_EQ(summary(patient.tox3()), "value false [grade-at-least]");
}

} // namespace
} // namespace embolink::testing
