// When the next pass is due.
#include "connector/core/instants.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/service/schedule.hpp"

#include <gtest/gtest.h>

namespace {

using namespace embolink;
using namespace embolink::service;
using namespace std::chrono_literals;

Instant at(const std::string& text) {
    return instant_of(text + ":00.000Z").value();
}

std::string text_of(Instant instant) {
    return instant_text(instant).substr(0, 16);
}

PastRuns ran(const std::string& started, const std::string& ended = "", int failures = 0) {
    PastRuns past;
    past.started = at(started);
    past.ended = ended.empty() ? at(started) : at(ended);
    past.failures = failures;
    return past;
}

std::string due(const ScheduleConfig& schedule,
                const PastRuns& past,
                const std::string& now,
                const std::string& zone = "Europe/Paris",
                double jitter = 0) {
    return text_of(next_due(schedule, past, at(now), zone, jitter));
}

ScheduleConfig every(std::chrono::seconds time) {
    ScheduleConfig schedule;
    schedule.every = time;
    return schedule;
}

ScheduleConfig at_times(std::vector<int> minutes) {
    ScheduleConfig schedule;
    schedule.every = 0s;
    schedule.at = std::move(minutes);
    return schedule;
}

TEST(Schedule, TheFirstPassIsDueAtOnce) {
    EXPECT_EQ(due(every(1h), {}, "2026-01-10T08:00"), "2026-01-10T08:00");
}

TEST(Schedule, AnIntervalCountsFromStartToStart) {
    EXPECT_EQ(due(every(1h), ran("2026-01-10T08:00", "2026-01-10T08:50"), "2026-01-10T08:51"),
              "2026-01-10T09:00");
}

TEST(Schedule, WhatIsOverdueIsCaughtUpWithAtOnceAndOnce) {
    EXPECT_EQ(due(every(1h), ran("2026-01-07T08:00"), "2026-01-10T08:51"), "2026-01-10T08:51");
    const Instant now = at("2026-01-10T08:51");
    EXPECT_LE(next_due(at_times({120}), ran("2026-01-07T08:00"), now, "UTC", 0.9), now);
    EXPECT_EQ(due(at_times({120}), ran("2026-01-10T08:51"), "2026-01-10T08:55", "UTC"),
              "2026-01-11T02:00");
}

TEST(Schedule, JitterHoldsUntilItIsOverAndStaysInTheWindow) {
    ScheduleConfig schedule = every(1h);
    schedule.jitter = 30min;
    const PastRuns past = ran("2026-01-10T08:00");
    for (const char* now : {"2026-01-10T08:30", "2026-01-10T09:00", "2026-01-10T09:14"}) {
        EXPECT_EQ(due(schedule, past, now, "UTC", 0.5), "2026-01-10T09:15") << now;
    }
    EXPECT_EQ(due(schedule, past, "2026-01-10T09:40", "UTC", 0.5), "2026-01-10T09:40");
    schedule.windows = {{8 * 60, 9 * 60 + 10}};
    EXPECT_EQ(due(schedule, past, "2026-01-10T08:30", "UTC", 0.5), "2026-01-10T09:00");
    ScheduleConfig times = at_times({120});
    times.jitter = 30min;
    EXPECT_EQ(due(times, past, "2026-01-11T02:05", "UTC", 0.5), "2026-01-11T02:15");
}

TEST(Schedule, TimesOfDayAreThoseOfTheWall) {
    const ScheduleConfig schedule = at_times({150, 14 * 60});
    EXPECT_EQ(due(schedule, ran("2026-01-10T01:30"), "2026-01-10T01:31"), "2026-01-10T13:00");
    EXPECT_EQ(due(schedule, ran("2026-07-10T00:30"), "2026-07-10T00:31"), "2026-07-10T12:00");
    EXPECT_EQ(due(schedule, ran("2026-01-10T13:00"), "2026-01-10T13:01"), "2026-01-11T01:30");
}

TEST(Schedule, ATimeThatTheClockPassesOverIsNotLost) {
    // In Paris 02:30 does not exist on 29 March 2026: the clock goes from 02:00 to 03:00 at 01:00Z.
    EXPECT_EQ(due(at_times({150}), ran("2026-03-28T12:00"), "2026-03-28T12:01"),
              "2026-03-29T01:00");
    // On 25 October it comes twice and counts once: the first at 00:30Z.
    EXPECT_EQ(due(at_times({150}), ran("2026-10-24T12:00"), "2026-10-24T12:01"),
              "2026-10-25T00:30");
    EXPECT_EQ(due(at_times({150}), ran("2026-10-25T00:30"), "2026-10-25T00:31"),
              "2026-10-26T01:30");
}

TEST(Schedule, AnIntervalWaitsForItsWindow) {
    ScheduleConfig schedule = every(1h);
    schedule.windows = {{20 * 60, 6 * 60}};
    EXPECT_EQ(due(schedule, ran("2026-01-10T02:00"), "2026-01-10T02:10"), "2026-01-10T03:00");
    EXPECT_EQ(due(schedule, ran("2026-01-10T04:30"), "2026-01-10T04:40"), "2026-01-10T19:00")
        << "06:00 in Paris is outside";
    EXPECT_EQ(due(schedule, ran("2026-01-07T04:30"), "2026-01-10T11:00"), "2026-01-10T19:00")
        << "what is overdue waits, too";
    EXPECT_EQ(due(schedule, ran("2026-01-07T04:30"), "2026-01-10T22:10"), "2026-01-10T22:10");
}

TEST(Schedule, TheFirstPassAndARetryWaitForTheWindow) {
    ScheduleConfig schedule;
    schedule.every = 30min;
    schedule.retry = 1min;
    schedule.windows = {{20 * 60, 6 * 60}};
    const Instant noon = at("2026-01-07T12:00");
    EXPECT_EQ(text_of(next_due(schedule, {}, noon, "UTC", 0)), "2026-01-07T20:00");
    PastRuns failed = ran("2026-01-07T05:58");
    failed.ended = at("2026-01-07T06:01");
    failed.failures = 1;
    EXPECT_EQ(text_of(next_due(schedule, failed, noon, "UTC", 0)), "2026-01-07T20:00");
}

// Europe/Paris, 25 October 2026: 02:00 to 03:00 comes twice, first as CEST (00:00 to 01:00 UTC).
TEST(Schedule, AWindowOfTheHourThatComesTwiceIsNeverInThePast) {
    ScheduleConfig schedule;
    schedule.every = 2min;
    schedule.windows = {{2 * 60 + 10, 2 * 60 + 34}};
    const Instant now = at("2026-10-25T01:02"); // 02:02 CET, the second time
    const Instant due = next_due(schedule, ran("2026-10-25T00:33"), now, "Europe/Paris", 0);
    EXPECT_EQ(text_of(due), "2026-10-25T01:10");
}

TEST(Schedule, JitterMovesOnlyWhatIsAhead) {
    ScheduleConfig schedule = every(1h);
    schedule.jitter = 10min;
    EXPECT_EQ(due(schedule, ran("2026-01-10T08:00"), "2026-01-10T08:10", "", 0.5),
              "2026-01-10T09:05");
    EXPECT_EQ(due(schedule, ran("2026-01-10T08:00"), "2026-01-10T10:00", "", 0.5),
              "2026-01-10T10:00");
}

TEST(Schedule, AFailedPassIsRepeatedSoonerAndThenLessOften) {
    ScheduleConfig schedule = every(12h);
    schedule.retry = 15min;
    const auto after = [&](int failures) {
        return due(schedule,
                   ran("2026-01-10T08:00", "2026-01-10T08:05", failures),
                   "2026-01-10T08:06",
                   "");
    };
    EXPECT_EQ(after(1), "2026-01-10T08:20");
    EXPECT_EQ(after(2), "2026-01-10T08:35");
    EXPECT_EQ(after(3), "2026-01-10T09:05");
    EXPECT_EQ(after(20), "2026-01-10T20:00") << "the schedule comes first";
}

TEST(Schedule, TheLongestPauseTellsWhatIsStale) {
    EXPECT_EQ(longest_pause(every(1h)), 1h);
    ScheduleConfig at_night = every(1h);
    at_night.windows = {{20 * 60, 6 * 60}};
    EXPECT_EQ(longest_pause(at_night), 15h);
    EXPECT_EQ(longest_pause(at_times({120})), 24h);
    EXPECT_EQ(longest_pause(at_times({120, 600})), 16h);
    ScheduleConfig late = every(1h);
    late.jitter = 20min;
    EXPECT_EQ(longest_pause(late), 80min);
}

RunRow row(const std::string& started, const std::string& ended, const std::string& outcome) {
    RunRow out;
    out.start.started = started;
    out.ended = ended;
    out.outcome = outcome;
    return out;
}

const std::string eight = "2026-01-10T08:00:00.000Z";
const std::string nine = "2026-01-10T09:00:00.000Z";

TEST(RunHistory, FailuresInARowAreCounted) {
    const PastRuns past = past_runs(
        {row(nine, nine, "failed"), row(eight, eight, "failed"), row(eight, eight, "complete")},
        instant_of(nine).value());
    EXPECT_EQ(past.failures, 2);
    EXPECT_EQ(past.started, instant_of(nine));
    EXPECT_EQ(past_runs({row(nine, nine, "incomplete")}, instant_of(nine).value()).failures, 0);
}

TEST(RunHistory, WhatWasCutOffIsDueAtOnce) {
    EXPECT_FALSE(past_runs({row(nine, "", "")}, instant_of(nine).value()).started);
    EXPECT_FALSE(past_runs({row(nine, nine, "interrupted")}, instant_of(nine).value()).started);
    EXPECT_FALSE(past_runs({}, instant_of(nine).value()).started);
}

TEST(RunHistory, WhatRanWhileTheClockWasWrongIsRepeatedAndItsDataAreNotUsed) {
    const Instant now = instant_of(eight).value();
    EXPECT_FALSE(
        past_runs({row(nine, nine, "complete"), row(eight, eight, "complete")}, now).started);
    EXPECT_EQ(data_as_of({row(nine, nine, "complete"), row(eight, eight, "complete")}, now), now);
    EXPECT_FALSE(data_as_of({row(nine, nine, "complete")}, now));
    EXPECT_TRUE(is_too_old(instant_of(nine).value(), now, 2h));
    EXPECT_FALSE(is_too_old(now + 30s, now, 2h)) << "clocks differ a little";
    EXPECT_FALSE(is_too_old(now - 2h, now, 2h));
    EXPECT_TRUE(is_too_old(now - 2h - 1s, now, 2h));
}

TEST(RunHistory, DataAreAsOfThePassThatDidNotFail) {
    const Instant now = instant_of(nine).value();
    EXPECT_EQ(data_as_of({row(nine, nine, "failed"), row(eight, nine, "incomplete")}, now),
              instant_of(eight));
    EXPECT_FALSE(data_as_of({row(nine, nine, "failed"), row(eight, "", "")}, now));
}

TEST(WallTime, IsThatOfTheZone) {
    const WallTime wall = wall_time(at("2026-07-10T22:30"), "Europe/Paris");
    EXPECT_EQ(to_iso(wall.day), "2026-07-11");
    EXPECT_EQ(wall.minute, 30);
    EXPECT_EQ(text_of(instant_at(wall, "Europe/Paris")), "2026-07-10T22:30");
    EXPECT_EQ(wall_time(at("2026-07-10T22:30"), "").minute, 22 * 60 + 30) << "UTC";
}

TEST(InstantOf, ReadsWhatTheStoreKeeps) {
    EXPECT_EQ(instant_text(*instant_of("2026-11-25T19:04:05.123Z")), "2026-11-25T19:04:05.123Z");
    EXPECT_FALSE(instant_of(""));
    EXPECT_FALSE(instant_of("yesterday"));
}

} // namespace
