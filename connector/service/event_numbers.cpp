#include "connector/service/event_numbers.hpp"

#include <algorithm>

namespace embolink::service {
namespace {

// Of numbers that wait for one that is missing: who sends more than that has lost count.
constexpr std::int64_t most_beyond = 1'000;

bool is_number(std::int64_t number) {
    return number >= 0 && number < (std::int64_t{1} << 53);
}

} // namespace

std::int64_t EventNumbers::highest() const {
    const std::int64_t came = beyond_.empty() ? known_.value_or(0) : *beyond_.rbegin();
    return std::max(came, told_);
}

// Moves `known_` over what follows it, and notes whether something is missing still.
void EventNumbers::close_up(Instant now) {
    while (!beyond_.empty() && *beyond_.begin() == *known_ + 1) {
        known_ = *beyond_.begin();
        beyond_.erase(beyond_.begin());
    }
    if (highest() <= *known_) {
        open_since_.reset();
    } else if (!open_since_) {
        open_since_ = now;
        ++gaps_;
    }
}

bool EventNumbers::take(std::int64_t first, std::int64_t last, Instant now) {
    if (last < first || !is_number(first) || !is_number(last)) {
        return true; // no numbers that mean anything: the changes themselves count
    }
    if (!known_) {
        known_ = first - 1;
    }
    if (last <= *known_ || beyond_.count(last) > 0) {
        return false;
    }
    first = std::max({first, *known_ + 1, last - most_beyond});
    for (std::int64_t number = first; number <= last; ++number) {
        beyond_.insert(number);
    }
    while (static_cast<std::int64_t>(beyond_.size()) > most_beyond) {
        known_ = *beyond_.begin();
        beyond_.erase(beyond_.begin());
    }
    close_up(now);
    return true;
}

void EventNumbers::take_total(std::int64_t total, Instant now) {
    if (!is_number(total)) {
        return;
    }
    if (!known_) {
        known_ = total;
        return;
    }
    told_ = std::max(told_, total);
    close_up(now);
}

std::optional<EventGap> EventNumbers::missing(Instant now, std::chrono::milliseconds grace) const {
    if (!open_since_ || now - *open_since_ < grace) {
        return std::nullopt;
    }
    const bool tail = beyond_.empty() || told_ > *beyond_.rbegin();
    return EventGap{*known_ + 1, tail ? told_ : *beyond_.rbegin() - 1};
}

void EventNumbers::settle() {
    known_ = highest();
    beyond_.clear();
    open_since_.reset();
}

void EventNumbers::restart() {
    known_.reset();
    beyond_.clear();
    told_ = 0;
    open_since_.reset();
}

} // namespace embolink::service
