// Forms in which a laboratory value comes: texts in place of numbers, ratios, units with remarks,
// ranges for some patients only (R6.2, R7.1; data-reality 2, 4, 15).
#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::all;
using test::has_issue;
using test::only;
using test::read;
using test::resource;

ResourceFacts lab(std::string_view loinc, std::string_view value, std::string_view more = "") {
    return read(resource("Observation",
                         R"("status": "final", "effectiveDateTime": "2020-02-10", "code": {"coding":
        [{"system": "http://loinc.org", "code": ")" +
                             std::string{loinc} + R"("}]}, )" + std::string{value} +
                             std::string{more}));
}

constexpr auto hiaa = "1695-6";
constexpr auto hiaa_ratio = "11145-0";

bool equals(const Decimal& value, const char* text) {
    return compare(value, *parse_decimal(text)) == std::strong_ordering::equal;
}

TEST(LabForms, AQuantityWhoseNumberIsAText) {
    const auto comma = lab(hiaa, R"x("valueQuantity": {"value": "10,0", "unit": "mg/24h"})x");
    EXPECT_TRUE(equals(only<LabResult>(comma).value, "10"));
    EXPECT_TRUE(has_issue(comma, Severity::warning, "Observation.valueQuantity.value"));
    const auto bound =
        only<LabResult>(lab(hiaa, R"x("valueQuantity": {"value": "<2", "unit": "mg/24h"})x"));
    EXPECT_EQ(bound.comparator, Comparator::less);
    const auto unit_inside =
        only<LabResult>(lab(hiaa, R"x("valueQuantity": {"value": "12 mg/24h"})x"));
    EXPECT_EQ(unit_inside.unit, "mg/(24.h)");
}

TEST(LabForms, ATextThatContradictsItsQuantityIsNone) {
    const auto two =
        lab(hiaa, R"x("valueQuantity": {"comparator": ">", "value": "<2", "unit": "mg/24h"})x");
    EXPECT_TRUE(all<LabResult>(two).empty());
    EXPECT_TRUE(has_issue(two, Severity::error, "Observation.valueQuantity.value"));
    const auto words = lab(hiaa, R"x("valueQuantity": {"value": "traces", "unit": "mg/24h"})x");
    EXPECT_TRUE(all<LabResult>(words).empty());
    const auto range = lab(hiaa, R"x("valueQuantity": {"value": "10-20", "unit": "mg/24h"})x");
    EXPECT_TRUE(all<LabResult>(range).empty());
}

// R6.3: no rule says how a range is graded. Said, and not used.
TEST(LabForms, ARangeOfValuesIsNone) {
    for (const char* value : {R"("valueRange": {"low": {"value": 210, "unit": "U/L"},
                            "high": {"value": 250, "unit": "U/L"}})",
                              R"("valueString": "210-250")",
                              R"("valueString": "210 - 250 U/L")"}) {
        const auto range = lab("1742-6", value);
        EXPECT_TRUE(all<LabResult>(range).empty()) << value;
        EXPECT_TRUE(std::any_of(range.issues.begin(), range.issues.end(), [](const Issue& issue) {
            return issue.expression.starts_with("Observation");
        })) << value;
    }
}

// R0.4: a date in words is no date.
TEST(LabForms, ADateAsTextIsNever) {
    const auto worded = read(resource("Observation",
                                      R"("status": "final", "effectiveDateTime": "10 Feb 2020",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
        "valueQuantity": {"value": 210, "unit": "U/L"})"));
    EXPECT_TRUE(has_issue(worded, Severity::error, "Observation.effectiveDateTime"));
    for (const LabResult& result : all<LabResult>(worded)) {
        EXPECT_FALSE(result.effective);
    }
}

TEST(LabForms, ARatioPerTimeOrCreatinine) {
    const auto rate = only<LabResult>(lab(hiaa, R"("valueRatio": {
        "numerator": {"value": 12, "unit": "mg"}, "denominator": {"value": 24, "unit": "h"}})"));
    EXPECT_TRUE(equals(rate.value, "12"));
    EXPECT_EQ(rate.unit, "mg/(24.h)");
    const auto creatinine = only<LabResult>(lab(hiaa_ratio, R"("valueRatio": {
        "numerator": {"value": 5, "comparator": "<", "code": "mg"}, "denominator": {"value": 1, "code": "g"}})"));
    EXPECT_TRUE(equals(creatinine.value, "5"));
    EXPECT_EQ(creatinine.comparator, Comparator::less);
    const auto unstated = only<LabResult>(lab(hiaa_ratio, R"("valueRatio": {
        "numerator": {"value": 5, "unit": "mg"}, "denominator": {"unit": "g"}})"));
    EXPECT_TRUE(equals(unstated.value, "5"));
}

TEST(LabForms, ARatioOfAnotherKindIsNone) {
    for (
        const char* value :
        {R"("valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 16}})",
         R"("valueRatio": {"numerator": {"value": 5, "unit": "mg"}, "denominator": {"value": 12, "unit": "h"}})",
         R"("valueRatio": {"numerator": {"unit": "mg"}, "denominator": {"value": 1, "unit": "g"}})",
         R"("valueRatio": {"numerator": {"value": 5, "unit": "mg"}, "denominator": {"comparator": "<", "value": 1, "unit": "g"}})"}) {
        EXPECT_TRUE(all<LabResult>(lab(hiaa, value)).empty()) << value;
        EXPECT_TRUE(has_issue(lab(hiaa, value), Severity::error, "Observation.valueRatio"))
            << value;
    }
}

TEST(LabForms, UcumRemarksAreNoPartOfTheUnit) {
    EXPECT_EQ(only<LabResult>(
                  lab("777-3", R"("valueQuantity": {"value": 200, "code": "10*3{platelets}/uL"})"))
                  .unit,
              "10*9/L");
    EXPECT_EQ(
        only<LabResult>(lab(hiaa_ratio, R"("valueQuantity": {"value": 5, "code": "mg/g{Crea}"})"))
            .unit,
        "mg/g");
    EXPECT_TRUE(
        all<LabResult>(lab("777-3", R"("valueQuantity": {"value": 200, "code": "{platelets}"})"))
            .empty());
}

std::vector<PartialRange> ranges_of(std::string_view ranges) {
    return only<LabResult>(lab("1742-6",
                               R"("valueQuantity": {"value": 100, "unit": "U/L"}, )",
                               R"("referenceRange": [)" + std::string{ranges} + "]"))
        .partial_ranges;
}

TEST(LabForms, R6_2_RangesForOneSex) {
    const auto ranges = ranges_of(R"(
        {"high": {"value": 50}, "appliesTo": [{"coding": [{"system": "http://snomed.info/sct", "code": "248153007"}]}]},
        {"high": {"value": 35}, "appliesTo": [{"text": "Female"}]})");
    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[0].sex, "male");
    EXPECT_EQ(ranges[0].high->text, "50");
    EXPECT_EQ(ranges[1].sex, "female");
}

TEST(LabForms, R6_2_RangesForAges) {
    const auto ranges = ranges_of(R"(
        {"high": {"value": 50}, "age": {"low": {"value": 18, "code": "a"}, "high": {"value": 60, "unit": "years"}}},
        {"high": {"value": 70}, "age": {"low": {"value": 61, "code": "a"}}})");
    ASSERT_EQ(ranges.size(), 2U);
    EXPECT_EQ(ranges[0].from_years->text, "18");
    EXPECT_EQ(ranges[0].to_years->text, "60");
    EXPECT_FALSE(ranges[1].to_years);
}

TEST(LabForms, R6_2_ARangeForAGroupThatIsNotToldIsNotUsed) {
    const auto facts =
        lab("1742-6",
            R"("valueQuantity": {"value": 100, "unit": "U/L"}, )",
            R"("referenceRange": [{"high": {"value": 30}, "appliesTo": [{"text": "pregnant"}]},
            {"high": {"value": 31}, "age": {"high": {"value": 6, "code": "mo"}}},
            {"high": {"value": 40}}])");
    EXPECT_EQ(only<LabResult>(facts).upper_limit->text, "40");
    EXPECT_TRUE(has_issue(facts, Severity::warning, "Observation.referenceRange[0]"));
    EXPECT_TRUE(has_issue(facts, Severity::warning, "Observation.referenceRange[1]"));
}

} // namespace
} // namespace embolink
