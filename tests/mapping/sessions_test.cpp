// R2.0-R2.3: rows to sessions, sessions to rounds, rounds to courses, both sides of each boundary.
#include "mapping/timeline/row_purpose.hpp"
#include "mapping/timeline/sessions.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<int> session_days(const std::vector<ProcedureRow>& rows) {
    PatientTimeline timeline;
    timeline.procedures = rows;
    std::vector<int> days;
    for (const Session& session : find_sessions(timeline)) {
        days.push_back(days_between(day(0), session.date));
    }
    return days;
}

ProcedureRow hepatic_at(const std::string& id, const PartialDate& start) {
    ProcedureRow made = row(id, start, {concepts::hepatic_embolization});
    return made;
}

TEST(Sessions, R2_0_OnlyCompletedRowsQualify) {
    for (const char* status : {"in-progress",
                               "on-hold",
                               "not-done",
                               "preparation",
                               "stopped",
                               "entered-in-error",
                               "unknown"}) {
        ProcedureRow planned = hepatic("1", 0);
        planned.status = status;
        EXPECT_THAT(session_days({planned}), IsEmpty()) << status;
    }
    EXPECT_THAT(session_days({hepatic("1", 0)}), ElementsAre(0));
}

TEST(Sessions, R2_0_OnlyRowsDatedToTheDayQualify) {
    ProcedureRow monthly = hepatic("1", 0);
    monthly.performed.start = in_month(2020, 3);
    EXPECT_THAT(session_days({monthly}), IsEmpty());
    monthly.performed.start.reset();
    EXPECT_THAT(session_days({monthly}), IsEmpty());
}

TEST(Sessions, R1_3_RowsOfAnotherPurposeNeverMakeASession) {
    for (const auto other : {concepts::hemorrhage_embolization,
                             concepts::other_arterial_embolization,
                             concepts::portal_vein_embolization,
                             concepts::radioembolization,
                             concepts::isolated_liver_perfusion,
                             concepts::coil_embolization}) {
        ProcedureRow made = row("1", on(0), {concepts::embolization, other});
        made.site = SiteFinding::hepatic_stated;
        EXPECT_THAT(session_days({made}), IsEmpty()) << other;
        EXPECT_TRUE(is_candidate_row(made)) << other;
    }
    EXPECT_FALSE(is_candidate_row(row("1", on(0), {concepts::liver_resection})));
}

TEST(Sessions, R2_0_AnotherSiteIsWrongPurposeAndNoSiteIsAssumedHepatic) {
    ProcedureRow made = row("1", on(0), {concepts::embolization});
    made.site = SiteFinding::other_stated;
    EXPECT_THAT(session_days({made}), IsEmpty());
    EXPECT_EQ(purpose_of(made), RowPurpose::wrong_purpose);
    made.site = SiteFinding::unstated;
    PatientTimeline timeline;
    timeline.procedures = {made};
    ASSERT_THAT(find_sessions(timeline), SizeIs(1));
    EXPECT_TRUE(find_sessions(timeline).front().site_assumed);
    timeline.procedures.push_back(hepatic("2", 0));
    ASSERT_THAT(find_sessions(timeline), SizeIs(1));
    EXPECT_FALSE(find_sessions(timeline).front().site_assumed) << "its twin names the liver";
}

TEST(Sessions, R2_1_RowsOfOneDateAreOneSession) {
    EXPECT_THAT(session_days({hepatic("1", 0), hepatic("2", 0), hepatic("3", 92)}),
                ElementsAre(0, 92));
}

TEST(Sessions, R2_1_DateOnlyRowsOnConsecutiveDaysAreTwoSessions) {
    EXPECT_THAT(session_days({hepatic("1", 0), hepatic("2", 1)}), ElementsAre(0, 1));
}

TEST(Sessions, R2_1_TimesWithin24HoursJoin) {
    EXPECT_THAT(session_days({hepatic_at("1", at(0, 20)), hepatic_at("2", at(1, 20))}),
                ElementsAre(0))
        << "24 hours exactly are within";
    EXPECT_THAT(session_days({hepatic_at("1", at(0, 20)), hepatic_at("2", at(1, 21))}),
                ElementsAre(0, 1));
    EXPECT_THAT(session_days({hepatic_at("1", at(0, 20)), hepatic_at("2", on(1))}),
                ElementsAre(0, 1))
        << "only when both carry times";
}

TEST(Sessions, R2_1_OverlappingPeriodsJoin) {
    ProcedureRow stay = hepatic("1", 0);
    stay.performed.end = on(1);
    EXPECT_THAT(session_days({stay, hepatic("2", 1)}), ElementsAre(0));
    EXPECT_THAT(session_days({stay, hepatic("2", 2)}), ElementsAre(0, 2));
    stay.performed.end = on(-3);
    EXPECT_THAT(session_days({stay, hepatic("2", 1)}), ElementsAre(0, 1))
        << "a period that runs backwards joins nothing";
}

TEST(Sessions, R2_1_WhereOneEndHasNoTimePeriodsAreComparedByTheDay) {
    ProcedureRow stay = row("1", at(0, 10), {concepts::embolization});
    stay.performed.end = at(2, 10);
    ProcedureRow next = row("2", at(2, 11), {concepts::embolization});
    next.performed.end = on(2);
    EXPECT_THAT(session_days({stay, next}), ElementsAre(0));
    next.performed.end.reset();
    EXPECT_THAT(session_days({stay, next}), ElementsAre(0, 2)) << "its start is its end";
    stay.performed.end = on(2);
    EXPECT_THAT(session_days({stay, next}), ElementsAre(0));
}

TEST(Sessions, R2_1_AnEndThatIsNoDayReachesNowhere) {
    ProcedureRow stay = hepatic("1", 83); // 2020-06-01
    stay.performed.end = in_month(2020, 6);
    EXPECT_THAT(session_days({stay, hepatic("2", 100)}), ElementsAre(83, 100));
}

TEST(Sessions, R6_2_ThePunctureIsTheEarliestTimeOfItsRows) {
    for (const auto& hours : {std::pair{8, 10}, {10, 8}}) {
        PatientTimeline timeline;
        timeline.procedures = {hepatic_at("1", at(0, hours.first)),
                               hepatic_at("2", at(0, hours.second)),
                               hepatic_at("3", on(0))};
        ASSERT_THAT(find_sessions(timeline), SizeIs(1));
        EXPECT_EQ(find_sessions(timeline).front().puncture_utc, at(0, 8).utc_seconds);
    }
}

TEST(Sessions, R2_1_PeriodsThatTouchByTheClockJoin) {
    ProcedureRow stay = row("1", at(0, 10), {concepts::embolization});
    stay.performed.end = at(2, 10);
    ProcedureRow next = row("2", at(2, 10), {concepts::embolization});
    next.performed.end = at(2, 12);
    EXPECT_THAT(session_days({stay, next}), ElementsAre(0));
    next.performed.start = at(2, 11);
    EXPECT_THAT(session_days({stay, next}), ElementsAre(0, 2));
}

TEST(Sessions, R2_1_PartOfJoins) {
    ProcedureRow part = hepatic("2", 2);
    part.part_of = {"Procedure/1"};
    EXPECT_THAT(session_days({hepatic("1", 0), part}), ElementsAre(0));
    part.part_of = {"Procedure/other"};
    EXPECT_THAT(session_days({hepatic("1", 0), part}), ElementsAre(0, 2));
}

TEST(Sessions, R2_1_ProtectiveCoilsOfTheDayBelongToTheSession) {
    PatientTimeline timeline;
    timeline.procedures = {hepatic("1", 0, Lobe::right),
                           row("coil", on(0), {concepts::coil_embolization}),
                           row("late", on(5), {concepts::coil_embolization})};
    const auto sessions = find_sessions(timeline);
    ASSERT_THAT(sessions, SizeIs(1));
    EXPECT_THAT(sessions.front().rows, SizeIs(2));
    EXPECT_EQ(sessions.front().lobe, Lobe::right);
}

TEST(Sessions, R2_1_LobesOfOneSessionUnite) {
    PatientTimeline timeline;
    timeline.procedures = {
        hepatic("1", 0, Lobe::right), hepatic("2", 0), hepatic("3", 0, Lobe::left)};
    EXPECT_EQ(find_sessions(timeline).front().lobe, Lobe::both);
    timeline.procedures.pop_back();
    EXPECT_EQ(find_sessions(timeline).front().lobe, Lobe::right);
    std::swap(timeline.procedures[0].lobe, timeline.procedures[1].lobe);
    EXPECT_EQ(find_sessions(timeline).front().lobe, Lobe::right);
}

struct Placed {
    std::vector<int> round_days; // of the first course
    std::optional<int> retreatment;
    bool laterality_unknown = false;
    friend bool operator==(const Placed&, const Placed&) = default;
};

void PrintTo(const Placed& placed, std::ostream* out) {
    *out << ::testing::PrintToString(placed.round_days) << " then "
         << placed.retreatment.value_or(-1) << (placed.laterality_unknown ? " unknown" : "");
}

struct At {
    int day;
    Lobe lobe = Lobe::unknown;
};

Placed place(const std::vector<At>& treated, const std::vector<int>& progressions = {}) {
    PatientTimeline timeline;
    for (const At& one : treated) {
        timeline.procedures.push_back(hepatic(std::to_string(one.day), one.day, one.lobe));
    }
    std::vector<Date> dates;
    for (const int progression : progressions) {
        dates.push_back(day(progression));
    }
    const auto sessions = find_sessions(timeline);
    const Course course = build_course(sessions, dates, rule_trial().windows);
    Placed placed;
    for (const Round& round : course.rounds) {
        placed.round_days.push_back(days_between(day(0), round.date()));
    }
    if (course.retreatment) {
        placed.retreatment = days_between(day(0), *course.retreatment);
    }
    placed.laterality_unknown = course.laterality_unknown;
    return placed;
}

TEST(Rounds, R2_2_DifferentKnownLobesUpTo42Days) {
    EXPECT_EQ(place({{0, Lobe::right}, {42, Lobe::left}}), (Placed{{0}, {}, false}));
    EXPECT_EQ(place({{0, Lobe::right}, {43, Lobe::left}}), (Placed{{0, 43}, {}, false}));
}

TEST(Rounds, R2_2_TheSameLobeUpTo14Days) {
    EXPECT_EQ(place({{0, Lobe::right}, {14, Lobe::right}}), (Placed{{0}, {}, false}));
    EXPECT_EQ(place({{0, Lobe::right}, {15, Lobe::right}}), (Placed{{0, 15}, {}, false}));
    EXPECT_EQ(place({{0, Lobe::both}, {15, Lobe::left}}), (Placed{{0, 15}, {}, false}));
}

TEST(Rounds, R2_2_AnUnknownLobeIsApartFrom15To42DaysAndSaysSo) {
    EXPECT_EQ(place({{0, Lobe::right}, {14}}), (Placed{{0}, {}, false}));
    EXPECT_EQ(place({{0, Lobe::right}, {15}}), (Placed{{0, 15}, {}, true}));
    EXPECT_EQ(place({{0}, {42, Lobe::left}}), (Placed{{0, 42}, {}, true}));
    EXPECT_EQ(place({{0}, {43}}), (Placed{{0, 43}, {}, false}));
}

TEST(Rounds, R2_2_DaysCountFromTheFirstSessionOfTheRound) {
    EXPECT_EQ(place({{0, Lobe::right}, {14, Lobe::right}, {28, Lobe::right}}),
              (Placed{{0, 28}, {}, false}));
}

TEST(Rounds, R2_2_ALobeThatTheRoundHasTreatedIsTheSame) {
    EXPECT_EQ(place({{0, Lobe::right}, {20, Lobe::left}, {40, Lobe::right}}),
              (Placed{{0, 40}, {}, false}));
}

TEST(Courses, R2_3_ARoundWithin150DaysOfTheRoundBefore) {
    EXPECT_EQ(place({{0}, {150}}), (Placed{{0, 150}, {}, false}));
    EXPECT_EQ(place({{0}, {151}}), (Placed{{0}, 151, false}));
    EXPECT_EQ(place({{0}, {100}, {250}}), (Placed{{0, 100, 250}, {}, false}));
    EXPECT_EQ(place({{0}, {100}, {251}}), (Placed{{0, 100}, 251, false}));
}

TEST(Courses, R2_3_TheGapCountsFromTheFirstSessionOfTheRound) {
    EXPECT_EQ(place({{0, Lobe::right}, {30, Lobe::left}, {151, Lobe::right}}),
              (Placed{{0}, 151, false}));
}

TEST(Courses, R2_3_ProgressionBetweenRoundsEndsTheCourse) {
    EXPECT_EQ(place({{0}, {90}}, {60}), (Placed{{0}, 90, false}));
    EXPECT_EQ(place({{0}, {90}}, {91}), (Placed{{0, 90}, {}, false}));
    EXPECT_EQ(place({{0}, {90}}, {90}), (Placed{{0}, 90, false}))
        << "a scan on the day of a session counts as before it";
    EXPECT_EQ(place({{0}, {90}}, {0}), (Placed{{0, 90}, {}, false}))
        << "and one on the day of the earlier session as before that";
}

TEST(Courses, R2_3_OnlyTheFirstSessionOfTheSecondCourseIsTheRetreatment) {
    PatientTimeline timeline;
    timeline.procedures = {hepatic("1", 0), hepatic("2", 200), hepatic("3", 290)};
    const auto sessions = find_sessions(timeline);
    const Course course = build_course(sessions, {}, rule_trial().windows);
    EXPECT_EQ(course.retreatment, day(200));
    EXPECT_THAT(course.retreatment_origins, ElementsAre(Origin{"Procedure/2", "1"}));
}

} // namespace
} // namespace embolink::testing
