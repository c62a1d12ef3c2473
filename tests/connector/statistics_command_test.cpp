// `analyze` and `validate` as their users meet them.
#include "analysis/cases/embedded_cases.hpp"
#include "connector/core/about.hpp"
#include "connector/core/hash.hpp"
#include "tests/support/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace {

using embolink::test::Outcome;
using embolink::test::Program;
using embolink::test::read_text;
using nlohmann::json;
using testing::ContainsRegex;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* six_subjects =
    R"({"kind":"km","input":{"time":[5,5,8,8,8,12],"status":[1,0,1,1,0,1]}})";

std::string reference_case(const std::string& name) {
    return read_text(std::filesystem::path(EMBOLINK_SOURCE_DIR) / "tests/reference/cases" / name);
}

TEST_F(Program, AnalyzePrintsTheResultOrWritesIt) {
    folder.file("case.json", six_subjects);
    const Outcome printed = run("analyze case.json");
    ASSERT_EQ(printed.code, 0);
    EXPECT_EQ(printed.err, "");
    const json answer = json::parse(printed.out);
    EXPECT_EQ(answer["kind"], "km");
    // METHODS.md, worked example: 5/6, 5/12, 0.
    EXPECT_DOUBLE_EQ(answer["result"]["all"]["surv"][1], 5.0 / 12);
    EXPECT_TRUE(answer["result"]["all"]["ci"]["log-log"]["lower"][2].is_null());
    EXPECT_EQ(run("analyze case.json --output result.json").code, 0);
    EXPECT_EQ(read_text(folder.path() / "result.json"), printed.out);
    EXPECT_EQ(run("analyze - < case.json").out, printed.out);
}

// A refusal is an answer: the method has nothing to say about these data.
TEST_F(Program, AnalyzeRefusesWithAReason) {
    folder.file("case.json", R"({"kind":"funnel_limits","input":{"p0":1.5,"n":[10]}})");
    const Outcome outcome = run("analyze case.json");
    EXPECT_EQ(outcome.code, 0);
    const json answer = json::parse(outcome.out);
    EXPECT_FALSE(answer.contains("result"));
    EXPECT_NE(answer["refused"]["code"], "");
    EXPECT_THAT(answer["refused"]["text"].get<std::string>(), HasSubstr("p0"));
}

TEST_F(Program, AnalyzeNamesWhatIsWrongWithAFile) {
    folder.file("syntax.json", R"({"kind":"km",)");
    folder.file("kind.json", R"({"kind":"kn","input":{}})");
    folder.file("column.json", R"({"kind":"km","input":{"time":[1,2],"status":[1,"x"]}})");

    struct Case {
        const char* arguments;
        int code;
        std::vector<std::string> said;
    };

    for (const Case& one : std::vector<Case>{
             {"analyze", 2, {"CASE", "embolink analyze --help"}},
             {"analyze gone.json", 3, {"gone.json"}},
             {"analyze syntax.json", 3, {"no JSON", "syntax.json, byte 14"}},
             {"analyze kind.json", 3, {"\"kn\"", "kind.json /kind", "km, km_delayed_entry"}},
             {"analyze column.json", 3, {"column.json /input/status/1", "give a number"}}}) {
        const Outcome outcome = run(one.arguments);
        EXPECT_EQ(outcome.code, one.code) << one.arguments;
        EXPECT_EQ(outcome.out, "") << one.arguments;
        for (const std::string& words : one.said) {
            EXPECT_THAT(outcome.err, HasSubstr(words)) << one.arguments;
        }
    }
}

TEST_F(Program, ValidatePrintsAProtocolOfTheBuiltInCases) {
    const Outcome outcome = run("validate");
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    EXPECT_THAT(outcome.out, HasSubstr("embolink " + embolink::software_version()));
    EXPECT_THAT(outcome.out, HasSubstr("Boost"));
    const std::string hash = embolink::sha256_hex(reference_case("km__aml_by_group.json"));
    EXPECT_THAT(outcome.out, HasSubstr(hash + "  km__aml_by_group.json"));
    const std::string total = std::to_string(embolink::embedded_cases().size());
    EXPECT_THAT(outcome.out, EndsWith("\n" + total + " cases, " + total + " passed\n"));
}

TEST_F(Program, ValidateFindsTheCaseThatDiffers) {
    const std::string sound = reference_case("p_adjust__six.json");
    std::string wrong = sound;
    wrong.replace(wrong.find("0.96"), 4, "0.97");
    folder.file("own/a/sound.json", sound);
    folder.file("own/b/wrong.json", wrong);
    folder.file("own/c/broken.json", "{");
    const Outcome outcome = run("validate own");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.out, ContainsRegex("passed .* own/a/sound.json"));
    EXPECT_THAT(outcome.out, ContainsRegex("DIFFERS .* own/b/wrong.json"));
    EXPECT_THAT(outcome.out, ContainsRegex("DIFFERS .* own/c/broken.json"));
    EXPECT_THAT(outcome.out, HasSubstr("/bonferroni/1: expected 0.97, got 0.96"));
    EXPECT_THAT(outcome.err, HasSubstr("where: own/b/wrong.json"));
    const Outcome again = run("--quiet validate own --json");
    EXPECT_EQ(again.code, 1);
    const json summary = json::parse(again.out);
    EXPECT_EQ(summary["total"].get<std::size_t>(), embolink::embedded_cases().size() + 3);
    EXPECT_EQ(summary["passed"].get<int>(), summary["total"].get<int>() - 2);
    EXPECT_EQ(summary["cases"].back()["sha256"], embolink::sha256_hex("{"));
}

TEST_F(Program, ValidateNeedsCasesWhereItIsSentToLook) {
    std::filesystem::create_directory(folder.path() / "empty");
    for (const char* where : {"empty", "gone"}) {
        const Outcome outcome = run(std::string("validate ") + where);
        EXPECT_EQ(outcome.code, 3) << where;
        EXPECT_EQ(outcome.out, "") << where;
        EXPECT_THAT(outcome.err, HasSubstr(std::string("where: ") + where));
    }
}

} // namespace
