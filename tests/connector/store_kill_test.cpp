// A process that is killed in the middle of its work leaves whole verbs and nothing else.
#include "tests/connector/store_contract.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace embolink::test {
namespace {

constexpr int page_size = 40;

// Runs `work` in a process of its own, which is killed when it has said that it is under way and
// `time` has passed.
void kill_within(const std::function<void(const std::function<void()>& under_way)>& work,
                 std::chrono::milliseconds time) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(pipe[0]);
        work([&] {
            if (::write(pipe[1], "x", 1) != 1) {
                std::_Exit(1);
            }
        });
        std::_Exit(1); // it was to go on until it is killed
    }
    ::close(pipe[1]);
    char byte = 0;
    EXPECT_EQ(::read(pipe[0], &byte, 1), 1);
    ::close(pipe[0]);
    std::this_thread::sleep_for(time);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
}

class StoreKill : public testing::Test {
protected:
    std::unique_ptr<Store> open() {
        return open_sqlite_store(path, {"clinic", "https://fhir.example.org/r4"});
    }

    void expect_sound() {
        SQLite::Database database(path.string());
        EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
        EXPECT_EQ(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt(), 0);
    }

    TempFolder folder;
    std::filesystem::path path = folder.path() / "embolink.db";
};

// Page n holds its own resources and the cursor n; the first resource is changed by every page.
Page numbered_page(int number) {
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.resources.push_back(copy_of("Observation/latest", std::to_string(number)));
    for (int i = 1; i < page_size; ++i) {
        page.resources.push_back(
            copy_of("Observation/" + std::to_string(number) + "-" + std::to_string(i)));
    }
    page.cursor = Cursor{std::to_string(number), "", ""};
    return page;
}

int pages_there(Store& store) {
    const auto cursor = store.load_cursor("Patient/1", "Observation");
    return cursor ? std::stoi(cursor->since) : 0;
}

TEST_F(StoreKill, PageAndCursorAreThereTogetherOrNotAtAll) {
    RunId run = 0;
    {
        const auto store = open();
        run = store->begin_run({});
        store->save_chain(run, "Patient/1", {"Patient/1"});
    }
    int before = 0;
    for (const int milliseconds : {0, 9, 23, 41, 60, 88}) {
        kill_within(
            [&](const auto& under_way) {
                const auto store = open();
                for (int number = before + 1;; ++number) {
                    store->commit_page(run, numbered_page(number));
                    if (number == before + 1) {
                        under_way();
                    }
                }
            },
            std::chrono::milliseconds(milliseconds));
        expect_sound();
        const auto store = open();
        const int pages = pages_there(*store);
        EXPECT_GT(pages, before) << "what was committed is there";
        const auto resources = store->load_resources("Patient/1");
        ASSERT_EQ(resources.size(), static_cast<std::size_t>(pages * (page_size - 1) + 1));
        EXPECT_EQ(resources.back(), copy_of("Observation/latest", std::to_string(pages)));
        before = pages;
    }
}

TEST_F(StoreKill, AnUnfinishedTransactionIsNotThere) {
    open()->begin_run({});
    kill_within(
        [&](const auto& under_way) {
            SQLite::Database database(path.string(), SQLite::OPEN_READWRITE);
            // More than the page cache holds, so that unfinished pages reach the log.
            database.exec("PRAGMA cache_size = 10; BEGIN IMMEDIATE;"
                          " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                          " WHERE i < 3000)"
                          " INSERT INTO run (source, started, as_of, rules_version,"
                          " software_version) SELECT 1, hex(randomblob(200)), '', '', '' FROM n");
            under_way();
            ::pause();
        },
        std::chrono::milliseconds(0));
    expect_sound();
    const auto store = open();
    EXPECT_EQ(store->runs().size(), 1u);
    store->begin_run({}); // no lock is left either
    EXPECT_EQ(store->runs().size(), 2u);
}

TEST_F(StoreKill, TheMarkOfARequestUnderWaySurvives) {
    {
        const auto store = open();
        const RunId run = store->begin_run({});
        store->save_chain(run, "Patient/1", {"Patient/1"});
        store->save_derivation(run, derivation_of("Patient/1", 1), {entry_of("a", "Patient/1")});
    }
    kill_within(
        [&](const auto& under_way) {
            const auto store = open();
            store->mark_sending({"a"});
            under_way();
            ::pause();
        },
        std::chrono::milliseconds(0));
    const auto entries = open()->load_outbox();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].state, OutboxState::sending);
    EXPECT_EQ(entries[0].attempts, 1);
}

} // namespace
} // namespace embolink::test
