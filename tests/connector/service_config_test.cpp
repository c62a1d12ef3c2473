// The service's part of the configuration: strict like all of it, and safe where nothing is said.
#include "connector/core/error.hpp"
#include "connector/core/service_config.hpp"
#include "connector/service/health.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using namespace std::chrono_literals;
using testing::HasSubstr;

ServiceConfig parsed(const std::string& more) {
    return parse_service_config(R"({"source": {"base_url": "http://127.0.0.1:1/fhir"},
                            "store": {"sqlite": "s"}, )" +
                                    more + "}",
                                "/etc/embolink",
                                "config.json");
}

std::string refusal(const std::string& more) {
    try {
        parsed(more);
    } catch (const Error& error) {
        return error.where();
    }
    return "accepted";
}

TEST(ServiceConfig, IsForThisMachineAndEveryHourByDefault) {
    const ServiceConfig config = parsed(R"("log": {"format": "text"})");
    EXPECT_EQ(config.listen.main.address, "127.0.0.1");
    EXPECT_EQ(config.schedule.every, 1h);
    EXPECT_EQ(config.log_format, LogFormat::text);
    EXPECT_EQ(parsed(R"("trial": "maire-2012")").log_format, LogFormat::json);
}

TEST(ServiceConfig, TimesOfDayTakeThePlaceOfTheInterval) {
    const ScheduleConfig schedule = parsed(R"("schedule": {"at": ["14:00", "02:30"]})").schedule;
    EXPECT_EQ(schedule.every, 0s);
    EXPECT_EQ(schedule.at, (std::vector<int>{150, 840}));
    const ScheduleConfig both = parsed(R"("schedule": {"at": ["14:00"], "every": "6h"})").schedule;
    EXPECT_EQ(both.every, 6h);
    EXPECT_EQ(service::oldest_data(both), 12h) << "twice the shorter of both";
}

TEST(ServiceConfig, NamesEveryFault) {
    const std::string text = refusal(R"(
        "schedule": {"every": "10s", "at": ["25:00"], "windows": ["20:00"], "evry": "1h"},
        "service": {"listen": "127.0.0.1", "limits": {"requests": 0}},
        "log": {"format": "xml"})");
    for (const char* place : {"/schedule/every: ",
                              "/schedule/at: ",
                              "/schedule/windows: ",
                              "/schedule/evry",
                              "/service/listen: ",
                              "/service/limits/requests: ",
                              "/log/format: "}) {
        EXPECT_THAT(text, HasSubstr(place));
    }
}

TEST(ServiceConfig, KeysAreAFileWithTheAddressThatTokensNameOrAUrl) {
    const test::TempFolder folder;
    folder.file("keys.json", R"({"keys": []})");
    const auto keys = [&](const std::string& jwks) {
        return folder.file("config.json",
                           R"({"source": {"name": "clinic", "base_url": "https://x.example/fhir"},
                               "store": {"sqlite": "s.sqlite"},
                               "cds": {"public_url": "https://us.example",
                                       "clients": [{"issuer": "i", "jwks": )" +
                               jwks + "}]}}");
    };
    const ServiceConfig config =
        load_service_config(keys(R"({"file": "keys.json", "jku": "https://ehr.example/keys"})"));
    EXPECT_EQ(config.cds.clients.at(0).keys.jku, "https://ehr.example/keys");
    EXPECT_THROW(load_service_config(keys(R"({"url": "https://a.example", "jku": "https://b"})")),
                 Error);
    EXPECT_THROW(load_service_config(keys(R"({"jku": "https://ehr.example/keys"})")), Error);
}

TEST(ServiceConfig, AddressesThatNobodyCouldUseAreFaults) {
    const auto cds = [](const std::string& url, const std::string& origin) {
        return refusal(R"("cds": {"public_url": ")" + url + R"(", "clients": [{"issuer": "i",
            "jwks": {"url": "https://a.example"}}], "origins": [")" +
                       origin + R"("]})");
    };
    EXPECT_EQ(cds("https://us.example/cds", "https://ehr.example"), "accepted");
    EXPECT_EQ(cds("https://us.example/", "http://localhost:8080"), "accepted");
    EXPECT_THAT(cds("us.example", "https://ehr.example"), HasSubstr("/cds/public_url: "));
    for (const char* no_origin : {"*",
                                  "https://ehr.example/",
                                  "https://EHR.example",
                                  "https://ehr.example:443",
                                  "ehr.example",
                                  "null"}) {
        EXPECT_THAT(cds("https://us.example", no_origin), HasSubstr("/cds/origins: ")) << no_origin;
    }
    EXPECT_THAT(refusal(R"("operations": {"public_url": "x", "callers": [{"name": "q",
                    "token": {"env": "T"}, "scopes": ["run"]}]})"),
                HasSubstr("/operations/public_url: "));
}

TEST(ServiceConfig, AnIssuerStandsOnce) {
    const std::string one = R"({"issuer": "i", "jwks": {"url": "https://a.example"}})";
    const auto with = [&](const std::string& clients) {
        return refusal(R"("cds": {"public_url": "https://us.example", "clients": [)" + clients +
                       "]}");
    };
    EXPECT_EQ(with(one), "accepted");
    EXPECT_THAT(with(one + ", " + one), HasSubstr("/cds/clients/1/issuer: "));
}

TEST(ServiceConfig, ListensOnAnyKindOfAddress) {
    const auto listen = [](const std::string& text) {
        return parsed(R"("service": {"listen": ")" + text + "\"}").listen.main;
    };
    EXPECT_EQ(listen("[::1]:0").address, "::1");
    EXPECT_EQ(listen("0.0.0.0:65535").port, 65'535);
    EXPECT_THAT(refusal(R"("service": {"listen": "127.0.0.1:65536"})"), HasSubstr("/service"));
}

TEST(ServiceConfig, SubscriptionsChangeTheServerOnlyWhenTold) {
    const auto own = [](const std::string& more) {
        return parsed(R"("subscriptions": {"secret": {"env": "S"}, "register": {
                          "public_url": "https://e.example/" )" +
                      more + "}}")
            .subscriptions.own;
    };
    EXPECT_EQ(own("").mode, WriteMode::dry_run);
    EXPECT_EQ(own("").public_url, "https://e.example");
    EXPECT_EQ(own("").payload, NotificationPayload::resource);
    EXPECT_EQ(own(R"(, "mode": "apply", "payload": "id-only")").mode, WriteMode::apply);
    EXPECT_FALSE(parsed(R"("subscriptions": {"secret": {"env": "S"}})").subscriptions.own.on);
}

TEST(ServiceConfig, SubscriptionsNeedASecretOrASignature) {
    EXPECT_THAT(refusal(R"("subscriptions": {})"), HasSubstr("/subscriptions/secret"));
    const auto signed_only = parsed(R"("subscriptions": {"hmac": {"secret": {"env": "S"}}})");
    EXPECT_EQ(signed_only.subscriptions.hmac_header, "X-Signature");
    EXPECT_THAT(refusal(R"("subscriptions": {"hmac": {"header": "X"}})"),
                HasSubstr("/subscriptions/hmac/secret"));
    const std::string text = refusal(R"("subscriptions": {"hmac": {"secret": {"env": "S"}},
        "register": {"mode": "now", "public_url": "e.example", "criteria": ["Observation"],
                     "lifetime": "1m", "check": "30s"}})");
    for (const char* place : {"/subscriptions/register: ",
                              "/subscriptions/register/mode: ",
                              "/subscriptions/register/public_url: ",
                              "/subscriptions/register/criteria: ",
                              "/subscriptions/register/lifetime: "}) {
        EXPECT_THAT(text, HasSubstr(place));
    }
}

} // namespace
