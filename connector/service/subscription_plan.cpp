#include "connector/service/subscription_plan.hpp"

#include "connector/core/json_read.hpp"
#include "connector/fhir/search_plan.hpp"
#include "connector/service/secrets.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/partial_date.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace embolink::service {
namespace {

using nlohmann::json;
using Kind = SubscriptionStep::Kind;

constexpr const char* fhir_json = "application/fhir+json";
constexpr const char* subscription_tag = "subscription-of-embolink";
constexpr const char* backport =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";

std::string channel_id(const RegisterConfig& config,
                       const std::string& source_name,
                       const std::string& criteria) {
    const boost::uuids::name_generator_sha1 name(boost::uuids::ns::url());
    return to_string(name("https://embolink.org/subscription/" + source_name + "\n" +
                          config.public_url + "\n" + criteria));
}

WantedSubscription want(const RegisterConfig& config,
                        const std::string& source_name,
                        const std::string& criteria,
                        bool topic) {
    return {channel_id(config, source_name, criteria), criteria, topic};
}

std::vector<std::string> read_types() {
    std::vector<std::string> types = fhir::searched_types();
    types.push_back("Patient");
    return types;
}

// Of a server that hands the same topic out under two names only one is wanted.
bool is_used(const Topic& topic, const RegisterConfig& config) {
    const auto& named = config.topics;
    if (std::find(named.begin(), named.end(), topic.url) != named.end()) {
        return true;
    }
    const std::vector<std::string> types = read_types();
    return config.criteria.empty() && std::any_of(types.begin(), types.end(), [&](const auto& one) {
               return topic.whole_types.count(one) > 0;
           });
}

bool has_tag(const json& resource) {
    for (const json* tag : elements_of(member_of(resource, "meta"), "tag")) {
        if (text_of(*tag, "system") == tag_system && text_of(*tag, "code") == subscription_tag) {
            return true;
        }
    }
    return false;
}

bool is_well(const StandingSubscription& standing) {
    return standing.status == "active" || standing.status == "requested";
}

// Half of the time is over: of what the server granted when we last told it, else of ours.
bool is_due(const StandingSubscription& one, const RegisterConfig& config, Instant now) {
    if (!one.sent || *one.sent > now) {
        return !one.end || *one.end < now + config.lifetime / 2;
    }
    const bool granted = one.end && *one.end > *one.sent;
    const Instant end = granted ? *one.end : *one.sent + config.lifetime;
    return now - *one.sent > (end - *one.sent) / 2;
}

json extension(const char* name, const char* type, const char* value) {
    return {{"url", std::string(backport) + name}, {type, value}};
}

json channel_of(const SubscriptionStep& step,
                const RegisterConfig& config,
                const std::string& secret) {
    json channel = {{"type", "rest-hook"}, {"endpoint", endpoint_of(config, step.wanted.channel)}};
    if (step.wanted.topic) {
        const char* content = config.payload == NotificationPayload::resource  ? "full-resource"
                              : config.payload == NotificationPayload::id_only ? "id-only"
                                                                               : "empty";
        channel["payload"] = fhir_json;
        channel["_payload"]["extension"] =
            json::array({extension("payload-content", "valueCode", content)});
    } else if (config.payload == NotificationPayload::resource) {
        channel["payload"] = fhir_json;
    }
    if (!secret.empty()) {
        channel["header"] = json::array({std::string(secret_header) + ": " + secret});
    }
    return channel;
}

} // namespace

std::string endpoint_of(const RegisterConfig& config, const std::string& channel) {
    return config.public_url + "/fhir/subscription/" + channel;
}

std::vector<WantedSubscription> wanted_subscriptions(const RegisterConfig& config,
                                                     const std::string& source_name,
                                                     const std::vector<Topic>& offered) {
    std::vector<WantedSubscription> out;
    std::set<std::string> told;
    std::set<std::string> urls;
    for (const Topic& topic : offered) {
        if (!topic.url.empty() && is_used(topic, config)) {
            told.insert(topic.whole_types.begin(), topic.whole_types.end());
            if (urls.insert(topic.url).second) {
                out.push_back(want(config, source_name, topic.url, true));
            }
        }
    }
    std::vector<std::string> criteria = config.criteria;
    if (criteria.empty()) {
        for (const std::string& type : read_types()) {
            if (told.count(type) == 0) {
                criteria.push_back(type + "?");
            }
        }
    }
    for (const std::string& one : criteria) {
        out.push_back(want(config, source_name, one, false));
    }
    return out;
}

std::optional<StandingSubscription> own_subscription(const json& resource,
                                                     const RegisterConfig& config,
                                                     const std::string& source_name) {
    const std::string_view endpoint = text_of(member_of(resource, "channel"), "endpoint");
    const std::string below = endpoint_of(config, "");
    if (text_of(resource, "resourceType") != "Subscription" || !endpoint.starts_with(below)) {
        return std::nullopt;
    }
    StandingSubscription out;
    out.server_id = text_of(resource, "id");
    out.channel = endpoint.substr(below.size());
    out.criteria = text_of(resource, "criteria");
    out.status = text_of(resource, "status");
    if (const auto end = parse_partial_date(text_of(resource, "end"), {})) {
        out.end = end->utc_seconds ? std::optional(Instant(std::chrono::seconds(*end->utc_seconds)))
                                   : std::nullopt;
    }
    // A server may drop tags, and write criteria in another way: not both.
    const bool ours =
        has_tag(resource) || out.channel == channel_id(config, source_name, out.criteria);
    return ours ? std::optional(out) : std::nullopt;
}

std::vector<SubscriptionStep> plan_subscriptions(const std::vector<WantedSubscription>& wanted,
                                                 const std::vector<StandingSubscription>& standing,
                                                 const RegisterConfig& config,
                                                 Instant now,
                                                 bool all) {
    std::vector<SubscriptionStep> steps;
    std::set<std::string> kept; // channels
    for (const StandingSubscription& one : standing) {
        const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const auto& want) {
            return want.channel == one.channel;
        });
        // Two of the same are left by two services that began at once.
        if (found == wanted.end() || !kept.insert(one.channel).second) {
            steps.push_back({Kind::remove, {}, one});
        } else if (!is_well(one)) {
            steps.push_back({Kind::revive, *found, one});
        } else if (all || is_due(one, config, now)) {
            steps.push_back({Kind::renew, *found, one});
        }
    }
    for (const WantedSubscription& want : wanted) {
        if (kept.count(want.channel) == 0) {
            steps.push_back({Kind::create, want, {}});
        }
    }
    return steps;
}

json subscription_body(const SubscriptionStep& step,
                       const RegisterConfig& config,
                       const std::string& secret,
                       Instant now) {
    json out = {
        {"resourceType", "Subscription"},
        {"meta", {{"tag", json::array({{{"system", tag_system}, {"code", subscription_tag}}})}}},
        // One that is well stays switched on while it is renewed.
        {"status", step.standing.status == "active" ? "active" : "requested"},
        {"reason", "embolink follows changes of the patients of its audit"},
        {"criteria", step.wanted.criteria},
        {"end", instant_text(now + config.lifetime)},
        {"channel", channel_of(step, config, secret)}};
    if (step.wanted.topic) {
        out["meta"]["profile"] = json::array({std::string(backport) + "subscription"});
    }
    if (!step.standing.server_id.empty()) {
        out["id"] = step.standing.server_id;
    }
    return out;
}

} // namespace embolink::service
