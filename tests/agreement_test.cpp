// The synthetic hospital writes what it expects from its own plan of each patient; the program
// derives the same records from the FHIR files alone. EMBOLINK_AGREEMENT_SEEDS (default 3) sets how
// many seeds are tried beside the scenarios' own.
#include "connector/synth/synth.hpp"
#include "tests/support/cohort.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ostream>

namespace {

using namespace embolink;

struct AgreementCase {
    std::string scenario;
    std::optional<std::uint64_t> seed;
    int dirty = 1;
    std::optional<int> patients; // default: the scenario's

    friend void PrintTo(const AgreementCase& one, std::ostream* out) { *out << one.scenario; }
};

std::string name_of(const testing::TestParamInfo<AgreementCase>& info) {
    const AgreementCase& one = info.param;
    return one.scenario + (one.seed ? "_seed_" + std::to_string(*one.seed) : "") +
           (one.dirty == 1 ? "" : "_dirt_" + std::to_string(one.dirty)) +
           (one.patients ? "_of_" + std::to_string(*one.patients) : "");
}

int seeds_wanted() {
    const char* text = std::getenv("EMBOLINK_AGREEMENT_SEEDS");
    return text == nullptr ? 3 : std::atoi(text);
}

std::vector<AgreementCase> cases() {
    std::vector<AgreementCase> out;
    for (const std::string& scenario : synth::scenario_names()) {
        const bool large = scenario == "large_20000";
        // A wide run, in a release build, takes as many of them as it has minutes for.
        if (!large || seeds_wanted() >= 20) {
            out.push_back({scenario, std::nullopt, 1, large ? std::optional(4000) : std::nullopt});
        }
        if (!large && seeds_wanted() >= 20) {
            out.push_back({scenario, std::nullopt, 3, std::nullopt});
        }
    }
    out.push_back({"audit_60", std::nullopt, 0, std::nullopt});
    out.push_back({"audit_12", 3, 1, 5});
    for (const int dirty : {2, 3}) {
        for (int seed = 1; 3 * seed <= seeds_wanted(); ++seed) {
            out.push_back(
                {"audit_60", 100 + static_cast<std::uint64_t>(seed), dirty, std::nullopt});
        }
    }
    for (int seed = 1; seed <= seeds_wanted(); ++seed) {
        out.push_back({"audit_60", static_cast<std::uint64_t>(seed), 1, std::nullopt});
    }
    return out;
}

class Agreement : public testing::TestWithParam<AgreementCase> {};

TEST_P(Agreement, DerivedRecordsAreThoseOfThePlan) {
    const test::TempFolder folder;
    synth::SynthOptions options;
    options.scenario = GetParam().scenario;
    options.seed = GetParam().seed;
    options.dirty = GetParam().dirty;
    options.patients = GetParam().patients;
    const synth::SynthSummary hospital =
        synth::generate_hospital(options, folder.path(), [](std::size_t, std::size_t) {});

    const CohortRun run =
        test::derive_files({(folder.path() / "resources").string()},
                           (folder.path() / "site.json").string(),
                           "",
                           hospital.adjudications ? hospital.adjudications->string() : "");
    const test::Comparison comparison =
        test::compare_records(folder.path() / "truth.ndjson", run.cohort.records);
    EXPECT_TRUE(comparison.differences.empty()) << test::first_lines(comparison.differences, 20);
    EXPECT_LE(comparison.undecidable * 50, comparison.expected) << "more than 2 % undecidable";
    EXPECT_EQ(run.stream.faults, 0u);
    ASSERT_TRUE(run.as_of);
    EXPECT_EQ(to_iso(*run.as_of), hospital.analysis_date); // nobody gave --as-of
}

INSTANTIATE_TEST_SUITE_P(Synth, Agreement, testing::ValuesIn(cases()), name_of);

} // namespace
