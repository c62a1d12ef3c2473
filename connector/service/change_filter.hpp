// Which notifications are a reason for a pass, and when it is time for it: without sockets or
// clocks. Each patient has his own patience: one of whom there is always news keeps nobody waiting.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/service/event_numbers.hpp"
#include "connector/service/notification.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::service {

struct FilterCounts {
    std::int64_t repeated = 0; // the same version or event again: delivery is at least once
    std::int64_t own = 0;      // what embolink wrote
    std::int64_t foreign = 0;  // of patients who are nobody of ours
    std::int64_t gaps = 0;     // times that events were lost: what only comes late is none
};

// Events of one channel that did not come in time.
struct LostEvents {
    std::string channel;
    std::string subscription; // its id on the server, "" not known
    EventGap gap;
};

class ChangeFilter {
public:
    // A pass waits until nothing came of a patient for `quiet`, `longest` at most, and comes no
    // sooner than `quiet` after the one before; one of everybody no sooner than `pause` after the
    // one before: a flood of notifications is one pass. Events that are passed over are waited for
    // as long as `quiet`.
    struct Timing {
        std::chrono::milliseconds quiet{2'000};
        std::chrono::milliseconds longest{10'000};
        std::chrono::milliseconds pause{10'000};
    };

    // Whether a change that names its patient matters: he belongs to the cohort, or it may bring
    // him into it.
    using Matters = std::function<bool(const Change&)>;

    ChangeFilter(Timing timing, Matters matters) : timing_(timing), matters_(std::move(matters)) {}

    // What came by the channel, whose events are numbered by themselves. Gives out the references
    // of which nobody said whose they are: they are looked up and taken as changes.
    std::vector<std::string>
    take(const std::string& channel, const Notification& notification, Instant now);

    void take(const Change& change, Instant now);

    // Something of the patient changed, whatever it is.
    void take_patient(const std::string& patient, Instant now) { wait(patient, now); }

    // Something changed, and nobody knows what.
    void take_unknown(Instant now);

    // The highest number that is known of a channel; 0: none.
    std::int64_t highest(const std::string& channel) const;

    // How many events the server counts on a channel, as it says when it is asked. `before`: the
    // highest number that was known when the question was sent; fewer than that means that the
    // server counts anew.
    void take_total(const std::string& channel,
                    const std::string& subscription,
                    std::int64_t total,
                    std::int64_t before,
                    Instant now);

    // Each until it is settled: the server told these again, or a pass asks for everything, and so
    // for what was lost since, too.
    std::vector<LostEvents> lost(Instant now) const;
    void settle(const LostEvents& lost, bool told_again, Instant now);

    // For whom it is time; then what came is done with.
    struct Due {
        bool everybody = false; // something changed, and nobody knows of whom
        std::set<std::string> patients;

        bool any() const { return everybody || !patients.empty(); }
    };

    Due take_due(Instant now);

    const FilterCounts& counts() const { return counts_; }

private:
    struct Wait {
        Instant first{};
        Instant newest{};
    };

    struct Channel {
        EventNumbers numbers;
        std::map<std::int64_t, std::string> times; // of the newest events
        std::string subscription;
    };

    bool note(const std::string& key);
    bool is_repeated(const Change& change);
    bool
    was_told(const std::string& channel, const Notification& notification, const Change& change);
    bool take_events(Channel& channel, const Notification& notification, Instant now);
    bool counts_anew(const Channel& channel, const Notification& notification, Instant now) const;
    void take_fresh_total(Channel& channel, std::int64_t total, std::int64_t before, Instant now);
    bool is_news(const std::string& channel, const Notification& notification, Instant now);
    Channel* channel_of(const std::string& name);
    void wait(const std::string& patient, Instant now);

    Timing timing_;
    Matters matters_;
    FilterCounts counts_;
    std::set<std::string> seen_; // reference and version; channel, number and reference
    std::deque<std::string> order_;
    std::map<std::string, Channel> channels_;
    std::map<std::string, Wait> waiting_; // by patient; "" of somebody
    std::optional<Instant> last_pass_;
    std::optional<Instant> last_whole_pass_;
};

} // namespace embolink::service
