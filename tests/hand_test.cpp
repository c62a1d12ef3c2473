// The patients worked out by hand (tests/scenarios/hand): every record but its sources is compared
// with what was reasoned from the rules alone; and the whole output, sources included, with the
// golden file that was accepted last.
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/cohort.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace embolink;
namespace fs = std::filesystem;

fs::path hand_folder() {
    return fs::path(EMBOLINK_SOURCE_DIR) / "tests" / "scenarios" / "hand";
}

std::vector<std::string> patients() {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(hand_folder())) {
        if (fs::exists(entry.path() / "expected.ndjson")) {
            out.push_back(entry.path().filename().string());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

CohortRun derive_patient(const std::string& name) {
    const fs::path folder = hand_folder() / name;
    std::string as_of = test::read_text(folder / "as_of");
    as_of.erase(as_of.find_last_not_of(" \r\n") + 1);
    const fs::path site = folder / "site.json";
    return test::derive_files(
        {(folder / "input.ndjson").string()}, fs::exists(site) ? site.string() : "", as_of);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

// The first forty patients were worked out for ten params; records of others are passed over where
// the file has none of them. One of these ten may not come unexpected.
std::vector<EndpointRecord> worked_out(std::vector<EndpointRecord> records, const fs::path& file) {
    static const std::set<std::string> always = {
        "COHORT", "COURSE", "PFS", "OS", "BOR", "OR", "DC", "TOX3", "BASE-5HIAA", "BASE-CGA"};
    const std::string text = test::read_text(file);
    std::erase_if(records, [&](const EndpointRecord& record) {
        return always.count(record.param) == 0 &&
               text.find("\"param\": \"" + record.param + "\"") == std::string::npos;
    });
    return records;
}

class HandPatient : public testing::TestWithParam<std::string> {};

TEST_P(HandPatient, GetsTheRecordsReasonedFromTheRules) {
    const CohortRun run = derive_patient(GetParam());
    const fs::path expected = hand_folder() / GetParam() / "expected.ndjson";
    const test::Comparison comparison =
        test::compare_records(expected, worked_out(run.cohort.records, expected));
    EXPECT_TRUE(comparison.differences.empty())
        << test::first_lines(comparison.differences, 20) << "see tests/scenarios/hand/"
        << GetParam() << "/README.md";
}

INSTANTIATE_TEST_SUITE_P(Hand, HandPatient, testing::ValuesIn(patients()), test_name);

// Every param of the trial has patients of its own.
TEST(HandPatients, EveryParamIsWorkedOut) {
    std::string all;
    for (const std::string& name : patients()) {
        all += test::read_text(hand_folder() / name / "expected.ndjson");
    }
    for (const EndpointDefinition& endpoint : derive_patient(patients().front()).trial.endpoints) {
        const std::string wanted = "\"param\": \"" + endpoint.param + "\"";
        int found = 0;
        for (auto at = all.find(wanted); at != std::string::npos; at = all.find(wanted, at + 1)) {
            ++found;
        }
        EXPECT_GE(found, 10) << endpoint.param;
    }
}

TEST(HandPatients, ThereAreAtLeastThirty) {
    EXPECT_GE(patients().size(), 30u);
}

// The rules' version changes with every definition; it is not what this file is about.
std::string golden_lines(const std::string& name) {
    std::string out = "# " + name + "\n";
    const CohortRun run = derive_patient(name);
    for (EndpointRecord record : run.cohort.records) {
        record.rules_version = "-";
        out += to_json_line(record) + "\n";
    }
    for (const Issue& issue : run.cohort.issues) {
        out += to_json_line(issue) + "\n";
    }
    return out;
}

TEST(HandPatients, OutputIsTheGoldenOne) {
    std::string now;
    for (const std::string& name : patients()) {
        now += golden_lines(name);
    }
    const fs::path golden = hand_folder() / "golden.txt";
    if (std::getenv("EMBOLINK_GOLDEN") != nullptr) {
        std::ofstream(golden) << now;
    }
    const std::string accepted = test::read_text(golden);
    const auto gap = std::mismatch(now.begin(), now.end(), accepted.begin(), accepted.end()).first;
    const auto line = 1 + std::count(now.begin(), gap, '\n');
    EXPECT_TRUE(now == accepted) << "first difference in line " << line
                                 << " of tests/scenarios/hand/golden.txt; when the change is "
                                    "meant: ./dev golden, and say in the commit why";
}

} // namespace
