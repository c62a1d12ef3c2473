// What every answer of the service has in common, and what it counts.
#include "connector/core/error.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/router.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

asio::awaitable<http::Response> answer_parts(Call call) {
    json body = call.parts;
    for (const auto& [name, value] : call.query) {
        body[name] = value;
    }
    co_return json_response(200, body);
}

asio::awaitable<http::Response> refuse(Call) {
    throw Refusal(422, "processing", "the order has no date");
    co_return http::Response(); // makes it a coroutine
}

asio::awaitable<http::Response> lose_store(Call) {
    throw Error(ErrorKind::store, "the database is locked", "/var/embolink.sqlite", "wait");
    co_return http::Response();
}

asio::awaitable<http::Response> wait_for_pass(Call) {
    http::Response response(503);
    http::set_header(response.headers, "Retry-After", "60");
    co_return response;
}

asio::awaitable<http::Response> fail(Call) {
    throw std::runtime_error("Zebra-Marker");
    co_return http::Response();
}

asio::awaitable<void> handle_into(Router& router, http::Request request, http::Reply& reply) {
    reply = co_await router.handle(std::move(request));
}

class RouterTest : public testing::Test {
protected:
    http::Response
    ask(const std::string& method, const std::string& target, const std::string& id = "") {
        http::Request request(method, target);
        if (!id.empty()) {
            http::set_header(request.headers, "X-Request-Id", id);
        }
        http::Reply reply;
        loop.run(handle_into(router, std::move(request), reply));
        reply.afterwards(); // as the listener does
        return reply.response;
    }

    std::string header(const http::Response& response, const char* name) {
        return http::find_header(response.headers, name).value_or("");
    }

    test::Loop loop;
    std::ostringstream lines;
    Log log{std::make_shared<spdlog::logger>(
        "embolink", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines))};
    Metrics metrics;
    Router router{{{"GET", "/things/{id}", answer_parts},
                   {"POST", "/fhir/Thing/$do", refuse},
                   {"POST", "/other", refuse},
                   {"GET", "/store", lose_store},
                   {"GET", "/early", wait_for_pass},
                   {"GET", "/fail", fail}},
                  metrics,
                  log};
};

TEST_F(RouterTest, HandsOverThePartsAndTheQuery) {
    const http::Response response = ask("GET", "/things/a%7Cb?x=1%202");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(json::parse(response.body), json({{"id", "a%7Cb"}, {"x", "1 2"}}));
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
    EXPECT_EQ(ask("HEAD", "/things/a").status, 200);
}

// RFC 3986 6.2.2.2: both spellings are one address.
TEST_F(RouterTest, TakesNeedlessEscapesForWhatTheyStandFor) {
    const auto id = [&](const std::string& sent) {
        const http::Response response = ask("GET", "/things/" + sent);
        return response.status == 200 ? json::parse(response.body)["id"].get<std::string>() : "";
    };
    EXPECT_EQ(id("%31"), "1");
    EXPECT_EQ(id("a%2d%5F%7eb"), "a-_~b");
    EXPECT_EQ(id("a%2Fb"), "a%2Fb") << "no other segment comes of it";
    EXPECT_EQ(id("%2531"), "%2531") << "unescaped once";
    EXPECT_EQ(id("%3"), "%3");
    EXPECT_EQ(id("%zz%+1%"), "%zz%+1%");
    EXPECT_EQ(ask("POST", "/fhir/Thing/%24do").status, 422);
    const http::Response escaped = ask("POST", "/%66hir/Thing/%24%64o");
    EXPECT_EQ(escaped.status, 422);
    EXPECT_EQ(header(escaped, "Content-Type"), "application/fhir+json");
}

TEST_F(RouterTest, ABodyThatIsNotReadIsRefusedByItsHeaders) {
    const auto posted = [&](const char* name, const char* value, const std::string& body = "{}") {
        http::Request request("POST", "/fhir/Thing/$do");
        request.body = body;
        http::set_header(request.headers, name, value);
        http::Reply reply;
        loop.run(handle_into(router, std::move(request), reply));
        reply.afterwards();
        return reply.response;
    };
    const http::Response packed = posted("Content-Encoding", "gzip");
    EXPECT_EQ(packed.status, 415);
    EXPECT_EQ(header(packed, "Accept-Encoding"), "identity"); // RFC 9110 15.5.16
    EXPECT_EQ(json::parse(packed.body)["issue"][0]["code"], "not-supported");
    EXPECT_EQ(posted("Content-Encoding", "identity, br").status, 415);
    EXPECT_EQ(posted("Content-Encoding", "Identity").status, 422) << "the handler's own answer";
    for (const char* xml : {"application/fhir+xml", "application/XML; charset=utf-8", "text/xml"}) {
        const http::Response refused = posted("Content-Type", xml);
        EXPECT_EQ(refused.status, 415) << xml;
        EXPECT_THAT(header(refused, "Accept"), HasSubstr("application/fhir+json"));
    }
    EXPECT_EQ(posted("Content-Type", "application/x-www-form-urlencoded").status, 422)
        << "many name JSON so";
    EXPECT_EQ(posted("Content-Type", "application/fhir+xml", "").status, 422)
        << "a notification without body";
    EXPECT_THAT(lines.str(), HasSubstr("POST /fhir/Thing/$do 415"));
}

TEST_F(RouterTest, RefusesInTheFormOfTheAddress) {
    const http::Response fhir = ask("POST", "/fhir/Thing/$do");
    EXPECT_EQ(fhir.status, 422);
    EXPECT_EQ(header(fhir, "Content-Type"), "application/fhir+json");
    EXPECT_EQ(json::parse(fhir.body)["issue"][0]["code"], "processing");
    const http::Response other = ask("POST", "/other");
    EXPECT_EQ(header(other, "Content-Type"), "application/problem+json");
    EXPECT_EQ(json::parse(other.body), json({{"status", 422}, {"title", "the order has no date"}}));
}

// A browser hides from a page what has no such header, whatever the status is.
TEST_F(RouterTest, PagesOfListedOriginsReadEveryAnswerToAHook) {
    const std::string page = "https://ehr.example";
    Router open({{"GET", "/cds-services/store", lose_store},
                 {"GET", "/cds-services/fail", fail},
                 {"GET", "/cds-services/{id}", answer_parts},
                 {"GET", "/store", lose_store}},
                metrics,
                log,
                http::CorsRules{{page}, "GET", "", ""});
    const auto seen = [&](const char* method, const char* url, const std::string& origin) {
        http::Request request(method, url);
        http::set_header(request.headers, "Origin", origin);
        http::Reply reply;
        loop.run(handle_into(open, request, reply));
        return std::to_string(reply.response.status) + " " +
               header(reply.response, "Access-Control-Allow-Origin");
    };
    EXPECT_EQ(seen("GET", "/cds-services/a", page), "200 " + page);
    EXPECT_EQ(seen("GET", "/cds%2Dservices/a", page), "200 " + page);
    EXPECT_EQ(seen("GET", "/cds-services/store", page), "503 " + page);
    EXPECT_EQ(seen("GET", "/cds-services/fail", page), "500 " + page);
    EXPECT_EQ(seen("PUT", "/cds-services/a", page), "405 " + page);
    EXPECT_EQ(seen("GET", "/cds-services/a/b", page), "404 " + page);
    EXPECT_EQ(seen("GET", "/cds-services/a", "https://evil.example"), "200 ");
    EXPECT_EQ(seen("GET", "/store", page), "503 ") << "no page reads what else there is";
    http::Request large("POST", "/cds-services/a");
    http::set_header(large.headers, "Origin", page);
    for (const int status : {408, 413, 429, 431}) {
        const http::Response response = open.refuse(status, large);
        EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), page) << status;
        EXPECT_EQ(header(response, "Vary"), "Origin");
    }
}

TEST_F(RouterTest, KnowsNothingElse) {
    EXPECT_EQ(ask("GET", "/things").status, 404);
    EXPECT_EQ(ask("GET", "/things/a/b").status, 404);
    const http::Response response = ask("DELETE", "/things/a");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(header(response, "Allow"), "GET");
}

TEST_F(RouterTest, WhatTheListenerRefusesLooksLikeAnyOtherRefusal) {
    http::Request large("POST", "/fhir/Thing/$do?name=Zebra-Marker");
    http::set_header(large.headers, "X-Request-Id", "abc-2");
    const http::Response fhir = router.refuse(413, large);
    EXPECT_EQ(fhir.status, 413);
    EXPECT_EQ(header(fhir, "X-Request-Id"), "abc-2");
    EXPECT_EQ(json::parse(fhir.body)["issue"][0]["code"], "too-long");
    const http::Response nothing = router.refuse(429, http::Request());
    EXPECT_EQ(header(nothing, "Content-Type"), "application/problem+json");
    EXPECT_EQ(header(nothing, "Retry-After"), "1");
    EXPECT_THAT(lines.str(), HasSubstr("POST /fhir/Thing/$do 413"));
    EXPECT_THAT(lines.str(), HasSubstr("other none 429"));
    EXPECT_THAT(lines.str(), Not(HasSubstr("Zebra")));
    EXPECT_THAT(metrics.text(), HasSubstr(R"(route="none",status="429"} 1)"));
}

TEST_F(RouterTest, ItsOwnFaultsAreToldToTheLogOnly) {
    const http::Response store = ask("GET", "/store");
    EXPECT_EQ(store.status, 503);
    EXPECT_EQ(header(store, "Retry-After"), "5");
    EXPECT_EQ(header(ask("GET", "/early"), "Retry-After"), "60") << "who knows better";
    EXPECT_THAT(store.body, Not(HasSubstr("database")));
    EXPECT_THAT(lines.str(), HasSubstr("the database is locked"));
    const http::Response failed = ask("GET", "/fail");
    EXPECT_EQ(failed.status, 500);
    EXPECT_EQ(header(failed, "Retry-After"), "") << "repeating it does not help";
    EXPECT_THAT(failed.body + lines.str(), Not(HasSubstr("Zebra-Marker")));
}

TEST_F(RouterTest, ARequestIsKnownByAPlainId) {
    EXPECT_EQ(header(ask("GET", "/things/a", "abc-1"), "X-Request-Id"), "abc-1");
    const std::string made = header(ask("GET", "/things/a", "a b\",\"x"), "X-Request-Id");
    EXPECT_THAT(made, testing::MatchesRegex("[0-9a-f]{16}"));
    EXPECT_NE(header(ask("GET", "/things/a"), "X-Request-Id"), made);
    EXPECT_THAT(header(ask("GET", "/things/a", std::string(65, 'a')), "X-Request-Id"),
                testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST_F(RouterTest, NeitherLogNorMetricsHoldWhatWasAskedFor) {
    ask("GET", "/things/Zebra-Marker?name=Zebra-Marker");
    ask("ZEBRA-MARKER", "/Zebra-Marker");
    for (const char* marked : {"Zebra-Marker", "ZEBRA-MARKER"}) {
        EXPECT_THAT(lines.str() + metrics.text(), Not(HasSubstr(marked)));
    }
    EXPECT_THAT(
        metrics.text(),
        HasSubstr(
            R"(embolink_http_requests_total{method="GET",route="/things/{id}",status="200"} 1)"));
}

TEST(Metrics, AreThoseThatTheListPromises) {
    const std::string list =
        test::read_text(std::string(EMBOLINK_SOURCE_DIR) + "/connector/service/README.md");
    for (const std::string& name : Metrics().names()) {
        EXPECT_THAT(list, HasSubstr("`" + name + "`"));
    }
}

TEST(Metrics, AFailedPassRaisesTheAlarmUntilOneDoesNotFail) {
    Metrics metrics;
    metrics.pass_begun();
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_run_active 1"));
    metrics.pass_ended(PassEnd::failed, 1, 1'000, nullptr);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_last_run_failed 1"));
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_run_active 0"));
    PassSummary summary;
    summary.patients = 3;
    summary.failed = 1;
    summary.held = {{"edited", 2}};
    metrics.pass_ended(PassEnd::incomplete, 1, 2'000, &summary);
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("embolink_last_run_failed 0"));
    EXPECT_THAT(text, HasSubstr("embolink_completeness_ratio 0.75"));
    EXPECT_THAT(text, HasSubstr("embolink_outbox_waiting{state=\"edited\"} 2"));
    EXPECT_THAT(text, HasSubstr("embolink_runs_total{outcome=\"incomplete\"} 1"));
    summary.held.clear();
    metrics.pass_ended(PassEnd::complete, 1, 3'000, &summary);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_outbox_waiting{state=\"edited\"} 0"))
        << "nothing waits any more";
}

} // namespace
