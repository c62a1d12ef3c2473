// The client that drives the machines: who sees the token, what is repeated, what stays unknown.
#include "connector/fhir/client.hpp"
#include "connector/http/transport_failure.hpp"
#include "tests/connector/fhir_script.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <deque>
#include <functional>
#include <sstream>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

http::Response says(int status, http::Headers headers = {}, std::string body = "{}") {
    http::Response response(status);
    response.headers = std::move(headers);
    response.body = std::move(body);
    return response;
}

http::Response page_for_people(int status) {
    return says(status, {{"Content-Type", "text/html; charset=utf-8"}}, "<html>Log in</html>");
}

http::TransportFailure breaks(http::Reached reached) {
    return {http::Phase::first_byte, reached, false, "the connection was reset", base};
}

// Answers from a list; keeps what was asked.
class ScriptedHttp : public http::Client {
public:
    using Turn = std::function<http::Response()>; // may throw

    asio::awaitable<http::Response> send(http::Request request) override {
        requests.push_back(request);
        if (turns.empty()) {
            throw std::logic_error("more requests than answers");
        }
        const Turn turn = turns.front();
        turns.pop_front();
        co_return turn();
    }

    void drop_idle() override {}

    ScriptedHttp& then(http::Response response) {
        turns.push_back([response] { return response; });
        return *this;
    }

    ScriptedHttp& then(http::TransportFailure failure) {
        turns.push_back([failure]() -> http::Response { throw failure; });
        return *this;
    }

    std::vector<http::Request> requests;
    std::deque<Turn> turns;
};

struct Fhir : testing::Test {
    ScriptedHttp http;
    int tokens = 0; // asked for
    std::vector<milliseconds> waits;
    std::ostringstream lines;
    Log log{std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(lines))};
    http::RetryPolicy policy;
    fhir::Client client{http,
                        {base, [this] { return "Bearer t" + std::to_string(++tokens); }},
                        policy,
                        [this](milliseconds time) { return wait(time); },
                        [] { return 0.5; },
                        log};

    asio::awaitable<void> wait(milliseconds time) {
        waits.push_back(time);
        co_return;
    }

    template <class T>
    T run(asio::awaitable<T> work) {
        asio::io_context io;
        std::optional<T> result;
        std::exception_ptr failure;
        asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
            failure = error;
            result = std::move(value);
        });
        io.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
        return *std::move(result);
    }

    Answer get(const std::string& url = base + "/Patient/1?secret=1") {
        return run(client.get(url));
    }

    Outcome post(http::Repeat repeat) {
        return run(client.send(
            http::with_body("POST", base + "/Observation", "{}", "application/fhir+json"), repeat));
    }

    std::vector<std::string> authorizations() const {
        std::vector<std::string> out;
        for (const http::Request& request : http.requests) {
            out.push_back(http::find_header(request.headers, "Authorization").value_or("none"));
        }
        return out;
    }
};

TEST_F(Fhir, AsksForFhirJsonWithItsToken) {
    http.then(says(200, {{"ETag", "W/\"1\""}}, "{\"a\":1}"));
    const Answer answer = get();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{\"a\":1}");
    EXPECT_EQ(http::find_header(answer.headers, "etag"), "W/\"1\"");
    EXPECT_EQ(http::find_header(http.requests[0].headers, "Accept"), "application/fhir+json");
    EXPECT_THAT(authorizations(), ElementsAre("Bearer t1"));
}

TEST_F(Fhir, GivesTheTokenToNoOtherOrigin) {
    http.then(says(200)).then(says(200)).then(says(200));
    get("http://fhir.example:8080/r4/Patient/1");
    get("https://fhir.example/r4/Patient/1");
    get("http://fhir.example.evil/r4/Patient/1");
    EXPECT_THAT(authorizations(), ElementsAre("none", "none", "none"));
    EXPECT_EQ(tokens, 0);
}

TEST_F(Fhir, CarriesTheCallersHeaders) {
    http.then(says(200));
    http::Headers extra{{"Prefer", "handling=strict"}, {"Accept", "application/json"}};
    run(client.get(base + "/metadata", extra));
    EXPECT_EQ(http::find_header(http.requests[0].headers, "prefer"), "handling=strict");
    EXPECT_EQ(http::find_header(http.requests[0].headers, "accept"), "application/json");
}

TEST_F(Fhir, A401IsAskedOnceMoreWithAFreshToken) {
    http.then(says(401)).then(says(200));
    EXPECT_EQ(get().status, 200);
    EXPECT_THAT(authorizations(), ElementsAre("Bearer t1", "Bearer t2"));
    EXPECT_THAT(waits, IsEmpty());
    http.then(says(401)).then(says(401));
    EXPECT_EQ(get().status, 401);
    EXPECT_THAT(http.turns, IsEmpty());
    // Once per request: after a wait for something else there is no second time.
    http.then(says(401)).then(says(503)).then(says(401));
    EXPECT_EQ(get().status, 401);
}

TEST_F(Fhir, RetriesWhatWasRefusedAndHonoursRetryAfter) {
    http.then(says(429, {{"Retry-After", "3"}})).then(says(503)).then(says(200));
    EXPECT_EQ(get().status, 200);
    ASSERT_THAT(waits, SizeIs(2));
    EXPECT_GE(waits[0], milliseconds(3000));
    EXPECT_THAT(lines.str(), HasSubstr("HTTP 429 from the FHIR server"));
    EXPECT_THAT(lines.str(), Not(HasSubstr("secret")));
    EXPECT_THAT(lines.str(), Not(HasSubstr("Patient")));
}

TEST_F(Fhir, EndsWithTheLastAnswerWhenAttemptsAreUsedUp) {
    for (int i = 0; i < policy.attempts; ++i) {
        http.then(says(503));
    }
    EXPECT_EQ(get().status, 503);
    EXPECT_THAT(http.turns, IsEmpty());
}

TEST_F(Fhir, GivesOtherStatusesBackAtOnce) {
    for (const int status : {400, 403, 404, 410, 412}) {
        http.then(says(status));
        EXPECT_EQ(get().status, status);
    }
    EXPECT_THAT(waits, IsEmpty());
}

TEST_F(Fhir, ARequestWithoutAnyAnswerThrows) {
    for (int i = 0; i < policy.attempts; ++i) {
        http.then(breaks(http::Reached::maybe));
    }
    try {
        get();
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::transport);
        EXPECT_THAT(describe(error), HasSubstr("reset"));
    }
    http.then(breaks(http::Reached::maybe)).then(says(200));
    EXPECT_EQ(get().status, 200);
}

// A proxy's log-in page or error page with a good status says nothing about the server.
TEST_F(Fhir, APageForPeopleIsTriedAgainAndThenAnError) {
    http.then(page_for_people(200)).then(says(200));
    EXPECT_EQ(get().body, "{}");
    for (int i = 0; i < policy.attempts; ++i) {
        http.then(page_for_people(200));
    }
    try {
        get();
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::http);
        EXPECT_EQ(error.where(), base + "/Patient/1");
        EXPECT_THAT(describe(error), Not(HasSubstr("Log in")));
    }
    // With a bad status it is that status.
    http.then(page_for_people(404));
    EXPECT_EQ(get().status, 404);
}

TEST_F(Fhir, APostOfUnknownFateIsNotRepeated) {
    http.then(breaks(http::Reached::maybe));
    Outcome outcome = post(http::Repeat::after_look);
    EXPECT_EQ(outcome.fate, Fate::unknown);
    EXPECT_THAT(outcome.trouble, HasSubstr("reset"));
    for (const int status : {502, 504}) {
        http.then(says(status));
        outcome = post(http::Repeat::after_look);
        EXPECT_EQ(outcome.fate, Fate::unknown);
        EXPECT_EQ(outcome.trouble, "HTTP " + std::to_string(status));
    }
    http.then(page_for_people(201));
    EXPECT_EQ(post(http::Repeat::after_look).fate, Fate::unknown);
    EXPECT_THAT(http.requests, SizeIs(4));
}

TEST_F(Fhir, APostThatCannotHaveArrivedIsRepeated) {
    http.then(breaks(http::Reached::no)).then(says(429)).then(says(401)).then(says(201));
    const Outcome outcome = post(http::Repeat::after_look);
    EXPECT_EQ(outcome.fate, Fate::answered);
    EXPECT_EQ(outcome.answer.status, 201);
    EXPECT_EQ(http.requests[3].body, "{}");
    for (int i = 0; i < policy.attempts; ++i) {
        http.then(breaks(http::Reached::no));
    }
    EXPECT_THROW(post(http::Repeat::after_look), http::TransportFailure);
}

TEST_F(Fhir, AGuardedWriteIsRepeatedAndUnknownOnlyAtTheEnd) {
    http.then(breaks(http::Reached::maybe)).then(says(504)).then(says(200));
    EXPECT_EQ(post(http::Repeat::safe).fate, Fate::answered);
    // One attempt may have arrived, the last ones did not: unknown all the same.
    http.then(breaks(http::Reached::maybe));
    for (int i = 1; i < policy.attempts; ++i) {
        http.then(breaks(http::Reached::no));
    }
    EXPECT_EQ(post(http::Repeat::safe).fate, Fate::unknown);
    // A final answer ends the doubt: it was given with knowledge of the first attempt.
    http.then(breaks(http::Reached::maybe)).then(says(412));
    const Outcome outcome = post(http::Repeat::safe);
    EXPECT_EQ(outcome.fate, Fate::answered);
    EXPECT_EQ(outcome.answer.status, 412);
}

} // namespace
