#include "connector/service/subscriptions.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/fhir/search.hpp"
#include "connector/fhir/searchset.hpp"
#include "connector/fhir/seed.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/secrets.hpp"

#include <algorithm>
#include <utility>

namespace embolink::service {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds tick{200};
// Somebody else's news waits behind a question that is not answered, and a pass asks again anyway.
constexpr std::chrono::seconds longest_answer{10};

http::RetryPolicy impatient() {
    http::RetryPolicy policy;
    policy.attempts = 2;
    policy.longest_retry_after = std::chrono::seconds(2);
    return policy;
}

// Of references that wait to be looked up; with more, a pass asks for everything.
constexpr std::size_t most_unknown = 500;
// The same of those that wait for our own database, which is sooner done.
constexpr std::size_t most_told = 20'000;

// Only pauses are measured: a clock that is set back must not make them longer.
Instant moment() {
    return Instant(std::chrono::duration_cast<Instant::duration>(
        std::chrono::steady_clock::now().time_since_epoch()));
}

ChangeFilter::Timing timing_of(const SubscriptionsConfig& config) {
    ChangeFilter::Timing timing;
    timing.quiet = config.debounce;
    timing.longest = 5 * config.debounce;
    timing.pause = 5 * config.debounce;
    return timing;
}

// Subscriptions may share an address; each numbers its events for itself.
std::string channel_name(const std::string& address, const std::string& subscription) {
    return subscription.empty() ? address : address + " " + subscription;
}

std::string word(NotificationKind kind) {
    switch (kind) {
    case NotificationKind::empty:
        return "empty";
    case NotificationKind::handshake:
        return "handshake";
    case NotificationKind::heartbeat:
        return "heartbeat";
    case NotificationKind::event:
        return "event";
    }
    return "";
}

// Nothing: some event is without.
std::optional<std::vector<std::string>> references_of(const Notification& events) {
    std::vector<std::string> out;
    for (const Change& change : events.changes) {
        if (change.reference.empty()) {
            return std::nullopt;
        }
        out.push_back(change.reference);
    }
    return events.nameless > 0 || out.empty() ? std::nullopt : std::optional(out);
}

KeeperFrame keeper_frame(const SubscriptionsFrame& frame, fhir::Client& client) {
    const SourceConfig& source = frame.pass.source;
    return {frame.config.own,
            frame.config.secret,
            source.name,
            client,
            fhir::ServerAddress(source.server.base_url, source.next_origins),
            frame.log};
}

} // namespace

Subscriptions::Subscriptions(SubscriptionsFrame frame, asio::any_io_executor executor)
    : frame_(std::move(frame)),
      server_(executor, frame_.pass.source.server, frame_.log, impatient(), longest_answer),
      keeper_(keeper_frame(frame_, server_.client())),
      filter_(timing_of(frame_.config), [this](const Change& change) { return matters(change); }) {}

std::vector<Route> Subscriptions::routes() {
    const auto handler = [this](Call call) { return receive(std::move(call)); };
    return {{"POST", "/fhir/subscription/{id}", handler},
            {"PUT", "/fhir/subscription/{id}", handler},
            {"POST", "/fhir/subscription/{id}/{type}/{rid}", handler},
            {"PUT", "/fhir/subscription/{id}/{type}/{rid}", handler}};
}

void Subscriptions::require_secret(const Call& call) const {
    const SubscriptionsConfig& config = frame_.config;
    const auto header = [&](const std::string& name) {
        return http::find_header(call.request.headers, name).value_or("");
    };
    const bool knows = config.secret.given() && is_secret(header(secret_header), config.secret);
    const bool signs = config.hmac.given() &&
                       is_signature(header(config.hmac_header), call.request.body, config.hmac);
    if (!knows && !signs) {
        throw Refusal(401, "login", "not allowed");
    }
}

// A patient of the cohort, or a Procedure that brings one into it (the seed's own rule).
bool Subscriptions::matters(const Change& change) const {
    const auto snapshot = frame_.snapshot();
    if (snapshot->find(change.patient) != nullptr) {
        return true;
    }
    return change.resource && frame_.pass.cohort.seed == SeedKind::search &&
           fhir::seeded_patient(*change.resource, *snapshot->terminology, snapshot->setup->server);
}

asio::awaitable<http::Response> Subscriptions::receive(Call call) {
    require_secret(call);
    const Notification notification = read_notification(call.request.body);
    const std::string channel = channel_name(call.parts.at("id"), notification.subscription);
    look_up_later(filter_.take(channel, notification, moment()));
    for (const Change& change : notification.changes) {
        note(change);
    }
    frame_.metrics.notification(word(notification.kind));
    frame_.metrics.notifications_left_out(filter_.counts());
    co_return http::Response(200);
}

void Subscriptions::note(const Change& change) {
    if (change.own || change.patient.empty() || change.reference.empty()) {
        return;
    }
    if (told_.size() < most_told) {
        told_[change.reference] = {change.patient, moment()};
    } else {
        filter_.take_unknown(moment());
    }
}

// A result that was filed under the wrong patient and is put right names its new one alone; he for
// whom it was evidence until now has changed as well.
asio::awaitable<void> Subscriptions::ask_for_former() {
    if (told_.empty()) {
        co_return;
    }
    const std::map<std::string, Told> told = std::exchange(told_, {});
    std::set<std::string> references;
    for (const auto& [reference, one] : told) {
        references.insert(reference);
    }
    const auto ask = [&references](WorkStore& store) { return store.chains_of(references); };
    std::map<std::string, std::set<std::string>> chains;
    try {
        chains = co_await frame_.desk.ask(ask);
    } catch (const Error& error) {
        frame_.log.warning(std::string("whose it was cannot be told: ") + error.what());
        filter_.take_unknown(moment()); // a pass of everybody is theirs, too
    }
    const auto snapshot = frame_.snapshot();
    for (const auto& [reference, of] : chains) {
        const Told& one = told.at(reference);
        const PatientFacts* now_his = snapshot->find(one.patient);
        for (const std::string& chain : of) {
            const PatientFacts* former = snapshot->find(chain);
            if (former != nullptr && former != now_his) {
                filter_.take_patient(chain, one.when); // so that one pass is of both
            }
        }
    }
}

void Subscriptions::look_up_later(std::vector<std::string> references) {
    for (std::string& reference : references) {
        if (std::find(unknown_.begin(), unknown_.end(), reference) != unknown_.end()) {
            continue;
        }
        if (unknown_.size() >= most_unknown) {
            filter_.take_unknown(moment());
            return; // before the list is gone through for each of thousands
        }
        unknown_.push_back(std::move(reference));
    }
}

// Whose it is says the configured server alone. What it does not show has changed all the same: it
// may be gone.
asio::awaitable<void> Subscriptions::look_up() {
    while (!unknown_.empty() && !is_interrupted()) {
        const std::string reference = unknown_.front();
        unknown_.pop_front();
        std::optional<Change> change;
        try {
            http::Request request = fhir::read_request(server_.client().base_url(), reference);
            const fhir::Answer answer = co_await server_.client().ask(std::move(request));
            const fhir::ReadResource read =
                answer.status == 200 ? fhir::read_resource(answer.body) : fhir::ReadResource{};
            if (read.resource) {
                change = change_of(*read.resource);
            }
        } catch (const Error& error) {
            frame_.log.warning(std::string("what was told of cannot be looked up: ") +
                               error.what());
            unknown_.clear(); // a pass of everybody is theirs, too
        }
        if (change) {
            filter_.take(*change, moment());
            note(*change);
        } else {
            filter_.take_unknown(moment());
        }
        frame_.metrics.notifications_left_out(filter_.counts());
    }
}

// By `$events` where the server has it and says of each event what changed (`content` is a wish,
// and a Subscription of content "empty" may have no more to tell); else a pass searches for what
// changed. `$status` says then how far the server has come, so that what it tells next is
// understood.
asio::awaitable<void> Subscriptions::recover(LostEvents lost) {
    std::optional<Notification> events;
    std::optional<std::int64_t> total;
    const std::int64_t before = filter_.highest(lost.channel);
    if (!lost.subscription.empty()) {
        events = co_await keeper_.events(lost.subscription, lost.gap);
    }
    if (!events && !lost.subscription.empty()) {
        total = co_await keeper_.total(lost.subscription);
    }
    const Instant now = moment();
    const std::optional<std::vector<std::string>> told =
        events ? references_of(*events) : std::nullopt;
    if (told) {
        look_up_later(*told);
    } else {
        filter_.take_unknown(now);
    }
    if (total) {
        filter_.take_total(lost.channel, lost.subscription, *total, before, now);
    }
    filter_.settle(lost, told.has_value(), now);
    frame_.metrics.notifications_left_out(filter_.counts());
    frame_.metrics.events_recovered(told ? "events" : total ? "status" : "search");
    frame_.log.info(std::string("notifications were lost: ") +
                    (told ? "the server told them again" : "a pass looks for what they told"));
}

asio::awaitable<void> Subscriptions::follow() {
    while (!is_interrupted()) {
        co_await look_up();
        co_await ask_for_former();
        for (const LostEvents& lost : filter_.lost(moment())) {
            co_await recover(lost);
        }
        co_await sleep_for(tick);
    }
}

asio::awaitable<void> Subscriptions::run() {
    while (!is_interrupted()) {
        const ChangeFilter::Due due = filter_.take_due(moment());
        if (!due.patients.empty()) {
            frame_.log.info("notifications came of " + std::to_string(due.patients.size()) +
                            " patients: a pass of theirs is asked for");
            frame_.want(due.patients);
        }
        if (due.everybody) {
            frame_.log.info("notifications came: a pass of everybody is asked for");
            frame_.want_everybody();
        }
        co_await sleep_for(tick);
    }
}

// With the first look everything that changed while nobody listened is asked for, too.
asio::awaitable<void> Subscriptions::keep_once() {
    const KeeperRound round = co_await keeper_.keep();
    if (round.missed || (!begun_ && round.well > 0)) {
        filter_.take_unknown(moment());
    }
    begun_ = true;
    wanted_ = round.wanted;
    frame_.metrics.subscriptions(round.wanted, round.well);
    for (const StandingSubscription& one : keeper_.topics()) {
        const std::string channel = channel_name(one.channel, one.server_id);
        const std::int64_t before = filter_.highest(channel);
        if (const auto total = co_await keeper_.total(one.server_id)) {
            filter_.take_total(channel, one.server_id, *total, before, moment());
        }
    }
}

asio::awaitable<void> Subscriptions::keep() {
    while (frame_.config.own.on && !is_interrupted()) {
        try {
            co_await keep_once();
        } catch (const Error& error) {
            frame_.metrics.subscriptions(wanted_, 0); // as far as anybody knows
            frame_.log.warning(std::string("our Subscriptions cannot be looked after: ") +
                               error.what() + " (" + error.where() + ")");
        }
        const Instant next = moment() + frame_.config.own.check;
        while (!is_interrupted() && moment() < next) {
            co_await sleep_for(tick);
        }
    }
}

} // namespace embolink::service
