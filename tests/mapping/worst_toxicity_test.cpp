// R6: TOX and TOX-ULN: v5's rules for an abnormal baseline, terms, late events, and what makes a
// grade doubtful.
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::Field;

std::string tox(const TinyPatient& patient) {
    return summary(patient.record("TOX"));
}

std::string tox_uln(const TinyPatient& patient) {
    return summary(patient.record("TOX-ULN"));
}

LabResult& lab(TinyPatient& patient,
               int on_day,
               const std::string& analyte,
               const std::string& value,
               const std::string& upper,
               const std::string& lower = "") {
    auto& result = patient.lab(on_day, analyte, value);
    result.unit = ctcae().lab_for(analyte)->unit;
    if (!upper.empty()) {
        result.upper_limit = parse_decimal(upper);
    }
    if (!lower.empty()) {
        result.lower_limit = parse_decimal(lower);
    }
    return result;
}

struct BaselineRow {
    const char* analyte;
    const char* upper;
    const char* baseline;
    const char* value;
    int by_baseline;
    int by_limit;
};

class AbnormalBaseline : public ::testing::TestWithParam<BaselineRow> {};

TEST_P(AbnormalBaseline, R6_3) {
    const auto& row = GetParam();
    TinyPatient patient;
    lab(patient, -5, row.analyte, row.baseline, row.upper);
    lab(patient, 5, row.analyte, row.value, row.upper);
    const auto first = [](const std::string& text) { return text.substr(0, text.find(" [")); };
    EXPECT_EQ(first(tox(patient)), "value " + std::to_string(row.by_baseline));
    EXPECT_EQ(first(tox_uln(patient)), "value " + std::to_string(row.by_limit));
}

INSTANTIATE_TEST_SUITE_P(Alt,
                         AbnormalBaseline,
                         ::testing::Values(BaselineRow{"ALT", "40", "100", "149.9", 0, 2},
                                           BaselineRow{"ALT", "40", "100", "150", 1, 2},
                                           BaselineRow{"ALT", "40", "100", "201", 1, 3},
                                           BaselineRow{"ALT", "40", "100", "300", 1, 3},
                                           BaselineRow{"ALT", "40", "100", "301", 2, 3},
                                           BaselineRow{"ALT", "40", "100", "500", 2, 3},
                                           BaselineRow{"ALT", "40", "100", "501", 3, 3},
                                           BaselineRow{"ALT", "40", "100", "2000", 3, 4},
                                           BaselineRow{"ALT", "40", "100", "2001", 4, 4},
                                           BaselineRow{"ALT", "40", "40", "201", 3, 3},
                                           BaselineRow{"ALT", "40", "40.1", "201", 3, 3},
                                           BaselineRow{"ALT", "40", "40.1", "200.6", 3, 3},
                                           BaselineRow{"ALT", "40", "40.2", "201", 2, 3},
                                           BaselineRow{"AST", "40", "100", "150", 1, 2},
                                           BaselineRow{"AST", "40", "100", "301", 2, 3}));
INSTANTIATE_TEST_SUITE_P(Cholestasis,
                         AbnormalBaseline,
                         ::testing::Values(BaselineRow{"ALP", "100", "200", "399", 0, 2},
                                           BaselineRow{"ALP", "100", "200", "400", 1, 2},
                                           BaselineRow{"ALP", "100", "200", "500", 1, 2},
                                           BaselineRow{"ALP", "100", "200", "501", 2, 3},
                                           BaselineRow{"ALP", "100", "200", "1000", 2, 3},
                                           BaselineRow{"ALP", "100", "200", "1001", 3, 3},
                                           BaselineRow{"ALP", "100", "200", "4001", 4, 4},
                                           BaselineRow{"GGT", "100", "200", "400", 1, 2},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "2.0", 0, 2},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "2.1", 1, 2},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "3.0", 1, 2},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "3.1", 2, 2},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "6.0", 2, 3},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "6.1", 3, 3},
                                           BaselineRow{"bilirubin", "1.2", "2.0", "20.1", 4, 4}));
// Over any baseline, normal or not; the higher of both.
INSTANTIATE_TEST_SUITE_P(Creatinine,
                         AbnormalBaseline,
                         ::testing::Values(BaselineRow{"creatinine", "1.2", "0.6", "0.9", 0, 0},
                                           BaselineRow{"creatinine", "1.2", "0.6", "0.91", 2, 0},
                                           BaselineRow{"creatinine", "1.2", "1.2", "1.8", 1, 1},
                                           BaselineRow{"creatinine", "1.2", "1.1", "1.8", 2, 1},
                                           BaselineRow{"creatinine", "1.2", "0.6", "1.8", 2, 1},
                                           BaselineRow{"creatinine", "1.2", "0.6", "1.81", 3, 2},
                                           BaselineRow{"creatinine", "1.2", "3.0", "3.7", 3, 3},
                                           BaselineRow{"creatinine", "1.2", "0.6", "7.3", 4, 4}));
INSTANTIATE_TEST_SUITE_P(Others,
                         AbnormalBaseline,
                         ::testing::Values(BaselineRow{"lipase", "60", "100", "301", 3, 3},
                                           BaselineRow{"INR", "1.2", "2.0", "2.9", 1, 3},
                                           BaselineRow{"INR", "1.2", "2.0", "3.1", 2, 3},
                                           BaselineRow{"INR", "1.2", "2.0", "5.1", 3, 3},
                                           BaselineRow{"INR", "1.2", "2.0", "1.9", 0, 2},
                                           BaselineRow{"INR", "1.2", "1.2", "2.6", 3, 3}));

TEST(WorstToxicity, R6_3_AnticoagulationIsNotKnown) {
    TinyPatient patient;
    lab(patient, -5, "INR", "2.0", "1.2");
    lab(patient, 5, "INR", "2.9", "1.2");
    EXPECT_EQ(tox(patient), "value 1 [grade-at-least,term:inr-increased]");
    EXPECT_EQ(tox_uln(patient), "value 3 [term:inr-increased]");
}

// R9.4: two that decide, with a doubt each: which comes first moves no flag.
TEST(WorstToxicity, R6_4_BothDoubtsStandWhereTwoFactsDecide) {
    for (const int day_of_event : {5, 25}) {
        TinyPatient patient;
        patient.stay(0, 3);
        patient.stay(20, 22);
        patient.event(day_of_event, "sepsis", 3).grade_from_severity = true;
        EXPECT_EQ(summary(patient.tox3()), "value true [grade-at-least,grade-from-severity]");
        EXPECT_EQ(tox(patient),
                  "value 3 [grade-at-least,grade-from-severity,term:readmission,term:sepsis]");
    }
}

// An INR of 1.21 to 2.5 is of grade 3, and of none above, when there was bleeding.
TEST(WorstToxicity, R6_3_WhatMayBeJustSevereIsFlagged) {
    TinyPatient patient;
    lab(patient, 5, "INR", "2.0", "1.2");
    EXPECT_EQ(tox_uln(patient), "value 2 [grade-at-least,term:inr-increased]");
    EXPECT_EQ(summary(patient.tox3()), "value false [grade-at-least]");
}

TEST(WorstToxicity, R6_2_TheBaselineIsTheLastOfThirtyDays) {
    TinyPatient old;
    lab(old, -31, "ALT", "100", "40");
    lab(old, 5, "ALT", "201", "40");
    EXPECT_EQ(tox(old), "value 3 [baseline-missing,term:alt-increased]");
    TinyPatient in_time;
    lab(in_time, -30, "ALT", "100", "40");
    lab(in_time, 5, "ALT", "201", "40");
    EXPECT_EQ(tox(in_time), "value 1 [term:alt-increased]");
    lab(in_time, -1, "ALT", "39", "40");
    EXPECT_EQ(tox(in_time), "value 3 [term:alt-increased]");
}

TEST(WorstToxicity, R6_2_OnTheDayBeforeThePuncture) {
    TinyPatient patient;
    lab(patient, 0, "ALT", "100", "40");
    lab(patient, 5, "ALT", "201", "40");
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
    patient.timeline.procedures.front().performed = {at(0, 10), at(0, 11)};
    patient.timeline.labs.front().effective = at(0, 10);
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
    patient.timeline.labs.front().effective = at(0, 11);
    EXPECT_EQ(tox(patient), "value 3 [baseline-missing,term:alt-increased]");
}

TEST(WorstToxicity, R6_2_EachSessionHasItsOwn) {
    TinyPatient patient;
    patient.session(92);
    lab(patient, -5, "ALT", "39", "40");
    lab(patient, 10, "ALT", "39", "40");
    lab(patient, 90, "ALT", "100", "40");
    lab(patient, 95, "ALT", "201", "40");
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
    EXPECT_EQ(tox_uln(patient), "value 3 [term:alt-increased]");
    EXPECT_EQ(summary(patient.tox3()), "value true");
}

TEST(WorstToxicity, R6_2_AbnormalByTheBaselinesOwnLimit) {
    TinyPatient patient;
    lab(patient, -5, "ALT", "50", "60");
    lab(patient, 5, "ALT", "201", "40");
    EXPECT_EQ(tox(patient), "value 3 [term:alt-increased]");
    patient.timeline.labs.front().upper_limit = parse_decimal("40");
    EXPECT_EQ(tox(patient), "value 2 [term:alt-increased]");
    patient.timeline.labs.front().upper_limit.reset();
    EXPECT_EQ(tox(patient), "value 3 [baseline-missing,term:alt-increased]");
}

TEST(WorstToxicity, R6_2_ABoundAsBaseline) {
    TinyPatient patient;
    lab(patient, -5, "ALT", "40", "40").comparator = Comparator::less;
    lab(patient, 5, "ALT", "201", "40");
    EXPECT_EQ(tox(patient), "value 3 [term:alt-increased]") << "surely normal";
    patient.timeline.labs.front().value = *parse_decimal("41");
    EXPECT_EQ(tox(patient), "value 3 [baseline-missing,term:alt-increased]");
    patient.timeline.labs.front().comparator = Comparator::greater;
    EXPECT_EQ(tox(patient), "value 3 [baseline-missing,term:alt-increased]")
        << "nobody knows what three times of it is";
}

// Grade 2 above 1.5 times, 3 above 3 times the baseline: of a measured one surely so much.
TEST(WorstToxicity, R6_3_AnIncreaseOverABaselineIsCertainWhereTheBaselineIs) {
    const auto graded = [](const char* baseline, Comparator comparator, const char* value) {
        TinyPatient patient;
        lab(patient, -5, "creatinine", baseline, "1.2").comparator = comparator;
        lab(patient, 5, "creatinine", value, "1.2");
        return tox(patient);
    };
    EXPECT_EQ(graded("0.6", Comparator::none, "0.91"), "value 2 [term:creatinine-increased]");
    EXPECT_EQ(graded("0.6", Comparator::less, "0.91"),
              "value 2 [grade-at-least,term:creatinine-increased]");
    EXPECT_EQ(graded("0.6", Comparator::less, "0.9"), "value 0") << "no increase that is known";
}

TEST(WorstToxicity, R6_2_BaselineMissingStandsOnlyWhereItCouldMatter) {
    TinyPatient normal;
    lab(normal, 5, "ALT", "39", "40");
    EXPECT_EQ(tox(normal), "value 0");
    TinyPatient counts;
    lab(counts, 5, "platelets", "49", "", "150");
    EXPECT_EQ(tox(counts), "value 3 [term:platelets-decreased]");
    TinyPatient beside; // a certain fact of the same grade
    lab(beside, 5, "ALT", "201", "40");
    beside.event(6, "cholecystitis", 3);
    EXPECT_EQ(tox(beside), "value 3 [term:alt-increased,term:cholecystitis]");
    TinyPatient uln;
    lab(uln, 5, "ALT", "201", "40");
    EXPECT_EQ(tox_uln(uln), "value 3 [term:alt-increased]");
}

TEST(WorstToxicity, R0_5_ExactlyOnePointFiveTimesAConvertedBaseline) {
    TinyPatient patient;
    lab(patient, -5, "ALT", "100", "40").converted = true;
    lab(patient, 5, "ALT", "150", "40").converted = true;
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
    patient.timeline.labs.back().value = *parse_decimal("149.9999999");
    EXPECT_EQ(tox(patient), "value 0");
    patient.timeline.labs.back().value = *parse_decimal("300.0000001");
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
    patient.timeline.labs.back().converted = false;
    patient.timeline.labs.front().converted = false;
    EXPECT_EQ(tox(patient), "value 2 [term:alt-increased]");
}

TEST(WorstToxicity, R6_5_WorstOverTermsAndSessions) {
    TinyPatient patient;
    patient.session(92).event(5, "fever", 2);
    patient.event(95, "abdominal-pain", 1);
    EXPECT_EQ(tox_uln(patient), "value 2 [term:fever]");
    patient.event(96, "nausea", 2);
    EXPECT_EQ(tox_uln(patient), "value 2 [term:fever,term:nausea]");
    patient.event(97, "sepsis", 5);
    EXPECT_EQ(tox_uln(patient), "value 5 [term:sepsis]");
    EXPECT_EQ(tox(patient), "value 5 [term:sepsis]");
}

TEST(WorstToxicity, ATermThatNoTableHasIsOther) {
    TinyPatient patient;
    patient.event(5, "mr miller fell from his bed", 2);
    EXPECT_EQ(tox_uln(patient), "value 2 [term:other]");
}

TEST(WorstToxicity, R6_5_EachByItsOwnGrade) {
    TinyPatient patient;
    lab(patient, -5, "ALT", "100", "40");
    lab(patient, 5, "ALT", "201", "40");
    patient.as_of = day(29);
    EXPECT_EQ(tox(patient), "not-evaluable window-open");
    EXPECT_EQ(tox_uln(patient), "value 3 [term:alt-increased]");
    EXPECT_EQ(summary(patient.tox3()), "value true");
    patient.as_of = day(30);
    EXPECT_EQ(tox(patient), "value 1 [term:alt-increased]");
}

TEST(WorstToxicity, R6_5_NothingGradable) {
    EXPECT_EQ(tox({}), "not-evaluable no-safety-data");
    EXPECT_EQ(tox_uln({}), "not-evaluable no-safety-data");
}

TEST(WorstToxicity, R6_4_AnEventOfGradeZeroIsSafetyData) {
    TinyPatient patient;
    patient.event(5, "fever", 0);
    EXPECT_EQ(tox(patient), "value 0");
    EXPECT_EQ(tox_uln(patient), "value 0");
    patient.stay(0, 12);
    patient.event(6, "post-embolization-syndrome", 0);
    EXPECT_EQ(tox(patient), "value 0") << "none is none, however long the stay";
    TinyPatient late;
    late.event(40, "liver-abscess", 0).biliary_or_abscess = true;
    EXPECT_EQ(tox(late), "not-evaluable no-safety-data");
}

TEST(WorstToxicity, R6_3_AValueThatMayBeGradedIsFlaggedAtGradeZeroToo) {
    TinyPatient bound;
    lab(bound, -5, "ALT", "30", "40");
    lab(bound, 5, "ALT", "150", "40").comparator = Comparator::less;
    EXPECT_EQ(tox(bound), "value 0 [grade-at-least]");
    EXPECT_EQ(summary(bound.tox3()), "value false") << "grade 2 at most";
    bound.event(6, "fever", 2);
    EXPECT_EQ(tox(bound), "value 2 [term:fever]") << "not worse than that either way";
    TinyPatient mild;
    lab(mild, 5, "ALT", "110", "40").comparator = Comparator::less;
    EXPECT_EQ(tox_uln(mild), "value 0 [grade-at-least]") << "grade 1 at most";
    TinyPatient anticoagulated;
    lab(anticoagulated, -5, "INR", "2.0", "1.2");
    lab(anticoagulated, 5, "INR", "1.9", "1.2");
    EXPECT_EQ(tox(anticoagulated), "value 0 [grade-at-least]");
}

TEST(WorstToxicity, R6_4_FlagsOfTheDecidingGrade) {
    TinyPatient mild;
    mild.condition(5, "fever");
    EXPECT_EQ(tox_uln(mild), "value 1 [grade-at-least,term:fever]");
    TinyPatient severity;
    severity.event(5, "fever", 3).grade_from_severity = true;
    EXPECT_EQ(tox_uln(severity), "value 3 [grade-from-severity,term:fever]");
    severity.event(6, "nausea", 3);
    EXPECT_EQ(tox_uln(severity), "value 3 [term:fever,term:nausea]");
    TinyPatient sure;
    sure.condition(5, "fever");
    sure.event(5, "nausea", 3);
    EXPECT_EQ(tox_uln(sure), "value 3 [term:nausea]") << "severe all the same";
    sure.timeline.events.front().grade = 2;
    EXPECT_EQ(tox_uln(sure), "value 2 [term:nausea]") << "R9.6: the fever decides nothing";
    EXPECT_EQ(summary(sure.tox3()), "value false [grade-at-least]") << "the fever may be severe";
    sure.timeline.events.front().grade = 1;
    EXPECT_EQ(tox_uln(sure), "value 1 [term:fever,term:nausea]") << "the surer one decides";
    TinyPatient abscess;
    abscess.condition(5, "liver-abscess");
    abscess.event(5, "nausea", 3);
    EXPECT_EQ(tox_uln(abscess), "value 3 [term:liver-abscess,term:nausea]");
}

TEST(WorstToxicity, R6_1_LateBiliaryEventsAreToldOfAndOutside) {
    TinyPatient patient;
    lab(patient, 5, "bilirubin", "1.0", "1.2");
    patient.event(31, "cholecystitis", 3).biliary_or_abscess = true;
    EXPECT_EQ(tox(patient), "value 0 [late-biliary]");
    EXPECT_EQ(tox_uln(patient), "value 0 [late-biliary]");
    EXPECT_EQ(summary(patient.tox3()), "value false");
    patient.timeline.events.front().date = on(90);
    EXPECT_EQ(tox(patient), "value 0 [late-biliary]");
    patient.timeline.events.front().date = on(91);
    EXPECT_EQ(tox(patient), "value 0");
    patient.timeline.events.front().date = on(30);
    EXPECT_EQ(tox(patient), "value 3 [term:cholecystitis]");
}

TEST(WorstToxicity, R6_1_LateIsCountedFromTheNearestSession) {
    TinyPatient patient;
    patient.session(80).condition(100, "liver-abscess");
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:liver-abscess]");
    patient.timeline.diagnoses.front().onset = on(40);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data [late-biliary]");
    patient.timeline.diagnoses.front().onset = on(170);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data [late-biliary]");
    patient.timeline.diagnoses.front().onset = on(171);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

// R9.6: what ended the course is cited, a progression of the day of the next session, too.
TEST(WorstToxicity, R2_3_TheProgressionThatEndsTheCourseIsCited) {
    TinyPatient patient;
    const auto reading = patient.assess(90, AssessmentKind::structured_recist, PD).origin;
    patient.session(90);
    EXPECT_THAT(patient.record("TOX").sources,
                Contains(Field(&RecordSource::reference, reading.reference)));
}

TEST(WorstToxicity, R6_1_LateOfAnotherCourseIsNotOfThisOne) {
    TinyPatient patient;
    patient.session(160).condition(70, "liver-abscess");
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data [late-biliary]");
    patient.timeline.diagnoses.front().onset = on(200); // of the session of day 160
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

TEST(WorstToxicity, R6_1_ADayOfTheNextCourseIsOfThatCourse) {
    TinyPatient patient;
    patient.read(40, PD).session(50).condition(49, "liver-abscess");
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data [late-biliary]");
    patient.timeline.diagnoses.front().onset = on(50);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

TEST(WorstToxicity, R6_1_OtherLateEventsAndUnrelatedOnesAreNot) {
    TinyPatient patient;
    patient.event(40, "fever", 3);
    patient.event(40, "cholecystitis", 3).biliary_or_abscess = true;
    patient.timeline.events.back().not_related = true;
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

std::string series_of(const TinyPatient& patient, const std::string& term) {
    std::string found;
    for (const auto& note : patient.derive(endpoint("TOX")).notes) {
        if (note.term == term && note.grade >= 3) {
            found += (found.empty() ? "" : "; ") + note.series;
        }
    }
    return found;
}

TEST(WorstToxicity, R6_5_TransientTransaminases) {
    TinyPatient patient;
    lab(patient, 3, "ALT", "400", "40");
    lab(patient, 18, "ALT", "100", "40");
    EXPECT_EQ(series_of(patient, "alt-increased"), "laboratory") << "15 days";
    patient.timeline.labs.back().effective = on(17);
    EXPECT_EQ(series_of(patient, "alt-increased"), "laboratory, transient");
    patient.timeline.labs.back().value = *parse_decimal("201");
    EXPECT_EQ(series_of(patient, "alt-increased"), "laboratory; laboratory") << "still severe";
    patient.timeline.labs.back().value = *parse_decimal("200");
    EXPECT_EQ(series_of(patient, "alt-increased"), "laboratory, transient");
    patient.timeline.labs.back().effective = on(2);
    EXPECT_EQ(series_of(patient, "alt-increased"), "laboratory") << "before it";
}

TEST(WorstToxicity, R6_5_TransientAlsoByAValueAfterTheWindow) {
    TinyPatient patient;
    lab(patient, 28, "AST", "400", "40");
    lab(patient, 40, "AST", "39", "40");
    EXPECT_EQ(series_of(patient, "ast-increased"), "laboratory, transient");
    TinyPatient other;
    lab(other, 3, "bilirubin", "4", "1.2");
    lab(other, 5, "bilirubin", "1.0", "1.2");
    EXPECT_EQ(series_of(other, "bilirubin-increased"), "laboratory");
}

TEST(WorstToxicity, TimelineLinesTellKindGradeAndValue) {
    TinyPatient patient;
    lab(patient, 5, "ALT", "60", "40").unit = "U/L";
    patient.event(6, "fever", 2);
    const auto notes = patient.derive(endpoint("TOX")).notes;
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_EQ(notes[0].series, "laboratory");
    EXPECT_EQ(notes[0].value, "60");
    EXPECT_EQ(notes[0].unit, "U/L");
    EXPECT_EQ(notes[0].x_uln, "1.5");
    EXPECT_EQ(notes[0].grade, 1);
    EXPECT_EQ(notes[1].series, "clinical");
    EXPECT_EQ(notes[1].grade, 2);
}

// R6.2: limits by sex, of the value or of its baseline alone.
TEST(WorstToxicity, R9_6_ThePatientIsASourceOfEitherLimit) {
    for (const int with_ranges : {-5, 5}) {
        TinyPatient patient;
        patient.timeline.person->sex = "female";
        for (const auto& [on_day, value] : {std::pair{-5, "100"}, {5, "301"}}) {
            auto& result = lab(patient, on_day, "ALT", value, on_day == with_ranges ? "" : "40");
            if (on_day == with_ranges) {
                result.partial_ranges = {{"female", {}, {}, {}, parse_decimal("40")}};
            }
        }
        EXPECT_EQ(tox(patient), "value 2 [term:alt-increased]");
        EXPECT_THAT(patient.record("TOX").sources,
                    Contains(Field(&RecordSource::reference, "Patient/p")))
            << with_ranges;
    }
}

TEST(WorstToxicity, R9_6_TheBaselineIsASource) {
    TinyPatient patient;
    const auto origin = lab(patient, -5, "ALT", "100", "40").origin;
    lab(patient, 5, "ALT", "201", "40");
    EXPECT_THAT(patient.record("TOX").sources,
                Contains(AllOf(Field(&RecordSource::reference, origin.reference),
                               Field(&RecordSource::rule, "R6.2"))));
    EXPECT_THAT(patient.record("TOX-ULN").sources,
                Not(Contains(Field(&RecordSource::reference, origin.reference))));
}

} // namespace
} // namespace embolink::testing
