// A token is good once: among processes, over a kill, until it would no longer be taken.
#include "connector/core/error.hpp"
#include "connector/store/token_store.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

namespace embolink::test {
namespace {

class StoreTokens : public testing::Test {
protected:
    std::unique_ptr<TokenStore> open() const { return open_sqlite_token_store(path); }

    std::filesystem::path file() const { return path.string() + ".tokens"; }

    TempFolder folder;
    std::filesystem::path path = folder.path() / "store.sqlite";
    const UsedToken token{"a", 1'000};
};

TEST_F(StoreTokens, TheFirstUseCounts) {
    const auto tokens = open();
    EXPECT_TRUE(tokens->use(token, 900));
    EXPECT_FALSE(tokens->use(token, 900));
    EXPECT_TRUE(tokens->use({"b", 1'000}, 900));
    EXPECT_FALSE(tokens->use(token, 999)) << "others and time do not make it new";
}

TEST_F(StoreTokens, AnotherProcessKnowsIt) {
    const auto here = open();
    const auto there = open();
    EXPECT_TRUE(here->use(token, 900));
    EXPECT_FALSE(there->use(token, 900));
}

// Ended without a word at the moment the first use is told.
TEST_F(StoreTokens, AKillTakesNothingBack) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const bool first = open()->use(token, 900);
        kill(getpid(), first ? SIGKILL : SIGTERM);
        std::_Exit(0);
    }
    int how = 0;
    ASSERT_EQ(waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
    EXPECT_FALSE(open()->use(token, 900));
}

TEST_F(StoreTokens, WhatHasExpiredIsForgotten) {
    const auto tokens = open();
    EXPECT_TRUE(tokens->use(token, 900));
    EXPECT_TRUE(tokens->use({"b", 2'000}, 1'000));
    const int rows = SQLite::Database(file().string())
                         .execAndGet("SELECT count(*) FROM used_token WHERE id = 'a'")
                         .getInt();
    EXPECT_EQ(rows, 0);
}

TEST_F(StoreTokens, ItsOwnerAloneReadsIt) {
    open()->use(token, 900);
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    EXPECT_EQ(std::filesystem::status(file()).permissions() & others, std::filesystem::perms::none);
}

TEST_F(StoreTokens, AFileOfAnotherProgramIsLeftAlone) {
    SQLite::Database(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE theirs (x)");
    try {
        open();
        FAIL() << "took it";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::store);
        EXPECT_EQ(error.where(), file().string());
    }
}

} // namespace
} // namespace embolink::test
