// The Subscriptions that the service keeps on the server that it reads: which it wants, which of
// those that are there are its own, what is to be done about the difference. Without I/O.
//
// Each has an id of its own (UUID version 5 of what it is and whose), which stands at the end of
// its endpoint and in a tag: so it is found again without being remembered, made once however often
// it is tried, and never mistaken for one that somebody else has made.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/service_config.hpp"
#include "connector/service/subscription_topics.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

struct WantedSubscription {
    std::string channel;  // the id
    std::string criteria; // "Procedure?", or the canonical URL of a topic
    bool topic = false;   // of the backport; else as R4 has them

    friend bool operator==(const WantedSubscription&, const WantedSubscription&) = default;
};

// One of ours as the server has it.
struct StandingSubscription {
    std::string server_id;
    std::string channel;
    std::string criteria;
    std::string status;          // "requested", "active", "error", "off"
    std::optional<Instant> end;  // as the server keeps it
    std::optional<Instant> sent; // when we last told it one, as far as this process knows
};

struct SubscriptionStep {
    enum class Kind {
        create,
        renew,  // it is well, and is to stay
        revive, // it had stopped: what happened meanwhile was told to nobody
        remove
    };
    Kind kind = Kind::create;
    WantedSubscription wanted;     // not of remove
    StandingSubscription standing; // not of create
};

// Everything that a pass reads (Patient and what is searched by patient) unless the configuration
// has criteria; a type of which a topic tells every change has none.
std::vector<WantedSubscription> wanted_subscriptions(const RegisterConfig& config,
                                                     const std::string& source_name,
                                                     const std::vector<Topic>& offered);

// nullopt: not ours.
std::optional<StandingSubscription> own_subscription(const nlohmann::json& resource,
                                                     const RegisterConfig& config,
                                                     const std::string& source_name);

// `all`: those that are well are renewed, too; else when half of their time is over. The server may
// keep another end than it was told, or none (optional in R4): it is not told again at once.
std::vector<SubscriptionStep> plan_subscriptions(const std::vector<WantedSubscription>& wanted,
                                                 const std::vector<StandingSubscription>& standing,
                                                 const RegisterConfig& config,
                                                 Instant now,
                                                 bool all);

// The resource to be sent for a step that creates, renews or revives. `secret`: "" none.
nlohmann::json subscription_body(const SubscriptionStep& step,
                                 const RegisterConfig& config,
                                 const std::string& secret,
                                 Instant now);

// Where notifications of it are sent.
std::string endpoint_of(const RegisterConfig& config, const std::string& channel);

} // namespace embolink::service
