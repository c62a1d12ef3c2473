// The grading table is read strictly: every fault names its place in the file.
#include "mapping/definitions.hpp"
#include "mapping/endpoints/grading.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json table() {
    return json::parse(R"({
      "version": "v", "source": "s", "least_grades": "l",
      "labs": [
        {"term": "alt", "name": "ALT", "meddra": "1", "analyte": "ALT", "unit": "",
         "thresholds": [{"grade": 1, "above_uln": "1"}, {"grade": 3, "above_uln": "5.0"}]},
        {"term": "plt", "name": "PLT", "meddra": "2", "analyte": "platelets", "unit": "10*9/L",
         "thresholds": [{"grade": 1, "below_lln": true}, {"grade": 2, "below": "75"},
                        {"grade": 3, "below": "50", "at_least": true}]}],
      "clinical": [{"term": "fever", "name": "Fever", "meddra": "3", "least_grade": 1}]
    })");
}

std::string fault_of(const json& document) {
    try {
        parse_grading("grading/x.json", document);
    } catch (const DefinitionError& error) {
        return error.what();
    }
    return "no fault";
}

// The table with one place changed.
json with(const std::string& pointer, const json& value) {
    auto changed = table();
    changed[json::json_pointer(pointer)] = value;
    return changed;
}

TEST(GradingTable, IsRead) {
    const auto grading = parse_grading("x", table());
    ASSERT_NE(grading.lab_for("platelets"), nullptr);
    EXPECT_EQ(grading.lab_for("platelets")->thresholds[2].bound.text, "50");
    EXPECT_TRUE(grading.lab_for("platelets")->thresholds[2].at_least);
    EXPECT_EQ(grading.lab_for("platelets")->thresholds[0].kind, ThresholdKind::absolute_below);
    EXPECT_EQ(grading.lab_for("ALT")->thresholds[1].kind, ThresholdKind::upper_multiple);
    EXPECT_EQ(grading.lab_for("AST"), nullptr);
    EXPECT_EQ(grading.clinical.at("fever").least_grade, 1);
}

TEST(GradingTable, FaultsNameFilePlaceAndWhatWasExpected) {
    EXPECT_EQ(fault_of(with("/labs/0/thresholds/1/above_uln", 5)),
              "grading/x.json: /labs/0/thresholds/1/above_uln: expected a string");
    EXPECT_THAT(fault_of(with("/labs/0/thresholds/1/above_uln", "5,0")),
                HasSubstr("/labs/0/thresholds/1/above_uln: expected a positive decimal"));
    EXPECT_THAT(fault_of(with("/labs/0/thresholds/1/above_uln", "-5")),
                HasSubstr("expected a positive decimal"));
    EXPECT_THAT(fault_of(with("/labs/0/colour", "red")), HasSubstr("/labs/0/colour: expected no"));
    EXPECT_THAT(fault_of(with("/clinical/0/least_grade", 0)),
                HasSubstr("/clinical/0/least_grade: expected a grade"));
    EXPECT_THAT(fault_of(with("/clinical/0/least_grade", "1")), HasSubstr("expected a grade"));
    EXPECT_THAT(fault_of(with("/clinical/0/gradable", 1)), HasSubstr("expected true or false"));
    EXPECT_THAT(fault_of(with("/labs", json::array())), HasSubstr("/labs: expected a list"));
    EXPECT_THAT(fault_of(json::array()), HasSubstr("/: expected an object"));
    auto lacking = table();
    lacking.erase("version");
    EXPECT_THAT(fault_of(lacking), HasSubstr("expected the key \"version\""));
}

TEST(GradingTable, ThresholdsAreOfOneKindAndInOrder) {
    EXPECT_THAT(fault_of(with("/labs/0/thresholds/1/above_uln", "0.5")), HasSubstr("in order"));
    EXPECT_THAT(fault_of(with("/labs/1/thresholds/2/below", "80")), HasSubstr("in order"));
    EXPECT_THAT(fault_of(with("/labs/0/thresholds/0/grade", 4)), HasSubstr("in order"));
    EXPECT_THAT(fault_of(with("/labs/0/thresholds/0/above", "1")), HasSubstr("exactly one of"));
    EXPECT_THAT(fault_of(with("/labs/1/thresholds/0/below_lln", false)), HasSubstr("below_lln"));
    EXPECT_THAT(fault_of(with("/labs/1/thresholds/1/grade", 1)), HasSubstr("below_lln"));
}

TEST(GradingTable, AbsoluteBoundsHaveAUnitMultiplesNone) {
    EXPECT_THAT(fault_of(with("/labs/1/unit", "")), HasSubstr("expected a unit"));
    EXPECT_THAT(fault_of(with("/labs/0/unit", "U/L")), HasSubstr("expected no unit"));
}

TEST(GradingTable, TermsAndAnalytesStandOnce) {
    EXPECT_THAT(fault_of(with("/labs/1/term", "alt")), HasSubstr("nowhere else"));
    EXPECT_THAT(fault_of(with("/labs/1/analyte", "ALT")), HasSubstr("nowhere else"));
    EXPECT_THAT(fault_of(with("/clinical/0/term", "plt")), HasSubstr("nowhere else"));
}

TEST(ShippedGradingTable, HoldsTheTermsOfTheRules) {
    const auto& grading = ctcae();
    EXPECT_EQ(grading.version, "CTCAE v5");
    for (const char* analyte : {"ALT",
                                "AST",
                                "ALP",
                                "GGT",
                                "bilirubin",
                                "creatinine",
                                "INR",
                                "lipase",
                                "neutrophils",
                                "platelets",
                                "WBC",
                                "hemoglobin",
                                "albumin"}) {
        EXPECT_NE(grading.lab_for(analyte), nullptr) << analyte;
    }
    EXPECT_FALSE(grading.clinical.at("post-embolization-syndrome").gradable);
    EXPECT_TRUE(grading.clinical.at("liver-abscess").biliary_or_abscess);
    EXPECT_FALSE(grading.clinical.at("nausea").biliary_or_abscess);
}

} // namespace
} // namespace embolink::testing
