#include "connector/service/change_filter.hpp"

namespace embolink::service {
namespace {

constexpr std::size_t most_seen = 10'000;
// A channel is the sender's to name, and he knows the secret: a limit all the same.
constexpr std::size_t most_channels = 1'000;
constexpr std::size_t most_waiting = 10'000;
constexpr std::size_t most_times = 1'000;

std::string key_of(const Change& change) {
    return change.reference + " " + change.version;
}

} // namespace

bool ChangeFilter::is_repeated(const Change& change) {
    if (change.version.empty() || change.reference.empty()) {
        return false; // nothing tells one from the next
    }
    return !note(key_of(change));
}

// False: it was noted before.
bool ChangeFilter::note(const std::string& key) {
    if (!seen_.insert(key).second) {
        return false;
    }
    order_.push_back(key);
    if (order_.size() > most_seen) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

ChangeFilter::Channel* ChangeFilter::channel_of(const std::string& name) {
    const auto found = channels_.find(name);
    if (found != channels_.end()) {
        return &found->second;
    }
    return channels_.size() < most_channels ? &channels_[name] : nullptr;
}

// False: every event that it tells of was told before.
bool ChangeFilter::is_news(const std::string& name, const Notification& notification, Instant now) {
    Channel* channel = channel_of(name);
    if (channel == nullptr) {
        return true;
    }
    if (!notification.subscription.empty()) {
        channel->subscription = notification.subscription;
    }
    if (notification.kind == NotificationKind::event) {
        return take_events(*channel, notification, now);
    }
    if (notification.total) {
        const std::int64_t before = channel->numbers.highest();
        take_fresh_total(*channel, *notification.total, before, now);
    } else if (notification.kind == NotificationKind::handshake) {
        channel->numbers.restart(); // a subscription that begins anew counts anew
        channel->times.clear();
    }
    return true;
}

// False: all of them were told before.
bool ChangeFilter::take_events(Channel& channel, const Notification& notification, Instant now) {
    bool news = true;
    if (!notification.events.empty()) {
        if (counts_anew(channel, notification, now)) {
            channel.numbers.restart();
            channel.times.clear();
            take_unknown(now);
        }
        news = channel.numbers.take(notification.events, now);
        counts_.repeated += news ? 0 : 1;
        for (const auto& [number, time] : notification.times) {
            channel.times[number] = time;
        }
        while (channel.times.size() > most_times) {
            channel.times.erase(channel.times.begin());
        }
    }
    if (notification.total) {
        channel.numbers.take_total(*notification.total, now);
    }
    return news;
}

// Fewer events than are known, of which this one is the last: a server that was restarted (the
// backport has no word for it), or one that tells an old event again. The latter does so soon, or
// one that had been lost, or with the time that it told before; else it costs a pass. Subscriptions
// that share an address and do not say which they are would look like this, too.
bool ChangeFilter::counts_anew(const Channel& channel,
                               const Notification& notification,
                               Instant now) const {
    const std::int64_t last = *notification.events.rbegin();
    const auto before = channel.times.find(last);
    const auto again = notification.times.find(last);
    if (before != channel.times.end() && again != notification.times.end() &&
        before->second == again->second) {
        return false;
    }
    return notification.total == last && last < channel.numbers.highest() &&
           !notification.subscription.empty() &&
           channel.numbers.is_past(last, now, timing_.longest);
}

// Of a heartbeat, a handshake (the total counts events "regardless of how many have been
// successfully communicated", so that one after a pause shows what it cost), `$status`. After a
// restart of the server events may have been told to nobody.
void ChangeFilter::take_fresh_total(Channel& channel,
                                    std::int64_t total,
                                    std::int64_t before,
                                    Instant now) {
    if (total >= 0 && total < before) {
        channel.numbers.restart();
        channel.times.clear();
        take_unknown(now);
    }
    channel.numbers.take_total(total, now);
}

// Numbers that began anew without a handshake repeat old ones: what was never told under this
// number is news all the same.
bool ChangeFilter::was_told(const std::string& channel,
                            const Notification& notification,
                            const Change& change) {
    return !notification.events.empty() &&
           !note(channel + " " + std::to_string(*notification.events.begin()) + " " +
                 change.reference);
}

std::vector<std::string>
ChangeFilter::take(const std::string& channel, const Notification& notification, Instant now) {
    std::vector<std::string> unknown;
    const bool news = is_news(channel, notification, now);
    if (notification.kind == NotificationKind::handshake ||
        notification.kind == NotificationKind::heartbeat) {
        return unknown;
    }
    if (news && (notification.changes.empty() || notification.nameless > 0)) {
        take_unknown(now);
    }
    for (const Change& change : notification.changes) {
        if (!change.whole && !change.reference.empty()) {
            const bool told = was_told(channel, notification, change);
            if (news || !told) {
                unknown.push_back(change.reference);
            }
        } else if (news || (!change.version.empty() && seen_.count(key_of(change)) == 0)) {
            take(change, now);
        }
    }
    return unknown;
}

void ChangeFilter::take(const Change& change, Instant now) {
    if (change.own) {
        ++counts_.own;
    } else if (is_repeated(change)) {
        ++counts_.repeated;
    } else if (!change.patient.empty() && !matters_(change)) {
        ++counts_.foreign;
    } else {
        wait(change.patient, now);
    }
}

void ChangeFilter::take_unknown(Instant now) {
    wait("", now);
}

void ChangeFilter::wait(const std::string& patient, Instant now) {
    const bool room = waiting_.size() < most_waiting || waiting_.count(patient) > 0;
    const auto [row, is_new] = waiting_.try_emplace(room ? patient : "");
    row->second.first = is_new ? now : row->second.first;
    row->second.newest = std::max(row->second.newest, now);
}

std::int64_t ChangeFilter::highest(const std::string& channel) const {
    const auto found = channels_.find(channel);
    return found == channels_.end() ? 0 : found->second.numbers.highest();
}

void ChangeFilter::take_total(const std::string& channel,
                              const std::string& subscription,
                              std::int64_t total,
                              std::int64_t before,
                              Instant now) {
    if (Channel* known = channel_of(channel)) {
        known->subscription = subscription;
        take_fresh_total(*known, total, before, now);
    }
}

std::vector<LostEvents> ChangeFilter::lost(Instant now) const {
    std::vector<LostEvents> out;
    for (const auto& [name, channel] : channels_) {
        if (const auto gap = channel.numbers.missing(now, timing_.quiet)) {
            out.push_back({name, channel.subscription, *gap});
        }
    }
    return out;
}

void ChangeFilter::settle(const LostEvents& lost, bool told_again, Instant now) {
    const auto found = channels_.find(lost.channel);
    if (found == channels_.end()) {
        return;
    }
    ++counts_.gaps;
    if (told_again) {
        found->second.numbers.settle(lost.gap, now);
    } else {
        found->second.numbers.settle();
    }
}

ChangeFilter::Due ChangeFilter::take_due(Instant now) {
    Due due;
    if (last_pass_ && now - *last_pass_ < timing_.quiet) {
        return due;
    }
    const bool rested = !last_whole_pass_ || now - *last_whole_pass_ >= timing_.pause;
    for (const auto& [patient, one] : waiting_) {
        const bool is_time =
            now - one.newest >= timing_.quiet || now - one.first >= timing_.longest;
        if (is_time && !patient.empty()) {
            due.patients.insert(patient);
        } else if (is_time && rested) {
            due.everybody = true;
        }
    }
    if (due.everybody) {
        waiting_.clear(); // it asks for everybody, so that nobody has to wait on
        last_whole_pass_ = now;
    }
    for (const std::string& patient : due.patients) {
        waiting_.erase(patient);
    }
    if (due.any()) {
        last_pass_ = now;
    }
    return due;
}

} // namespace embolink::service
