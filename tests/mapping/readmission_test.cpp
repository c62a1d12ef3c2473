// R6.4: readmissions, and post-embolization syndrome with or without a longer stay.
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

std::string tox(const TinyPatient& patient) {
    return summary(patient.record("TOX"));
}

constexpr auto syndrome = "post-embolization-syndrome";

TinyPatient with_syndrome() {
    TinyPatient patient;
    patient.stay(-1, 3);
    patient.condition(2, syndrome);
    return patient;
}

TEST(Readmission, R6_4_AStayThatEndsOnTheDayOfASessionHoldsIt) {
    TinyPatient patient;
    patient.session(30).stay(20, 30);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
    patient.timeline.stays.front().when.end = on(29);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
}

TEST(PostEmbolizationSyndrome, R6_4_ByItselfIsNoComplication) {
    EXPECT_EQ(tox(with_syndrome()), "not-evaluable no-safety-data");
}

TEST(PostEmbolizationSyndrome, R6_4_WithProlongedStayIsGrade3) {
    auto patient = with_syndrome();
    patient.timeline.stays.front().when.end = on(7);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
    patient.timeline.stays.front().when.end = on(8);
    EXPECT_EQ(tox(patient), "value 3 [term:post-embolization-syndrome]");
    EXPECT_EQ(summary(patient.tox3()), "value true");
}

TEST(PostEmbolizationSyndrome, R6_4_AsAnAdverseEventOfAnyGrade) {
    TinyPatient patient;
    patient.stay(0, 12);
    patient.event(1, syndrome, 1);
    EXPECT_EQ(tox(patient), "value 3 [term:post-embolization-syndrome]");
}

TEST(PostEmbolizationSyndrome, R6_4_ACurrentStayIsProlongedOnceItIs) {
    auto patient = with_syndrome();
    auto& stay = patient.timeline.stays.front();
    stay.current = true;
    stay.when.end.reset();
    patient.as_of = day(7);
    EXPECT_EQ(tox(patient), "not-evaluable window-open");
    patient.as_of = day(8);
    EXPECT_EQ(tox(patient), "value 3 [term:post-embolization-syndrome]");
}

TEST(PostEmbolizationSyndrome, R6_4_WithReadmissionIsGrade3) {
    auto patient = with_syndrome();
    patient.stay(9, 11);
    EXPECT_EQ(tox(patient), "value 3 [term:post-embolization-syndrome]");
    TinyPatient no_first_stay;
    no_first_stay.condition(2, syndrome);
    no_first_stay.stay(9, 11);
    EXPECT_EQ(tox(no_first_stay), "value 3 [term:post-embolization-syndrome]");
}

TEST(PostEmbolizationSyndrome, R6_1_InTheWindowOfItsOwnSession) {
    TinyPatient patient;
    patient.session(92).stay(92, 94);
    patient.stay(96, 98);
    patient.condition(2, syndrome);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
    patient.timeline.diagnoses.front().onset = on(93);
    EXPECT_EQ(tox(patient), "value 3 [term:post-embolization-syndrome]");
}

TEST(Readmission, R6_4_IsAnEventOfGrade3AtLeast) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(10, 12);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
    EXPECT_EQ(summary(patient.tox3()), "value true [grade-at-least]");
}

TEST(Readmission, R6_1_WithinTheWindow) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(30, 31);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
    patient.timeline.stays.back().when = {on(31), on(32)};
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

TEST(Readmission, AlsoWhereTheStayOfTheSessionIsNotInTheFeed) {
    TinyPatient patient;
    patient.stay(10, 12);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
    patient.timeline.stays.front().when = {on(0), on(12)};
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data") << "the session's own";
}

TEST(Readmission, EncountersThatTouchAreOneStay) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(3, 6);
    patient.stay(2, 2);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
    patient.stay(7, 8);
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
}

TEST(Readmission, APlannedOneIsNone) {
    TinyPatient elective;
    elective.stay(0, 3);
    elective.stay(10, 12).priority = Priority::elective;
    EXPECT_EQ(tox(elective), "not-evaluable no-safety-data");
    elective.timeline.stays.back().priority = Priority::urgent;
    EXPECT_EQ(tox(elective), "value 3 [grade-at-least,term:readmission]");
    for (const auto& [first, second] : {std::pair{Priority::elective, Priority::unstated},
                                        {Priority::unstated, Priority::elective}}) {
        TinyPatient half; // of encounters that touch, one that was not planned is enough
        half.stay(0, 3);
        half.stay(10, 12).priority = first;
        half.stay(12, 14).priority = second;
        EXPECT_EQ(tox(half), "value 3 [grade-at-least,term:readmission]");
    }
    TinyPatient next_session;
    next_session.session(20).stay(0, 3);
    next_session.stay(19, 22);
    EXPECT_EQ(tox(next_session), "not-evaluable no-safety-data");
    TinyPatient next_course;
    next_course.read(15, PD).session(29).stay(0, 3);
    next_course.timeline.assessments.front().new_lesion = true;
    next_course.stay(28, 30);
    EXPECT_EQ(tox(next_course), "not-evaluable no-safety-data");
}

TEST(Readmission, AnOutpatientVisitIsNone) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(10, 10).inpatient = false;
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

TEST(Readmission, AStayThatNoDayPlacesIsNone) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(10, 12).when.start = in_month(2020, 3);
    EXPECT_EQ(tox(patient), "not-evaluable no-safety-data");
}

TEST(Readmission, OneWithoutAnEndThatIsOverIsADay) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(10, 12).when.end.reset();
    EXPECT_EQ(tox(patient), "value 3 [grade-at-least,term:readmission]");
}

TEST(Readmission, R2_4_ExplainsASingleRound) {
    TinyPatient patient;
    patient.stay(0, 3);
    patient.stay(10, 12);
    EXPECT_EQ(summary(patient.tox3()), "value true [grade-at-least]");
}

} // namespace
} // namespace embolink::testing
