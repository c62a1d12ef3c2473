// Topics of the R5 backport that a server offers: by name in its CapabilityStatement (R4), whole as
// SubscriptionTopic (R4B). Without I/O.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <set>
#include <string>
#include <vector>

namespace embolink::service {

struct Topic {
    std::string url; // canonical
    // The types of which it tells every creation and every change; empty when it tells only some of
    // them, or nothing is known of it.
    std::set<std::string> whole_types;
};

// Those that a CapabilityStatement names; and whether the server has the type SubscriptionTopic.
std::vector<Topic> named_topics(const nlohmann::json& capability_statement);
bool has_topic_resources(const nlohmann::json& capability_statement);

// One SubscriptionTopic; without `url` when it is not in use.
Topic topic_of(const nlohmann::json& resource);

} // namespace embolink::service
