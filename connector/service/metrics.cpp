#include "connector/service/metrics.hpp"

#include "connector/core/about.hpp"

#include <limits>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <set>
#include <utility>

namespace embolink::service {
namespace {

const prometheus::Histogram::BucketBoundaries request_seconds{
    0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5};
const prometheus::Histogram::BucketBoundaries pass_seconds{
    1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 12 * 3600};

// Whoever asks chooses the word; a label must not grow with it.
std::string word(PassEnd end) {
    switch (end) {
    case PassEnd::complete:
        return "complete";
    case PassEnd::incomplete:
        return "incomplete";
    case PassEnd::failed:
        return "failed";
    case PassEnd::partial:
        return "partial";
    }
    return "";
}

} // namespace

std::string known_method(const std::string& method) {
    static const std::set<std::string> known = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
    return known.count(method) > 0 ? method : "other";
}

struct Metrics::Families {
    prometheus::Registry registry;

    prometheus::Family<prometheus::Counter>& counters(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }

    prometheus::Family<prometheus::Gauge>& gauges(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }

    prometheus::Family<prometheus::Histogram>& histograms(const char* name, const char* help) {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }

    prometheus::Gauge& gauge(const char* name, const char* help) {
        return gauges(name, help).Add({});
    }

    prometheus::Family<prometheus::Counter>& requests =
        counters("embolink_http_requests_total", "Requests answered, by route, method and status");
    prometheus::Family<prometheus::Histogram>& request_time =
        histograms("embolink_http_request_seconds", "Time to answer, by route");
    prometheus::Family<prometheus::Counter>& runs =
        counters("embolink_runs_total", "Passes ended, by outcome");
    prometheus::Histogram& run_time =
        histograms("embolink_run_seconds", "Duration of passes that did not fail")
            .Add({}, pass_seconds);
    prometheus::Gauge& running = gauge("embolink_run_active", "1 while a pass is at work");
    prometheus::Gauge& failed =
        gauge("embolink_last_run_failed", "1 when the newest pass failed: the alarm");
    prometheus::Gauge& ended =
        gauge("embolink_last_run_end_seconds", "When the newest pass ended, since 1970");
    prometheus::Gauge& data = gauge("embolink_data_as_of_seconds",
                                    "Start of the newest pass that did not fail, since 1970");
    prometheus::Gauge& patients =
        gauge("embolink_last_run_patients", "Patients pulled by the newest pass that did not fail");
    prometheus::Gauge& patients_failed =
        gauge("embolink_last_run_patients_failed", "Patients whom it could not pull");
    prometheus::Gauge& completeness = gauge("embolink_completeness_ratio",
                                            "Patients pulled of those asked for; NaN: no pass yet");

    prometheus::Gauge& kept =
        gauge("embolink_resources_kept_ratio",
              "Resources of the type that lost most still there after the newest "
              "pass that did not fail; NaN: no pass yet");

    void patients_pulled(double pulled, double not_pulled) {
        patients.Set(pulled);
        patients_failed.Set(not_pulled);
        completeness.Set(pulled + not_pulled > 0 ? pulled / (pulled + not_pulled) : 1);
    }

    prometheus::Gauge& written = gauge("embolink_last_run_written",
                                       "Outcomes created, changed or taken back by it, or by a dry "
                                       "run that would have been");
    prometheus::Gauge& put_off =
        gauge("embolink_last_run_put_off", "Outcomes that it could not bring to the target");
    prometheus::Family<prometheus::Gauge>& outbox =
        gauges("embolink_outbox_waiting", "Outcomes that wait, by state");
    prometheus::Gauge& paused = gauge("embolink_schedule_paused", "1 while the schedule is paused");
    prometheus::Gauge& next =
        gauge("embolink_next_run_seconds", "When the next pass is due, since 1970");
    prometheus::Family<prometheus::Counter>& cards =
        counters("embolink_cds_cards_total", "Cards given, by kind");
    prometheus::Family<prometheus::Counter>& feedbacks =
        counters("embolink_cds_feedback_total", "Feedback entries, by outcome");
    prometheus::Counter& refused =
        counters("embolink_cds_refused_total", "Calls without a valid token").Add({});
    prometheus::Counter& stale =
        counters("embolink_cds_stale_total", "Calls without cards, since the data were too old")
            .Add({});
    prometheus::Family<prometheus::Counter>& unsaid =
        counters("embolink_cds_unsaid_total",
                 "Searches by the caller's token that came to nothing, by reason");
    prometheus::Family<prometheus::Counter>& notifications = counters(
        "embolink_notifications_total", "Notifications of Subscriptions received, by kind");
    prometheus::Family<prometheus::Gauge>& left_out =
        gauges("embolink_notifications_left_out",
               "Changes told that were no reason for a pass, and gaps between events, by reason");
    prometheus::Family<prometheus::Counter>& recovered =
        counters("embolink_notifications_recovered_total",
                 "Times that lost notifications were made up for, by way");
    prometheus::Gauge& notified =
        gauge("embolink_notified_patients_waiting",
              "Patients whom notifications told of and who were not pulled yet");
    prometheus::Family<prometheus::Gauge>& subscriptions =
        gauges("embolink_subscriptions", "Our own Subscriptions on the server, by state");
    std::set<std::string> outbox_states; // that were ever seen, to be set to 0

    // Family::Add makes a new metric before it looks whether there is one, for every request anew.
    struct Route {
        prometheus::Histogram* time = nullptr;
        std::map<std::pair<std::string, int>, prometheus::Counter*> answers; // by method and status
    };

    std::map<std::string, Route> routes;
    std::map<std::string, prometheus::Counter*> cards_by_name;

    Route& route(const std::string& pattern) {
        Route& found = routes[pattern];
        if (found.time == nullptr) {
            found.time = &request_time.Add({{"route", pattern}}, request_seconds);
        }
        return found;
    }

    prometheus::Counter&
    answers(Route& of, const std::string& pattern, const std::string& method, int status) {
        prometheus::Counter*& found = of.answers[{method, status}];
        if (found == nullptr) {
            found = &requests.Add(
                {{"route", pattern}, {"method", method}, {"status", std::to_string(status)}});
        }
        return *found;
    }
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {
    families_->completeness.Set(std::numeric_limits<double>::quiet_NaN());
    families_->kept.Set(std::numeric_limits<double>::quiet_NaN());
    families_->gauges("embolink_build_info", "Always 1; names the version")
        .Add({{"version", software_version()}})
        .Set(1);
    for (const char* name : {"marker", "imaging", "open-items"}) {
        families_->cards_by_name[name] = &families_->cards.Add({{"card", name}});
    }
    for (const char* reason : {"unanswered", "refused", "unusable"}) {
        families_->unsaid.Add({{"reason", reason}});
    }
    for (const PassEnd end :
         {PassEnd::complete, PassEnd::incomplete, PassEnd::failed, PassEnd::partial}) {
        families_->runs.Add({{"outcome", word(end)}}); // there from the start, for rates
    }
    for (const char* kind : {"empty", "handshake", "heartbeat", "event"}) {
        families_->notifications.Add({{"kind", kind}});
    }
    for (const char* outcome : {"accepted", "overridden"}) {
        families_->feedbacks.Add({{"outcome", outcome}});
    }
    notifications_left_out({});
}

Metrics::~Metrics() = default;

void Metrics::request(const std::string& route,
                      const std::string& method,
                      int status,
                      double seconds) {
    Families::Route& of_route = families_->route(route);
    families_->answers(of_route, route, known_method(method), status).Increment();
    of_route.time->Observe(seconds);
}

void Metrics::pass_begun() {
    families_->running.Set(1);
}

void Metrics::pass_held() {
    families_->running.Set(0);
}

void Metrics::pass_of_some_failed() {
    families_->running.Set(0);
    families_->runs.Add({{"outcome", word(PassEnd::failed)}}).Increment();
}

void Metrics::pass_ended(PassEnd end, double seconds, double now, const PassSummary* summary) {
    Families& all = *families_;
    all.running.Set(0);
    all.runs.Add({{"outcome", word(end)}}).Increment();
    if (end == PassEnd::partial) {
        return; // says nothing of the hospital
    }
    all.failed.Set(end == PassEnd::failed ? 1 : 0);
    all.ended.Set(now);
    if (summary == nullptr) {
        return;
    }
    all.run_time.Observe(seconds);
    all.patients_pulled(static_cast<double>(summary->patients),
                        static_cast<double>(summary->failed));
    all.kept.Set(kept_ratio(*summary));
    const WriteCounts& counts = summary->written;
    all.written.Set(counts.created + counts.updated + counts.retracted);
    int put_off = 0;
    for (const auto& [note, count] : counts.put_off) {
        put_off += count;
    }
    all.put_off.Set(put_off);
    for (const auto& [state, count] : summary->held) {
        all.outbox_states.insert(state);
    }
    for (const std::string& state : all.outbox_states) {
        const auto found = summary->held.find(state);
        all.outbox.Add({{"state", state}}).Set(found == summary->held.end() ? 0 : found->second);
    }
}

void Metrics::last_pass(const LastPass& last) {
    families_->failed.Set(last.failed ? 1 : 0);
    families_->ended.Set(last.ended);
    if (last.pulled) {
        families_->patients_pulled(*last.pulled, last.not_pulled);
        families_->kept.Set(last.kept);
    }
}

void Metrics::schedule(bool paused, double next_due) {
    families_->paused.Set(paused ? 1 : 0);
    families_->next.Set(next_due);
}

void Metrics::notified_waiting(std::size_t patients) {
    families_->notified.Set(static_cast<double>(patients));
}

void Metrics::data_as_of(double seconds) {
    families_->data.Set(seconds);
}

void Metrics::card(const std::string& name) {
    prometheus::Counter*& found = families_->cards_by_name[name];
    if (found == nullptr) {
        found = &families_->cards.Add({{"card", name}});
    }
    found->Increment();
}

void Metrics::feedback(const std::string& outcome) {
    families_->feedbacks.Add({{"outcome", outcome}}).Increment();
}

void Metrics::hook_refused() {
    families_->refused.Increment();
}

void Metrics::hook_stale() {
    families_->stale.Increment();
}

void Metrics::hook_left_unsaid(const std::string& reason) {
    families_->unsaid.Add({{"reason", reason}}).Increment();
}

void Metrics::notification(const std::string& kind) {
    families_->notifications.Add({{"kind", kind}}).Increment();
}

void Metrics::notifications_left_out(const FilterCounts& counts) {
    const auto set = [&](const char* reason, std::int64_t count) {
        families_->left_out.Add({{"reason", reason}}).Set(static_cast<double>(count));
    };
    set("repeated", counts.repeated);
    set("own", counts.own);
    set("foreign", counts.foreign);
    set("gap", counts.gaps);
}

void Metrics::events_recovered(const std::string& by) {
    families_->recovered.Add({{"by", by}}).Increment();
}

void Metrics::subscriptions(std::size_t wanted, std::size_t well) {
    families_->subscriptions.Add({{"state", "well"}}).Set(static_cast<double>(well));
    families_->subscriptions.Add({{"state", "missing"}}).Set(static_cast<double>(wanted - well));
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

std::vector<std::string> Metrics::names() const {
    std::vector<std::string> out;
    for (const prometheus::MetricFamily& family : families_->registry.Collect()) {
        out.push_back(family.name);
    }
    return out;
}

} // namespace embolink::service
