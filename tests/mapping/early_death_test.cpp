// R6.6: DEATH30.
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

std::string death30(const TinyPatient& patient) {
    return summary(patient.record("DEATH30"));
}

TEST(EarlyDeath, R6_6_WithinThirtyDaysOfASession) {
    TinyPatient patient;
    patient.died(on(30));
    EXPECT_EQ(death30(patient), "value true");
    patient.died(on(31));
    EXPECT_EQ(death30(patient), "value false");
    patient.died(on(0));
    EXPECT_EQ(death30(patient), "value true");
}

TEST(EarlyDeath, R6_6_OfAnySessionOfTheCourse) {
    TinyPatient patient;
    patient.session(92).died(on(122));
    EXPECT_EQ(death30(patient), "value true");
    patient.died(on(123));
    EXPECT_EQ(death30(patient), "value false");
}

TEST(EarlyDeath, R2_3_NotOfASecondCourse) {
    TinyPatient patient;
    patient.session(151).died(on(160));
    EXPECT_EQ(death30(patient), "value false");
}

TEST(EarlyDeath, R6_6_AliveWhenSeenOnTheLastDay) {
    TinyPatient patient;
    patient.contact("encounter", 30, 30);
    EXPECT_EQ(death30(patient), "value false");
    patient.session(92);
    EXPECT_EQ(death30(patient), "not-evaluable follow-up-short");
    patient.contact("encounter", 122, 122);
    EXPECT_EQ(death30(patient), "value false");
}

TEST(EarlyDeath, R6_6_FollowUpShortOrWindowOpen) {
    TinyPatient patient;
    patient.contact("encounter", 29, 29);
    EXPECT_EQ(death30(patient), "not-evaluable follow-up-short");
    patient.as_of = day(30);
    EXPECT_EQ(death30(patient), "not-evaluable follow-up-short");
    patient.as_of = day(29);
    EXPECT_EQ(death30(patient), "not-evaluable window-open");
}

TEST(EarlyDeath, R6_6_DeadWithoutADate) {
    TinyPatient patient;
    patient.contact("encounter", 200, 200).died_some_day();
    EXPECT_EQ(death30(patient), "not-evaluable death-date-unknown");
    patient.died(in_year(2021));
    EXPECT_EQ(death30(patient), "not-evaluable death-date-unknown");
}

TEST(EarlyDeath, R0_4_AMonthIsImputedAndFlaggedWhereItDecides) {
    TinyPatient patient;
    patient.died(in_month(2020, 4)); // the 15th is day 36, the 9th day 30
    EXPECT_EQ(death30(patient), "value false [date-imputed-day]");
    patient.died(in_month(2020, 6));
    EXPECT_EQ(death30(patient), "value false");
    patient.died(in_month(2020, 3)); // to day 21: all that is left of it
    EXPECT_EQ(death30(patient), "value true");
}

TEST(EarlyDeath, R0_3_NotYetDeadAtTheCut) {
    TinyPatient patient;
    patient.died(on(20));
    patient.as_of = day(19);
    EXPECT_EQ(death30(patient), "not-evaluable window-open");
}

} // namespace
} // namespace embolink::testing
