// The numbers of one Subscription's events (R5 backport): which are told twice, which are missing.
// Without clocks or sockets. Delivery may lose, repeat and reorder, so that a number that is passed
// over is waited for before it counts as lost.
#pragma once

#include "connector/core/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>

namespace embolink::service {

// Both included.
struct EventGap {
    std::int64_t first = 0;
    std::int64_t last = 0;

    friend bool operator==(const EventGap&, const EventGap&) = default;
};

// Whether none of it is missing in them.
bool fills(const std::set<std::int64_t>& numbers, const EventGap& gap);

class EventNumbers {
public:
    // Events that came. False: none of them is new.
    bool take(const std::set<std::int64_t>& numbers, Instant now);

    // How many the server says there have been (eventsSinceSubscriptionStart). The first word of
    // it is where counting begins: what was before is the business of the pass at the start.
    void take_total(std::int64_t total, Instant now);

    // What has been missing for `grace`.
    std::optional<EventGap> missing(Instant now, std::chrono::milliseconds grace) const;

    // What is missing was recovered in another way: a gap, or everything.
    void settle(const EventGap& gap, Instant now);
    void settle();

    // The server counts anew.
    void restart();

    // That came or was told of; 0: none.
    std::int64_t highest() const;

    // Whether the number came before, and nothing new did for `grace`. Not one of the newest gap
    // that was settled: that may come yet.
    bool is_past(std::int64_t number, Instant now, std::chrono::milliseconds grace) const;

private:
    void absorb();
    bool add(std::int64_t number);
    void close_up(Instant now);

    std::optional<std::int64_t> known_; // all up to here
    std::set<std::int64_t> beyond_;     // came, with something missing before
    std::int64_t told_ = 0;             // as many there are, says the server
    std::optional<Instant> open_since_; // something is missing
    std::optional<EventGap> settled_;   // the newest that was
    Instant newest_{};                  // when something new came or was told of
};

} // namespace embolink::service
