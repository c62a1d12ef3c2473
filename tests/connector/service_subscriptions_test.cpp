// Notifications: what they say, and when they are a reason for a pass.
#include "connector/service/answers.hpp"
#include "connector/service/change_filter.hpp"
#include "connector/service/notification.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using namespace std::chrono_literals;
using nlohmann::json;

json observation(const std::string& id, const std::string& version, const std::string& patient) {
    return {{"resourceType", "Observation"},
            {"id", id},
            {"meta", {{"versionId", version}}},
            {"subject", {{"reference", patient}}}};
}

json status(const std::string& type, int event, const std::string& focus) {
    json part = json::array({{{"name", "event-number"}, {"valueString", std::to_string(event)}}});
    if (!focus.empty()) {
        part.push_back({{"name", "focus"}, {"valueReference", {{"reference", focus}}}});
    }
    json parameters = json::array({{{"name", "type"}, {"valueCode", type}}});
    if (event > 0) {
        parameters.push_back({{"name", "notification-event"}, {"part", part}});
    }
    return {{"resourceType", "Parameters"}, {"parameter", parameters}};
}

json bundle(const std::vector<json>& resources, const std::string& type = "history") {
    json out = {{"resourceType", "Bundle"}, {"type", type}, {"entry", json::array()}};
    for (const json& one : resources) {
        out["entry"].push_back({{"resource", one}});
    }
    return out;
}

// ---- reading

TEST(Notification, NothingAndWhiteSpaceAreEmpty) {
    EXPECT_EQ(read_notification("").kind, NotificationKind::empty);
    EXPECT_EQ(read_notification(" \r\n").kind, NotificationKind::empty);
}

TEST(Notification, AResourceNamesItsPatient) {
    const auto of = [](const json& resource) {
        return read_notification(resource.dump()).changes.at(0);
    };
    const Change change = of(observation("7", "2", "https://ehr.example/fhir/Patient/1"));
    EXPECT_EQ(change.reference, "Observation/7");
    EXPECT_EQ(change.version, "2");
    EXPECT_EQ(change.patient, "Patient/1");
    EXPECT_FALSE(change.own);
    EXPECT_EQ(of({{"resourceType", "Patient"}, {"id", "1"}}).patient, "Patient/1");
    json ours = observation("8", "1", "Patient/1");
    ours["identifier"] = json::array(
        {{{"system", "https://embolink.org/fhir/NamingSystem/outcome"}, {"value", "x"}}});
    EXPECT_TRUE(of(ours).own);
}

TEST(Notification, TheBackportsStatusIsRead) {
    EXPECT_EQ(read_notification(bundle({status("handshake", 0, "")}).dump()).kind,
              NotificationKind::handshake);
    EXPECT_EQ(read_notification(bundle({status("heartbeat", 0, "")}).dump()).kind,
              NotificationKind::heartbeat);
    const Notification event = read_notification(
        bundle({status("event-notification", 21, "https://ehr.example/fhir/Observation/7")})
            .dump());
    EXPECT_EQ(event.kind, NotificationKind::event);
    EXPECT_EQ(event.events, std::set<std::int64_t>{21});
    ASSERT_EQ(event.changes.size(), 1u);
    EXPECT_EQ(event.changes[0].reference, "Observation/7");
}

TEST(Notification, AReferenceBecomesPartOfAUrlOnlyWhenItIsOne) {
    for (const char* bad : {"Observation/../../x",
                            "Observation/1?x=y",
                            "Observation/",
                            "/1",
                            "x",
                            "https://ehr.example/a b/1",
                            "Obs3rvation/1"}) {
        EXPECT_TRUE(read_notification(bundle({status("event-notification", 1, bad)}).dump())
                        .changes.empty())
            << bad;
    }
}

TEST(Notification, WhichSubscriptionAndHowManyEventsIsRead) {
    json one = status("event-notification", 3, "Procedure/1");
    one["parameter"].push_back(
        {{"name", "subscription"},
         {"valueReference", {{"reference", "https://ehr.example/fhir/Subscription/9"}}}});
    one["parameter"].push_back({{"name", "events-since-subscription-start"}, {"valueString", "3"}});
    for (const json& form : {bundle({one}), one}) {
        const Notification read = read_notification(form.dump());
        EXPECT_EQ(read.subscription, "9");
        EXPECT_EQ(read.total, 3);
        EXPECT_EQ(read.events, std::set<std::int64_t>{3});
    }
}

TEST(Notification, ItsFormInR5AndOtherTypesOfBundlesAreReadToo) {
    const json status_of_r5 = {
        {"resourceType", "SubscriptionStatus"},
        {"type", "event-notification"},
        {"notificationEvent",
         json::array({{{"eventNumber", "3"}, {"focus", {{"reference", "Procedure/1"}}}}})}};
    for (const char* type : {"history", "transaction", "subscription-notification"}) {
        const Notification read = read_notification(
            bundle({status_of_r5, observation("7", "1", "Patient/1")}, type).dump());
        EXPECT_EQ(read.events, std::set<std::int64_t>{3}) << type;
        EXPECT_EQ(read.changes.size(), 2u) << type;
    }
}

TEST(Notification, AResourceThatCameWholeIsToldOnce) {
    const Notification read =
        read_notification(bundle({status("event-notification", 1, "Observation/7"),
                                  observation("7", "1", "Patient/1")})
                              .dump());
    ASSERT_EQ(read.changes.size(), 1u);
    EXPECT_EQ(read.changes[0].patient, "Patient/1");
}

TEST(Notification, WhatIsNoneIsRefused) {
    for (const char* body : {"x", "[]", "{}", "{\"resourceType\":1}"}) {
        EXPECT_THROW(read_notification(body), Refusal) << body;
    }
}

TEST(Notification, TheNumberOfEachEventIsRead) {
    json two = status("event-notification", 11, "Observation/7");
    two["parameter"].push_back(status("", 14, "Observation/8")["parameter"][1]);
    const Notification read = read_notification(bundle({two}).dump());
    EXPECT_EQ(read.events, (std::set<std::int64_t>{11, 14}));
    EXPECT_EQ(read.changes.size(), 2u);
}

TEST(Notification, AnEventOfWhichNothingSaysWhatChangedIsNameless) {
    const auto nameless = [](const std::string& focus, const std::vector<json>& beside) {
        std::vector<json> entries = {status("event-notification", 11, focus)};
        entries.insert(entries.end(), beside.begin(), beside.end());
        return read_notification(bundle(entries).dump()).nameless;
    };
    EXPECT_EQ(nameless("", {}), 1u);
    EXPECT_EQ(nameless("urn:uuid:x", {}), 1u);
    EXPECT_EQ(nameless("Observation/7", {}), 0u);
    EXPECT_EQ(nameless("", {observation("7", "1", "Patient/1")}), 0u);
    json two = status("event-notification", 11, "Observation/7");
    two["parameter"].push_back(status("", 12, "")["parameter"][1]);
    EXPECT_EQ(read_notification(bundle({two, observation("7", "1", "Patient/1")}).dump()).nameless,
              1u)
        << "the resource is what event 11 is about";
}

TEST(Notification, AResourceWithoutIdHasNoReference) {
    json one = observation("7", "1", "Patient/1");
    one.erase("id");
    EXPECT_EQ(read_notification(bundle({one, one}).dump()).changes.at(1).reference, "");
}

// ---- when it is a reason

const Instant start{};

class ChangeFilterTest : public testing::Test {
protected:
    std::vector<std::string>
    take(const json& body, std::chrono::milliseconds at = 0ms, const std::string& channel = "a") {
        const std::string text = body.is_null() ? "" : body.dump();
        return filter.take(channel, read_notification(text), start + at);
    }

    bool due(std::chrono::milliseconds at) { return filter.take_due(start + at).any(); }

    // Patients of the cohort; whatever Procedure brings Patient/3 into it.
    static ChangeFilter new_filter() {
        return {ChangeFilter::Timing{}, [](const Change& change) {
                    return change.patient == "Patient/1" || change.patient == "Patient/4" ||
                           (change.resource && change.patient == "Patient/3");
                }};
    }

    ChangeFilter filter = new_filter();
};

TEST_F(ChangeFilterTest, APassWaitsForQuietAndNotForEver) {
    take(observation("7", "1", "Patient/1"));
    EXPECT_FALSE(due(1'999ms));
    take(observation("8", "1", "Patient/1"), 1'500ms);
    EXPECT_FALSE(due(2'500ms)) << "something came meanwhile";
    EXPECT_TRUE(due(3'500ms));
    EXPECT_FALSE(due(9'000ms)) << "one pass for both";
}

TEST_F(ChangeFilterTest, EachPatientHasHisOwnPatience) {
    take(observation("7", "1", "Patient/1"));
    take(observation("8", "1", "Patient/4"), 1'500ms);
    const auto first = filter.take_due(start + 2s);
    EXPECT_THAT(first.patients, testing::ElementsAre("Patient/1"))
        << "news of somebody else keeps nobody waiting";
    EXPECT_FALSE(first.everybody);
    EXPECT_FALSE(due(3'900ms)) << "not so soon after the one before";
    EXPECT_THAT(filter.take_due(start + 4s).patients, testing::ElementsAre("Patient/4"));
    EXPECT_FALSE(due(60s));
}

TEST_F(ChangeFilterTest, WhatNobodyKnowsIsAPassOfEverybody) {
    take(observation("7", "1", "Patient/1"));
    take(nullptr);
    EXPECT_TRUE(filter.take_due(start + 2s).everybody);
    EXPECT_FALSE(due(60s)) << "it was about the patient, too";
    take(nullptr, 61s);
    EXPECT_TRUE(filter.take_due(start + 63s).everybody);
    take(nullptr, 64s);
    take(observation("8", "1", "Patient/1"), 64s);
    const auto soon = filter.take_due(start + 66s);
    EXPECT_FALSE(soon.everybody) << "of everybody not so soon";
    EXPECT_THAT(soon.patients, testing::ElementsAre("Patient/1"));
    EXPECT_TRUE(filter.take_due(start + 73s).everybody);
}

TEST_F(ChangeFilterTest, AFloodIsOnePassNowAndThen) {
    int passes = 0;
    for (int at = 0; at < 60'000; at += 100) {
        take(nullptr, std::chrono::milliseconds(at));
        passes += due(std::chrono::milliseconds(at)) ? 1 : 0;
    }
    EXPECT_EQ(passes, 5) << "every ten seconds";
}

TEST_F(ChangeFilterTest, WhatIsRepeatedIsNoReason) {
    take(observation("7", "1", "Patient/1"));
    EXPECT_TRUE(due(5s));
    take(observation("7", "1", "Patient/1"), 20s);
    EXPECT_FALSE(due(40s));
    EXPECT_EQ(filter.counts().repeated, 1);
    take(observation("7", "2", "Patient/1"), 50s);
    EXPECT_TRUE(due(60s));
}

TEST_F(ChangeFilterTest, StrangersAndOurOwnOutputAreNoReason) {
    take(observation("7", "1", "Patient/2"));
    json ours = observation("8", "1", "Patient/1");
    ours["identifier"] = json::array(
        {{{"system", "https://embolink.org/fhir/NamingSystem/outcome"}, {"value", "x"}}});
    take(ours);
    EXPECT_FALSE(due(60s));
    EXPECT_EQ(filter.counts().foreign, 1);
    EXPECT_EQ(filter.counts().own, 1);
    json procedure = observation("9", "1", "Patient/2");
    procedure["resourceType"] = "Procedure";
    take(procedure, 60s);
    EXPECT_FALSE(due(70s));
    procedure["id"] = "10";
    procedure["subject"]["reference"] = "Patient/3";
    take(procedure, 70s);
    EXPECT_TRUE(due(80s)) << "it brings him into the cohort";
}

TEST_F(ChangeFilterTest, EmptyNotificationsAndMereReferencesAre) {
    take(nullptr);
    EXPECT_TRUE(due(3s));
    const auto unknown = take(bundle({status("event-notification", 1, "Observation/7")}), 20s);
    EXPECT_THAT(unknown, testing::ElementsAre("Observation/7")) << "whose it is has to be asked";
    EXPECT_FALSE(due(30s));
    filter.take_unknown(start + 30s);
    EXPECT_TRUE(due(39s));
    take(bundle({status("heartbeat", 0, "")}), 40s);
    take(bundle({status("handshake", 0, "")}), 40s);
    EXPECT_FALSE(due(60s));
}

TEST_F(ChangeFilterTest, LostEventsAreNamedUntilTheyAreSettled) {
    take(bundle({status("event-notification", 21, ""), observation("7", "1", "Patient/1")}));
    EXPECT_TRUE(due(3s));
    take(bundle({status("event-notification", 23, ""), observation("9", "1", "Patient/2")}), 20s);
    EXPECT_TRUE(filter.lost(start + 21s).empty()) << "22 may only be late";
    const auto lost = filter.lost(start + 22s);
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(lost[0].channel, "a");
    EXPECT_EQ(lost[0].gap, (EventGap{22, 22}));
    EXPECT_EQ(filter.counts().gaps, 0);
    filter.settle(lost[0], false, start + 22s);
    EXPECT_EQ(filter.counts().gaps, 1);
    EXPECT_TRUE(filter.lost(start + 60s).empty());
    EXPECT_FALSE(due(60s)) << "who settled it says whether it is a reason";
}

TEST_F(ChangeFilterTest, WhatComesLateCountsAndWhatComesAgainDoesNot) {
    const auto told = [](int event, const std::string& id) {
        return bundle({status("event-notification", event, ""), observation(id, "1", "Patient/1")});
    };
    take(told(21, "7"));
    take(told(23, "9"));
    take(told(22, "8"), 1s);
    EXPECT_TRUE(filter.lost(start + 60s).empty());
    EXPECT_EQ(filter.counts().gaps, 0);
    EXPECT_TRUE(due(10s));
    take(told(22, "8"), 30s);
    EXPECT_FALSE(due(60s));
    EXPECT_EQ(filter.counts().repeated, 1);
    // Numbers that begin anew without a handshake.
    take(told(1, "10"), 70s);
    EXPECT_TRUE(due(80s)) << "a version that nobody has seen";
}

TEST_F(ChangeFilterTest, AReferenceUnderANumberThatWasUsedForAnotherIsNews) {
    const auto told = [&](int event, const std::string& reference) {
        return take(bundle({status("event-notification", event, reference)}));
    };
    EXPECT_THAT(told(21, "Observation/7"), testing::ElementsAre("Observation/7"));
    EXPECT_THAT(told(21, "Observation/7"), testing::IsEmpty());
    EXPECT_THAT(told(1, "Observation/8"), testing::ElementsAre("Observation/8"))
        << "numbers that began anew without a handshake";
    EXPECT_THAT(told(1, "Observation/8"), testing::IsEmpty());
}

// `total`: events since the Subscription began. Of the Subscription "9" unless it does not say so.
json counted(json status, int total, bool names_itself = true) {
    status["parameter"].push_back(
        {{"name", "events-since-subscription-start"}, {"valueString", std::to_string(total)}});
    if (names_itself) {
        status["parameter"].push_back(
            {{"name", "subscription"}, {"valueReference", {{"reference", "Subscription/9"}}}});
    }
    return bundle({status});
}

TEST_F(ChangeFilterTest, AServerThatCountsAnewMayHaveToldNobody) {
    for (const char* kind : {"heartbeat", "handshake"}) {
        take(bundle({status("event-notification", 21, "Observation/7")}), 0s, kind);
        take(counted(status(kind, 0, ""), 21), 10s, kind);
        EXPECT_FALSE(due(20s)) << kind;
        take(counted(status(kind, 0, ""), 3), 20s, kind);
        EXPECT_TRUE(filter.take_due(start + 30s).everybody) << kind;
        take(bundle({status("event-notification", 4, ""), observation(kind, "1", "Patient/1")}),
             40s,
             kind);
        EXPECT_TRUE(filter.lost(start + 60s).empty()) << "4 follows 3";
        EXPECT_TRUE(due(60s)) << kind;
        filter = new_filter();
    }
}

TEST_F(ChangeFilterTest, AHandshakeThatCountsMoreThanCameShowsWhatWasLost) {
    take(counted(status("handshake", 0, ""), 5));
    EXPECT_TRUE(filter.lost(start + 10s).empty()) << "where counting begins";
    take(bundle({status("event-notification", 6, "Observation/7")}), 10s);
    take(counted(status("handshake", 0, ""), 9), 20s);
    ASSERT_EQ(filter.lost(start + 30s).size(), 1u);
    EXPECT_EQ(filter.lost(start + 30s)[0].gap, (EventGap{7, 9}));
}

TEST_F(ChangeFilterTest, AnEventWithFewerThanAreKnownCountsAnew) {
    const auto told = [&](int event, auto at, bool names_itself = true) {
        const json body = status("event-notification", event, "Observation/7");
        return take(counted(body, event, names_itself), at);
    };
    told(1, 0s);
    told(3, 0s);
    told(2, 1s);
    EXPECT_FALSE(due(9s)) << "soon after the others it is late";
    EXPECT_THAT(told(1, 20s), testing::ElementsAre("Observation/7"));
    EXPECT_TRUE(filter.take_due(start + 25s).everybody) << "others may have been told to nobody";
    told(3, 26s);
    const auto lost = filter.lost(start + 30s);
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(lost[0].gap, (EventGap{2, 2}));
    filter.settle(lost[0], true, start + 30s);
    told(2, 60s);
    EXPECT_FALSE(due(70s)) << "it had been lost, and comes late";
    filter = new_filter();
    told(3, 80s, false);
    told(1, 100s, false);
    EXPECT_FALSE(due(110s)) << "of another Subscription at the same address, for all we know";
}

// A server that had no answer tells an event again, minutes later.
TEST_F(ChangeFilterTest, AnEventToldAgainWithItsTimeIsARepetition) {
    const auto told = [&](int event, const std::string& time, auto at) {
        json body = status("event-notification", event, "Observation/7");
        body["parameter"][1]["part"].push_back({{"name", "timestamp"}, {"valueInstant", time}});
        return take(counted(body, event), at);
    };
    told(1, "2026-01-01T08:00:00Z", 0s);
    told(2, "2026-01-01T08:00:01Z", 1s);
    EXPECT_THAT(told(1, "2026-01-01T08:00:00Z", 300s), testing::IsEmpty());
    EXPECT_FALSE(due(310s));
    EXPECT_THAT(told(1, "2026-01-01T09:00:00Z", 320s), testing::ElementsAre("Observation/7"));
    EXPECT_TRUE(filter.take_due(start + 330s).everybody) << "another time: it counts anew";
}

TEST_F(ChangeFilterTest, AnEventWithoutReferenceBesideOneWithIsAboutSomebodyElse) {
    json two = status("event-notification", 11, "Observation/7");
    two["parameter"].push_back(status("", 12, "")["parameter"][1]);
    EXPECT_THAT(take(bundle({two})), testing::ElementsAre("Observation/7"));
    EXPECT_TRUE(filter.take_due(start + 10s).everybody);
}

TEST_F(ChangeFilterTest, NumbersInAHeartbeatAreNoEventsThatCame) {
    take(bundle({status("event-notification", 1, "Observation/7")}));
    json beat = status("event-notification", 2, "Observation/8");
    beat["parameter"][0]["valueCode"] = "heartbeat";
    EXPECT_THAT(take(bundle({beat})), testing::IsEmpty());
    EXPECT_THAT(take(bundle({status("event-notification", 2, "Observation/8")})),
                testing::ElementsAre("Observation/8"));
    EXPECT_EQ(filter.counts().repeated, 0);
}

TEST_F(ChangeFilterTest, EachChannelCountsByItself) {
    take(bundle({status("event-notification", 21, ""), observation("7", "1", "Patient/1")}));
    EXPECT_TRUE(due(3s));
    const json other =
        bundle({status("event-notification", 3, ""), observation("8", "1", "Patient/1")});
    take(other, 20s, "b");
    EXPECT_TRUE(due(30s)) << "3 of another channel is no old number";
    EXPECT_TRUE(filter.lost(start + 60s).empty());
    take(bundle({status("handshake", 0, "")}), 60s);
    take(bundle({status("event-notification", 1, ""), observation("9", "1", "Patient/1")}), 61s);
    EXPECT_TRUE(due(70s)) << "a new subscription counts from the beginning";
}

TEST_F(ChangeFilterTest, ManyChannelsAndPatientsFindALimit) {
    for (int i = 0; i < 3'000; ++i) {
        take(bundle({status("event-notification", 1, "")}), 0s, std::to_string(i));
    }
    EXPECT_TRUE(due(60s));
}

} // namespace
