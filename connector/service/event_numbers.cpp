#include "connector/service/event_numbers.hpp"

#include <algorithm>
#include <iterator>

namespace embolink::service {
namespace {

// Of numbers that wait for one that is missing: who sends more than that has lost count.
constexpr std::size_t most_beyond = 1'000;

bool is_number(std::int64_t number) {
    return number >= 0 && number < (std::int64_t{1} << 53);
}

} // namespace

bool fills(const std::set<std::int64_t>& numbers, const EventGap& gap) {
    const auto first = numbers.lower_bound(gap.first);
    const auto end = numbers.upper_bound(gap.last);
    return gap.first <= gap.last && std::distance(first, end) == gap.last - gap.first + 1;
}

std::int64_t EventNumbers::highest() const {
    const std::int64_t came = beyond_.empty() ? known_.value_or(0) : *beyond_.rbegin();
    return std::max(came, told_);
}

// Notes whether something is missing still.
void EventNumbers::close_up(Instant now) {
    if (highest() <= *known_) {
        open_since_.reset();
    } else if (!open_since_) {
        open_since_ = now;
    }
}

// Moves `known_` over what follows it.
void EventNumbers::absorb() {
    while (!beyond_.empty() && *beyond_.begin() == *known_ + 1) {
        known_ = *beyond_.begin();
        beyond_.erase(beyond_.begin());
    }
}

// False: it came before.
bool EventNumbers::add(std::int64_t number) {
    if (number <= *known_ || beyond_.count(number) > 0) {
        return false;
    }
    if (number == *known_ + 1) {
        known_ = number;
    } else if (beyond_.size() < most_beyond) {
        beyond_.insert(number);
    } else {
        told_ = std::max(told_, number); // as if it had not come: asked for with what is missing
    }
    absorb();
    return true;
}

bool EventNumbers::take(const std::set<std::int64_t>& numbers, Instant now) {
    bool is_new = numbers.empty();
    for (const std::int64_t number : numbers) {
        if (!is_number(number)) {
            is_new = true; // it means nothing: the changes themselves count
            continue;
        }
        known_ = known_.value_or(number - 1);
        is_new = add(number) || is_new;
    }
    if (known_) {
        close_up(now);
    }
    newest_ = is_new ? now : newest_;
    return is_new;
}

void EventNumbers::take_total(std::int64_t total, Instant now) {
    if (!is_number(total)) {
        return;
    }
    newest_ = !known_ || total > highest() ? now : newest_;
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

void EventNumbers::settle(const EventGap& gap, Instant now) {
    if (!known_ || gap.first > *known_ + 1) {
        return; // counting began anew meanwhile
    }
    settled_ = gap;
    known_ = std::max(*known_, gap.last);
    beyond_.erase(beyond_.begin(), beyond_.upper_bound(*known_));
    absorb();
    open_since_.reset(); // what was passed over meanwhile is waited for from now on
    close_up(now);
}

void EventNumbers::settle() {
    if (!known_) {
        return; // counting began anew meanwhile
    }
    settled_ = EventGap{*known_ + 1, highest()};
    known_ = highest();
    beyond_.clear();
    open_since_.reset();
}

void EventNumbers::restart() {
    known_.reset();
    beyond_.clear();
    told_ = 0;
    open_since_.reset();
    settled_.reset();
}

bool EventNumbers::is_past(std::int64_t number,
                           Instant now,
                           std::chrono::milliseconds grace) const {
    const bool came = known_ && (number <= *known_ || beyond_.count(number) > 0);
    const bool settled = settled_ && settled_->first <= number && number <= settled_->last;
    return came && !settled && now - newest_ >= grace;
}

} // namespace embolink::service
