// What the service counts, for Prometheus. The list in README.md is a promise: names and labels
// stay, new ones may come. No label ever holds an id of a patient or an address that was asked for.
#pragma once

#include "connector/pull/pipeline.hpp"
#include "connector/service/change_filter.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

enum class PassEnd {
    complete,
    incomplete, // some patients could not be pulled
    failed,
    partial // of some patients only, whom notifications told of
};

// A method of HTTP as it is, "other" for every other word: what a caller invents, his patient's
// name for one, gets into no log and no label.
std::string known_method(const std::string& method);

class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // `route`: a pattern. Methods other than HTTP's own count as one.
    void request(const std::string& route, const std::string& method, int status, double seconds);

    void pass_begun();
    // `summary` is nullptr when it failed.
    void pass_ended(PassEnd end, double seconds, double now, const PassSummary* summary);
    // It is made again by itself and says nothing of the hospital: no alarm.
    void pass_of_some_failed();

    // At the start, of the newest pass of everybody that had ended: what alarms go by outlives a
    // restart. `pulled` and `not_pulled`: patients of the newest one that did not fail.
    struct LastPass {
        bool failed = false;
        double ended = 0; // seconds since 1970
        std::optional<double> pulled;
        double not_pulled = 0;
        double kept = 1; // kept_ratio()
    };

    void last_pass(const LastPass& last);
    void pass_held();                            // by the lease of another process: none began
    void schedule(bool paused, double next_due); // seconds since 1970
    // Start of the newest pass that did not fail, in seconds since 1970.
    void data_as_of(double seconds);

    void card(const std::string& name);        // "marker", "imaging", "open-items", "trial-context"
    void feedback(const std::string& outcome); // "accepted", "overridden"
    void hook_refused();                       // no valid token
    void hook_stale();                         // no cards, since the data are too old
    // What a hook asked for by its caller's token: "unanswered" in time, "refused", "unusable".
    void hook_left_unsaid(const std::string& reason);

    void notification(const std::string& kind); // "empty", "handshake", "heartbeat", "event"
    void notifications_left_out(const FilterCounts& counts);
    void events_recovered(const std::string& by);             // "events", "status", "search"
    void notified_waiting(std::size_t patients);              // told of and not pulled yet
    void subscriptions(std::size_t wanted, std::size_t well); // of our own

    std::string text() const; // Prometheus text format 0.0.4
    std::vector<std::string> names() const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

} // namespace embolink::service
