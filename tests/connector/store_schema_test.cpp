// The way forward through the schema's steps, and what is refused.
#include "connector/core/error.hpp"
#include "connector/store/connection.hpp"
#include "connector/store/schema.hpp"
#include "tests/connector/store_contract.hpp"

#include <gmock/gmock.h>

#include <SQLiteCpp/SQLiteCpp.h>

namespace embolink::test {
namespace {

class StoreSchema : public testing::Test {
protected:
    std::unique_ptr<Store> open() {
        return open_sqlite_store(path, {"clinic", "https://fhir.example.org/r4"});
    }

    // Opens the file as an embolink with these steps does.
    void open_with(const std::vector<std::string_view>& steps) {
        Connection connection(path);
        bring_forward(connection, steps);
    }

    int ask(const std::string& sql) {
        return SQLite::Database(path.string()).execAndGet(sql).getInt();
    }

    void change(const std::string& sql) {
        SQLite::Database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
    }

    std::string refusal() {
        try {
            open();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::store);
            EXPECT_EQ(error.where(), path.string());
            EXPECT_NE(error.remedy(), "");
            return error.what();
        }
        return "";
    }

    TempFolder folder;
    std::filesystem::path path = folder.path() / "embolink.db";
};

TEST_F(StoreSchema, ANewFileHasTheNewestSchema) {
    open();
    EXPECT_EQ(ask("PRAGMA user_version"), static_cast<int>(schema_steps().size()));
    EXPECT_EQ(ask("PRAGMA application_id"), 0x656d626f);
}

// Every version that a hospital may have, with what it holds, up to the newest.
TEST_F(StoreSchema, AnOlderFileIsBroughtForwardWithWhatItHolds) {
    open_with({schema_steps().front()});
    EXPECT_EQ(ask("PRAGMA user_version"), 1);
    change("INSERT INTO source (name, base_url) VALUES ('clinic', 'https://fhir.example.org/r4')");
    change("INSERT INTO run (source, started, as_of, rules_version, software_version)"
           " VALUES (1, 'then', '', '', '')");
    const auto runs = open()->runs();
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].start.started, "then");
    EXPECT_EQ(ask("PRAGMA user_version"), static_cast<int>(schema_steps().size()));
}

TEST_F(StoreSchema, OnlyTheStepsThatAreMissingAreDone) {
    open_with({"CREATE TABLE a (x); INSERT INTO a VALUES (1)"});
    open_with({"CREATE TABLE a (x); INSERT INTO a VALUES (1)",
               "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1"});
    EXPECT_EQ(ask("SELECT y FROM a"), 2);
    EXPECT_EQ(ask("PRAGMA user_version"), 2);
}

TEST_F(StoreSchema, AStepThatFailsLeavesTheFileAsItWas) {
    open_with({"CREATE TABLE a (x)"});
    EXPECT_THROW(open_with({"CREATE TABLE a (x)", "CREATE TABLE b (x)", "CREATE TABLE b (x)"}),
                 Error);
    EXPECT_EQ(ask("PRAGMA user_version"), 1);
    EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(StoreSchema, ANewerFileIsRefused) {
    open();
    const std::string newer = std::to_string(schema_steps().size() + 1);
    change("PRAGMA user_version = " + newer);
    EXPECT_THAT(refusal(), testing::HasSubstr("schema " + newer));
    EXPECT_EQ(ask("PRAGMA user_version"), std::stoi(newer));
}

TEST_F(StoreSchema, TheDatabaseOfAnotherProgramIsRefusedAndLeftAlone) {
    change("CREATE TABLE theirs (x)");
    namespace fs = std::filesystem;
    fs::permissions(path, fs::perms{0644});
    EXPECT_THAT(refusal(), testing::HasSubstr("another program"));
    EXPECT_EQ(ask("SELECT count(*) FROM sqlite_schema"), 1);
    EXPECT_EQ(fs::status(path).permissions(), fs::perms{0644});
    change("PRAGMA application_id = 42; PRAGMA user_version = 1");
    EXPECT_THAT(refusal(), testing::HasSubstr("another program"));
}

TEST_F(StoreSchema, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
    const std::string text(4096, 'x');
    folder.file("embolink.db", text);
    EXPECT_THAT(refusal(), testing::HasSubstr("not a database"));
    EXPECT_EQ(read_text(path), text);
}

} // namespace
} // namespace embolink::test
