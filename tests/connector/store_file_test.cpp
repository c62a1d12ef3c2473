// The file itself: who may read it, what a fault says, readers beside a writer, the history that
// the interface does not show.
#include "connector/core/error.hpp"
#include "connector/store/connection.hpp"
#include "connector/store/work_store.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <atomic>
#include <sqlite3.h>
#include <sys/stat.h>
#include <thread>

namespace embolink::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class StoreFile : public testing::Test {
protected:
    std::unique_ptr<Store> open() {
        return open_sqlite_store(path, {"clinic", "https://fhir.example.org/r4"});
    }

    TempFolder folder;
    fs::path path = folder.path() / "embolink.db";
};

TEST_F(StoreFile, IsReadByItsOwnerOnly) {
    const mode_t before = ::umask(0);
    const auto store = open();
    store->begin_run({});
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        EXPECT_EQ(fs::status(path.string() + suffix).permissions(), fs::perms{0600}) << suffix;
    }
}

TEST_F(StoreFile, ThatOthersCouldReadIsClosedToThem) {
    open();
    fs::permissions(path, fs::perms{0644});
    open();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms{0600});
}

TEST_F(StoreFile, InAFolderThatIsNotThereIsExplained) {
    path = folder.path() / "nowhere" / "embolink.db";
    try {
        open();
        FAIL() << "a folder was made up";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::store);
        EXPECT_EQ(error.where(), path.string());
        EXPECT_THAT(error.remedy(), HasSubstr("folder"));
    }
}

TEST_F(StoreFile, ThatIsAFolderIsExplained) {
    fs::create_directory(path);
    EXPECT_THROW(open(), Error);
}

// The driver's constraint text would name columns, its data errors values.
TEST_F(StoreFile, AFaultShowsNoValue) {
    const auto store = open();
    const RunId run = store->begin_run({});
    store->save_chain(run, "Patient/1", {"Patient/1"});
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.resources = {copy_of("Observation/1", "Müller")};
    try {
        store->commit_page(run + 1, page);
        FAIL() << "a run that nobody began";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::store);
        const std::string all = describe(error);
        EXPECT_THAT(all, HasSubstr(path.string()));
        for (const char* word : {"Müller", "Observation", "Patient", "resource", "INSERT"}) {
            EXPECT_THAT(all, testing::Not(HasSubstr(word)));
        }
    }
}

TEST_F(StoreFile, EveryFaultSaysWhatToDo) {
    const auto text = [&](int code) {
        const Error error = store_error(code, path);
        EXPECT_EQ(error.kind(), ErrorKind::store);
        EXPECT_EQ(error.where(), path.string());
        EXPECT_NE(error.remedy(), "");
        return std::string(error.what());
    };
    EXPECT_THAT(text(SQLITE_BUSY), HasSubstr("in use by another process"));
    EXPECT_THAT(text(SQLITE_BUSY_SNAPSHOT), HasSubstr("in use by another process"));
    EXPECT_THAT(text(SQLITE_FULL), HasSubstr("no space"));
    EXPECT_THAT(text(SQLITE_READONLY_DBMOVED), HasSubstr("cannot be written"));
    EXPECT_THAT(text(SQLITE_NOTADB), HasSubstr("not a database"));
    EXPECT_THAT(text(SQLITE_CORRUPT), HasSubstr("damaged"));
    EXPECT_THAT(text(SQLITE_IOERR_WRITE), HasSubstr("writing the database failed"));
    EXPECT_THAT(text(SQLITE_MISMATCH), HasSubstr("datatype mismatch (SQLite 20)"));
}

// A real one: the disk is as full as the database is allowed to grow.
TEST_F(StoreFile, AFullDatabaseKeepsWhatWasCommitted) {
    open();
    Connection connection(path);
    connection.execute("PRAGMA max_page_count = 60");
    connection.execute("CREATE TABLE filler (x); INSERT INTO filler VALUES ('committed')");
    try {
        connection.write(
            [&] { connection.run("INSERT INTO filler VALUES (?1)", std::string(1'000'000, 'x')); });
        FAIL() << "more than fits";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("no space"));
    }
    Query rows = connection.query("SELECT count(*) FROM filler");
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.integer(0), 1);
}

// The rows stay, with the run that first saw them and the run and reason that ended them.
TEST_F(StoreFile, WhatIsGoneIsKept) {
    const auto store = open();
    const RunId first = store->begin_run({});
    const RunId second = store->begin_run({});
    const RunId third = store->begin_run({});
    store->save_chain(first, "Patient/1", {"Patient/1"});
    Page page;
    page.chain = "Patient/1";
    page.search = "Observation";
    page.resources = {copy_of("Observation/1", "a")};
    store->commit_page(first, page);
    page.resources = {copy_of("Observation/1", "b")};
    store->commit_page(second, page);
    store->retract(second, "Patient/1", {"Observation/1"}, "deleted");
    store->commit_page(third, page);
    store->retract(third, "Patient/1", {"Observation/1"}, "moved");

    SQLite::Database database(path.string());
    SQLite::Statement rows(database,
                           "SELECT content_hash || ' ' || first_run || ' ' || gone_run || ' ' ||"
                           " gone_reason FROM resource ORDER BY id");
    std::vector<std::string> lines;
    while (rows.executeStep()) {
        lines.push_back(rows.getColumn(0).getString());
    }
    EXPECT_THAT(
        lines,
        ElementsAre("hash of a 1 2 superseded", "hash of b 2 2 deleted", "hash of b 3 3 moved"));
}

// Pages of ten: a reader sees whole pages, and never waits for the writer.
TEST_F(StoreFile, IsReadWhileAPageIsWritten) {
    const auto store = open();
    const RunId run = store->begin_run({});
    store->save_chain(run, "Patient/1", {"Patient/1"});
    std::atomic<bool> written = false;
    std::string torn;
    std::size_t most = 0;
    const auto reading = open();
    std::thread reader([&] {
        do {
            const std::size_t seen = reading->load_resources("Patient/1").size();
            if (seen % 10 != 0 || seen < most) {
                torn = "saw " + std::to_string(seen) + " after " + std::to_string(most);
            }
            most = seen;
        } while (!written);
        most = reading->load_resources("Patient/1").size();
    });
    for (int page_number = 0; page_number < 50; ++page_number) {
        Page page;
        page.chain = "Patient/1";
        page.search = "Observation";
        for (int i = 0; i < 10; ++i) {
            page.resources.push_back(
                copy_of("Observation/" + std::to_string(page_number * 10 + i)));
        }
        store->commit_page(run, page);
    }
    written = true;
    reader.join();
    EXPECT_EQ(torn, "");
    EXPECT_EQ(most, 500u);
}

// A page is read about before it is written: without the lock at its beginning one of two would be
// refused half-way, however long it waits.
TEST_F(StoreFile, TwoWritersTakeTurns) {
    const auto first = open();
    const auto second = open();
    const RunId run = first->begin_run({});
    first->save_chain(run, "Patient/1", {"Patient/1"});
    const auto commit_pages = [run](Store& store, const std::string& type) {
        std::string fault;
        try {
            for (int i = 0; i < 60; ++i) {
                Page page;
                page.chain = "Patient/1";
                page.search = type;
                page.resources = {copy_of(type + "/" + std::to_string(i)),
                                  copy_of("Shared/1", type)};
                store.commit_page(run, page);
            }
        } catch (const Error& error) {
            fault = error.what();
        }
        return fault;
    };
    std::string fault_of_first;
    std::thread writer([&] { fault_of_first = commit_pages(*first, "Observation"); });
    EXPECT_EQ(commit_pages(*second, "Condition"), "");
    writer.join();
    EXPECT_EQ(fault_of_first, "");
    EXPECT_EQ(first->load_resources("Patient/1").size(), 121u);
}

// It has to be tried for good: SQLite writes nothing of a row that stays as it was.
TEST_F(StoreFile, WhetherItCanBeWrittenIsTried) {
    const auto work = open_sqlite_work_store(path, {"clinic", "https://fhir.example.org/r4"});
    const auto log_size = [&] { return std::filesystem::file_size(path.string() + "-wal"); };
    const auto before = log_size();
    EXPECT_TRUE(work->can_be_written());
    EXPECT_GT(log_size(), before);
    SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    EXPECT_FALSE(work->can_be_written());
    other.exec("ROLLBACK");
    EXPECT_TRUE(work->can_be_written());
}

// What the promise of a commit rests on (connection.cpp); a power loss cannot be tried here.
TEST_F(StoreFile, IsWrittenDurably) {
    open();
    Connection connection(path);
    const auto setting = [&](std::string_view pragma) {
        Query row = connection.query(pragma);
        row.next();
        return row.text(0);
    };
    EXPECT_EQ(setting("PRAGMA synchronous"), "2") << "FULL";
    EXPECT_EQ(setting("PRAGMA foreign_keys"), "1");
    EXPECT_EQ(setting("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(setting("PRAGMA busy_timeout"), "10000");
}

} // namespace
} // namespace embolink::test
