#include "connector/service/cds_hooks.hpp"

#include "connector/core/about.hpp"
#include "connector/core/error.hpp"
#include "connector/core/instants.hpp"
#include "connector/core/log_format.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/cards.hpp"
#include "connector/service/deadline.hpp"
#include "connector/service/feedback.hpp"
#include "connector/service/hook_call.hpp"
#include "connector/service/marker_results.hpp"
#include "connector/service/schedule.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink::service {
namespace {

using nlohmann::json;

struct HookService {
    const char* id;
    const char* hook;
    bool orders; // something may be planned: marker results are needed
    const char* title;
    const char* description;
};

constexpr std::array<HookService, 4> services = {
    {{"embolink-patient-view",
      "patient-view",
      false,
      "Open items of an embolized patient",
      "Tells when the next liver imaging is due and how much awaits adjudication."},
     {"embolink-order-select",
      "order-select",
      true,
      "Before an embolization is ordered",
      "Tells that 5-HIAA and chromogranin A are missing before a selected embolization."},
     {"embolink-order-sign",
      "order-sign",
      true,
      "Before an embolization is signed",
      "Tells that 5-HIAA and chromogranin A are missing before an ordered embolization."},
     {"embolink-appointment-book",
      "appointment-book",
      true,
      "Before an embolization is booked",
      "Tells that 5-HIAA and chromogranin A are missing before a booked embolization."}}};

const HookService& find_service(const Call& call) {
    const std::string& id = call.parts.at("id");
    for (const HookService& one : services) {
        if (id == one.id) {
            return one;
        }
    }
    throw Refusal(404, "not-found", "there is no such service");
}

// The caller brought no results and gave no way to ask for them.
Refusal lacks_prefetch() {
    return {412, "incomplete", "the prefetch \"markers\" is missing, and nothing to ask for it by"};
}

http::Request bearer_request(const HookCall& hook, const std::string& below) {
    http::Request request = http::get(http::join(hook.fhir_server, below));
    http::set_header(request.headers, "Accept", "application/fhir+json");
    http::set_header(request.headers, "Authorization", "Bearer " + hook.access_token);
    return request;
}

// Of the days that count only: not every server sorts, and one page holds these. One day more,
// since the server may keep another zone.
http::Request marker_request(const HookCall& hook, const Snapshot& snapshot, Date since) {
    const std::string id = hook.patient.substr(hook.patient.find('/') + 1);
    const std::string search =
        marker_search(*snapshot.terminology, snapshot.setup->site.config.codes, id) + "&date=ge" +
        to_iso(plus_days(since, -1)) + "&_count=50";
    return bearer_request(hook, escaped_search(search));
}

bool names_patient(const JsonView& resource, const std::string& patient) {
    return text_of(resource, "resourceType") == "Patient" &&
           "Patient/" + std::string(text_of(resource, "id")) == patient;
}

http::Response no_cards() {
    return json_response(200, {{"cards", json::array()}});
}

} // namespace

http::CorsRules cors_of_hooks(const CdsConfig& config) {
    return {config.origins, "GET, POST", "Authorization, Content-Type", "X-Request-Id"};
}

CdsHooks::CdsHooks(CdsFrame frame) : frame_(std::move(frame)) {
    frame_.source_url = comparable_server(std::move(frame_.source_url));
}

CdsHooks::~CdsHooks() = default;

MarkerCodes& CdsHooks::marker_codes(const Snapshot& snapshot) {
    if (!marker_codes_ || marker_codes_->terminology() != snapshot.terminology) {
        marker_codes_ = std::make_unique<MarkerCodes>(snapshot.terminology);
    }
    return *marker_codes_;
}

std::vector<Route> CdsHooks::routes() {
    const auto preflight =
        [cors = cors_of_hooks(frame_.config)](Call call) -> asio::awaitable<http::Response> {
        const bool may = http::may_read(cors, http::origin_of(call.request));
        co_return may ? http::preflight(cors) : http::Response(204);
    };
    const std::string list = "/cds-services";
    const std::string one = list + "/{id}";
    const std::string told = one + "/feedback";
    return {{"GET", list, [this](Call call) { return discover(std::move(call)); }},
            {"OPTIONS", list, preflight},
            {"POST", one, [this](Call call) { return cards(std::move(call)); }},
            {"OPTIONS", one, preflight},
            {"POST", told, [this](Call call) { return feedback(std::move(call)); }},
            {"OPTIONS", told, preflight}};
}

// Open to all: it names no patient, and clients fetch it before anything is agreed.
asio::awaitable<http::Response> CdsHooks::discover(Call) {
    json list = json::array();
    for (const HookService& one : services) {
        json service = {
            {"id", one.id},
            {"hook", one.hook},
            {"title", one.title},
            {"description", std::string(one.description) + " " + std::string(intended_use_en)}};
        const auto snapshot = frame_.snapshot();
        if (one.orders || !snapshot->setup->site.opt_out_identifiers.empty()) {
            service["prefetch"]["patient"] = "Patient/{{context.patientId}}";
        }
        if (one.orders) {
            service["prefetch"]["markers"] = marker_search(*snapshot->terminology,
                                                           snapshot->setup->site.config.codes,
                                                           "{{context.patientId}}") +
                                             "&_sort=-date&_count=50";
        }
        list.push_back(std::move(service));
    }
    co_return json_response(200, {{"services", list}});
}

asio::awaitable<void>
CdsHooks::require_token(const Call& call, const std::string& id, bool for_feedback) {
    std::vector<std::string> audiences = {frame_.config.public_url + "/cds-services/" + id};
    if (for_feedback) {
        audiences.push_back(audiences.front() + "/feedback");
    }
    std::string authorization =
        http::find_header(call.request.headers, "Authorization").value_or("");
    const std::string why = co_await frame_.refusal(std::move(authorization), std::move(audiences));
    if (!why.empty()) {
        frame_.metrics.hook_refused();
        const LogTag tag("request", call.id);
        frame_.log.info("a token is refused: " + why);
        http::Headers challenge;
        http::set_header(challenge, "WWW-Authenticate", "Bearer");
        throw Refusal(401, "login", "not allowed", challenge);
    }
}

bool CdsHooks::is_stale(const Snapshot& snapshot) const {
    return !snapshot.as_of || is_too_old(*snapshot.as_of, frame_.now(), frame_.oldest_data);
}

// Of him alone: passes go on without a patient whom the server refuses to give.
bool CdsHooks::is_stale(const PatientFacts& facts) const {
    return facts.pulled && is_too_old(*facts.pulled, frame_.now(), frame_.oldest_data);
}

asio::awaitable<http::Response> CdsHooks::cards(Call call) {
    const HookService& service = find_service(call);
    Asking asking;
    asking.call = call.id;
    asking.until = std::chrono::steady_clock::now() + frame_.config.deadline;
    co_await require_token(call, service.id, false);
    const HookCall hook = read_hook_call(call.request.body, service.hook);
    const auto snapshot = frame_.snapshot();
    const PatientFacts* facts = snapshot->find(hook.patient);
    if (is_stale(*snapshot) || (facts != nullptr && is_stale(*facts))) {
        frame_.metrics.hook_stale();
        co_return no_cards();
    }
    if (snapshot->setup->site.config.opt_out.count(hook.patient) > 0) {
        co_return no_cards();
    }
    const bool may_have_opted_out = co_await is_opted_out(hook, *snapshot, asking);
    if (may_have_opted_out) {
        co_return no_cards();
    }
    boost::json::object found;
    found["cards"] = co_await cards_for(hook, *snapshot, asking);
    co_return json_response(found);
}

// R9.6. The Patient that the call brings says so, of the cohort or not. Of the cohort the pass has
// looked, too; of everybody else, where the site lists opt-outs by business identifier, the Patient
// has to be seen, and without him nothing is said.
asio::awaitable<bool>
CdsHooks::is_opted_out(const HookCall& hook, const Snapshot& snapshot, const Asking& asking) {
    const std::set<std::string>& listed = snapshot.setup->site.opt_out_identifiers;
    const bool is_of_cohort = snapshot.find(hook.patient) != nullptr;
    JsonView patient = member_of(hook.prefetch(), "patient");
    std::shared_ptr<const JsonDocument> fetched;
    const bool brought = text_of(patient, "resourceType") == "Patient";
    if (!brought && !is_of_cohort && !listed.empty() && !hook.access_token.empty() &&
        hook.fhir_server == frame_.source_url) {
        http::Request request = bearer_request(hook, hook.patient);
        fetched = co_await fetch(std::move(request), asking);
        patient = fetched ? fetched->root() : patient; // else he may have opted out
    }
    if (!names_patient(patient, hook.patient)) {
        co_return !is_of_cohort && !listed.empty();
    }
    if (is_labelled(patient)) {
        co_return true;
    }
    // Another identity of one who opted out (R9.5: they are one patient).
    for (const JsonView& link : elements_of(patient, "link")) {
        const std::string_view other = text_of(member_of(link, "other"), "reference");
        const auto local = snapshot.setup->server.local_reference(other);
        if (local && snapshot.setup->site.config.opt_out.count(*local) > 0) {
            co_return true;
        }
    }
    const auto identifiers = elements_of(patient, "identifier");
    co_return std::any_of(identifiers.begin(), identifiers.end(), [&](const JsonView& one) {
        return listed.count(std::string(text_of(one, "system")) + "|" +
                            std::string(text_of(one, "value"))) > 0;
    });
}

// Tells that a card may be missing: who is to mend it sees neither the call nor the answer.
void CdsHooks::leave_unsaid(const std::string& reason,
                            const std::string& words,
                            const Asking& asking) {
    frame_.metrics.hook_left_unsaid(reason);
    const LogTag tag("request", asking.call);
    frame_.log.warning("what a hook asked by its caller's token " + words);
}

// nullptr: nothing came that can be used.
asio::awaitable<std::shared_ptr<const JsonDocument>> CdsHooks::fetch(http::Request request,
                                                                     const Asking& asking) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        asking.until - std::chrono::steady_clock::now());
    http::Response answer;
    try {
        if (left.count() > 0) {
            answer = co_await send_within(frame_.client, std::move(request), left);
        }
    } catch (const Error&) {
        answer.status = 0; // said below
    }
    if (answer.status != 200) {
        const bool refused = answer.status != 0;
        leave_unsaid(refused ? "refused" : "unanswered",
                     refused ? "was answered with " + std::to_string(answer.status)
                             : "was not answered in time",
                     asking);
        co_return nullptr;
    }
    auto document = read_document(answer.body);
    if (!document) {
        leave_unsaid("unusable", "was answered with what is no JSON", asking);
    }
    co_return document;
}

asio::awaitable<boost::json::array>
CdsHooks::cards_for(const HookCall& hook, const Snapshot& snapshot, const Asking& asking) {
    const Date today = wall_time(frame_.now(), snapshot.setup->site.config.time_zone).day;
    boost::json::array found;
    const std::vector<PlannedEmbolization> planned =
        planned_embolizations(hook, *snapshot.terminology, snapshot.zone, today);
    if (!planned.empty()) {
        const int days = snapshot.setup->trial.windows.marker_baseline.days; // R7.2
        bool known = true;
        std::vector<PartialDate> markers;
        try {
            markers =
                co_await markers_of(hook, snapshot, plus_days(planned.front().day, -days), asking);
        } catch (const Error&) {
            known = false; // the server did not answer in time: no card rather than a wrong one
        }
        const auto lacking = std::find_if(planned.begin(), planned.end(), [&](const auto& one) {
            return lacks_marker(markers, one.day, days);
        });
        if (known && lacking != planned.end()) {
            MarkerGap gap;
            gap.planned = lacking->day;
            gap.stated = lacking->stated;
            gap.days = days;
            gap.patient = hook.patient;
            found.push_back(marker_card(gap, frame_.config, card_uuid(hook.instance, "marker")));
            frame_.metrics.card("marker");
        }
    }
    const PatientFacts* facts = snapshot.find(hook.patient);
    if (facts != nullptr && facts->imaging_due && *facts->imaging_due >= today) {
        found.push_back(imaging_card(*facts->imaging_due, card_uuid(hook.instance, "imaging")));
        frame_.metrics.card("imaging");
    }
    if (facts != nullptr && facts->open_items > 0) {
        found.push_back(open_items_card(
            facts->open_items, frame_.config, card_uuid(hook.instance, "open-items")));
        frame_.metrics.card("open-items");
    }
    if (frame_.config.show_trial_context && !planned.empty()) {
        auto context = trial_context_card(snapshot.setup->trial,
                                          snapshot.response,
                                          snapshot.toxicity,
                                          card_uuid(hook.instance, "trial-context"));
        if (context) {
            found.push_back(std::move(*context));
            frame_.metrics.card("trial-context");
        }
    }
    co_return found;
}

// The store's and the caller's together. Throws Error when the server cannot say in time, Refusal
// when there is nobody to ask.
asio::awaitable<std::vector<PartialDate>> CdsHooks::markers_of(const HookCall& hook,
                                                               const Snapshot& snapshot,
                                                               Date since,
                                                               const Asking& asking) {
    const PatientFacts* facts = snapshot.find(hook.patient);
    std::vector<PartialDate> all = facts == nullptr ? std::vector<PartialDate>() : facts->markers;
    auto given = marker_dates(member_of(hook.prefetch(), "markers"),
                              marker_codes(snapshot),
                              snapshot.zone,
                              hook.patient,
                              since);
    if (!given && !hook.access_token.empty() && hook.fhir_server == frame_.source_url) {
        http::Request request = marker_request(hook, snapshot, since);
        const auto page = co_await fetch(std::move(request), asking);
        given = marker_dates(page ? page->root() : JsonView(),
                             marker_codes(snapshot),
                             snapshot.zone,
                             hook.patient,
                             since);
        if (page && !given) {
            leave_unsaid("unusable", "was answered with no whole searchset", asking);
        }
        if (!given) {
            throw Error(ErrorKind::http,
                        "the hook's search for results was refused",
                        frame_.source_url,
                        "ask for the scope to read Observations");
        }
    }
    if (!given && facts == nullptr) {
        throw lacks_prefetch();
    }
    if (given) {
        all.insert(all.end(), given->begin(), given->end());
    }
    co_return all;
}

asio::awaitable<http::Response> CdsHooks::feedback(Call call) {
    const HookService& service = find_service(call);
    co_await require_token(call, service.id, true);
    const std::vector<CardFeedback> given =
        read_feedback(call.request.body, service.id, instant_text(frame_.now()));
    const auto keep = [given](WorkStore& store) { store.keep_feedback(given); };
    co_await frame_.desk.ask(keep);
    for (const CardFeedback& one : given) {
        frame_.metrics.feedback(one.outcome);
    }
    co_return json_response(200, json::object());
}

} // namespace embolink::service
