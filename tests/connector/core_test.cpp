// Errors, hashes, outputs and progress lines.
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/json_read.hpp"
#include "connector/core/output_file.hpp"
#include "connector/core/progress.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace {

using namespace embolink;
using test::read_text;
using test::TempFolder;

TEST(Error, SaysWhatWhereAndWhatToDo) {
    const Error error(
        ErrorKind::config, "the site file has 2 faults", "a.json\n/x: bad", "mend it");
    EXPECT_EQ(describe(error),
              "embolink: the site file has 2 faults\n"
              "  where: a.json\n"
              "         /x: bad\n"
              "  do: mend it\n");
}

TEST(Error, ExitCodesAreThoseOfTheContract) {
    EXPECT_EQ(exit_code(ErrorKind::check), 1);
    EXPECT_EQ(exit_code(ErrorKind::usage), 2);
    EXPECT_EQ(exit_code(ErrorKind::config), 2);
    EXPECT_EQ(exit_code(ErrorKind::definition), 2);
    EXPECT_EQ(exit_code(ErrorKind::input), 3);
    EXPECT_EQ(exit_code(ErrorKind::output), 4);
    EXPECT_EQ(exit_code(ErrorKind::interrupted), 130);
}

// FIPS 180-2, appendix B.
TEST(Hash, GivesThePublishedDigests) {
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Sha256 hash;
    hash.update("a");
    hash.update("bc");
    EXPECT_EQ(hash.finish(), sha256_hex("abc"));
    hash.update("abc");
    EXPECT_EQ(hash.finish(), sha256_hex("abc"));
}

TEST(OutputFile, AppearsWholeAndForItsOwnerOnly) {
    const TempFolder folder;
    const auto path = folder.path() / "out.ndjson";
    {
        OutputFile file(path);
        file.line("one");
        EXPECT_FALSE(std::filesystem::exists(path));
        file.commit();
    }
    EXPECT_EQ(read_text(path), "one\n");
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(OutputFile, WithoutCommitTheOldFileStaysAndNothingElse) {
    const TempFolder folder;
    const auto path = folder.path() / "out.ndjson";
    write_file(path, "old");
    {
        OutputFile file(path);
        file.line("half");
    }
    EXPECT_EQ(read_text(path), "old");
    int entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        ++entries;
    }
    EXPECT_EQ(entries, 1);
}

TEST(OutputFile, ADeviceIsWrittenToAndNotReplaced) {
    write_file("/dev/null", "text");
    EXPECT_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

TEST(OutputFile, AFolderThatIsNotThereIsAnOutputError) {
    const TempFolder folder;
    try {
        write_file(folder.path() / "missing" / "out", "x");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::output);
    }
}

// What others wrote may be of any type.
TEST(JsonRead, TakesWhatIsOfAnotherTypeAsMissing) {
    const nlohmann::json value = {
        {"text", "a"}, {"number", 1}, {"null", nullptr}, {"list", {1, nullptr, "b"}}};
    EXPECT_EQ(text_of(value, "text"), "a");
    for (const char* key : {"number", "null", "list", "missing"}) {
        EXPECT_EQ(text_of(value, key), "") << key;
    }
    EXPECT_EQ(text_of(value["list"], "text"), "");
    EXPECT_EQ(member_of(value, "number"), 1);
    EXPECT_TRUE(member_of(value, "missing").is_null());
    EXPECT_TRUE(member_of(value["text"], "text").is_null());
    EXPECT_EQ(elements_of(value, "list").size(), 2u);
    EXPECT_EQ(elements_of(value, "number").size(), 1u) << "the single value in its place";
    EXPECT_TRUE(elements_of(value, "null").empty());
    EXPECT_TRUE(elements_of(value, "missing").empty());
}

TEST(Progress, TellsCountShareRateAndTimeLeft) {
    EXPECT_EQ(progress_line("reading", "resources", 0.25, 500, 10),
              "reading: 500 resources, 25 %, 50 a second, 30 s left");
    EXPECT_EQ(progress_line("reading", "resources", -1, 500, 10),
              "reading: 500 resources, 50 a second");
    EXPECT_EQ(duration_words(59.6), "1 min 0 s");
    EXPECT_EQ(duration_words(3720), "1 h 2 min");
}

} // namespace
