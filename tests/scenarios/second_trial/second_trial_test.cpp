// A trial that the program has never seen: three arms, hepatic PFS first, windows of its own. Only
// its JSON file is new.
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/cohort.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace {

using namespace embolink;
namespace fs = std::filesystem;

const fs::path source = EMBOLINK_SOURCE_DIR;
const fs::path here = source / "tests/scenarios/second_trial";

// The shipped definitions and the new trial beside them.
const test::TempFolder& definitions() {
    static const test::TempFolder folder;
    if (!fs::exists(folder.path() / "trials")) {
        fs::copy(source / "mapping/definitions", folder.path(), fs::copy_options::recursive);
        fs::copy(here / "trials", folder.path() / "trials");
    }
    return folder;
}

std::vector<std::string> patients() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(source / "tests/scenarios/hand")) {
        if (fs::exists(entry.path() / "input.ndjson")) {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<EndpointRecord> derive(const std::string& name) {
    const fs::path folder = source / "tests/scenarios/hand" / name;
    CohortOptions options;
    options.trial = "retnet";
    options.definitions = definitions().path().string();
    options.inputs = {(folder / "input.ndjson").string()};
    options.as_of = test::read_text(folder / "as_of").substr(0, 10);
    if (fs::exists(folder / "site.json")) {
        options.site = (folder / "site.json").string();
    }
    CommonOptions common;
    common.quiet = true;
    return run_cohort(options, common).cohort.records;
}

// "event progression 27 [..]" of one param.
std::string brief(const std::string& name, const std::string& param) {
    for (const EndpointRecord& record : derive(name)) {
        if (record.param != param) {
            continue;
        }
        const auto line = nlohmann::json::parse(to_json_line(record));
        std::string text = line.at("status").get<std::string>();
        for (const char* key : {"value", "reason", "days"}) {
            if (line.contains(key)) {
                const auto& value = line.at(key);
                text += " " + (value.is_string() ? value.get<std::string>() : value.dump());
            }
        }
        return text + " " + line.at("flags").dump();
    }
    return "no record";
}

std::string arm(const std::string& name) {
    return derive(name).front().arm;
}

TEST(SecondTrial, HasTheParamsOfItsFileInItsOrder) {
    std::vector<std::string> params;
    for (const EndpointRecord& record : derive("49-bounds-and-covariates")) {
        EXPECT_EQ(record.trial, "retnet");
        EXPECT_EQ(record.trial_version, "0.1.0");
        params.push_back(record.param);
    }
    EXPECT_THAT(params,
                testing::ElementsAre("COHORT",
                                     "COURSE",
                                     "HPFS",
                                     "OS",
                                     "PFS",
                                     "BOR",
                                     "DC",
                                     "TOX",
                                     "TOX3",
                                     "DEATH60",
                                     "RESP-CGA",
                                     "SSA",
                                     "GRADE"));
}

TEST(SecondTrial, HasArmsOfItsOwn) {
    EXPECT_EQ(arm("01-hace-code-pr-then-pd"), "cTACE");
    EXPECT_EQ(arm("07-hace-deb-prrt-cut"), "DEB-TACE");
    EXPECT_EQ(arm("04-hae-lipiodol-only-sd-41"), "TAE");
    EXPECT_EQ(arm("06-undetermined-37243-missed-213"), "NOT-KNOWN");
    EXPECT_EQ(arm("05-hae-complete-feed-pd-212"), "NOT-KNOWN"); // it has no such rung
}

TEST(SecondTrial, HasWindowsOfItsOwn) {
    // Progression on day 27 is late enough where 21 days are asked for.
    EXPECT_THAT(brief("02-hace-ia-doxorubicin-early-pd-27", "HPFS"),
                testing::StartsWith("event progression 27"));
    // 213 days without an assessment are no gap where 365 are allowed.
    EXPECT_THAT(brief("06-undetermined-37243-missed-213", "HPFS"),
                testing::StartsWith("event progression 313"));
    // Two readings 29 days apart do not confirm where 42 are asked for.
    EXPECT_EQ(brief("43-confirmed-response", "BOR"), R"(value SD [])");
    // The stay to day 3 is a long one, and the abscess of day 35 lies in the window.
    EXPECT_THAT(brief("45-late-abscess", "TOX"),
                testing::HasSubstr(R"(value 3 ["grade-at-least","term:liver-abscess"])"));
    // The second round of day 95 comes late.
    EXPECT_EQ(brief("45-late-abscess", "COURSE"), "value 2 []");
}

TEST(SecondTrial, HasEndpointsOfItsOwn) {
    // Its PFS counts what a clinician wrote, and no therapy ends it.
    EXPECT_EQ(brief("42-clinical-progression", "PFS"), "event progression 150 []");
    EXPECT_EQ(brief("46-syndrome-readmission-death", "DEATH60"), "value true []");
}

// The rules' version changes with every definition; it is not what this file is about.
TEST(SecondTrial, OutputIsTheGoldenOne) {
    std::string now;
    for (const std::string& name : patients()) {
        now += "# " + name + "\n";
        for (EndpointRecord record : derive(name)) {
            record.rules_version = "-";
            now += to_json_line(record) + "\n";
        }
    }
    if (std::getenv("EMBOLINK_GOLDEN") != nullptr) {
        std::ofstream(here / "golden.txt") << now;
    }
    const std::string accepted = test::read_text(here / "golden.txt");
    const auto gap = std::mismatch(now.begin(), now.end(), accepted.begin(), accepted.end()).first;
    EXPECT_TRUE(now == accepted) << "first difference in line "
                                 << 1 + std::count(now.begin(), gap, '\n')
                                 << " of tests/scenarios/second_trial/golden.txt";
}

} // namespace
