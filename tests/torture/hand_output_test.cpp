// The whole output of the patients worked out by hand, against what the unchanged program printed:
// EMBOLINK_HAND_OUTPUT names the file; with EMBOLINK_GOLDEN it is written. That the unchanged
// program is right is hand_test's business.
#include "connector/core/site_file.hpp"
#include "connector/core/time_zone.hpp"
#include "mapping/derive.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/pipeline.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace embolink::test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string output_of(const fs::path& folder) {
    const fs::path site_path = folder / "site.json";
    const SiteFile site = load_site_file(fs::exists(site_path) ? site_path.string() : "");
    Intake intake(
        make_reading_frame(test_definitions(), site.config, zone_rule(site.config.time_zone)));
    std::istringstream lines(text_of(folder / "input.ndjson"));
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) {
            intake.add(resource_of(nlohmann::json::parse(line)));
        }
    }
    const auto as_of = date_from_iso(text_of(folder / "as_of").substr(0, 10));
    const DerivedCohort cohort = intake.derive(test_trial(), as_of.value());
    std::string out = "# " + folder.filename().string() + "\n";
    for (EndpointRecord record : cohort.records) {
        record.rules_version = "-"; // changes with every definition
        out += to_json_line(record) + "\n";
    }
    for (const TimelineEntry& entry : cohort.timeline) {
        out += to_json_line(entry) + "\n";
    }
    for (const Issue& issue : cohort.issues) {
        out += to_json_line(issue) + "\n";
    }
    return out;
}

TEST(HandOutput, IsThatOfTheUnchangedProgram) {
    std::vector<fs::path> folders;
    for (const auto& entry :
         fs::directory_iterator(fs::path(EMBOLINK_SOURCE_DIR) / "tests" / "scenarios" / "hand")) {
        if (fs::exists(entry.path() / "input.ndjson")) {
            folders.push_back(entry.path());
        }
    }
    std::sort(folders.begin(), folders.end());
    std::string now;
    for (const fs::path& folder : folders) {
        now += output_of(folder);
    }
    const char* path = std::getenv("EMBOLINK_HAND_OUTPUT");
    ASSERT_NE(path, nullptr);
    if (std::getenv("EMBOLINK_GOLDEN") != nullptr) {
        std::ofstream(path) << now;
    }
    EXPECT_TRUE(now == text_of(path)) << "the output of a hand-worked patient differs";
}

} // namespace
} // namespace embolink::test
