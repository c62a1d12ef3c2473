// The retry machine, told what happened; and both forms of Retry-After.
#include "connector/http/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace {

using namespace embolink::http;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;
using testing::Eq;
using testing::Optional;

// Sun, 06 Nov 1994 08:49:37 GMT: the example of RFC 9110 5.6.7.
const system_clock::time_point example{784'111'777s};
const system_clock::time_point today{1'764'000'000s}; // 2025-11-24

Retry machine(Repeat repeat, double jitter = 0.5, RetryPolicy policy = {}) {
    return {policy, repeat, [jitter] { return jitter; }};
}

Next after(int status, Repeat repeat) {
    return machine(repeat).answered(Response(status), today).next;
}

Response refused(int status, std::string retry_after) {
    Response response(status);
    set_header(response.headers, "retry-after", std::move(retry_after));
    return response;
}

TransportFailure failure(Reached reached, Outlook outlook = Outlook::passing) {
    return broken(Phase::first_byte, reached, "", "", outlook);
}

TEST(RetryAnswers, WhatHasBeenDecidedIsDone) {
    for (const int status : {200, 201, 204, 304, 400, 401, 403, 404, 409, 410, 412, 422, 501}) {
        EXPECT_EQ(after(status, Repeat::safe), Next::done) << status;
        EXPECT_EQ(after(status, Repeat::after_look), Next::done) << status;
    }
}

TEST(RetryAnswers, WhatWasRefusedBeforeAnyWorkIsSentAgainWhateverTheMethod) {
    for (const int status : {429, 503}) {
        EXPECT_EQ(after(status, Repeat::safe), Next::again) << status;
        EXPECT_EQ(after(status, Repeat::after_look), Next::again) << status;
    }
}

TEST(RetryAnswers, AGatewayThatLostTheServerMayHideAnAction) {
    for (const int status : {502, 504}) {
        EXPECT_EQ(after(status, Repeat::safe), Next::again) << status;
        EXPECT_EQ(after(status, Repeat::after_look), Next::look) << status;
    }
}

TEST(RetryAnswers, AServerThatFailedIsAskedAgainOnlyWhenSafe) {
    for (const int status : {500, 408}) {
        EXPECT_EQ(after(status, Repeat::safe), Next::again) << status;
        EXPECT_EQ(after(status, Repeat::after_look), Next::done) << status;
    }
}

TEST(RetryFailures, WhatNeverLeftIsSentAgainWhateverTheMethod) {
    EXPECT_EQ(machine(Repeat::safe).failed(failure(Reached::no)).next, Next::again);
    EXPECT_EQ(machine(Repeat::after_look).failed(failure(Reached::no)).next, Next::again);
}

TEST(RetryFailures, AnUnknownFateIsLookedAtUnlessRepeatingIsSafe) {
    EXPECT_EQ(machine(Repeat::safe).failed(failure(Reached::maybe)).next, Next::again);
    EXPECT_EQ(machine(Repeat::after_look).failed(failure(Reached::maybe)).next, Next::look);
}

TEST(RetryFailures, ALastingOneIsNotTriedAgainButItsUnknownFateIsTold) {
    const auto certificate = failure(Reached::no, Outlook::lasting);
    EXPECT_EQ(machine(Repeat::safe).failed(certificate).next, Next::give_up);
    EXPECT_EQ(machine(Repeat::after_look).failed(certificate).next, Next::give_up);
    const auto too_large = failure(Reached::maybe, Outlook::lasting);
    EXPECT_EQ(machine(Repeat::safe).failed(too_large).next, Next::give_up);
    EXPECT_EQ(machine(Repeat::after_look).failed(too_large).next, Next::look);
}

TEST(RetryBudget, CountsTheFirstAttemptAndEveryKindOfTrouble) {
    RetryPolicy policy;
    policy.attempts = 3;
    Retry retry = machine(Repeat::safe, 0, policy);
    EXPECT_EQ(retry.answered(Response(503), today).next, Next::again);
    EXPECT_EQ(retry.failed(failure(Reached::no)).next, Next::again);
    EXPECT_EQ(retry.answered(Response(429), today).next, Next::give_up);
    EXPECT_EQ(retry.failed(failure(Reached::no)).next, Next::give_up);
    EXPECT_EQ(retry.answered(Response(200), today).next, Next::done);
}

TEST(RetryBudget, OneAttemptMeansNoRepetition) {
    RetryPolicy policy;
    policy.attempts = 1;
    EXPECT_EQ(machine(Repeat::safe, 0, policy).answered(Response(503), today).next, Next::give_up);
}

TEST(RetryBudget, TheUnknownFateOfTheLastAttemptIsTold) {
    RetryPolicy policy;
    policy.attempts = 2;
    Retry retry = machine(Repeat::after_look, 0, policy);
    EXPECT_EQ(retry.failed(failure(Reached::maybe)).next, Next::look);
    EXPECT_EQ(retry.failed(failure(Reached::maybe)).next, Next::look);
    EXPECT_EQ(retry.failed(failure(Reached::no)).next, Next::give_up) << "a look is an attempt";
}

TEST(RetryWait, IsDrawnFromAWindowThatDoublesUpToItsCap) {
    RetryPolicy policy;
    policy.attempts = 10;
    policy.longest_wait = 5'000ms;
    Retry retry = machine(Repeat::safe, 0.5, policy);
    std::vector<milliseconds> waits;
    for (int i = 0; i < 5; ++i) {
        waits.push_back(retry.answered(Response(500), today).wait);
    }
    EXPECT_THAT(waits, testing::ElementsAre(500ms, 1'000ms, 2'000ms, 2'500ms, 2'500ms));
}

TEST(RetryWait, UsesTheWholeWindow) {
    EXPECT_EQ(machine(Repeat::safe, 0.0).answered(Response(500), today).wait, 0ms);
    EXPECT_EQ(machine(Repeat::safe, 0.999).answered(Response(500), today).wait, 999ms);
    EXPECT_EQ(machine(Repeat::after_look, 0.5).failed(failure(Reached::maybe)).wait, 500ms)
        << "the server may still be at work when the caller looks";
}

TEST(RetryWait, RetryAfterIsAFloorBelowTheJitter) {
    const RetryStep least = machine(Repeat::safe, 0.0).answered(refused(429, "7"), today);
    EXPECT_EQ(least.wait, 7'000ms);
    EXPECT_FALSE(least.capped);
    EXPECT_EQ(machine(Repeat::safe, 0.5).answered(refused(503, "7"), today).wait, 7'500ms);
    EXPECT_EQ(machine(Repeat::safe, 0.5).answered(refused(503, "0"), today).wait, 500ms);
}

TEST(RetryWait, AServerThatAsksForHoursIsCappedAndItIsSaid) {
    const RetryStep step = machine(Repeat::safe, 0.5).answered(refused(503, "7200"), today);
    EXPECT_EQ(step.wait, 600'500ms);
    EXPECT_TRUE(step.capped);
    EXPECT_FALSE(machine(Repeat::safe).answered(refused(503, "600"), today).capped);
}

TEST(RetryWait, AnUnreadableRetryAfterIsAsIfThereWereNone) {
    EXPECT_EQ(machine(Repeat::safe, 0.5).answered(refused(503, "-5"), today).wait, 500ms);
    EXPECT_EQ(machine(Repeat::safe, 0.5).answered(refused(503, "soon"), today).wait, 500ms);
}

TEST(RetryAfter, ReadsSeconds) {
    EXPECT_THAT(parse_retry_after("120", today), Optional(Eq(120s)));
    EXPECT_THAT(parse_retry_after(" 0 ", today), Optional(Eq(0s)));
    EXPECT_THAT(parse_retry_after("999999999", today), Optional(Eq(999'999'999s)));
}

TEST(HttpDate, IsAnInstant) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", today), example);
    EXPECT_EQ(parse_http_date("784111777", today), std::nullopt);
    EXPECT_EQ(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT", today), std::nullopt);
}

TEST(RetryAfter, ReadsTheThreeFormsOfAnHttpDate) {
    const auto before = example - 90s;
    for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT",
                             "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994"}) {
        EXPECT_THAT(parse_retry_after(text, before), Optional(Eq(90s))) << text;
        EXPECT_THAT(parse_retry_after(text, example + 90s), Optional(Eq(0s))) << "past: " << text;
    }
    EXPECT_THAT(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", today),
                Optional(testing::Gt(1h)));
}

// RFC 9110 5.6.7: 50 years ahead at most. In 1994 the year "68" is 1968, in 2025 it is 2068.
TEST(RetryAfter, ReadsTwoDigitYearsByTheirDistance) {
    EXPECT_THAT(parse_retry_after("Monday, 01-Jan-68 00:00:00 GMT", example), Optional(Eq(0s)));
    EXPECT_THAT(parse_retry_after("Sunday, 01-Jan-68 00:00:00 GMT", today),
                Optional(testing::Gt(1h)));
}

TEST(RetryAfter, ReadsAnAbsoluteEpochAsThatInstant) {
    EXPECT_THAT(parse_retry_after("1764000030", today), Optional(Eq(30s)));
    EXPECT_THAT(parse_retry_after("1764000030500", today), Optional(Eq(30'500ms)));
    EXPECT_THAT(parse_retry_after("1763999970", today), Optional(Eq(0s)));
}

TEST(RetryAfter, AnythingElseIsNothing) {
    for (const char* text : {"",
                             " ",
                             "-1",
                             "+5",
                             "1.5",
                             "5s",
                             "soon",
                             "99999999999999999999",
                             "999999999999999",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 GMT+1",
                             "Sun, 31 Feb 1994 08:49:37 GMT",
                             "06 Nov 1994 08:49:37 GMT"}) {
        EXPECT_EQ(parse_retry_after(text, today), std::nullopt) << text;
    }
}

TEST(TransportFailure, EachPhaseHasWordsOfItsOwn) {
    std::set<std::string> texts;
    for (const Phase phase : {Phase::resolve,
                              Phase::connect,
                              Phase::handshake,
                              Phase::write,
                              Phase::first_byte,
                              Phase::body}) {
        const TransportFailure slow = too_slow(phase, Reached::maybe, 1'500ms, "http://a/b");
        EXPECT_TRUE(slow.timed_out());
        EXPECT_EQ(slow.phase(), phase);
        EXPECT_THAT(slow.what(), testing::HasSubstr("1500 ms"));
        EXPECT_EQ(slow.where(), "http://a/b");
        const TransportFailure ended = broken(phase, Reached::no, "reasons", "");
        EXPECT_FALSE(ended.timed_out());
        EXPECT_EQ(ended.reached(), Reached::no);
        EXPECT_EQ(ended.kind(), embolink::ErrorKind::transport);
        EXPECT_THAT(ended.what(), testing::HasSubstr("reasons"));
        EXPECT_FALSE(ended.remedy().empty());
        texts.insert(slow.what());
        texts.insert(ended.what());
    }
    EXPECT_EQ(texts.size(), 12u);
}

TEST(TransportFailure, OnlyAFreshConnectionWithNoByteWrittenIsSureNotToHaveReached) {
    EXPECT_EQ(after_failed_write(Connected::freshly, 0), Reached::no);
    EXPECT_EQ(after_failed_write(Connected::freshly, 1), Reached::maybe);
    EXPECT_EQ(after_failed_write(Connected::before, 0), Reached::maybe);
}

} // namespace
