// Which notifications are a reason for a pass, and when it is time for it: without sockets or
// clocks.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/service/notification.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>

namespace embolink::service {

struct FilterCounts {
    std::int64_t repeated = 0; // the same version again: delivery is at least once
    std::int64_t own = 0;      // what embolink wrote
    std::int64_t foreign = 0;  // of patients who are nobody of ours
    std::int64_t gaps = 0;     // event numbers that were passed over
};

class ChangeFilter {
public:
    // `is_ours`: whether a patient belongs to the cohort. A pass waits until nothing came for
    // `quiet`, `longest` at most, and comes no sooner than `pause` after the one before: a flood
    // of notifications is one pass.
    struct Timing {
        std::chrono::milliseconds quiet{2'000};
        std::chrono::milliseconds longest{10'000};
        std::chrono::milliseconds pause{10'000};
    };

    explicit ChangeFilter(Timing timing) : timing_(timing) {}

    void take(const Notification& notification,
              const std::function<bool(const std::string&)>& is_ours,
              Instant now);

    // Whether it is time; then what came is done with.
    bool is_due(Instant now);

    const FilterCounts& counts() const { return counts_; }

private:
    bool matters(const Change& change, const std::function<bool(const std::string&)>& is_ours);
    bool is_repeated(const Change& change);
    void note_events(const Notification& notification, bool& matters);

    Timing timing_;
    FilterCounts counts_;
    std::set<std::string> seen_; // reference and version
    std::deque<std::string> order_;
    std::optional<std::int64_t> last_event_;
    std::optional<Instant> first_; // of what waits
    Instant newest_{};
    std::optional<Instant> last_pass_;
};

} // namespace embolink::service
