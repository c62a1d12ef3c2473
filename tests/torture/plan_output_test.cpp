// Synthetic patients against their own plan (agreement_test without files of connector/pull): the
// witness that shares no code with the rules notices mutants, too.
#include "connector/core/site_file.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/synth/synth.hpp"
#include "mapping/derive.hpp"
#include "tests/support/comparison.hpp"
#include "tests/support/pipeline.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace embolink::test {
namespace {

struct PlanCase {
    const char* scenario;
    int dirty;
    std::uint64_t seed;
};

class PlanPatients : public testing::TestWithParam<PlanCase> {};

TEST_P(PlanPatients, RecordsAreThoseOfThePlan) {
    const TempFolder folder;
    synth::SynthOptions options;
    options.scenario = GetParam().scenario;
    options.dirty = GetParam().dirty;
    options.seed = GetParam().seed;
    const auto hospital =
        synth::generate_hospital(options, folder.path(), [](std::size_t, std::size_t) {});
    const SiteFile site = load_site_file((folder.path() / "site.json").string());
    Intake intake(
        make_reading_frame(test_definitions(), site.config, zone_rule(site.config.time_zone)));
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "resources")) {
        std::ifstream lines(entry.path());
        for (std::string line; std::getline(lines, line);) {
            intake.add(resource_of(nlohmann::json::parse(line)));
        }
    }
    const auto as_of = date_from_iso(hospital.analysis_date);
    ASSERT_TRUE(as_of);
    const auto cohort = intake.derive(test_trial(), *as_of);
    const Comparison comparison = compare_records(folder.path() / "truth.ndjson", cohort.records);
    EXPECT_TRUE(comparison.differences.empty()) << first_lines(comparison.differences, 5);
}

INSTANTIATE_TEST_SUITE_P(Synth,
                         PlanPatients,
                         testing::Values(PlanCase{"audit_60", 1, 1},
                                         PlanCase{"trial_size_26", 1, 2}));

} // namespace
} // namespace embolink::test
