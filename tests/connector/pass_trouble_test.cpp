// What ends a pass from outside, and what does not.
#include "connector/pull/failed_patients.hpp"
#include "connector/pull/pipeline.hpp"
#include "connector/pull/watched_run.hpp"

#include <gtest/gtest.h>

namespace {

using namespace embolink;

TEST(FailedPatients, AreThoseWhomTheServerAnsweredBadly) {
    EXPECT_TRUE(may_be_one_patients(Error(ErrorKind::http, "HTTP 403", "", "")));
    EXPECT_TRUE(may_be_one_patients(Error(ErrorKind::protocol, "no Bundle", "", "")));
    EXPECT_FALSE(may_be_one_patients(Error(ErrorKind::transport, "no connection", "", "")));
    EXPECT_FALSE(may_be_one_patients(Error(ErrorKind::store, "disk full", "", "")));
    EXPECT_FALSE(may_be_one_patients(Error(ErrorKind::interrupted, "interrupted", "", "")));
}

TEST(FailedPatients, AreTheServersTroubleWhenTheyAreMany) {
    EXPECT_FALSE(is_the_server(2, 0, 2));
    EXPECT_TRUE(is_the_server(3, 0, 1000)) << "nobody at all";
    EXPECT_FALSE(is_the_server(3, 1, 30)) << "a tenth";
    EXPECT_TRUE(is_the_server(3, 1, 29));
    EXPECT_FALSE(is_the_server(100, 1, 1000));
    EXPECT_TRUE(is_the_server(101, 1, 1000));
}

TEST(PassSummary, TellsOfATypeThatLostMoreThanATenth) {
    PassSummary pass;
    EXPECT_EQ(kept_ratio(pass), 1) << "a first pass";
    pass.before = {{"Observation", 900}, {"Procedure", 100}, {"Device", 19}};
    pass.gone = {{"Procedure", 10}, {"Device", 19}};
    EXPECT_DOUBLE_EQ(kept_ratio(pass), 0.9) << "of 19 a few say nothing";
    EXPECT_EQ(words_of_loss(pass), "");
    pass.gone["Procedure"] = 11;
    pass.pulled.added = 500;
    EXPECT_DOUBLE_EQ(kept_ratio(pass), 0.89) << "what is new makes up for nothing";
    EXPECT_EQ(words_of_loss(pass).rfind("11 of 100 Procedure: on the server no more", 0), 0u)
        << words_of_loss(pass);
}

struct Flag {
    bool& destroyed;

    ~Flag() { destroyed = true; }
};

asio::awaitable<void> wait_for_an_hour(bool& destroyed) {
    const Flag flag{destroyed};
    co_await sleep_for(std::chrono::hours(1));
}

asio::awaitable<void> wait_shortly() {
    co_await sleep_for(std::chrono::milliseconds(1));
}

TEST(WatchedRun, ATickThatThrowsEndsEveryWait) {
    bool destroyed = false;
    int ticks = 0;
    WatchedRun run;
    const auto work = [&] { return wait_for_an_hour(destroyed); };
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THROW(run.run(work(),
                         [&] {
                             if (++ticks == 3) {
                                 throw Error(ErrorKind::store, "lease lost", "", "");
                             }
                         }),
                 Error);
    EXPECT_EQ(ticks, 3);
    EXPECT_TRUE(destroyed) << "what a coroutine owns must not outlive what it refers to";
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(WatchedRun, EndsWithItsWork) {
    WatchedRun run;
    int ticks = 0;
    run.run(wait_shortly(), [&] { ++ticks; });
    EXPECT_GE(ticks, 1);
}

} // namespace
