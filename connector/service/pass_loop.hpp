// The schedule at work: once a second it asks whether a pass is due or wanted, and runs it on a
// thread of its own, so that the service answers meanwhile (D24). One pass at a time; what another
// process is doing (the lease) is waited for. A pass that fails is told to the log and the metrics
// and repeated by the schedule's rules; the service goes on.
#pragma once

#include "connector/core/log.hpp"
#include "connector/service/desk.hpp"
#include "connector/service/metrics.hpp"
#include "connector/service/schedule.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::service {

// What the run history says. `rows`: newest first. A newest run that began after `now` was made
// while the clock was wrong, and is repeated.
PastRuns past_runs(const std::vector<RunRow>& rows, Instant now);

// Start of the newest run that did not fail, and did not begin after `now`; nullopt: none among
// them.
std::optional<Instant> data_as_of(const std::vector<RunRow>& rows, Instant now);

// What the metrics say after a restart.
Metrics::LastPass last_pass(const std::vector<RunRow>& rows);

// How many rows these have to be given: more failures in a row than any schedule counts.
inline constexpr int rows_of_history = 50;

class PassLoop {
public:
    // Of these patients only; empty: everybody.
    using Patients = std::set<std::string>;

    // `pass` runs on the loop's own thread. All must outlive the loop. `lease_pause`: how long
    // another process that is at work is left alone before it is asked again.
    PassLoop(std::function<PassSummary(const Patients&)> pass,
             const ScheduleConfig& schedule,
             std::string zone,
             Desk& desk,
             Metrics& metrics,
             const Log& log,
             std::chrono::seconds lease_pause = std::chrono::seconds(30));
    ~PassLoop();

    // Until is_interrupted(). Once.
    asio::awaitable<void> run();

    bool is_running() const { return running_; }

    // A pass of everybody soon, after the pass that is at work, the end of a pause and in one of
    // the schedule's windows: something changed, and nobody knows for whom.
    void catch_up() { catch_up_ = true; }

    // Asks for a pass of these patients, which waits for one that is at work, and for the end of a
    // pause. A pass of everybody is one of them, too.
    void want(const Patients& patients) { patients_.insert(patients.begin(), patients.end()); }

private:
    asio::awaitable<void> turn();

    // Whoever was told of and could not be pulled.
    struct Left {
        int tries = 0; // in a row
        Instant again_at{};
    };

    asio::awaitable<void> run_pass(Patients patients, const char* why);
    Patients due_of_some(Instant now) const;
    void settle(const Patients& told, const Patients& not_pulled);
    void want_still(const Patients& told);
    void settle_failure(bool partial, const Patients& told);
    bool is_over(Instant pause_ends, Instant now) const;
    asio::awaitable<RunId> failed_run(bool partial, Instant begun);
    void note(PassEnd end,
              bool partial,
              std::chrono::steady_clock::time_point begun,
              const PassSummary* summary);
    PastRuns with_own_failures(PastRuns past) const;

    std::function<PassSummary(const Patients&)> pass_;
    const ScheduleConfig& schedule_;
    std::string zone_;
    Desk& desk_;
    Metrics& metrics_;
    const Log& log_;
    std::chrono::seconds lease_pause_;
    asio::thread_pool thread_{1};
    bool running_ = false;
    bool wanted_ = false;
    bool catch_up_ = false;
    Patients patients_; // who are wanted
    std::map<std::string, Left> left_;
    int failures_of_some_ = 0; // passes of some that failed as a whole, in a row
    Instant some_wait_{};      // until then no pass of some begins
    double jitter_ = 0;
    // Of passes that failed before they could leave a row.
    int failures_ = 0;
    Instant failed_at_{};
    Instant not_before_{}; // another process is at work
};

} // namespace embolink::service
