#include "connector/service/subscription_keeper.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/json_read.hpp"
#include "connector/fhir/capability.hpp"
#include "connector/fhir/paging.hpp"
#include "connector/http/refusal.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace embolink::service {
namespace {

using nlohmann::json;
using Kind = SubscriptionStep::Kind;

constexpr const char* fhir_json = "application/fhir+json";

// For the log: criteria may name patients.
std::string plain(const std::string& criteria) {
    return criteria.substr(0, criteria.find('?'));
}

const char* word(Kind kind) {
    switch (kind) {
    case Kind::create:
        return "made";
    case Kind::renew:
        return "renewed";
    case Kind::revive:
        return "brought back";
    case Kind::remove:
        return "removed";
    }
    return "";
}

std::string line_of(const SubscriptionStep& step) {
    const bool gone = step.kind == Kind::remove;
    return plain(gone ? step.standing.criteria : step.wanted.criteria) + " " + word(step.kind);
}

std::set<std::string> active_channels(const std::vector<StandingSubscription>& standing) {
    std::set<std::string> out;
    for (const StandingSubscription& one : standing) {
        if (one.status == "active") {
            out.insert(one.channel);
        }
    }
    return out;
}

// What the server has against this one: the same request would meet the same answer. Not that there
// is nothing at the address (a proxy while the server restarts, or one that somebody deleted since
// we looked): that is tried again with the next look.
bool is_lasting(int status) {
    return status == 400 || status == 422;
}

constexpr std::chrono::hours refusal_holds{1};

Error no_answer(const std::string& what, const std::string& base_url) {
    return {ErrorKind::http,
            what,
            http::without_query(base_url) + "/Subscription",
            "ask the server's owner whether this access may read and write Subscriptions, or leave "
            "subscriptions.register out"};
}

asio::awaitable<void> each_resource(fhir::Client& client,
                                    fhir::ServerAddress server,
                                    fhir::Search search,
                                    std::function<void(const json&)> use) {
    fhir::Paging paging(std::move(server), std::move(search), {});
    fhir::PagingStep step = paging.resume(nullptr);
    for (;;) {
        throw_if_interrupted();
        if (step.next == fhir::PagingNext::failed) {
            throw *step.error;
        }
        for (const Resource& resource : step.resources) {
            use(*resource.body);
        }
        if (step.next == fhir::PagingNext::done) {
            co_return;
        }
        // HAPI repeats what it answered in the last minute.
        http::set_header(step.request.headers, "Cache-Control", "no-cache");
        const fhir::Answer answer = co_await client.ask(std::move(step.request));
        step = paging.resume(&answer);
    }
}

} // namespace

// The server has heard of them and does not switch them on, or cannot reach us: nothing is told,
// and somebody has to look why.
void SubscriptionKeeper::note_idle(const std::vector<WantedSubscription>& want,
                                   const std::set<std::string>& active,
                                   const std::vector<StandingSubscription>& standing) {
    std::set<std::string> idle;
    for (const WantedSubscription& one : want) {
        if (active.count(one.channel) == 0) {
            idle.insert(one.channel);
        }
    }
    std::string words;
    for (const StandingSubscription& one : standing) {
        if (idle.count(one.channel) > 0 && idle_.count(one.channel) > 0) {
            words += (words.empty() ? "" : ", ") + plain(one.criteria);
        }
    }
    if (!words.empty() && words != told_idle_) {
        frame_.log.warning("Subscriptions that the server does not keep active: " + words +
                           "; see whether it can reach subscriptions.register.public_url");
    }
    told_idle_ = words;
    idle_ = std::move(idle);
}

// Once: what a server offers changes with its versions, and those with restarts of ours in between.
asio::awaitable<void> SubscriptionKeeper::learn() {
    const std::string& base = frame_.client.base_url();
    const fhir::Answer answer = co_await frame_.client.get(base + "/metadata");
    const fhir::Capability capability = fhir::read_capability(answer, base);
    const ParsedJson statement = parse_json(answer.body);
    offered_ = named_topics(*statement.value);
    if (has_topic_resources(*statement.value)) {
        const std::vector<Topic> whole = co_await topic_resources();
        offered_.insert(offered_.begin(), whole.begin(), whole.end());
    }
    for (const WantedSubscription& one :
         wanted_subscriptions(frame_.config, frame_.source_name, offered_)) {
        if (!one.topic && capability.denies(plain(one.criteria))) {
            denied_.insert(one.channel);
        }
    }
    for (const std::string& topic : frame_.config.topics) {
        const bool there = std::any_of(
            offered_.begin(), offered_.end(), [&](const Topic& one) { return one.url == topic; });
        if (!there) {
            frame_.log.warning("the server does not offer the topic " + http::without_query(topic));
        }
    }
    learnt_ = true;
}

asio::awaitable<std::vector<Topic>> SubscriptionKeeper::topic_resources() {
    std::vector<Topic> out;
    const std::function<void(const json&)> use = [&](const json& resource) {
        if (Topic topic = topic_of(resource); !topic.url.empty()) {
            out.push_back(std::move(topic));
        }
    };
    fhir::Search search{"SubscriptionTopic", "SubscriptionTopic", {}, {}};
    try {
        co_await each_resource(frame_.client, frame_.server, std::move(search), use);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        frame_.log.warning(std::string("the server does not show its topics: ") + error.what());
    }
    co_return out;
}

std::vector<WantedSubscription> SubscriptionKeeper::wanted() const {
    std::vector<WantedSubscription> all =
        wanted_subscriptions(frame_.config, frame_.source_name, offered_);
    std::erase_if(all,
                  [&](const WantedSubscription& one) { return denied_.count(one.channel) > 0; });
    return all;
}

asio::awaitable<std::vector<StandingSubscription>> SubscriptionKeeper::look() {
    std::vector<StandingSubscription> out;
    const std::function<void(const json&)> use = [&](const json& resource) {
        if (auto own = own_subscription(resource, frame_.config, frame_.source_name)) {
            out.push_back(std::move(*own));
        }
    };
    fhir::Search search{"Subscription", "Subscription", {{"type", "rest-hook"}}, {}};
    co_await each_resource(frame_.client, frame_.server, std::move(search), use);
    // Whichever comes first is kept of two of the same: it must be the same one each time.
    std::sort(out.begin(), out.end(), [](const auto& one, const auto& other) {
        return one.server_id < other.server_id;
    });
    co_return out;
}

bool SubscriptionKeeper::refuses(const SubscriptionStep& step) const {
    const auto found = refused_.find(step.wanted.channel);
    return step.kind != Kind::remove && found != refused_.end() &&
           std::chrono::steady_clock::now() - found->second < refusal_holds;
}

asio::awaitable<KeeperRound> SubscriptionKeeper::keep() {
    if (!learnt_) {
        co_await learn();
    }
    const std::string secret = frame_.secret.given() ? read_secret(frame_.secret) : "";
    const std::string hash = sha256_hex(secret);
    std::vector<StandingSubscription> standing = co_await look();
    for (StandingSubscription& one : standing) {
        const auto sent = sent_.find(one.channel);
        one.sent = sent != sent_.end() ? std::optional(sent->second) : std::nullopt;
    }
    const std::vector<WantedSubscription> want = wanted();
    const bool all = hash != sent_secret_;
    const std::vector<SubscriptionStep> steps =
        plan_subscriptions(want, standing, frame_.config, current_instant(), all);
    const std::set<std::string> active = active_channels(standing);
    KeeperRound round;
    round.wanted = want.size();
    for (const WantedSubscription& one : want) {
        round.well += active.count(one.channel);
    }
    std::string plan;
    bool all_done = true;
    for (const SubscriptionStep& step : steps) {
        const bool missing = step.kind == Kind::create || step.kind == Kind::revive;
        if (refuses(step)) {
            continue;
        }
        if (frame_.config.mode == WriteMode::dry_run) {
            plan += (plan.empty() ? "" : ", ") + line_of(step);
            continue;
        }
        const bool done = co_await carry_out(step, secret);
        all_done = all_done && done;
        round.missed = round.missed || (missing && done && idle_.count(step.wanted.channel) == 0);
    }
    note_idle(want, active, standing);
    if (!plan.empty() && plan != told_plan_) {
        frame_.log.info("dry run, no Subscription is changed: " + plan);
    }
    told_plan_ = plan;
    sent_secret_ = all_done ? hash : sent_secret_;
    topics_.clear();
    for (const StandingSubscription& one : standing) {
        if (one.criteria.find('?') == std::string::npos) {
            topics_.push_back(one);
        }
    }
    co_return round;
}

asio::awaitable<void> SubscriptionKeeper::remove(StandingSubscription standing) {
    const std::string& base = frame_.client.base_url();
    http::Request request("DELETE", base + "/Subscription/" + standing.server_id);
    const fhir::Outcome outcome =
        co_await frame_.client.send(std::move(request), http::Repeat::safe);
    const int status = outcome.answer.status;
    const bool gone = (status >= 200 && status < 300) || status == 404 || status == 410;
    if (outcome.fate != fhir::Fate::answered || !gone) {
        const std::string why = outcome.fate == fhir::Fate::answered
                                    ? fhir::refusal_words(outcome.answer)
                                    : outcome.trouble;
        throw no_answer("a Subscription cannot be removed: " + why, base);
    }
}

// False: it was refused.
asio::awaitable<bool> SubscriptionKeeper::carry_out(SubscriptionStep step, std::string secret) {
    if (step.kind == Kind::remove) {
        bool removed = false;
        try {
            co_await remove(step.standing);
            frame_.log.info("Subscription: " + line_of(step));
            removed = true;
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::interrupted) {
                throw;
            }
            frame_.log.warning(std::string(error.what()) + " (" + error.where() + ")");
        }
        co_return removed;
    }
    const bool is_new = step.kind == Kind::create;
    const std::string address = frame_.client.base_url() + "/Subscription";
    http::Request request(is_new ? "POST" : "PUT",
                          is_new ? address : address + "/" + step.standing.server_id);
    http::set_header(request.headers, "Content-Type", fhir_json);
    if (is_new) {
        // Of two services that begin at once, one makes it.
        const std::string endpoint = endpoint_of(frame_.config, step.wanted.channel);
        http::set_header(request.headers, "If-None-Exist", http::encode_query({{"url", endpoint}}));
    }
    request.body = subscription_body(step, frame_.config, secret, current_instant()).dump();
    const fhir::Outcome outcome =
        co_await frame_.client.send(std::move(request), http::Repeat::safe);
    const int status = outcome.answer.status;
    if (outcome.fate == fhir::Fate::answered && status >= 200 && status < 300) {
        frame_.log.info("Subscription: " + line_of(step));
        sent_[step.wanted.channel] = current_instant();
        co_return true;
    }
    const bool answered = outcome.fate == fhir::Fate::answered;
    frame_.log.warning("Subscription: " + line_of(step) + " failed: " +
                       (answered ? fhir::refusal_words(outcome.answer) : outcome.trouble));
    if (answered && is_lasting(status)) {
        refused_[step.wanted.channel] = std::chrono::steady_clock::now();
    }
    co_return false;
}

asio::awaitable<std::optional<Notification>> SubscriptionKeeper::told(std::string url) {
    std::optional<Notification> out;
    try {
        const fhir::Answer answer = co_await frame_.client.get(std::move(url));
        if (answer.status == 200) {
            out = read_notification(answer.body);
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) {
            throw;
        }
        frame_.log.warning(std::string("a gap between notifications: ") + error.what());
    } catch (const http::Refusal&) {
        frame_.log.warning("a gap between notifications: the answer is no FHIR");
    }
    co_return out;
}

asio::awaitable<std::optional<Notification>> SubscriptionKeeper::events(std::string server_id,
                                                                        EventGap gap) {
    const http::Query query = {{"eventsSinceNumber", std::to_string(gap.first)},
                               {"eventsUntilNumber", std::to_string(gap.last)},
                               {"content", "id-only"}};
    std::optional<Notification> answer =
        co_await told(frame_.client.base_url() + "/Subscription/" + server_id + "/$events?" +
                      http::encode_query(query));
    // An answer without the numbers that were asked for fills no gap.
    co_return answer&& fills(answer->events, gap) ? answer : std::nullopt;
}

asio::awaitable<std::optional<std::int64_t>> SubscriptionKeeper::total(std::string server_id) {
    const std::optional<Notification> answer =
        co_await told(frame_.client.base_url() + "/Subscription/" + server_id + "/$status");
    co_return answer ? answer->total : std::nullopt;
}

} // namespace embolink::service
