// When the next pass is due: a function of the configuration, of what has run, and of the time.
// Nothing is remembered but the store's run history, so that a pass of cron counts like one of the
// service, and a service that was away catches up.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/service_config.hpp"

#include <optional>
#include <string>

namespace embolink::service {

struct PastRuns {
    // Of the newest run; nullopt: there was none, or it was stopped half-way and is to be repeated.
    std::optional<Instant> started;
    std::optional<Instant> ended;
    int failures = 0; // in a row, up to the newest
};

// At or before `now`: at once. `jitter` in [0, 1) is that of this turn: the share of
// schedule.jitter by which a pass begins later than it might. After a failure: `retry` after its
// end, doubled with each further one, never later than the schedule would have it without failures.
// `zone` as of wall_time.
Instant next_due(const ScheduleConfig& schedule,
                 const PastRuns& past,
                 Instant now,
                 const std::string& zone,
                 double jitter);

// Whether passes of everybody may begin now: one of `windows` is open, or there is none.
bool is_open_now(const ScheduleConfig& schedule, Instant now, const std::string& zone);

// After so many failures in a row, at least one: `retry`, doubled with each further one.
std::chrono::seconds retry_pause(const ScheduleConfig& schedule, int failures);

// Data of a pass that began at `as_of` are no longer to be used. So are those of the future: they
// were pulled while the clock was wrong.
bool is_too_old(Instant as_of, Instant now, std::chrono::seconds oldest);

// Whether an instant lies after `now` by more than clocks differ.
bool is_of_the_future(Instant instant, Instant now);

// From one pass to the next when all goes well: the longest pause between two times of `at`, or
// `every` with the longest part of the day that is outside of all windows; and the jitter.
std::chrono::seconds longest_pause(const ScheduleConfig& schedule);

} // namespace embolink::service
