// The schedule at work, with a pass that does what the test says, and what its log says of it.
#include "connector/core/error.hpp"
#include "connector/core/instants.hpp"
#include "connector/core/log_format.hpp"
#include "connector/service/pass_loop.hpp"
#include "connector/store/lease.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <functional>
#include <sstream>
#include <utility>

namespace {

using namespace embolink;
using namespace embolink::service;
using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;

class PassLoopTest : public testing::Test {
protected:
    std::unique_ptr<WorkStore> open() {
        return open_sqlite_work_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"});
    }

    // Runs the loop until the pass was called so often, or for a while.
    void run(int calls, std::chrono::milliseconds most = 10s) {
        if (!passes) {
            passes = std::make_unique<PassLoop>(
                [this](const PassLoop::Patients& patients) { return pass(patients); },
                schedule,
                "",
                desk,
                metrics,
                log,
                lease_pause);
            asio::co_spawn(loop.executor(), passes->run(), [](std::exception_ptr) {});
        }
        const auto end = std::chrono::steady_clock::now() + most;
        while (called < calls && std::chrono::steady_clock::now() < end) {
            loop.run_for(20ms);
        }
        loop.run_for(100ms); // what follows the pass
    }

    PassSummary pass(const PassLoop::Patients& patients) {
        struct Count { // when all is read that the test may change meanwhile
            std::atomic<int>& number;

            ~Count() { ++number; }
        } const count{called};

        asked = patients;
        RunId row = 0;
        const auto store =
            open_sqlite_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"});
        if (during) {
            asio::post(loop.executor(), std::exchange(during, nullptr));
        }
        if (begins) {
            row = store->begin_run({instant_text(current_instant()), "2026-11-25", "r", "v"});
            store->end_run(
                row, instant_text(current_instant()), failure ? "failed" : "complete", "");
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
        PassSummary summary;
        summary.run = called + 1;
        summary.not_pulled = not_pulled;
        return summary;
    }

    test::TempFolder folder;
    test::Loop loop;
    std::ostringstream lines;
    Log log{std::make_shared<spdlog::logger>(
        "embolink", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines))};
    Metrics metrics;
    ScheduleConfig schedule;
    std::chrono::seconds lease_pause = 30s;
    std::exception_ptr failure;
    bool begins = false; // a pass leaves its row
    std::set<std::string> not_pulled;
    std::function<void()> during; // on the loop's thread, while the next pass is at work
    std::atomic<int> called{0};
    PassLoop::Patients asked; // of the newest pass
    Desk desk{open()};
    std::unique_ptr<PassLoop> passes;
};

TEST_F(PassLoopTest, APauseHoldsTheScheduleAndNotWhatIsAskedFor) {
    open()->set_paused(true);
    run(1, 1200ms);
    EXPECT_EQ(called, 0);
    open()->want_run();
    run(1);
    EXPECT_EQ(called, 1);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_schedule_paused 1"));
    EXPECT_FALSE(open()->take_wanted_run()) << "done once";
}

TEST_F(PassLoopTest, AFailureIsToldAndNotRepeatedAtOnce) {
    failure = std::make_exception_ptr(
        Error(ErrorKind::transport, "no connection", "https://x/fhir", "ask"));
    run(2, 1300ms);
    EXPECT_EQ(called, 1) << "it is repeated later";
    EXPECT_THAT(lines.str(), HasSubstr("a pass failed: no connection"));
    const std::vector<RunRow> rows = open()->recent_whole_runs(10);
    ASSERT_EQ(rows.size(), 1u) << "it had no row, and has one now";
    EXPECT_EQ(rows[0].outcome, "failed");
    EXPECT_FALSE(rows[0].ended.empty());
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_last_run_failed 1"));
}

TEST_F(PassLoopTest, AFailureThatLeftItsRowHasNoOther) {
    begins = true;
    failure = std::make_exception_ptr(Error(ErrorKind::transport, "no connection", "", "ask"));
    run(1);
    EXPECT_EQ(open()->recent_runs(10).size(), 1u);
}

TEST_F(PassLoopTest, LinesOfAPassThatEndedNameIt) {
    set_log_format(LogFormat::json);
    begins = true;
    run(1);
    failure = std::make_exception_ptr(Error(ErrorKind::transport, "no connection", "", "ask"));
    open()->want_run();
    run(2);
    set_log_format(LogFormat::text);
    EXPECT_THAT(lines.str(), ContainsRegex("\"pass 1 ended.*\"run\":\"1\""));
    EXPECT_THAT(lines.str(), ContainsRegex("\"a pass failed.*\"run\":\"2\""));
}

TEST_F(PassLoopTest, AnotherProcessAtWorkIsNoFailure) {
    failure = std::make_exception_ptr(LeaseHeld(ErrorKind::store, "held", "", ""));
    run(2, 1300ms);
    EXPECT_EQ(called, 1);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_last_run_failed 0"));
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_runs_total{outcome=\"failed\"} 0"));
}

TEST_F(PassLoopTest, AFaultOfOursEndsThePassAndNotTheService) {
    failure = std::make_exception_ptr(std::logic_error("impossible"));
    run(1);
    failure = nullptr;
    open()->want_run();
    run(2);
    EXPECT_EQ(called, 2);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_runs_total{outcome=\"complete\"} 1"));
}

class PassLoopOfSome : public PassLoopTest {
protected:
    // Nothing is due.
    PassLoopOfSome() {
        const auto store =
            open_sqlite_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"});
        const std::string now = instant_text(current_instant());
        store->end_run(store->begin_run({now, "2026-11-25", "r", "v"}), now, "complete", "");
    }
};

TEST_F(PassLoopOfSome, WhoIsWantedIsPulledAlone) {
    run(1, 300ms);
    EXPECT_EQ(called, 0);
    passes->want({"Patient/1"});
    passes->want({"Patient/2"});
    run(1);
    EXPECT_EQ(called, 1);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/1", "Patient/2"}));
    run(2, 1300ms);
    EXPECT_EQ(called, 1) << "once";
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_runs_total{outcome=\"partial\"} 1"));
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_last_run_patients 0")) << "of the hospital";
}

TEST_F(PassLoopOfSome, APassOfEverybodyIsTheirsToo) {
    run(1, 300ms);
    passes->want({"Patient/1"});
    open()->want_run();
    run(1);
    EXPECT_TRUE(asked.empty());
    run(2, 1300ms);
    EXPECT_EQ(called, 1);
}

TEST_F(PassLoopOfSome, WhatIsToldOfNobodyDuringAPassIsMadeUpForAfterIt) {
    begins = true;
    run(1, 300ms);
    during = [this] { passes->catch_up(); };
    passes->catch_up();
    run(1);
    EXPECT_TRUE(asked.empty());
    run(2);
    EXPECT_EQ(called, 2);
    run(3, 1300ms);
    EXPECT_EQ(called, 2) << "once";
}

TEST_F(PassLoopOfSome, WhoeverIsWantedIsStillWantedWhenAnotherProcessIsAtWork) {
    lease_pause = 1s;
    const auto store = open_sqlite_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"});
    const RunId other = store->begin_run({instant_text(current_instant()), "2026-11-25", "r", "v"});
    failure = std::make_exception_ptr(LeaseHeld(ErrorKind::store, "held", "", ""));
    run(0, 300ms);
    passes->want({"Patient/1"});
    run(1);
    EXPECT_TRUE(asked.empty()) << "a run that has not ended may have been cut off";
    failure = nullptr;
    store->end_run(other, instant_text(current_instant()), "complete", "");
    run(2);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/1"}));
}

TEST_F(PassLoopOfSome, WhomThePassCouldNotPullIsAskedForAgain) {
    schedule.retry = 2s;
    not_pulled = {"Patient/2"};
    run(1, 300ms);
    passes->want({"Patient/1", "Patient/2"});
    run(1);
    EXPECT_EQ(asked.size(), 2u);
    not_pulled.clear();
    run(2, 1100ms); // a turn
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_notified_patients_waiting 1"));
    run(2);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/2"}));
    run(3, 2500ms);
    EXPECT_EQ(called, 2) << "once";
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_notified_patients_waiting 0"));
}

TEST_F(PassLoopOfSome, APassOfEverybodyWaitsForAWindow) {
    const int minute = wall_time(current_instant(), "").minute;
    const int later = (minute + 120) % 1440;
    schedule.windows = {{later, (later + 60) % 1440}};
    run(1, 300ms);
    passes->catch_up();
    run(1, 1300ms);
    EXPECT_EQ(called, 0);
    schedule.windows.clear();
    run(1);
    EXPECT_EQ(called, 1);
}

TEST_F(PassLoopOfSome, APauseHoldsWhatIsToldOfNobody) {
    open()->set_paused(true);
    run(1, 300ms);
    passes->catch_up();
    run(1, 1300ms);
    EXPECT_EQ(called, 0);
    open()->set_paused(false);
    run(1);
    EXPECT_EQ(called, 1);
}

TEST_F(PassLoopOfSome, APauseHoldsThem) {
    open()->set_paused(true);
    run(1, 300ms);
    passes->want({"Patient/1"});
    run(1, 1300ms);
    EXPECT_EQ(called, 0);
    open()->set_paused(false);
    run(1);
    EXPECT_EQ(called, 1);
}

TEST_F(PassLoopOfSome, WhatFailsForSomeIsAskedForAgainAndNobodyMeanwhile) {
    schedule.retry = 3s;
    failure = std::make_exception_ptr(Error(ErrorKind::transport, "no connection", "", ""));
    run(1, 300ms);
    passes->want({"Patient/1"});
    run(1);
    passes->want({"Patient/2"});
    run(2, 1300ms);
    EXPECT_EQ(called, 1);
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_notified_patients_waiting 2"));
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_last_run_failed 0")) << "of the hospital";
    failure = nullptr;
    run(2);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/1", "Patient/2"})) << "not everybody";
    run(3, 1300ms);
    EXPECT_EQ(called, 2) << "once";
    EXPECT_THAT(metrics.text(), HasSubstr("embolink_notified_patients_waiting 0"));
}

TEST_F(PassLoopOfSome, WhoCannotBePulledHoldsNobodyAndIsNotForgotten) {
    schedule.retry = 8s;
    not_pulled = {"Patient/1"};
    run(1, 300ms);
    passes->want({"Patient/1"});
    run(1);
    not_pulled.clear();
    passes->want({"Patient/2"});
    run(2, 5s);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/2"})) << "at once";
    run(3);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/1"}));
}

// However often he could not: the pauses grow, and are never taken for those of a wrong clock.
TEST_F(PassLoopOfSome, WhoCannotBePulledIsAskedForEverMoreSeldom) {
    schedule.every = 60s;
    schedule.retry = 1s;
    not_pulled = {"Patient/1"};
    run(1, 300ms);
    passes->want({"Patient/1"});
    run(100, 11s);
    EXPECT_GE(called, 3);
    EXPECT_LE(called, 4) << "after 1, 2, 4, 8 seconds";
}

TEST_F(PassLoopOfSome, WhoWasToldOfAndMissedByAPassOfEverybodyIsAskedForAgain) {
    schedule.retry = 1s;
    not_pulled = {"Patient/1", "Patient/9"};
    run(1, 300ms);
    passes->want({"Patient/1", "Patient/2"});
    open()->want_run();
    run(1);
    EXPECT_TRUE(asked.empty());
    not_pulled.clear();
    run(2);
    EXPECT_EQ(asked, (PassLoop::Patients{"Patient/1"})) << "of Patient/9 nobody told";
}

TEST_F(PassLoopOfSome, WhatIsToldOfNobodyWaitsAfterAFailure) {
    begins = true;
    schedule.retry = 3s;
    failure = std::make_exception_ptr(Error(ErrorKind::http, "401", "", ""));
    run(1, 300ms);
    passes->catch_up();
    run(1);
    passes->catch_up();
    run(2, 1500ms);
    EXPECT_EQ(called, 1);
    run(2);
    EXPECT_EQ(called, 2);
}

TEST(JsonLog, EachLineIsAnObject) {
    testing::internal::CaptureStderr();
    set_log_format(LogFormat::json);
    const Log log(LogLevel::info);
    {
        const LogTag tag("run", "12");
        log.warning("a \"quoted\"\nword");
    }
    set_log_format(LogFormat::text);
    log.debug("not shown");
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_THAT(
        text,
        testing::MatchesRegex("\\{\"time\":\"[-0-9T:.]+Z\",\"level\":\"warning\",\"text\":\""
                              "a \\\\\"quoted\\\\\"\\\\nword\",\"run\":\"12\"\\}\n"));
}

TEST(WorkStore, RunsOfSomePatientsAreNoneOfEverybody) {
    const test::TempFolder folder;
    const ServerIdentity clinic{"clinic", "https://x/fhir"};
    const auto store = open_sqlite_store(folder.path() / "s.sqlite", clinic);
    const auto work = open_sqlite_work_store(folder.path() / "s.sqlite", clinic);
    const RunId whole = store->begin_run({});
    RunStart start;
    start.partial = true;
    const RunId some = store->begin_run(start);
    EXPECT_EQ(work->recent_runs(9).front().id, some);
    ASSERT_EQ(work->recent_whole_runs(9).size(), 1u);
    EXPECT_EQ(work->recent_whole_runs(9).front().id, whole);
    EXPECT_FALSE(work->first_whole_run_after(whole)) << "a job waits for one of everybody";
    EXPECT_EQ(work->first_whole_run_after(0)->id, whole);
}

TEST(WorkStore, KnowsThatItsFileIsGone) {
    const test::TempFolder folder;
    const auto path = folder.path() / "s.sqlite";
    const auto store = open_sqlite_work_store(path, {"clinic", "https://x/fhir"});
    EXPECT_TRUE(store->is_in_place());
    std::filesystem::rename(path, folder.path() / "elsewhere.sqlite");
    EXPECT_FALSE(store->is_in_place());
    std::filesystem::copy(folder.path() / "elsewhere.sqlite", path);
    EXPECT_FALSE(store->is_in_place()) << "another file of that name";
}

TEST(WorkStore, ASwitchIsKeptAndAWishIsTakenOnce) {
    const test::TempFolder folder;
    const auto open = [&] {
        return open_sqlite_work_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"});
    };
    const auto first = open();
    const auto second = open();
    EXPECT_FALSE(first->is_paused());
    second->set_paused(true);
    EXPECT_TRUE(first->is_paused());
    first->want_run();
    first->want_run();
    EXPECT_TRUE(second->take_wanted_run());
    EXPECT_FALSE(first->take_wanted_run());
    const auto other =
        open_sqlite_work_store(folder.path() / "s.sqlite", {"other", "https://y/fhir"});
    EXPECT_FALSE(other->is_paused()) << "each source for itself";
}

} // namespace
