// The service's own Subscriptions: what is wanted, whose is whose, what is to be done.
#include "connector/service/event_numbers.hpp"
#include "connector/service/secrets.hpp"
#include "connector/service/subscription_plan.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace embolink::service {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Kind = SubscriptionStep::Kind;

const Instant noon = Instant(1'764'158'400s);

RegisterConfig config_of() {
    RegisterConfig config;
    config.on = true;
    config.public_url = "https://embolink.example";
    config.lifetime = 24h;
    return config;
}

std::vector<std::string> criteria_of(const std::vector<WantedSubscription>& wanted) {
    std::vector<std::string> out;
    for (const WantedSubscription& one : wanted) {
        out.push_back(one.criteria);
    }
    return out;
}

StandingSubscription standing(const WantedSubscription& wanted, const std::string& id = "1") {
    StandingSubscription out;
    out.server_id = id;
    out.channel = wanted.channel;
    out.criteria = wanted.criteria;
    out.status = "active";
    out.end = noon + 24h;
    return out;
}

// ---- what is wanted

TEST(OwnSubscriptions, EveryTypeThatIsReadAndThePatientsHaveOne) {
    const auto all = criteria_of(wanted_subscriptions(config_of(), "ehr", {}));
    for (const char* one : {"Patient?", "Procedure?", "Observation?", "MedicationRequest?"}) {
        EXPECT_EQ(std::count(all.begin(), all.end(), one), 1) << one;
    }
}

TEST(OwnSubscriptions, TheSiteMayNameOthers) {
    RegisterConfig config = config_of();
    config.criteria = {"Procedure?status=completed"};
    const auto all = wanted_subscriptions(config, "ehr", {{"https://t", {"Observation"}}});
    EXPECT_EQ(criteria_of(all), config.criteria) << "a topic that nobody named is not used then";
}

TEST(OwnSubscriptions, ATopicThatTellsEverythingOfATypeTakesItsPlace) {
    const std::vector<Topic> offered = {{"https://whole", {"Observation"}}, {"https://some", {}}};
    auto all = criteria_of(wanted_subscriptions(config_of(), "ehr", offered));
    EXPECT_EQ(std::count(all.begin(), all.end(), "https://whole"), 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "Observation?"), 0);
    EXPECT_EQ(std::count(all.begin(), all.end(), "https://some"), 0) << "unknown, and not named";
    RegisterConfig config = config_of();
    config.topics = {"https://some", "https://not-offered"};
    all = criteria_of(wanted_subscriptions(config, "ehr", offered));
    EXPECT_EQ(std::count(all.begin(), all.end(), "https://some"), 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "https://not-offered"), 0);
    EXPECT_EQ(std::count(all.begin(), all.end(), "Procedure?"), 1);
}

TEST(OwnSubscriptions, IdsDependOnSourceAddressAndCriteriaAlone) {
    const auto id = [](const RegisterConfig& config, const std::string& source) {
        return wanted_subscriptions(config, source, {}).front().channel;
    };
    RegisterConfig other = config_of();
    other.lifetime = 1h;
    EXPECT_EQ(id(config_of(), "ehr"), id(other, "ehr"));
    EXPECT_NE(id(config_of(), "ehr"), id(config_of(), "other"));
    other.public_url = "https://other.example";
    EXPECT_NE(id(config_of(), "ehr"), id(other, "ehr"));
}

// ---- topics

TEST(Topics, AreReadFromBothPlaces) {
    const json statement = json::parse(R"({"rest": [{"resource": [
        {"type": "SubscriptionTopic"},
        {"type": "Subscription", "extension": [
          {"url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical",
           "valueCanonical": "https://t"}, {"url": "https://other", "valueCanonical": "https://x"}]}]}]})");
    ASSERT_EQ(named_topics(statement).size(), 1u);
    EXPECT_EQ(named_topics(statement)[0].url, "https://t");
    EXPECT_TRUE(has_topic_resources(statement));
    EXPECT_FALSE(has_topic_resources(json::object()));
    json topic = json::parse(R"({"resourceType": "SubscriptionTopic", "url": "https://t",
        "status": "active", "resourceTrigger": [
          {"resource": "http://hl7.org/fhir/StructureDefinition/Observation",
           "supportedInteraction": ["create", "update"]},
          {"resource": "Encounter", "supportedInteraction": ["create"]},
          {"resource": "Condition", "supportedInteraction": ["create", "update"],
           "fhirPathCriteria": "true"}]})");
    EXPECT_EQ(topic_of(topic).whole_types, std::set<std::string>{"Observation"});
    topic["status"] = "retired";
    EXPECT_EQ(topic_of(topic).url, "");
}

// ---- whose is whose

class Recognition : public testing::Test {
protected:
    json body(const WantedSubscription& one) {
        json out = subscription_body({Kind::create, one, {}}, config, "pssst", noon);
        out["id"] = "7";
        return out;
    }

    std::optional<StandingSubscription> own(const json& resource) {
        return own_subscription(resource, config, "ehr");
    }

    RegisterConfig config = config_of();
    WantedSubscription wanted = wanted_subscriptions(config, "ehr", {}).front();
};

TEST_F(Recognition, WhatWasSentIsKnownAgain) {
    const auto found = own(body(wanted));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->server_id, "7");
    EXPECT_EQ(found->channel, wanted.channel);
    EXPECT_EQ(found->status, "requested");
    EXPECT_EQ(found->end, noon + 24h);
}

TEST_F(Recognition, OneSignMayBeLostOnTheServer) {
    json untagged = body(wanted);
    untagged.erase("meta");
    EXPECT_TRUE(own(untagged));
    json rewritten = body(wanted);
    rewritten["criteria"] = "https://server.example/" + wanted.criteria;
    EXPECT_TRUE(own(rewritten));
    rewritten.erase("meta");
    EXPECT_FALSE(own(rewritten)) << "somebody else's to the best of our knowledge";
}

TEST_F(Recognition, OthersAreLeftAlone) {
    json elsewhere = body(wanted);
    elsewhere["channel"]["endpoint"] = "https://other.example/fhir/subscription/" + wanted.channel;
    EXPECT_FALSE(own(elsewhere)) << "another embolink of the same source name";
    json by_hand = body(wanted);
    by_hand.erase("meta");
    by_hand["channel"]["endpoint"] = endpoint_of(config, "procedures");
    EXPECT_FALSE(own(by_hand));
}

TEST_F(Recognition, TheBodyOfATopicIsTheBackports) {
    const WantedSubscription topic{"id", "https://t", true};
    config.payload = NotificationPayload::id_only;
    const json out = subscription_body({Kind::create, topic, {}}, config, "", noon);
    EXPECT_EQ(out["criteria"], "https://t");
    EXPECT_EQ(out["channel"]["_payload"]["extension"][0]["valueCode"], "id-only");
    EXPECT_FALSE(out["channel"].contains("header"));
    const json classic = subscription_body({Kind::create, wanted, {}}, config, "", noon);
    EXPECT_FALSE(classic["channel"].contains("payload")) << "R4 has nothing between all and none";
}

// ---- what is to be done

class Plan : public testing::Test {
protected:
    std::vector<SubscriptionStep> plan(bool all = false) {
        return plan_subscriptions(wanted, there, config, noon, all);
    }

    RegisterConfig config = config_of();
    WantedSubscription one{"a", "Procedure?", false};
    WantedSubscription two{"b", "Observation?", false};
    std::vector<WantedSubscription> wanted = {one, two};
    std::vector<StandingSubscription> there = {standing(one, "1"), standing(two, "2")};
};

TEST_F(Plan, WhatIsWellIsLeftUntilHalfOfItsTimeIsOver) {
    EXPECT_TRUE(plan().empty());
    there[0].end = noon + 12h - 1s;
    ASSERT_EQ(plan().size(), 1u);
    EXPECT_EQ(plan()[0].kind, Kind::renew);
    EXPECT_EQ(plan()[0].standing.server_id, "1");
    there[0].end.reset();
    EXPECT_EQ(plan()[0].kind, Kind::renew) << "one without end outlives us";
    EXPECT_EQ(plan(true).size(), 2u);
    EXPECT_EQ(subscription_body(plan()[0], config, "", noon)["status"], "active")
        << "it is not switched off while it is renewed";
}

TEST_F(Plan, WhatTheServerKeepsOtherwiseIsNotToldAgainAtOnce) {
    there[0].sent = noon - 1h;
    for (const auto end : {std::optional<Instant>(), std::optional(noon - 2h)}) {
        there[0].end = end;
        there[0].sent = noon - 1h;
        EXPECT_TRUE(plan().empty()) << "without end, or with one that was never put off";
        there[0].sent = noon - 12h - 1s;
        EXPECT_EQ(plan().size(), 1u) << "half of the time that we gave it is over";
    }
    there[0].sent = noon - 10min;
    there[0].end = noon + 11min;
    EXPECT_TRUE(plan().empty()) << "a server that grants less than it is asked for";
    there[0].end = noon + 9min;
    EXPECT_EQ(plan().size(), 1u);
    there[0].end.reset();
    there[0].sent = noon + 1h;
    EXPECT_EQ(plan().size(), 1u) << "the clock was set back";
}

TEST_F(Plan, WhatStoppedIsBroughtBackAndWhatIsMissingIsMade) {
    for (const char* status : {"error", "off"}) {
        there[0].status = status;
        ASSERT_EQ(plan().size(), 1u);
        EXPECT_EQ(plan()[0].kind, Kind::revive);
        EXPECT_EQ(subscription_body(plan()[0], config, "", noon)["status"], "requested");
    }
    there.erase(there.begin());
    ASSERT_EQ(plan().size(), 1u);
    EXPECT_EQ(plan()[0].kind, Kind::create);
    EXPECT_EQ(plan()[0].wanted, one);
}

TEST_F(Plan, TwinsAndWhatIsNoLongerWantedGo) {
    there.push_back(standing(one, "3"));
    wanted.pop_back();
    const auto steps = plan();
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[0].kind, Kind::remove);
    EXPECT_EQ(steps[0].standing.server_id, "2");
    EXPECT_EQ(steps[1].standing.server_id, "3");
}

// ---- numbers of events

TEST(EventNumbers, TheFirstOneIsWhereCountingBegins) {
    EventNumbers numbers;
    EXPECT_TRUE(numbers.take({21}, noon));
    EXPECT_FALSE(numbers.take({21}, noon)) << "told before";
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
}

TEST(EventNumbers, WhatIsPassedOverIsWaitedForAndThenMissing) {
    EventNumbers numbers;
    numbers.take({21}, noon);
    EXPECT_TRUE(numbers.take({24}, noon));
    EXPECT_FALSE(numbers.missing(noon + 1s, 2s));
    EXPECT_EQ(numbers.missing(noon + 2s, 2s), (EventGap{22, 23}));
    EXPECT_TRUE(numbers.take({23}, noon)) << "late is not repeated";
    EXPECT_FALSE(numbers.take({23}, noon));
    EXPECT_TRUE(numbers.missing(noon + 2s, 2s)) << "22";
    EXPECT_TRUE(numbers.take({22}, noon));
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
    EXPECT_FALSE(numbers.take({24}, noon));
}

TEST(EventNumbers, TheServersCountShowsALostEnd) {
    EventNumbers numbers;
    numbers.take_total(5, noon);
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s)) << "what was before is known from the pass";
    numbers.take_total(7, noon);
    EXPECT_EQ(numbers.missing(noon + 2s, 2s), (EventGap{6, 7}));
    numbers.settle();
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
    EXPECT_FALSE(numbers.take({7}, noon));
    EXPECT_TRUE(numbers.take({8}, noon));
}

TEST(EventNumbers, AHandshakeBeginsAnew) {
    EventNumbers numbers;
    numbers.take({21}, noon);
    numbers.restart();
    EXPECT_TRUE(numbers.take({1}, noon));
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
}

TEST(EventNumbers, WhatWasPassedOverWhileTheServerWasAskedIsMissingStill) {
    EventNumbers numbers;
    numbers.take({21, 24}, noon);
    const EventGap gap = *numbers.missing(noon + 2s, 2s);
    numbers.take({26}, noon + 3s);
    numbers.settle(gap, noon + 4s);
    EXPECT_FALSE(numbers.missing(noon + 5s, 2s)) << "25 may only be late";
    EXPECT_EQ(numbers.missing(noon + 6s, 2s), (EventGap{25, 25}));
    numbers.restart();
    numbers.take({1}, noon + 7s);
    numbers.settle({25, 25}, noon + 8s);
    EXPECT_TRUE(numbers.take({2}, noon + 9s)) << "a gap of the old count says nothing of the new";
}

TEST(EventNumbers, AGapIsFilledByEachOfItsNumbersAlone) {
    EXPECT_TRUE(fills({1, 2, 3, 4, 9}, {2, 4}));
    EXPECT_FALSE(fills({2, 4}, {2, 4}));
    EXPECT_FALSE(fills({2, 3}, {2, 4}));
    EXPECT_FALSE(fills({}, {2, 2}));
    EXPECT_FALSE(fills({1, 2}, {2, std::int64_t{1} << 53}));
}

TEST(EventNumbers, WhatIsOnItsWayOrLateIsNotPast) {
    EventNumbers numbers;
    numbers.take_total(48, noon);
    EXPECT_FALSE(numbers.is_past(48, noon + 9s, 10s)) << "may be on its way";
    EXPECT_TRUE(numbers.is_past(48, noon + 10s, 10s));
    numbers.take_total(50, noon + 1h);
    EXPECT_FALSE(numbers.is_past(49, noon + 2h, 10s)) << "did not come yet";
    EXPECT_FALSE(numbers.is_past(48, noon + 1h, 10s)) << "the server is at work";
    numbers.settle();
    EXPECT_FALSE(numbers.is_past(49, noon + 2h, 10s)) << "comes late";
    EXPECT_TRUE(numbers.is_past(48, noon + 2h, 10s));
}

// Whoever sends nonsense may lose count of his own events, and nothing else.
TEST(EventNumbers, NonsenseCostsNothing) {
    EventNumbers numbers;
    EXPECT_TRUE(numbers.take({1}, noon));
    EXPECT_TRUE(numbers.take({1, std::int64_t{1} << 60}, noon));
    EXPECT_TRUE(numbers.take({-5, -1}, noon));
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
    EXPECT_FALSE(numbers.take({1}, noon));
}

TEST(EventNumbers, WhatOneNotificationPassesOverIsMissing) {
    EventNumbers numbers;
    numbers.take({10}, noon);
    EXPECT_TRUE(numbers.take({11, 14}, noon));
    EXPECT_EQ(numbers.missing(noon + 2s, 2s), (EventGap{12, 13}));
    EXPECT_TRUE(numbers.take({12, 13, 14}, noon));
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
}

TEST(EventNumbers, ManyInARowAreNoGapAndManyAfterAGapDoNotHideIt) {
    EventNumbers numbers;
    std::set<std::int64_t> many;
    for (std::int64_t number = 1; number <= 5'000; ++number) {
        many.insert(number);
    }
    EXPECT_TRUE(numbers.take(many, noon));
    EXPECT_FALSE(numbers.missing(noon + 1h, 2s));
    for (std::int64_t number = 5'002; number <= 9'000; ++number) {
        EXPECT_TRUE(numbers.take({number}, noon));
    }
    EXPECT_EQ(numbers.missing(noon + 2s, 2s), (EventGap{5'001, 9'000}));
}

// ---- signatures

TEST(Signature, IsTheOneOfTheBody) {
    test::TempFolder folder;
    const auto path = folder.path() / "key";
    std::ofstream(path) << "key\n";
    SecretRef key;
    key.file = path;
    const std::string body = "The quick brown fox jumps over the lazy dog";
    // RFC-style vector of HMAC-SHA256 with the key "key".
    const std::string right = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
    EXPECT_TRUE(is_signature(right, body, key));
    EXPECT_TRUE(is_signature("sha256=" + right, body, key));
    std::string upper = right;
    std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
    EXPECT_TRUE(is_signature(upper, body, key));
    EXPECT_TRUE(is_signature("SHA256=" + upper, body, key));
    EXPECT_FALSE(is_signature(right, body + " ", key));
    EXPECT_FALSE(is_signature(right.substr(0, 63), body, key));
    EXPECT_FALSE(is_signature("", body, key));
    std::ofstream(path, std::ios::trunc) << "other";
    EXPECT_FALSE(is_signature(right, body, key)) << "a key that was changed is changed at once";
    std::filesystem::remove(path);
    EXPECT_FALSE(is_signature(right, body, key));
}

} // namespace
} // namespace embolink::service
