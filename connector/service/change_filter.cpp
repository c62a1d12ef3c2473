#include "connector/service/change_filter.hpp"

namespace embolink::service {
namespace {

constexpr std::size_t most_seen = 10'000;

} // namespace

bool ChangeFilter::is_repeated(const Change& change) {
    if (change.version.empty()) {
        return false; // nothing tells one from the next
    }
    const std::string key = change.reference + " " + change.version;
    if (!seen_.insert(key).second) {
        return true;
    }
    order_.push_back(key);
    if (order_.size() > most_seen) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    return false;
}

// A Procedure may be what brings a patient into the cohort; all else matters for patients of it.
// Of whom a mere reference speaks is not known.
bool ChangeFilter::matters(const Change& change,
                           const std::function<bool(const std::string&)>& is_ours) {
    if (change.own) {
        ++counts_.own;
        return false;
    }
    if (is_repeated(change)) {
        ++counts_.repeated;
        return false;
    }
    const bool ours = change.patient.empty() || change.reference.rfind("Procedure/", 0) == 0 ||
                      is_ours(change.patient);
    counts_.foreign += ours ? 0 : 1;
    return ours;
}

// Delivery may lose and repeat. What was passed over is found by the pass, which asks for all that
// changed; a number that was told before says nothing new.
void ChangeFilter::note_events(const Notification& notification, bool& matters) {
    if (!notification.first_event || !notification.last_event) {
        return;
    }
    if (last_event_ && *notification.last_event <= *last_event_) {
        ++counts_.repeated;
        matters = false;
        return;
    }
    if (last_event_ && *notification.first_event > *last_event_ + 1) {
        ++counts_.gaps;
        matters = true;
    }
    last_event_ = *notification.last_event;
}

void ChangeFilter::take(const Notification& notification,
                        const std::function<bool(const std::string&)>& is_ours,
                        Instant now) {
    if (notification.kind == NotificationKind::handshake) {
        last_event_.reset(); // a subscription that begins anew counts anew
        return;
    }
    if (notification.kind == NotificationKind::heartbeat) {
        return;
    }
    // Nothing told: something changed.
    bool reason = notification.changes.empty();
    for (const Change& change : notification.changes) {
        const bool one = matters(change, is_ours);
        reason = reason || one;
    }
    note_events(notification, reason);
    if (reason) {
        first_ = first_.value_or(now);
        newest_ = now;
    }
}

bool ChangeFilter::is_due(Instant now) {
    if (!first_) {
        return false;
    }
    const bool quiet = now - newest_ >= timing_.quiet || now - *first_ >= timing_.longest;
    const bool rested = !last_pass_ || now - *last_pass_ >= timing_.pause;
    if (!quiet || !rested) {
        return false;
    }
    first_.reset();
    last_pass_ = now;
    return true;
}

} // namespace embolink::service
