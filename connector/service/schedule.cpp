#include "connector/service/schedule.hpp"

#include "connector/core/instants.hpp"

#include <algorithm>

namespace embolink::service {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr int day_minutes = 24 * 60;

bool holds(const DayWindow& window, int minute) {
    return window.from < window.to ? minute >= window.from && minute < window.to
                                   : minute >= window.from || minute < window.to;
}

bool is_open(const std::vector<DayWindow>& windows, int minute) {
    return windows.empty() || std::any_of(windows.begin(), windows.end(), [&](const auto& one) {
               return holds(one, minute);
           });
}

// `instant` itself when a window is open then, else when the next one opens.
Instant when_open(const std::vector<DayWindow>& windows, Instant instant, const std::string& zone) {
    const WallTime wall = wall_time(instant, zone);
    if (is_open(windows, wall.minute)) {
        return instant;
    }
    Instant first = Instant::max();
    for (const DayWindow& window : windows) {
        const bool today = window.from > wall.minute;
        const Date day = today ? wall.day : plus_days(wall.day, 1);
        // When clocks go back an hour comes twice: the first one may have passed.
        const Instant opens = instant_at({day, window.from}, zone);
        first = std::min(first, opens > instant ? opens : opens + std::chrono::hours(1));
    }
    return first;
}

Instant next_time_of_day(const std::vector<int>& at, Instant after, const std::string& zone) {
    const WallTime wall = wall_time(after, zone);
    Instant first = Instant::max();
    for (const int minute : at) {
        for (const int days : {0, 1}) {
            const Instant one = instant_at({plus_days(wall.day, days), minute}, zone);
            if (one > after) {
                first = std::min(first, one);
            }
        }
    }
    return first;
}

// Jitter must not carry it out of its window; what is overdue by more than that waits for a window
// and no longer.
Instant by_interval(const ScheduleConfig& schedule,
                    Instant started,
                    Instant now,
                    const std::string& zone,
                    seconds late) {
    const Instant plain = started + schedule.every;
    const Instant due = plain + late;
    if (due > now && is_open(schedule.windows, wall_time(due, zone).minute)) {
        return due;
    }
    return when_open(schedule.windows, due > now ? std::max(plain, now) : now, zone);
}

Instant by_schedule(const ScheduleConfig& schedule,
                    Instant started,
                    Instant now,
                    const std::string& zone,
                    seconds late) {
    Instant due = Instant::max();
    if (schedule.every.count() > 0) {
        due = by_interval(schedule, started, now, zone, late);
    }
    if (!schedule.at.empty()) {
        due = std::min(due, next_time_of_day(schedule.at, started, zone) + late);
    }
    return due;
}

seconds longest_closed(const std::vector<DayWindow>& windows) {
    int longest = 0;
    int closed = 0;
    for (int minute = 0; minute < 2 * day_minutes; ++minute) {
        closed = is_open(windows, minute % day_minutes) ? 0 : closed + 1;
        longest = std::max(longest, closed);
    }
    return minutes(std::min(longest, day_minutes));
}

} // namespace

seconds retry_pause(const ScheduleConfig& schedule, int failures) {
    // Doubling ends where any schedule would come first.
    return schedule.retry * (1 << std::min(failures - 1, 10));
}

Instant next_due(const ScheduleConfig& schedule,
                 const PastRuns& past,
                 Instant now,
                 const std::string& zone,
                 double jitter) {
    if (!past.started) {
        return when_open(schedule.windows, now, zone);
    }
    const seconds late(
        static_cast<seconds::rep>(static_cast<double>(schedule.jitter.count()) * jitter));
    const Instant due = by_schedule(schedule, *past.started, now, zone, late);
    if (past.failures > 0 && past.ended) {
        const Instant again = *past.ended + retry_pause(schedule, past.failures);
        return std::min(when_open(schedule.windows, std::max(again, now), zone),
                        std::max(due, now));
    }
    return due;
}

bool is_open_now(const ScheduleConfig& schedule, Instant now, const std::string& zone) {
    return is_open(schedule.windows, wall_time(now, zone).minute);
}

bool is_of_the_future(Instant instant, Instant now) {
    return instant > now + minutes(1);
}

bool is_too_old(Instant as_of, Instant now, seconds oldest) {
    return now - as_of > oldest || is_of_the_future(as_of, now);
}

seconds longest_pause(const ScheduleConfig& schedule) {
    seconds longest{0};
    if (schedule.every.count() > 0) {
        longest = schedule.every + longest_closed(schedule.windows);
    }
    if (!schedule.at.empty()) {
        int pause = schedule.at.front() + day_minutes - schedule.at.back();
        for (std::size_t i = 1; i < schedule.at.size(); ++i) {
            pause = std::max(pause, schedule.at[i] - schedule.at[i - 1]);
        }
        const seconds between = minutes(pause);
        longest = longest.count() == 0 ? between : std::min(longest, between);
    }
    return longest + schedule.jitter;
}

} // namespace embolink::service
