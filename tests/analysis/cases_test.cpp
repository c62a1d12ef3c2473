// The frame of the cases: what is read, what is refused, and that the comparison sees differences.
#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/compare.hpp"
#include "analysis/cases/embedded_cases.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace embolink::test {
namespace {

using nlohmann::json;

std::string place_of_fault(const json& object) {
    try {
        analyze_case(object);
    } catch (const CaseError& error) {
        EXPECT_STRNE(error.what(), "");
        EXPECT_NE(error.remedy(), "");
        return error.where();
    }
    return "no fault";
}

TEST(AnalyzeCase, NamesThePlaceOfAFault) {
    const json sound{{"time", {1, 2}}, {"status", {1, 0}}};
    const auto with = [&](const char* key, const json& value) {
        json input = sound;
        input[key] = value;
        return json{{"kind", "km"}, {"input", input}};
    };
    EXPECT_EQ(place_of_fault(json::array()), "");
    EXPECT_EQ(place_of_fault(json::object()), "/kind");
    EXPECT_EQ(place_of_fault({{"kind", "kn"}, {"input", sound}}), "/kind");
    EXPECT_EQ(place_of_fault({{"kind", "km"}}), "/input");
    EXPECT_EQ(place_of_fault({{"kind", "km"}, {"input", {{"time", {1, 2}}}}}), "/input/status");
    EXPECT_EQ(place_of_fault(with("time", {1, "x"})), "/input/time/1");
    EXPECT_EQ(place_of_fault(with("time", {1, nullptr})), "/input/time/1");
    EXPECT_EQ(place_of_fault(with("time", json::array())), "/input/time");
    EXPECT_EQ(place_of_fault(with("status", {1})), "/input/status");
    EXPECT_EQ(place_of_fault(with("status", {1, 3})), "/input/status/1");
    EXPECT_EQ(place_of_fault(with("weight", {1, 2, 3})), "/input/weight");
    EXPECT_EQ(place_of_fault(with("group", {"a", nullptr})), "/input/group/1");
    EXPECT_EQ(place_of_fault(with("conf_level", 1)), "/input/conf_level");
    EXPECT_EQ(place_of_fault(with("conf_level", 0.9)), "no fault");
}

// What is out of a function's reach is an answer and no internal error.
TEST(AnalyzeCase, RefusesWhatCannotBeComputed) {
    json input{{"x", 0}, {"n", 1e308}, {"x0", 0}, {"n0", 1}, {"p0", 0.5}};
    EXPECT_TRUE(analyze_case({{"kind", "bayes_binomial"}, {"input", input}}).contains("refused"));
    input["n"] = "Inf";
    EXPECT_TRUE(analyze_case({{"kind", "bayes_binomial"}, {"input", input}}).contains("refused"));
}

bool is_refused(const char* kind, const json& input) {
    const json answer = analyze_case({{"kind", kind}, {"input", input}});
    return answer.contains("refused") ||
           (answer.at("result").is_array() && answer.at("result").at(0).contains("refused"));
}

// Counts too large to keep a probability for each, and values that are none.
TEST(AnalyzeCase, RefusesCountsAndRatesThatCannotBe) {
    const json counts{{"x", 3}, {"n", 12}, {"x0", 5}, {"n0", 26}, {"p0", 0.19}, {"future_m", 9}};
    EXPECT_FALSE(is_refused("bayes_binomial", counts));
    const std::pair<const char*, json> wrong[] = {
        {"n", 3e9}, {"future_m", 2000000000}, {"p0", 1.5}, {"p0", -0.1}, {"criterion", -3}};
    for (const auto& [key, value] : wrong) {
        json input = counts;
        input[key] = value;
        EXPECT_TRUE(is_refused("bayes_binomial", input)) << key;
    }
    EXPECT_TRUE(is_refused("two_by_two",
                           {{"x1", {5}}, {"n1", {2000000000}}, {"x2", {5}}, {"n2", {2000000000}}}));
    EXPECT_EQ(place_of_fault({{"kind", "competing_risks"},
                              {"input", {{"time", {1, 2}}, {"cause", {1, 1000000000}}}}}),
              "/input/cause");
}

// survfit stops at a negative weight; an infinite one would leave no number in the curve.
TEST(AnalyzeCase, RefusesWeightsThatAreNone) {
    for (const json& weight : {json(-1), json("Inf")}) {
        const json entering{
            {"start", {0, 0}}, {"stop", {1, 2}}, {"status", {1, 0}}, {"weight", {weight, 2}}};
        EXPECT_TRUE(is_refused("km_delayed_entry", entering));
        json input{{"time", {1, 2}}, {"status", {1, 0}}, {"weight", {weight, 2}}};
        EXPECT_TRUE(is_refused("km", input));
        input["X"] = {{1}, {2}};
        EXPECT_TRUE(is_refused("cox", input));
    }
}

TEST(AnalyzeCase, PrintsAnInfiniteTimeAsSuch) {
    const json input{{"time", {1, "Inf", 3}}, {"status", {1, 0, 1}}, {"cause", {1, 0, 1}}};
    const json curve = analyze_case({{"kind", "km"}, {"input", input}})["result"]["all"];
    EXPECT_EQ(curve["time"], (json{1.0, 3.0, "Inf"}));
    const json risks = analyze_case({{"kind", "competing_risks"}, {"input", input}})["result"];
    EXPECT_EQ(risks["aalen_johansen_survfit"]["all"]["time"], (json{1.0, 3.0, "Inf"}));
}

TEST(AnalyzeCase, WarnsOfFewEventsForEachCovariate) {
    const auto warned = [](int subjects) {
        json input;
        for (int i = 0; i < subjects; ++i) {
            input["time"].push_back(i + 1);
            input["status"].push_back(1);
            input["X"].push_back(json::array({i * 7 % 10}));
        }
        return analyze_case({{"kind", "cox"}, {"input", input}})["result"]["efron"].contains(
            "warnings");
    };
    EXPECT_TRUE(warned(9));
    EXPECT_FALSE(warned(10));
}

TEST(CaseInput, LabelsGoBySizeAndByText) {
    const Labels numbers = labels({{"g", {10, 9, 10.0, 2.5}}}, "g");
    EXPECT_EQ(numbers.names, (std::vector<std::string>{"2.5", "9", "10"}));
    EXPECT_EQ(numbers.codes, (std::vector<int>{2, 1, 2, 0}));
    EXPECT_EQ(labels({{"g", {"b", "a", "b"}}}, "g").codes, (std::vector<int>{1, 0, 1}));
    EXPECT_EQ(labels({{"g", "only"}}, "g").codes, std::vector<int>{0});
    // sort() of R 4.2.2 in C.UTF-8
    EXPECT_EQ(labels({{"g", {"Yes", "b", "a c", "B", "no", "9", "10"}}}, "g").names,
              (std::vector<std::string>{"10", "9", "a c", "b", "B", "no", "Yes"}));
}

TEST(CaseInput, StatusIsReadAsSurvDoes) {
    EXPECT_EQ(status_column({{"s", {1, 2, 1}}}, "s"), (std::vector<int>{0, 1, 0}));
    EXPECT_EQ(status_column({{"s", {1, 1}}}, "s"), (std::vector<int>{1, 1}));
    EXPECT_EQ(status_column({{"s", {true, false}}}, "s"), (std::vector<int>{1, 0}));
    EXPECT_THROW(status_column({{"s", {0, 2}}}, "s"), CaseError);
}

bool agrees(const json& expected, const json& result) {
    const Comparison comparison = compare_with_expected(expected, result, 1e-9);
    EXPECT_TRUE(comparison.values > 0 || !comparison.differences.empty());
    return comparison.differences.empty();
}

TEST(Compare, SeesDifferences) {
    EXPECT_TRUE(agrees({{"a", 2.0}}, {{"a", 2.0 + 1e-9}, {"b", 1}}));
    EXPECT_FALSE(agrees({{"a", 2.0}}, {{"a", 2.0 + 1e-8}}));
    EXPECT_TRUE(agrees({{"a", 2e9}}, {{"a", 2e9 + 1}}));
    EXPECT_FALSE(agrees({{"a", nullptr}}, {{"a", 1}}));
    EXPECT_FALSE(agrees({{"a", 1}}, {{"a", nullptr}}));
    EXPECT_FALSE(agrees({{"a", 1}}, {{"b", 1}}));
    EXPECT_FALSE(agrees({{"a", {1, 2}}}, {{"a", {1}}}));
    EXPECT_TRUE(agrees({{"a", "Inf"}}, {{"a", "Inf"}}));
    EXPECT_FALSE(agrees({{"a", "Inf"}}, {{"a", "-Inf"}}));
    EXPECT_FALSE(agrees({{"a", "Inf"}}, {{"a", 1e300}}));
}

TEST(Compare, SmallProbabilitiesByTheirLogarithm) {
    EXPECT_FALSE(agrees({{"p", 1e-20}}, {{"p", 2e-20}}));
    EXPECT_FALSE(agrees({{"score_p", 1e-20}}, {{"score_p", 0}}));
    EXPECT_FALSE(agrees({{"p_less", {1e-20}}}, {{"p_less", {2e-20}}}));
    EXPECT_TRUE(agrees({{"beta", 1e-20}}, {{"beta", 2e-20}}));
}

TEST(Compare, LeavesOutWhatOnlyDocuments) {
    EXPECT_TRUE(
        agrees({{"a", 1}, {"x_note", "x"}, {"iter_default", 3}, {"x_check", 1}}, {{"a", 1}}));
    EXPECT_TRUE(agrees({{"a", 1}, {"b", 2}, {"compare_only", {"a"}}}, {{"a", 1}, {"b", 3}}));
    EXPECT_FALSE(agrees({{"a", 1}, {"b", 2}, {"compare_only", {"b"}}}, {{"a", 1}, {"b", 3}}));
}

TEST(Compare, AllowsForTheErrorOfAMonteCarloMean) {
    const json expected{{"arl", {{"mean_run_length", 100}, {"mc_se", 2}, {"nsim", 50}}}};
    EXPECT_TRUE(agrees(expected, {{"arl", {{"mean_run_length", 107.9}}}}));
    EXPECT_FALSE(agrees(expected, {{"arl", {{"mean_run_length", 108.1}}}}));
    EXPECT_FALSE(agrees(expected, {{"arl", json::object()}}));
}

TEST(Compare, LooksOnlyAtTheProbabilityOfASupremum) {
    const json expected{{"boschloo", {{"p", 0.05}, {"nuisance", 0.2}}}};
    EXPECT_TRUE(agrees(expected, {{"boschloo", {{"p", 0.05 + 4e-8}, {"nuisance", 0.8}}}}));
    EXPECT_FALSE(agrees(expected, {{"boschloo", {{"p", 0.05 + 6e-8}, {"nuisance", 0.2}}}}));
    EXPECT_FALSE(agrees(expected, {{"boschloo", json::object()}}));
}

TEST(Compare, AnErrorOfRIsMetByARefusal) {
    const json refused{{"refused", {{"code", "x"}, {"text", "y"}}}};
    EXPECT_TRUE(agrees({{{"r_error", "stop"}}, {{"a", 1}}}, {refused, {{"a", 1}}}));
    EXPECT_FALSE(agrees({{{"a", 1}}}, {refused}));
}

// What validate runs is what stands in the folder: no file is missing from the list.
TEST(EmbeddedCases, AreTheFilesOfTheFolder) {
    const auto folder = std::filesystem::path{EMBOLINK_SOURCE_DIR} / "tests/reference/cases";
    const auto cases = embedded_cases();
    const std::filesystem::directory_iterator files{folder};
    EXPECT_EQ(static_cast<std::size_t>(std::distance(begin(files), end(files))), cases.size());
    EXPECT_TRUE(std::ranges::is_sorted(cases));
    for (const auto& [name, text] : cases) {
        std::ifstream file{folder / name};
        std::stringstream content;
        content << file.rdbuf();
        EXPECT_EQ(content.str(), text) << name;
    }
}

TEST(CheckCase, ACaseThatComparesNothingIsNoCase) {
    json file{{"kind", "p_adjust"},
              {"input", {{"p", {0.01, 0.04}}}},
              {"expected", {{"holm", {0.02, 0.04}}}},
              {"tolerance_rel", 1e-9}};
    EXPECT_TRUE(check_case(file).differences.empty());
    file["expected"] = {{"holm", {0.02, 0.05}}};
    EXPECT_EQ(check_case(file).differences.size(), 1U);
    file["expected"] = {{"a_note", "x"}};
    EXPECT_EQ(check_case(file).differences.size(), 1U);
    file.erase("expected");
    EXPECT_THROW(check_case(file), CaseError);
}

} // namespace
} // namespace embolink::test
