#include "connector/service/subscription_topics.hpp"

#include "connector/core/json_read.hpp"

#include <nlohmann/json.hpp>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr const char* topic_extension =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
    "capabilitystatement-subscriptiontopic-canonical";

template <class Use>
void each_type(const json& statement, Use use) {
    for (const json* rest : elements_of(statement, "rest")) {
        for (const json* resource : elements_of(*rest, "resource")) {
            use(*resource);
        }
    }
}

// "Observation" of "http://hl7.org/fhir/StructureDefinition/Observation".
std::string type_of(std::string_view name) {
    const auto slash = name.rfind('/');
    return std::string(slash == std::string_view::npos ? name : name.substr(slash + 1));
}

bool supports(const json& trigger, std::string_view interaction) {
    for (const json* one : elements_of(trigger, "supportedInteraction")) {
        if (one->is_string() && one->get_ref<const std::string&>() == interaction) {
            return true;
        }
    }
    return false;
}

// Whether nothing but creation or change of a resource decides.
bool is_whole(const json& trigger) {
    return !trigger.contains("queryCriteria") && !trigger.contains("fhirPathCriteria") &&
           supports(trigger, "create") && supports(trigger, "update");
}

} // namespace

std::vector<Topic> named_topics(const json& statement) {
    std::vector<Topic> out;
    each_type(statement, [&](const json& resource) {
        if (text_of(resource, "type") != "Subscription") {
            return;
        }
        for (const json* extension : elements_of(resource, "extension")) {
            const std::string url(text_of(*extension, "valueCanonical"));
            if (text_of(*extension, "url") == topic_extension && !url.empty()) {
                out.push_back({url, {}});
            }
        }
    });
    return out;
}

bool has_topic_resources(const json& statement) {
    bool found = false;
    each_type(statement, [&](const json& resource) {
        found = found || text_of(resource, "type") == "SubscriptionTopic";
    });
    return found;
}

Topic topic_of(const json& resource) {
    Topic out;
    if (text_of(resource, "resourceType") != "SubscriptionTopic" ||
        text_of(resource, "status") == "retired") {
        return out;
    }
    out.url = text_of(resource, "url");
    for (const json* trigger : elements_of(resource, "resourceTrigger")) {
        if (trigger->is_object() && is_whole(*trigger)) {
            out.whole_types.insert(type_of(text_of(*trigger, "resource")));
        }
    }
    return out;
}

} // namespace embolink::service
