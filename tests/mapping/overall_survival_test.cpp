// R5.8, R5.9, R0.4: OS, last contact and death.
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

// What OS cites in this role.
std::vector<std::string> cited(const TinyPatient& patient, const std::string& role) {
    std::vector<std::string> references;
    for (const auto& source : patient.os().sources) {
        if (source.role == role) {
            references.push_back(source.reference);
        }
    }
    return references;
}

TEST(Os, R5_8_DeathOrLastContact) {
    TinyPatient alive;
    alive.contact("encounter", 300, 300).contact("result", 280, 280);
    EXPECT_EQ(summary(alive.os()), "censored last-known-alive 300");
    alive.as_of = day(300);
    EXPECT_EQ(summary(alive.os()), "censored last-known-alive 300") << "on the cut";
    alive.as_of = day(1000);
    alive.died(on(310));
    EXPECT_EQ(summary(alive.os()), "event death 310");
}

// A time rests on its start as on its end: whoever doubts the days has to find both.
TEST(Os, R3_1_WhatTellsTheStartIsCited) {
    TinyPatient patient;
    const std::string first = patient.timeline.procedures.back().origin.reference;
    patient.session(90).contact("encounter", 300, 300);
    EXPECT_THAT(cited(patient, "start"), ElementsAre(first));
}

TEST(Os, R5_8_NothingButTheSession) {
    TinyPatient patient;
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 0");
}

TEST(Os, R5_8_InpatientStayCountsToItsEndAndCurrentOneToTheCut) {
    TinyPatient stay;
    stay.contact("encounter", 50, 66);
    EXPECT_EQ(summary(stay.os()), "censored last-known-alive 66");
    stay.as_of = day(60);
    EXPECT_EQ(summary(stay.os()), "censored last-known-alive 60");
    TinyPatient current;
    current.contact("encounter", 50, 50);
    current.timeline.contacts.back().current_inpatient = true;
    EXPECT_EQ(summary(current.os()), "censored last-known-alive 1000");
}

TEST(Os, R0_4_ADeathInAMonthIsDay15) {
    TinyPatient patient; // June 15th is day 97
    patient.contact("encounter", 80, 80).died(in_month(2020, 6));
    EXPECT_EQ(summary(patient.os()), "event death 97 [date-imputed-day]");
}

TEST(Os, R0_4_ADeathInAMonthComesAfterTheLastContact) {
    TinyPatient fourteenth;
    fourteenth.contact("encounter", 96, 96).died(in_month(2020, 6));
    EXPECT_EQ(summary(fourteenth.os()), "event death 97 [date-imputed-day]");
    const auto contact = fourteenth.timeline.contacts.back().origin.reference;
    EXPECT_THAT(fourteenth.os().sources, Not(Contains(Field(&RecordSource::reference, contact))))
        << "it moved nothing";
    TinyPatient fifteenth;
    fifteenth.contact("encounter", 97, 97).died(in_month(2020, 6));
    EXPECT_EQ(summary(fifteenth.os()), "event death 98 [date-imputed-day]");
    TinyPatient last_day; // June 30th is day 112
    last_day.contact("encounter", 112, 112).died(in_month(2020, 6));
    EXPECT_EQ(summary(last_day.os()), "event death 112 [date-imputed-day]");
    TinyPatient to_the_last; // a stay that ends with the month is no contradiction
    to_the_last.contact("encounter", 100, 112).died(in_month(2020, 6));
    EXPECT_EQ(summary(to_the_last.os()), "event death 112 [date-imputed-day]");
    for (const int end : {113, 95}) { // beyond the month, and before its own beginning
        TinyPatient impossible;
        impossible.contact("encounter", 100, end).died(in_month(2020, 6));
        EXPECT_EQ(summary(impossible.os()),
                  end == 113 ? "event death 101 [contact-after-death,date-imputed-day]"
                             : "event death 101 [date-imputed-day]")
            << "it stands for its beginning";
    }
}

TEST(Os, R0_4_ADeathInAMonthThatEndsOnT0RestsOnTheSession) {
    TinyPatient patient;
    patient.died({Precision::month, day(-30), day(0), std::nullopt});
    EXPECT_EQ(summary(patient.os()), "event death 0 [date-imputed-day]");
    EXPECT_THAT(cited(patient, "imputation"),
                ElementsAre(patient.timeline.procedures.front().origin.reference));
}

TEST(Os, R5_8_OfSeveralContactsOnOneDayTheFirstByOriginIsCited) {
    TinyPatient patient;
    patient.contact("result", 50, 66).contact("encounter", 66, 66);
    patient.timeline.contacts[1].origin.reference = "Observation/later";
    const auto encounter = patient.timeline.contacts[2].origin.reference;
    EXPECT_THAT(cited(patient, "censor"), ElementsAre(encounter));
    std::swap(patient.timeline.contacts[1], patient.timeline.contacts[2]);
    EXPECT_THAT(cited(patient, "censor"), ElementsAre(encounter));
    patient.died(on(60)); // R5.9
    EXPECT_THAT(cited(patient, "contact"), ElementsAre(encounter));
    std::swap(patient.timeline.contacts[1], patient.timeline.contacts[2]);
    EXPECT_THAT(cited(patient, "contact"), ElementsAre(encounter));
}

TEST(Os, R5_8_AContactOnT0IsNotPassedOver) {
    const TinyPatient patient;
    EXPECT_THAT(cited(patient, "censor"),
                ElementsAre(patient.timeline.procedures.front().origin.reference));
}

TEST(Os, R0_4_AContactAfterTheMonthOfDeathMovesNothing) {
    TinyPatient patient; // July 1st is day 113
    patient.contact("encounter", 113, 113).died(in_month(2020, 6));
    EXPECT_EQ(summary(patient.os()), "event death 97 [contact-after-death,date-imputed-day]");
}

TEST(Os, AContactWithoutADateOrAfterTheCutIsNone) {
    TinyPatient patient;
    patient.contact("encounter", 60, 60).contact("encounter", 80, 80);
    patient.timeline.contacts.back().when = {};
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 60");
    patient.timeline.contacts.back().when = {on(101), on(101)};
    patient.as_of = day(100);
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 60");
    patient.timeline.contacts.back().when = {on(100), on(100)};
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 100");
    patient.timeline.contacts.back().when = {};
    patient.died(in_month(2020, 6));
    patient.as_of = day(1000);
    EXPECT_EQ(summary(patient.os()), "event death 97 [date-imputed-day]");
}

TEST(Os, R0_4_ADeathInTheMonthOfTheSessionComesAfterIt) {
    TinyPatient patient; // T0 is March 10th
    patient.died(in_month(2020, 3));
    EXPECT_EQ(summary(patient.os()), "event death 5 [date-imputed-day]");
    TinyPatient late = patient;
    late.contact("encounter", 9, 9);
    EXPECT_EQ(summary(late.os()), "event death 10 [date-imputed-day]");
}

TEST(Os, R0_3_AnImputedDeathAfterTheCutHasNotHappened) {
    TinyPatient patient;
    patient.contact("encounter", 80, 80).died(in_month(2020, 6));
    patient.as_of = day(96);
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 80");
    patient.as_of = day(97);
    EXPECT_EQ(summary(patient.os()), "event death 97 [date-imputed-day]");
}

TEST(Os, R5_9_DeathWithoutADate) {
    TinyPatient patient;
    patient.died_some_day();
    EXPECT_EQ(summary(patient.os()), "not-evaluable death-date-unknown");
    TinyPatient year_only;
    year_only.died(in_year(2020));
    EXPECT_EQ(summary(year_only.os()), "not-evaluable death-date-unknown");
    TinyPatient later;
    later.died(in_year(2023));
    EXPECT_EQ(summary(later.os()), "censored last-known-alive 0");
}

TEST(Os, R0_3_ADeathOnTheDayOfTheCutIsKnown) {
    TinyPatient patient;
    patient.died(on(1000));
    EXPECT_EQ(summary(patient.os()), "event death 1000");
    patient.as_of = day(999);
    EXPECT_EQ(summary(patient.os()), "censored last-known-alive 0");
}

TEST(Os, R5_9_AContactAfterDeathIsFlaggedAndTheDeathStands) {
    TinyPatient same_day;
    same_day.contact("result", 100, 100).died(on(100));
    EXPECT_EQ(summary(same_day.os()), "event death 100");
    TinyPatient after;
    after.contact("result", 101, 101).died(on(100));
    EXPECT_EQ(summary(after.os()), "event death 100 [contact-after-death]");
}

// R9.6, R9.4: which of the contacts is cited.
TEST(Os, TheEarliestContactAfterDeathIsCited) {
    const auto cited = [](const TinyPatient& patient, const std::string& reference) {
        const auto record = patient.os();
        return std::any_of(record.sources.begin(), record.sources.end(), [&](const auto& one) {
            return one.reference == reference;
        });
    };
    TinyPatient after;
    after.died(on(100)).contact("encounter", 110, 110);
    after.timeline.contacts.back().origin.reference = "Encounter/b";
    after.contact("encounter", 120, 120);
    after.timeline.contacts.back().origin.reference = "Encounter/a";
    EXPECT_TRUE(cited(after, "Encounter/b"));
    EXPECT_FALSE(cited(after, "Encounter/a")) << "a later one with the smaller name";
    TinyPatient same_day;
    same_day.contact("encounter", 50, 50);
    same_day.timeline.contacts.back().origin.reference = "Encounter/a";
    same_day.contact("encounter", 50, 50);
    same_day.timeline.contacts.back().origin.reference = "Encounter/b";
    EXPECT_TRUE(cited(same_day, "Encounter/a"));
    EXPECT_FALSE(cited(same_day, "Encounter/b"));
}

TEST(Os, ADeathBeforeTheTreatmentCannotBeRight) {
    TinyPatient patient;
    patient.died(on(-1));
    EXPECT_EQ(summary(patient.os()), "not-evaluable death-date-unknown [contact-after-death]");
    EXPECT_THAT(summary(patient.pfs()), HasSubstr("death-date-unknown"));
}

} // namespace
} // namespace embolink::testing
