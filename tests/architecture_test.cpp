// Reads the sources and holds the dependency rule (ARCHITECTURE.md): who may include what, no
// clock, file, thread or environment in the pure folders, and no file that has grown too long.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct SourceFile {
    std::string path; // from the root
    std::string text;
    std::vector<std::string> includes;
    std::size_t lines = 0;
};

bool starts_with(const std::string& text, const std::string& prefix) {
    return text.rfind(prefix, 0) == 0;
}

// The name between the quotes or angles of an #include line, else "".
std::string included(const std::string& line) {
    if (line.find("#include") != line.find_first_not_of(" \t")) {
        return "";
    }
    const auto open = line.find_first_of("<\"");
    if (open == std::string::npos) {
        return "";
    }
    return line.substr(open + 1, line.find_first_of(">\"", open + 1) - open - 1);
}

SourceFile read_source(const fs::path& root, const fs::path& path) {
    SourceFile file;
    file.path = path.lexically_relative(root).generic_string();
    std::ifstream in(path);
    for (std::string line; std::getline(in, line); ++file.lines) {
        const std::string include = included(line);
        if (!include.empty()) {
            file.includes.push_back(include);
        }
        const auto comment = line.find("//");
        file.text += line.substr(0, comment) + "\n";
    }
    return file;
}

const std::vector<SourceFile>& sources() {
    static const std::vector<SourceFile> files = [] {
        const fs::path root = EMBOLINK_SOURCE_DIR;
        std::vector<SourceFile> out;
        for (const char* folder : {"mapping", "analysis", "connector", "tests"}) {
            for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
                const std::string extension = entry.path().extension().string();
                if (extension == ".cpp" || extension == ".hpp") {
                    out.push_back(read_source(root, entry.path()));
                }
            }
        }
        std::sort(out.begin(), out.end(), [](const SourceFile& a, const SourceFile& b) {
            return a.path < b.path;
        });
        return out;
    }();
    return files;
}

std::vector<SourceFile> below(const std::vector<std::string>& folders) {
    std::vector<SourceFile> out;
    for (const SourceFile& file : sources()) {
        for (const std::string& folder : folders) {
            if (starts_with(file.path, folder + "/")) {
                out.push_back(file);
            }
        }
    }
    return out;
}

// "FILE includes HEADER" for each include that begins with one of `forbidden`.
std::string offending_includes(const std::vector<SourceFile>& files,
                               const std::vector<std::string>& forbidden) {
    std::string out;
    for (const SourceFile& file : files) {
        for (const std::string& include : file.includes) {
            for (const std::string& prefix : forbidden) {
                if (starts_with(include, prefix)) {
                    out += file.path + " includes " + include + "\n";
                }
            }
        }
    }
    return out;
}

std::string offending_text(const std::vector<SourceFile>& files,
                           const std::vector<std::string>& forbidden) {
    std::string out;
    for (const SourceFile& file : files) {
        for (const std::string& word : forbidden) {
            if (file.text.find(word) != std::string::npos) {
                out += file.path + " says " + word + "\n";
            }
        }
    }
    return out;
}

const std::vector<std::string> io_headers = {"boost/asio", "boost/beast", "boost/filesystem",
                                             "spdlog",     "fmt/",        "CLI/",
                                             "openssl",    "zlib",        "date/",
                                             "fstream",    "filesystem",  "thread",
                                             "mutex",      "atomic",      "future",
                                             "iostream",   "ctime",       "unistd.h",
                                             "sys/",       "fcntl.h"};

TEST(Architecture, TheTreeIsFound) {
    EXPECT_GT(below({"mapping"}).size(), 20u);
    EXPECT_GT(below({"analysis"}).size(), 10u);
    EXPECT_GT(below({"connector"}).size(), 20u);
}

TEST(Architecture, MappingKnowsNeitherAnalysisNorConnector) {
    EXPECT_EQ(offending_includes(below({"mapping"}), {"analysis/", "connector/", "tests/"}), "");
}

TEST(Architecture, AnalysisKnowsOfMappingOnlyTheRecords) {
    EXPECT_EQ(offending_includes(below({"analysis"}), {"connector/", "tests/"}), "");
    std::string out;
    for (const SourceFile& file : below({"analysis"})) {
        for (const std::string& include : file.includes) {
            if (starts_with(include, "mapping/") && !starts_with(include, "mapping/records/")) {
                out += file.path + " includes " + include + "\n";
            }
        }
    }
    EXPECT_EQ(out, "");
}

// Statistics know spans of numbers and nothing of patients: they build and are tested alone.
TEST(Architecture, StatisticsKnowNothingOfPatients) {
    std::string out;
    for (const SourceFile& file : below({"analysis"})) {
        if (!starts_with(file.path, "analysis/report/") &&
            !starts_with(file.path, "analysis/cases/")) {
            out += offending_includes(
                {file}, {"mapping/", "analysis/report/", "analysis/cases/", "nlohmann/"});
        }
    }
    EXPECT_EQ(out, "");
}

// mapping/records is the leaf that both sides share.
TEST(Architecture, RecordsStandAlone) {
    std::string out;
    for (const SourceFile& file : below({"mapping/records"})) {
        for (const std::string& include : file.includes) {
            const bool own = starts_with(include, "mapping/records/");
            if (!own && include.find('/') != std::string::npos) {
                out += file.path + " includes " + include + "\n";
            }
        }
    }
    EXPECT_EQ(out, "");
}

TEST(Architecture, PureFoldersDoNoInputOrOutput) {
    EXPECT_EQ(offending_includes(below({"mapping", "analysis"}), io_headers), "");
}

TEST(Architecture, PureFoldersHaveNoClockAndNoEnvironment) {
    const std::vector<std::string> forbidden = {"system_clock",
                                                "steady_clock",
                                                "high_resolution_clock",
                                                "getenv",
                                                "std::time(",
                                                "thread_local",
                                                "random_device",
                                                "std::rand("};
    EXPECT_EQ(offending_text(below({"mapping", "analysis"}), forbidden), "");
}

TEST(Architecture, MappingUsesBoostOnlyForExactDecimals) {
    std::string out;
    for (const SourceFile& file : below({"mapping"})) {
        if (file.path == "mapping/fhir/decimal.cpp") {
            continue;
        }
        out += offending_includes({file}, {"boost/"});
    }
    EXPECT_EQ(out, "");
}

TEST(Architecture, HeadersKeepTheJsonLibraryBehindTheWall) {
    std::string out;
    for (const SourceFile& file : below({"mapping", "analysis"})) {
        if (starts_with(file.path, "mapping/fhir/") ||
            file.path.find(".hpp") == std::string::npos) {
            continue; // mapping/fhir is the wall itself; its inner headers are not included outside
        }
        out += offending_includes({file}, {"nlohmann/json.hpp"});
    }
    EXPECT_EQ(out, "");
}

// The synthetic hospital is a second witness: it must not share a line with what it checks.
TEST(Architecture, TheSyntheticHospitalKnowsOfMappingOnlyDates) {
    std::string out;
    for (const SourceFile& file : below({"connector/synth"})) {
        for (const std::string& include : file.includes) {
            if (starts_with(include, "mapping/") && include != "mapping/records/date.hpp") {
                out += file.path + " includes " + include + "\n";
            }
        }
        out += offending_includes({file}, {"analysis/"});
    }
    EXPECT_EQ(out, "");
}

// Each source with Beast in it takes half a minute to compile: all others see plain values.
TEST(Architecture, BeastStaysInHttp) {
    const std::set<std::string> inner = {"connector/http/server_message.hpp", // headers with Beast
                                         "connector/http/server_session.hpp"};
    std::string out;
    for (const SourceFile& file : below({"connector", "tests"})) {
        const bool source = file.path.find(".cpp") != std::string::npos;
        const bool of_http = starts_with(file.path, "connector/http/");
        if (!of_http) {
            out += offending_includes({file}, {inner.begin(), inner.end()});
        }
        if (!of_http || (!source && inner.count(file.path) == 0)) {
            out += offending_includes({file}, {"boost/beast"});
        }
    }
    EXPECT_EQ(out, "");
}

// CNSR is 0 for an event and survival software wants 1: each number is written in one place.
TEST(Architecture, OnlyTheCsvWritesCnsr) {
    std::string out;
    for (const SourceFile& file : below({"mapping", "analysis", "connector"})) {
        const bool says = file.text.find("CNSR") != std::string::npos;
        if (says && file.path != "analysis/report/csv.cpp") {
            out += file.path + "\n";
        }
    }
    EXPECT_EQ(out, "");
}

TEST(Architecture, NoSourceIsTooLong) {
    std::string out;
    for (const SourceFile& file : sources()) {
        if (file.lines > 500) {
            out += file.path + ": " + std::to_string(file.lines) + " lines\n";
        }
    }
    EXPECT_EQ(out, "") << "split by noun";
}

TEST(Architecture, EveryHeaderIsGuarded) {
    std::string out;
    for (const SourceFile& file : sources()) {
        if (file.path.find(".hpp") != std::string::npos &&
            file.text.find("#pragma once") == std::string::npos) {
            out += file.path + "\n";
        }
    }
    EXPECT_EQ(out, "");
}

} // namespace
