// The normal range that comes with a result (R6.2; data-reality 4).

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::only;
using test::read;
using test::resource;

ResourceFacts alt(std::string_view ranges, std::string_view unit = "U/L") {
    return read(resource("Observation",
                         R"("status": "final", "effectiveDateTime": "2020-01-21",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
        "valueQuantity": {"value": 100, "unit": ")" +
                             std::string{unit} + R"("}, "referenceRange": [)" +
                             std::string{ranges} + "]"));
}

std::string upper(const ResourceFacts& facts) {
    const auto lab = only<LabResult>(facts);
    return lab.upper_limit ? lab.upper_limit->text : "none";
}

TEST(LabRange, BelongsToTheResult) {
    const auto lab =
        only<LabResult>(alt(R"({"low": {"value": 10}, "high": {"value": 40.0, "unit": "U/L"}})"));
    EXPECT_EQ(lab.lower_limit->text, "10"); // no unit of its own: that of the value
    EXPECT_EQ(lab.upper_limit->text, "40.0");
}

TEST(LabRange, IsTheNormalOne) {
    const std::string therapeutic =
        R"({"high": {"value": 20}, "type": {"coding": [{"code": "therapeutic"}]}})";
    EXPECT_EQ(upper(alt(therapeutic)), "none");
    EXPECT_EQ(upper(alt(therapeutic + R"(, {"high": {"value": 40}})")), "40");
    EXPECT_EQ(
        upper(alt(
            R"({"high": {"value": 60}}, {"high": {"value": 40}, "type": {"coding": [{"code": "normal"}]}})")),
        "40");
}

TEST(LabRange, SeveralThatDifferAreNone) {
    const auto facts = alt(R"({"high": {"value": 40}}, {"high": {"value": 35}})");
    EXPECT_EQ(upper(facts), "none");
    EXPECT_TRUE(test::has_issue(facts, Severity::warning, "Observation"));
    EXPECT_EQ(upper(alt(R"({"high": {"value": 40}}, {"high": {"value": 40.0}})")), "40");
}

TEST(LabRange, TwoHalvesOfOneRangeAreOne) {
    const auto halves = only<LabResult>(alt(R"({"low": {"value": 7}}, {"high": {"value": 40}})"));
    EXPECT_EQ(halves.lower_limit->text, "7");
    EXPECT_EQ(halves.upper_limit->text, "40");
    EXPECT_EQ(
        upper(alt(R"({"low": {"value": 7}, "high": {"value": 40}}, {"high": {"value": 35}})")),
        "none");
}

TEST(LabRange, IsNormalByWordToo) {
    EXPECT_EQ(upper(alt(R"({"high": {"value": 40}, "type": {"text": "Normal"}})")), "40");
    EXPECT_EQ(upper(alt(R"({"high": {"value": 40}, "type": {"text": "Therapeutic"}})")), "none");
}

// Data-reality 4: a converter's high = 5 of ">5".
TEST(LabRange, ALimitThatItsTextContradictsIsNotUsed) {
    for (const auto& [range, expected] :
         {std::pair{R"({"high": {"value": 5}, "text": ">5"})", "none"},
          {R"({"high": {"value": 5}, "text": " \u2265 5 U/L"})", "none"},
          {R"({"high": {"value": 40}, "text": "<40"})", "40"},
          {R"({"low": {"value": 7}, "high": {"value": 40}, "text": ">7"})", "40"}}) {
        EXPECT_EQ(upper(alt(range)), expected) << range;
    }
    const auto low = alt(R"({"low": {"value": 40}, "text": "<40"})");
    EXPECT_FALSE(only<LabResult>(low).lower_limit);
    EXPECT_TRUE(test::has_issue(low, Severity::warning, "Observation.referenceRange[0]"));
}

TEST(LabRange, TextComparatorsAndModifiersAreNotUsed) {
    const auto text = alt(R"({"text": ">5"})");
    EXPECT_EQ(upper(text), "none");
    EXPECT_TRUE(test::has_issue(text, Severity::warning, "Observation.referenceRange[0]"));
    const auto modified =
        alt(R"({"high": {"value": 40}, "modifierExtension": [{"url": "x", "valueCode": ">"}]})");
    EXPECT_EQ(upper(modified), "none");
    const auto compared = alt(R"({"high": {"value": 40, "comparator": "<"}})");
    EXPECT_EQ(upper(compared), "none");
    EXPECT_FALSE(compared.issues.empty());
}

TEST(LabRange, IsConvertedWithItsOwnUnit) {
    const auto lab = only<LabResult>(read(resource("Observation", R"("status": "final",
        "effectiveDateTime": "2020-01-21", "code": {"coding": [{"system": "http://loinc.org", "code": "14682-9"}]},
        "valueQuantity": {"value": 100, "unit": "umol/L"}, "referenceRange": [{"high": {"value": 1.2, "unit": "mg/dL"}}])")));
    EXPECT_EQ(compare(lab.value, Decimal{"1.131"}), std::strong_ordering::equal);
    EXPECT_EQ(lab.upper_limit->text, "1.2");
    EXPECT_TRUE(lab.converted);
}

TEST(LabRange, InAnUnknownUnitIsLeftOutAndTheValueStays) {
    const auto facts = alt(R"({"high": {"value": 40, "unit": "furlong"}})");
    EXPECT_EQ(upper(facts), "none");
    EXPECT_EQ(only<LabResult>(facts).value.text, "100");
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.referenceRange[0].high"));
}

} // namespace
} // namespace embolink
