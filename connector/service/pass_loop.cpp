#include "connector/service/pass_loop.hpp"

#include "connector/core/about.hpp"
#include "connector/core/error.hpp"
#include "connector/core/instants.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/log_format.hpp"
#include "connector/store/lease.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace embolink::service {
namespace {

double seconds_of(Instant instant) {
    return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

double draw_jitter() {
    std::random_device source;
    return std::uniform_real_distribution<double>(0, 1)(source);
}

struct Situation {
    std::vector<RunRow> rows;
    bool paused = false;
    bool wanted = false;
};

Situation look(WorkStore& store) {
    Situation out;
    out.rows = store.recent_whole_runs(rows_of_history);
    out.paused = store.is_paused();
    out.wanted = store.take_wanted_run();
    return out;
}

// How long those are left alone who were told of and could not be pulled.
constexpr std::chrono::seconds first_pause{10};
constexpr std::chrono::seconds longest_pause_of_failed{60};

std::chrono::seconds doubled(int tries) {
    return first_pause * (1 << std::min(tries - 1, 10));
}

bool waits_after_failure(const ScheduleConfig& schedule, const PastRuns& past, Instant now) {
    return past.failures > 0 && past.ended &&
           now < *past.ended + retry_pause(schedule, past.failures);
}

} // namespace

PastRuns past_runs(const std::vector<RunRow>& rows, Instant now) {
    PastRuns past;
    // What was cut off is repeated at once.
    if (rows.empty() || rows.front().ended.empty() || rows.front().outcome == "interrupted") {
        return past;
    }
    const auto started = instant_of(rows.front().start.started);
    if (started && is_of_the_future(*started, now)) {
        return past;
    }
    past.started = started;
    past.ended = instant_of(rows.front().ended);
    const auto good = std::find_if(
        rows.begin(), rows.end(), [](const RunRow& row) { return row.outcome != "failed"; });
    past.failures = static_cast<int>(good - rows.begin());
    return past;
}

Metrics::LastPass last_pass(const std::vector<RunRow>& rows) {
    Metrics::LastPass last;
    for (const RunRow& row : rows) {
        const auto ended = instant_of(row.ended);
        if (!ended) {
            continue;
        }
        if (last.ended == 0) {
            last.ended = seconds_of(*ended);
            last.failed = row.outcome == "failed";
        }
        const nlohmann::json summary = nlohmann::json::parse(row.summary, nullptr, false);
        if (summary.is_object() && row.outcome != "failed") {
            last.pulled = summary.value("patients", 0.0);
            last.not_pulled = summary.value("failed", 0.0);
            last.kept = summary.value("kept_ratio", 1.0);
            break;
        }
    }
    return last;
}

std::optional<Instant> data_as_of(const std::vector<RunRow>& rows, Instant now) {
    for (const RunRow& row : rows) {
        const auto started = instant_of(row.start.started);
        const bool good = row.outcome == "complete" || row.outcome == "incomplete";
        if (good && started && !is_of_the_future(*started, now)) {
            return started;
        }
    }
    return std::nullopt;
}

PassLoop::PassLoop(std::function<PassSummary(const Patients&)> pass,
                   const ScheduleConfig& schedule,
                   std::string zone,
                   Desk& desk,
                   Metrics& metrics,
                   const Log& log,
                   std::chrono::seconds lease_pause)
    : pass_(std::move(pass)), schedule_(schedule), zone_(std::move(zone)), desk_(desk),
      metrics_(metrics), log_(log), lease_pause_(lease_pause), jitter_(draw_jitter()) {}

PassLoop::~PassLoop() {
    thread_.join();
}

asio::awaitable<void> PassLoop::run() {
    const auto resume = [](WorkStore& store) {
        store.resume_wanted_run();
        return store.recent_whole_runs(rows_of_history);
    };
    const std::vector<RunRow> rows = co_await desk_.ask(resume);
    if (!rows.empty()) {
        metrics_.last_pass(last_pass(rows));
    }
    while (!is_interrupted()) {
        bool lost = false;
        try {
            co_await turn();
        } catch (const Error& error) {
            // The database may come back: readiness tells meanwhile.
            log_.error(std::string(error.what()) + " (" + error.where() + ")");
            lost = true;
        }
        co_await sleep_for(lost ? std::chrono::seconds(5) : std::chrono::seconds(1));
    }
}

PastRuns PassLoop::with_own_failures(PastRuns past) const {
    if (failures_ == 0) {
        return past;
    }
    past.failures = std::max(past.failures, failures_);
    past.started = past.started ? past.started : failed_at_;
    past.ended = std::max(past.ended.value_or(failed_at_), failed_at_);
    return past;
}

asio::awaitable<void> PassLoop::turn() {
    const Situation now_there = co_await desk_.ask(look);
    wanted_ = wanted_ || now_there.wanted;
    const Instant now = current_instant();
    if (const auto good = data_as_of(now_there.rows, now)) {
        metrics_.data_as_of(seconds_of(*good));
    }
    const PastRuns past = with_own_failures(past_runs(now_there.rows, now));
    const Instant due = next_due(schedule_, past, now, zone_, jitter_);
    metrics_.schedule(now_there.paused, seconds_of(std::max(due, now)));
    const bool may_catch_up = catch_up_ && is_open_now(schedule_, now, zone_) &&
                              !waits_after_failure(schedule_, past, now);
    const bool is_time = wanted_ || (!now_there.paused && (due <= now || may_catch_up));
    const Patients some = due_of_some(now);
    Patients waiting = patients_;
    for (const auto& [patient, left] : left_) {
        waiting.insert(patient);
    }
    metrics_.notified_waiting(waiting.size());
    // A clock that was set back must not prolong a pause.
    if (now < not_before_ && not_before_ - now <= lease_pause_) {
        co_return;
    }
    if (is_time) {
        const char* why = wanted_      ? "somebody asked for it"
                          : due <= now ? "it is due"
                                       : "something changed, and nobody knows for whom";
        co_await run_pass(Patients(), why);
    } else if (!some.empty() && !now_there.paused && is_over(some_wait_, now)) {
        co_await run_pass(some, "they were told of");
    }
}

// No pause here is longer than that of the schedule: one that seems to be began before the clock
// was set back.
bool PassLoop::is_over(Instant pause_ends, Instant now) const {
    return now >= pause_ends || pause_ends - now > longest_pause(schedule_);
}

// Who are wanted, and whoever could not be pulled and is to be asked for again.
PassLoop::Patients PassLoop::due_of_some(Instant now) const {
    Patients some = patients_;
    for (const auto& [patient, left] : left_) {
        if (is_over(left.again_at, now)) {
            some.insert(patient);
        }
    }
    return some;
}

// Whoever was told of is asked for until he was pulled: soon at first, then as seldom as the
// schedule repeats what failed. Each by himself: one whom the server refuses holds nobody.
void PassLoop::settle(const Patients& told, const Patients& not_pulled) {
    failures_of_some_ = 0;
    some_wait_ = {};
    for (const std::string& patient : told) {
        if (not_pulled.count(patient) == 0) {
            left_.erase(patient);
            continue;
        }
        Left& left = left_[patient];
        ++left.tries;
        left.again_at = current_instant() + std::min({doubled(left.tries),
                                                      retry_pause(schedule_, left.tries),
                                                      longest_pause(schedule_)});
    }
}

// Whoever could not be pulled before has a time of his own.
void PassLoop::want_still(const Patients& told) {
    for (const std::string& patient : told) {
        if (left_.count(patient) == 0) {
            patients_.insert(patient);
        }
    }
}

// All of them are wanted still. When it was a pass of some the server may only have been restarted:
// the next one comes soon.
void PassLoop::settle_failure(bool partial, const Patients& told) {
    want_still(told);
    if (partial) {
        ++failures_of_some_;
        some_wait_ = current_instant() + std::min({doubled(failures_of_some_),
                                                   retry_pause(schedule_, failures_of_some_),
                                                   longest_pause_of_failed,
                                                   longest_pause(schedule_)});
    }
}

// What cannot be read (the configuration for one) ends a pass before it has a row: it gets one.
asio::awaitable<RunId> PassLoop::failed_run(bool partial, Instant begun) {
    RunStart start;
    start.started = instant_text(begun);
    start.software_version = software_version();
    start.partial = partial;
    const std::string ended = instant_text(current_instant());
    const auto keep = [&](WorkStore& store) { return store.keep_failed_run(start, ended); };
    try {
        co_return co_await desk_.ask(keep);
    } catch (const Error& error) {
        log_.error(std::string("a failed pass is not in the history: ") + error.what() + " (" +
                   error.where() + ")");
    }
    co_return 0;
}

asio::awaitable<void> PassLoop::run_pass(Patients patients, const char* why) {
    const bool partial = !patients.empty();
    const auto begun = std::chrono::steady_clock::now();
    const Instant started = current_instant();
    running_ = true;
    metrics_.pass_begun();
    Patients told = std::exchange(patients_, Patients()); // until now, and not pulled yet
    if (partial) {
        told = patients;
    } else {
        for (const auto& [patient, left] : left_) {
            told.insert(patient);
        }
    }
    const bool caught_up = !partial && std::exchange(catch_up_, false);
    log_.info((partial ? "a pass of " + std::to_string(patients.size()) + " patients begins: "
                       : "a pass begins: ") +
              why);
    PassSummary summary;
    PassEnd end = PassEnd::failed;
    bool held = false;
    std::string fault;
    try {
        const auto work = [&] { return pass_(patients); };
        summary = co_await run_on(thread_, work);
        end = partial              ? PassEnd::partial
              : summary.failed > 0 ? PassEnd::incomplete
                                   : PassEnd::complete;
    } catch (const LeaseHeld&) {
        held = true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::interrupted) {
            fault = std::string("a pass failed: ") + error.what() + " (" + error.where() + "); " +
                    error.remedy();
        }
    } catch (const std::exception& error) {
        // Texts of the standard library never hold patient data.
        fault = std::string("a pass failed, a fault of embolink: ") + error.what();
    }
    running_ = false;
    if (held) {
        catch_up_ = catch_up_ || caught_up;
        want_still(told);
        log_.info("another process is at work with this store; it is waited for");
        not_before_ = current_instant() + lease_pause_;
        metrics_.pass_held();
        co_return;
    }
    wanted_ = wanted_ && partial;
    if (end == PassEnd::failed) {
        settle_failure(partial, told);
    } else {
        settle(told, summary.not_pulled);
    }
    if (!partial && !is_interrupted()) {
        const auto settle = [](WorkStore& store) {
            store.settle_wanted_run();
            return true;
        };
        co_await desk_.ask(settle);
    }
    jitter_ = draw_jitter();
    if (!fault.empty()) {
        const RunId run = co_await failed_run(partial, started);
        const LogTag tag("run", std::to_string(run));
        log_.error(fault);
    }
    note(end, partial, begun, end == PassEnd::failed ? nullptr : &summary);
}

void PassLoop::note(PassEnd end,
                    bool partial,
                    std::chrono::steady_clock::time_point begun,
                    const PassSummary* summary) {
    const Instant now = current_instant();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (partial && end == PassEnd::failed) {
        metrics_.pass_of_some_failed();
    } else {
        metrics_.pass_ended(end, took.count(), seconds_of(now), summary);
    }
    if (!partial) { // the schedule is of everybody
        failures_ = end == PassEnd::failed ? failures_ + 1 : 0;
        failed_at_ = now;
    }
    if (summary != nullptr) {
        const LogTag tag("run", std::to_string(summary->run));
        log_.info("pass " + std::to_string(summary->run) +
                  " ended: " + std::to_string(summary->patients) + " patients, " +
                  std::to_string(summary->derived) + " derived, " +
                  std::to_string(summary->failed) + " not pulled");
    }
}

} // namespace embolink::service
