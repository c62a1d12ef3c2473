// What dirt levels 2 and 3 add to the story: that it is there, and its truth by hand.
#include "connector/synth/synth.hpp"
#include "connector/synth/truth_parts.hpp"
#include "tests/connector/synth_plans.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

namespace embolink::synth {
namespace {

namespace fs = std::filesystem;
using Counts = std::map<std::string, int>;

std::vector<std::string> lines_of(const fs::path& file) {
    std::vector<std::string> lines;
    std::istringstream stream(test::read_text(file));
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

// "PFS pd-candidate-unresolved", "TOX window-open".
Counts truth_counts(const fs::path& folder) {
    Counts counts;
    for (const std::string& line : lines_of(folder / "truth.ndjson")) {
        const auto record = nlohmann::json::parse(line);
        const std::string param = record["param"];
        for (const std::string flag : record["flags"])
            ++counts[param + " " + flag];
        if (record.contains("reason"))
            ++counts[param + " " + record["reason"].get<std::string>()];
    }
    return counts;
}

std::string resources_of(const fs::path& folder) {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder / "resources"))
        all += test::read_text(entry.path());
    return all;
}

// "response PD", "arm HAE", "toxicity -" (undecided), "toxicity at large" (of no resource),
// "withdrawn".
Counts decision_counts(const fs::path& file) {
    Counts counts;
    for (const std::string& line : lines_of(file)) {
        std::vector<std::string> cells(1);
        for (const char c : line) {
            if (c == ',')
                cells.emplace_back();
            else
                cells.back() += c;
        }
        EXPECT_EQ(cells.size(), 10U) << line;
        ++counts[cells[3] + " " + (cells[5].empty() ? "-" : cells[5])];
        if (cells[3] == "toxicity" && cells[2].empty())
            ++counts["toxicity at large"];
        if (cells[9] == "yes")
            ++counts["withdrawn"];
    }
    return counts;
}

void add(Counts& all, const Counts& more) {
    for (const auto& [key, count] : more)
        all[key] += count;
}

void make(const fs::path& folder, std::uint64_t seed, int dirty) {
    SynthOptions o;
    o.scenario = "audit_60";
    o.seed = seed;
    o.dirty = dirty;
    generate_hospital(o, folder);
}

void expect_one_of(const std::string& text, const std::vector<std::string>& words) {
    EXPECT_TRUE(std::any_of(words.begin(), words.end(), [&text](const std::string& word) {
        return text.find(word) != std::string::npos;
    })) << words.front();
}

class SynthLevels : public testing::TestWithParam<int> {};

TEST_P(SynthLevels, AllAreMade) {
    Counts truth;
    Counts decisions;
    std::string resources;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const test::TempFolder folder;
        make(folder.path(), seed, GetParam());
        add(truth, truth_counts(folder.path()));
        add(decisions, decision_counts(folder.path() / "adjudications.csv"));
        resources += resources_of(folder.path());
    }
    for (const char* flag : {"PFS pd-candidate-unresolved",
                             "HPFS pd-candidate-unresolved",
                             "PFS-ITT pd-candidate-unresolved",
                             "BOR response-candidate-unresolved",
                             "OR response-candidate-unresolved",
                             "DC response-candidate-unresolved",
                             "COHORT arm-adjudicated",
                             "COURSE single-round-pending",
                             "TOX window-open",
                             "TOX-ULN window-open",
                             "TOX3 window-open",
                             "DEATH30 window-open"})
        EXPECT_GT(truth[flag], 0) << flag;
    // Progression of another organ concerns PFS alone (R4.7).
    EXPECT_GT(truth["PFS pd-candidate-unresolved"], truth["HPFS pd-candidate-unresolved"]);
    for (const char* decision : {"response -",
                                 "response PD",
                                 "response PR",
                                 "response SD",
                                 "response NE",
                                 "arm HAE",
                                 "arm HACE",
                                 "toxicity 0",
                                 "toxicity 3",
                                 "toxicity at large",
                                 "withdrawn"})
        EXPECT_GT(decisions[decision], 0) << decision;
    expect_one_of(resources,
                  {"No evidence of prog", "Absence de prog", "Kein Anhalt", "Pas de prog"});
    expect_one_of(resources,
                  {"cannot be excluded", "Verdacht auf Progress", "possible, à confirmer"});
    expect_one_of(resources,
                  {"Disease progression with", "Majoration en nombre", "Progrediente L"});
    expect_one_of(resources, {"decreased in size", "Partielle Remission", "Régression des"});
    expect_one_of(resources, {"Stable disease.", "Lebermetastasen unverändert", "Maladie stable."});
    expect_one_of(resources,
                  {R"("valueString":"The )",
                   R"("valueString":"No )",
                   R"("valueString":"Stab)",
                   R"("valueString":"Leber)",
                   R"("valueString":"Ma)"});
    for (const char* language : {"metastases", "métastases", "metastasen"})
        expect_one_of(resources, {language});
    for (const char* found : {"\"presentedForm\"",                                 // attached
                              "\"21889-1\"",                                       // sizes
                              "\"BodyStructure\",\"id\":\"lesion\"",               // contained
                              "\"focus\":[{\"reference\":\"BodyStructure/",        // or not
                              "\"unit\":\"cm\"",                                   //
                              "\"126080\"",                                        // RECIST 1.0
                              "\"performedString\":\"20",                          //
                              "extension/limit-comparator\",\"valueCode\":\"<\""}) // ranges
        expect_one_of(resources, {found});
}

INSTANTIATE_TEST_SUITE_P(Two, SynthLevels, testing::Values(2, 3), [](const auto& level) {
    return "dirt_" + std::to_string(level.param);
});

TEST(SynthShapes, OfLevel1AreTheUsualOnes) {
    const test::TempFolder folder;
    make(folder.path(), 1, 1);
    const Counts truth = truth_counts(folder.path());
    for (const char* flag : {"BOR response-candidate-unresolved",
                             "COHORT arm-adjudicated",
                             "COURSE single-round-pending",
                             "TOX window-open"})
        EXPECT_EQ(truth.count(flag), 0U) << flag;
    EXPECT_FALSE(fs::exists(folder.path() / "adjudications.csv"));
    EXPECT_EQ(resources_of(folder.path()).find("performedString"), std::string::npos);
}

// The sizes that a plan draws come to the category that the plan has, at the edges too.
TEST(SynthShapes, SizesSayWhatThePlanSays) {
    const Scenario& scenario = scenarios().front();
    const Calibration calibration = calibrate(scenario.recipe);
    const Date first = *date_from_iso("2015-01-05");
    const Date as_of = *date_from_iso("2022-01-05");
    std::map<Response, int> met;
    int left_out = 0;
    for (int index = 0; index < 400; ++index) {
        const Latent latent = draw_latent(scenario, calibration, 7, 400, index);
        const PatientPlan plan = plan_patient(latent, 7, index, first, as_of, Shapes::all);
        for (const Visit& visit : plan.visits) {
            if (visit.form != ResponseForm::sizes)
                continue;
            const auto response = response_by_sizes(plan, visit);
            left_out += response ? 0 : 1;
            if (response) {
                EXPECT_EQ(*response, visit.response) << index << ", day " << visit.day;
                ++met[*response];
            }
        }
    }
    EXPECT_GT(met[Response::stable], 20);
    EXPECT_GT(met[Response::partial], 20);
    EXPECT_GT(met[Response::progression], 20);
    EXPECT_GT(left_out, 0);
}

PatientPlan plain_plan() {
    return plain_plan(ArmEvidence::nothing);
}

Visit measured(int day, std::vector<int> sizes) {
    Visit visit;
    visit.day = day;
    visit.form = ResponseForm::sizes;
    visit.sizes = std::move(sizes);
    return visit;
}

Visit worded(int day, Wording says, std::optional<Response> decided = std::nullopt) {
    Visit visit;
    visit.day = day;
    visit.form = ResponseForm::words;
    visit.words.says = says;
    visit.decided = decided;
    return visit;
}

// RECIST 1.1, 4.3.1: at least 30 % down from baseline, at least 20 % and 5 mm up from the smallest.
TEST(SynthShapes, SumsByRecist) {
    PatientPlan plan = plain_plan();
    plan.lesions.baseline = {60, 40};
    const auto said = [&plan](std::vector<int> sizes) {
        plan.visits = {measured(90, std::move(sizes))};
        return response_by_sizes(plan, plan.visits[0]);
    };
    EXPECT_EQ(said({40, 30}), Response::partial);
    EXPECT_EQ(said({41, 30}), Response::stable);
    EXPECT_EQ(said({70, 49}), Response::stable);
    EXPECT_EQ(said({70, 50}), Response::progression);
    EXPECT_EQ(said({120}), std::nullopt); // one lesion was not measured
    plan.lesions.baseline = {20};
    EXPECT_EQ(said({24}), Response::stable); // 20 %, and 4 mm
    EXPECT_EQ(said({25}), Response::progression);
    plan.lesions.recist_1_0 = true;
    EXPECT_EQ(said({24}), Response::progression);
    plan.lesions = {};
    plan.lesions.baseline = {100};
    plan.visits = {measured(90, {60}), measured(180, {72}), measured(270, {71})};
    EXPECT_EQ(response_by_sizes(plan, plan.visits[1]), Response::progression); // from the smallest
    EXPECT_EQ(response_by_sizes(plan, plan.visits[2]), Response::stable);
    EXPECT_EQ(record(plan, "PFS").day, 180);
}

TEST(SynthShapes, WordsAreCandidatesUntilAReaderDecides) {
    PatientPlan plan = plain_plan();
    plan.visits = {worded(60, Wording::stable), worded(150, Wording::progression)};
    EXPECT_EQ(record(plan, "PFS").reason, "no-assessment");
    EXPECT_TRUE(flagged(record(plan, "PFS"), "pd-candidate-unresolved"));
    EXPECT_TRUE(flagged(record(plan, "HPFS"), "pd-candidate-unresolved"));
    EXPECT_TRUE(flagged(record(plan, "PFS-ITT"), "pd-candidate-unresolved"));
    EXPECT_TRUE(flagged(record(plan, "DC"), "response-candidate-unresolved"));
    plan.visits[1].decided = Response::progression;
    EXPECT_EQ(record(plan, "PFS").reason, "progression");
    EXPECT_EQ(record(plan, "PFS").day, 150);
    EXPECT_FALSE(flagged(record(plan, "PFS"), "pd-candidate-unresolved"));
    EXPECT_TRUE(flagged(record(plan, "BOR"), "response-candidate-unresolved")); // of day 60
    plan.visits[0].decided = Response::stable;
    EXPECT_FALSE(flagged(record(plan, "BOR"), "response-candidate-unresolved"));
    EXPECT_EQ(record(plan, "BOR").text_value, "SD");
}

TEST(SynthShapes, WordsOfWhatIsElsewhereDeniedOrNothing) {
    PatientPlan plan = plain_plan();
    plan.visits = {worded(60, Wording::progression_elsewhere)};
    EXPECT_TRUE(flagged(record(plan, "PFS"), "pd-candidate-unresolved"));
    EXPECT_FALSE(flagged(record(plan, "HPFS"), "pd-candidate-unresolved"));
    plan.visits = {worded(60, Wording::denied_progression)};
    EXPECT_FALSE(flagged(record(plan, "PFS"), "pd-candidate-unresolved"));
    EXPECT_TRUE(flagged(record(plan, "OR"), "response-candidate-unresolved"));
    plan.visits = {worded(60, Wording::nothing)};
    EXPECT_FALSE(flagged(record(plan, "OR"), "response-candidate-unresolved"));
}

TEST(SynthShapes, AReaderDecidesTheArmAndTheGrade) {
    PatientPlan plan = plain_plan();
    plan.sessions[0].evidence = ArmEvidence::bland_text;
    EXPECT_TRUE(flagged(record(plan, "COHORT"), "arm-from-text"));
    plan.arm_decision = ArmDecisionPlan{Arm::hace, true};
    EXPECT_EQ(to_json(record(plan, "COHORT"), plan)["arm"], "HACE");
    EXPECT_TRUE(flagged(record(plan, "COHORT"), "arm-adjudicated"));
    EXPECT_FALSE(flagged(record(plan, "COHORT"), "arm-from-text"));
    EXPECT_FALSE(flagged(record(plan, "COURSE"), "crossover"));

    plan.events = {{3, EventForm::severity_only, 3, "fever", true, std::nullopt}};
    EXPECT_EQ(record(plan, "TOX").count_value, 3);
    EXPECT_TRUE(flagged(record(plan, "TOX"), "grade-from-severity"));
    plan.events[0].reader_grade = 2;
    EXPECT_EQ(record(plan, "TOX").count_value, 2);
    EXPECT_FALSE(flagged(record(plan, "TOX"), "grade-from-severity"));
    plan.labs = {{5, Analyte::alt, "300", "40", false, 4}};
    EXPECT_EQ(record(plan, "TOX").count_value, 4);
    EXPECT_FALSE(flagged(record(plan, "TOX"), "baseline-missing"));
    EXPECT_EQ(record(plan, "TOX3").flag_value, true);
}

TEST(SynthShapes, ShortlyBeforeTheCut) {
    PatientPlan plan = plain_plan();
    plan.last_contact = 10;
    plan.labs = {{5, Analyte::alt, "30", "40", false, std::nullopt}};
    plan.as_of = plus_days(plan.t0, 29);
    EXPECT_EQ(record(plan, "TOX").reason, "window-open");
    EXPECT_EQ(record(plan, "DEATH30").reason, "window-open");
    EXPECT_TRUE(flagged(record(plan, "COURSE"), "single-round-pending"));
    plan.as_of = plus_days(plan.t0, 149);
    EXPECT_EQ(record(plan, "TOX").count_value, 0);
    EXPECT_EQ(record(plan, "DEATH30").reason, "follow-up-short");
    EXPECT_TRUE(flagged(record(plan, "COURSE"), "single-round-pending"));
    plan.as_of = plus_days(plan.t0, 150);
    EXPECT_FALSE(flagged(record(plan, "COURSE"), "single-round-pending"));
}

} // namespace
} // namespace embolink::synth
