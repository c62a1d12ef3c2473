// The recipe against its published program: expected numbers and the two CSV files were made by
// running that Python program unchanged.
#include "connector/synth/recipe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace embolink::synth {
namespace {

TEST(SynthRecipe, UniformsAreBitEqualToTheProgram) {
    EXPECT_EQ(uniform(20120411, 0, 0), 0x1.f78a904af1446p-3);
    EXPECT_EQ(uniform(20120411, 0, 1), 0x1.5960b8a953edep-1);
    EXPECT_EQ(uniform(20120411, 1, 5), 0x1.5d70b42adb61fp-2);
    EXPECT_EQ(uniform(20120411, 25, 10), 0x1.6a224a7b1d4e2p-1);
    EXPECT_EQ(uniform(20120411, 1000, 41), 0x1.88518ea1c4184p-1);
    EXPECT_EQ(uniform(7, 19999, 80), 0x1.e743cafa642dbp-2);
    EXPECT_EQ(uniform(18446744073709551615ULL, 3, 1023), 0x1.fdbf552454cf6p-1);
    EXPECT_EQ(uniform(0, 0, 0), 0x1.c4415072f63bap-1);
    EXPECT_EQ(uniform(60, 59, 100), 0x1.70e35993edfd9p-2);
}

const Scenario& scenario(const std::string& name) {
    for (const Scenario& each : scenarios())
        if (each.name == name)
            return each;
    throw std::runtime_error("no scenario " + name);
}

void expect_relative(double actual, double expected) {
    EXPECT_NEAR(actual / expected, 1.0, 1e-9);
}

TEST(SynthRecipe, CalibrationIsTheProgramsOwn) {
    const Calibration usual = calibrate(scenario("audit_60").recipe);
    expect_relative(usual.pfs_lambda.hace, 0.02138238530661923);
    expect_relative(usual.pfs_lambda.hae, 0.017849209393340868);
    expect_relative(usual.post_progression_rate.hace, 0.03135777168574029);
    expect_relative(usual.post_progression_rate.hae, 0.007415199884213933);
    const Calibration worse = calibrate(scenario("worse_60").recipe);
    expect_relative(worse.pfs_lambda.hace, 0.035480847729009946);
    expect_relative(worse.pfs_lambda.hae, 0.031015959135330545);
    expect_relative(worse.post_progression_rate.hace, 0.04474774553388888);
    expect_relative(worse.post_progression_rate.hae, 0.031090153786904377);
}

using Row = std::map<std::string, std::string>;

std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> result;
    std::string cell;
    std::istringstream stream(line);
    while (std::getline(stream, cell, ','))
        result.push_back(cell);
    return result;
}

std::vector<Row> read_csv(const std::string& name) {
    std::ifstream file(std::string(EMBOLINK_SOURCE_DIR) + "/tests/connector/data/" + name);
    std::string line;
    std::getline(file, line);
    const std::vector<std::string> header = cells(line);
    std::vector<Row> rows;
    while (std::getline(file, line)) {
        const std::vector<std::string> values = cells(line);
        Row row;
        for (std::size_t k = 0; k < header.size(); ++k)
            row[header[k]] = k < values.size() ? values[k] : "";
        rows.push_back(row);
    }
    return rows;
}

std::string three(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.3f", value);
    return text;
}

std::string response_name(LatentResponse response) {
    return response == LatentResponse::progressive ? "PD"
           : response == LatentResponse::partial   ? "PR"
                                                   : "SD";
}

Row row_of(const Latent& latent) {
    return {{"arm", latent.hae ? "HAE" : "HACE"},
            {"age", std::to_string(latent.age)},
            {"sex", latent.female ? "female" : "male"},
            {"hiaa_xULN", latent.hiaa_missing ? "" : three(latent.hiaa_xuln)},
            {"cga_xULN", latent.cga_missing ? "" : three(latent.cga_xuln)},
            {"pfs_months", three(latent.pfs_months)},
            {"pfs_event", latent.pfs_event ? "1" : "0"},
            {"pfs_reason", std::string(latent.pfs_reason)},
            {"prog_left", three(latent.progression_left)},
            {"prog_right", latent.progression_right > 0 ? three(latent.progression_right) : ""},
            {"os_months", three(latent.os_months)},
            {"os_event", latent.os_event ? "1" : "0"},
            {"best_response", response_name(latent.best_response)},
            {"grade3", latent.grade3 ? "1" : "0"},
            {"true_pfs", three(latent.true_pfs)},
            {"true_os", three(latent.true_os)}};
}

void expect_cohort(const std::string& name, std::size_t patients) {
    const Scenario& s = scenario(name);
    const Calibration calibration = calibrate(s.recipe);
    const std::vector<Row> expected = read_csv("recipe_" + name + ".csv");
    ASSERT_EQ(expected.size(), patients);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const Row actual = row_of(
            draw_latent(s, calibration, s.seed, static_cast<int>(patients), static_cast<int>(i)));
        for (const auto& [field, value] : actual)
            EXPECT_EQ(value, expected[i].at(field)) << name << " patient " << i << " " << field;
    }
}

TEST(SynthRecipe, LatentStoryEqualsTheProgramsFixedArms) {
    expect_cohort("trial_size_26", 26);
}

TEST(SynthRecipe, LatentStoryEqualsTheProgramsDrawnArms) {
    expect_cohort("audit_60", 60);
}

TEST(SynthRecipe, ConfoundingMovesArmsOnly) {
    const Scenario& shifted = scenario("confounded_200");
    Scenario plain = shifted;
    plain.recipe.confounding = 0;
    const Calibration calibration = calibrate(plain.recipe);
    int moved = 0;
    double score_hae = 0;
    int hae = 0;
    for (int i = 0; i < 200; ++i) {
        const Latent a = draw_latent(shifted, calibration, shifted.seed, 200, i);
        const Latent b = draw_latent(plain, calibration, shifted.seed, 200, i);
        moved += a.hae != b.hae ? 1 : 0;
        EXPECT_EQ(a.hiaa_xuln, b.hiaa_xuln);
        score_hae += a.hae ? std::log(a.hiaa_xuln / 4.0) : 0;
        hae += a.hae ? 1 : 0;
    }
    EXPECT_GT(moved, 20);
    EXPECT_LT(score_hae / hae, -0.2); // HAE goes to those with low 5-HIAA
}

} // namespace
} // namespace embolink::synth
