// Laboratory values: number, comparator, unit, quantity (R0.4, R0.5, R7.1; data-reality 2, 3, 15).

#include "mapping/facts/text_value.hpp"
#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;

std::string lab(std::string_view loinc, std::string_view value) {
    return resource("Observation",
                    R"("status": "final", "effectiveDateTime": "2020-01-21",
        "code": {"coding": [{"system": "http://loinc.org", "code": ")" +
                        std::string{loinc} + R"("}]}, )" + std::string{value});
}

std::string hiaa(std::string_view value) {
    return lab("1695-6", value);
}

TEST(LabReader, KeepsTheDigitsAsWritten) {
    const auto result = only<LabResult>(read(hiaa(
        R"x("valueQuantity": {"value": 10.0, "unit": "mg/24h", "system": "http://unitsofmeasure.org", "code": "mg/(24.h)"})x")));
    EXPECT_EQ(result.analyte, "5-HIAA");
    EXPECT_EQ(result.property, "rate-24h");
    EXPECT_EQ(result.value.text, "10.0");
    EXPECT_EQ(result.unit, "mg/(24.h)");
    EXPECT_FALSE(result.converted);
    EXPECT_TRUE(result.limit_keys.empty());
}

// Terminology 2.3, property traps: one order, three quantities.
TEST(LabReader, EachCodeIsItsOwnQuantity) {
    const auto property = [](std::string_view code, std::string_view unit) {
        return only<LabResult>(read(lab(code,
                                        R"("valueQuantity": {"value": 1, "unit": ")" +
                                            std::string{unit} + R"("})")))
            .property;
    };
    EXPECT_EQ(property("14573-0", "umol/24h"), "rate-24h");
    EXPECT_EQ(property("31203-3", "mg/L"), "concentration-24h");
    EXPECT_EQ(property("44288-9", "mg/g"), "ratio-24h");
    EXPECT_EQ(property("29520-4", "umol/mmol"), "ratio-spot");
    EXPECT_EQ(property("1693-1", "ng/mL"), "plasma");
    EXPECT_EQ(property("9811-1", "ng/mL"), "mass");
    EXPECT_EQ(property("30169-7", "UI/L"), "unit");
    EXPECT_TRUE(
        all<LabResult>(read(lab("53047-7", R"("valueQuantity": {"value": 1, "unit": "ng/mL"})")))
            .empty());
}

TEST(LabReader, AUnitThatDoesNotFitTheQuantityLeavesItOut) {
    const auto facts = read(hiaa(R"("valueQuantity": {"value": 5, "unit": "mg/L"})"));
    EXPECT_TRUE(all<LabResult>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.valueQuantity"));
    const auto disagreeing =
        read(hiaa(R"x("valueQuantity": {"value": 5, "unit": "mg/24h", "code": "umol/(24.h)"})x"));
    EXPECT_TRUE(all<LabResult>(disagreeing).empty());
}

TEST(LabReader, R9_2_AResultThatIsNotFinalSaysThatItIsNotUsed) {
    const auto read_as = [](const char* status) {
        return read(resource("Observation",
                             R"("effectiveDateTime": "2020-03-01",
            "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
            "valueQuantity": {"value": 90, "unit": "U/L"}, "status": ")" +
                                 std::string{status} + "\""));
    };
    EXPECT_FALSE(test::has_issue(read_as("final"), Severity::information, "Observation.status"));
    const auto early = read_as("preliminary");
    EXPECT_EQ(only<LabResult>(early).standing, Standing::candidate);
    EXPECT_TRUE(test::has_issue(early, Severity::information, "Observation.status"));
}

TEST(LabReader, AMissingUnitIsTheSitesToDeclare) {
    const std::string unitless = hiaa(R"("valueQuantity": {"value": 5})");
    EXPECT_TRUE(all<LabResult>(read(unitless)).empty());
    EXPECT_TRUE(test::has_issue(read(unitless), Severity::error, "Observation.valueQuantity"));
    SiteConfig site;
    site.unit_defaults = {{"", "1695-6", "umol/24h"}};
    const auto result = only<LabResult>(read(unitless, site));
    EXPECT_EQ(compare(result.value, Decimal{"0.955915"}), std::strong_ordering::equal);
    EXPECT_TRUE(result.converted);
    const auto inr = only<LabResult>(read(lab("6301-6", R"("valueQuantity": {"value": 1.2})")));
    EXPECT_EQ(inr.unit, "1");
}

TEST(LabReader, ANumberBeyondAllMeaningCostsItsElementOnly) {
    const auto facts = read(hiaa(R"("valueQuantity": {"value": 1e999, "unit": "mg/24h"})"));
    EXPECT_TRUE(all<LabResult>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.valueQuantity.value"));
    EXPECT_EQ(all<Contact>(facts).size(), 1U);
}

// data-reality 1: the local code stands beside LOINC, in either order, mapped or not.
TEST(LabReader, SiteTablesSpeakOfAnyCodingInAnyOrder) {
    const std::string local = R"({"system": "urn:lab", "code": "ALAT"})";
    const std::string loinc = R"({"system": "https://loinc.org/", "code": "1742-6"})";
    const auto alt = [](const std::string& first, const std::string& second, const char* value) {
        return resource(
            "Observation",
            R"("status": "final", "effectiveDateTime": "2020-03-01", "code": {"coding": [)" +
                first + ", " + second + "]}, " + value);
    };
    SiteConfig mapped;
    mapped.codes = {{"urn:lab", "ALAT", "ALT|"}};
    for (const SiteConfig& base : {SiteConfig{}, mapped}) {
        for (const SiteUnit& unit :
             {SiteUnit{"urn:lab", "ALAT", "U/L"}, SiteUnit{"http://loinc.org", "1742-6", "U/L"}}) {
            SiteConfig site = base;
            site.unit_defaults = {unit};
            site.limits.resize(1);
            site.limits[0].system = unit.system;
            site.limits[0].code = unit.code;
            const char* unitless = R"("valueQuantity": {"value": 201})";
            for (const auto& text : {alt(local, loinc, unitless), alt(loinc, local, unitless)}) {
                const auto result = only<LabResult>(read(text, site));
                EXPECT_EQ(result.unit, "U/L");
                EXPECT_EQ(result.limit_keys,
                          std::vector<std::string>{unit.system + "|" + unit.code});
            }
        }
    }
    SiteConfig other;
    other.limits.resize(1);
    other.limits[0].system = "urn:elsewhere";
    other.limits[0].code = "ALAT";
    const auto text = alt(local, loinc, R"("valueQuantity": {"value": 201, "unit": "U/L"})");
    EXPECT_TRUE(only<LabResult>(read(text, other)).limit_keys.empty());
}

// A text has no unit slot of its own; its range may name the unit, with a warning.
TEST(LabReader, ABareTextIsInTheUnitOfItsRange) {
    const auto facts = read(hiaa(
        R"("valueString": "<2", "referenceRange": [{"high": {"value": 8, "unit": "mg/24h"}}])"));
    const auto result = only<LabResult>(facts);
    EXPECT_EQ(result.comparator, Comparator::less);
    EXPECT_EQ(result.unit, "mg/(24.h)");
    EXPECT_TRUE(test::has_issue(facts, Severity::warning, "Observation.valueString"));
    EXPECT_EQ(only<LabResult>(read(hiaa(R"("valueString": "10,0", "referenceRange": [
        {"high": {"value": 41.8, "unit": "umol/24h"}}])")))
                  .converted,
              true);
    EXPECT_TRUE(all<LabResult>(read(hiaa(R"("valueString": "<2")"))).empty());
    EXPECT_TRUE(all<LabResult>(read(hiaa(R"("valueQuantity": {"value": 2}, "referenceRange": [
        {"high": {"value": 8, "unit": "mg/24h"}}])")))
                    .empty());
}

TEST(LabReader, ComparatorsInEveryPlace) {
    const auto quantity = only<LabResult>(
        read(hiaa(R"("valueQuantity": {"value": 2, "comparator": "<", "unit": "mg/24h"})")));
    EXPECT_EQ(quantity.comparator, Comparator::less);
    const auto text = only<LabResult>(read(hiaa(R"("valueString": "< 2.0 mg/24h")")));
    EXPECT_EQ(text.comparator, Comparator::less);
    EXPECT_EQ(text.value.text, "2.0");
    const auto coded =
        only<LabResult>(read(lab("30169-7", R"("valueCodeableConcept": {"text": "GT 45 U/L"})")));
    EXPECT_EQ(coded.comparator, Comparator::greater);
    const auto equals = only<LabResult>(
        read(hiaa(R"("valueQuantity": {"value": 2, "comparator": "=", "unit": "mg/24h"})")));
    EXPECT_EQ(equals.comparator, Comparator::none);
    const auto illegal =
        read(hiaa(R"("valueQuantity": {"value": 2, "comparator": "<>", "unit": "mg/24h"})"));
    EXPECT_TRUE(all<LabResult>(illegal).empty());
    EXPECT_TRUE(test::has_issue(illegal, Severity::error, "Observation.valueQuantity.comparator"));
}

TEST(LabReader, NeedsADayAndANonNegativeNumber) {
    const auto month =
        read(resource("Observation", R"("status": "final", "effectiveDateTime": "2020-01",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
        "valueQuantity": {"value": 30, "unit": "U/L"})"));
    EXPECT_TRUE(all<LabResult>(month).empty());
    EXPECT_TRUE(test::has_issue(month, Severity::error, "Observation.effective"));
    EXPECT_TRUE(
        all<LabResult>(read(hiaa(R"("valueQuantity": {"value": -5, "unit": "mg/24h"})"))).empty());
    EXPECT_TRUE(all<LabResult>(read(hiaa(R"("valueString": "see report")"))).empty());
    EXPECT_TRUE(test::has_issue(read(hiaa(R"("dataAbsentReason": {"text": "x"})")),
                                Severity::information,
                                "Observation.value"));
}

TEST(LabReader, CodesOfTwoQuantitiesContradict) {
    const auto facts =
        read(resource("Observation", R"("status": "final", "effectiveDateTime": "2020-01-21",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1695-6"}, {"system": "http://loinc.org", "code": "31203-3"}]},
        "valueQuantity": {"value": 5, "unit": "mg/24h"})"));
    EXPECT_TRUE(all<LabResult>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.code"));
}

TEST(LabReader, LocalCodeBesideLoincAndPanelsInComponents) {
    const auto local = only<LabResult>(read(resource("Observation", R"("status": "final",
        "effectiveDateTime": "2020-01-21", "code": {"coding": [
        {"system": "https://fhir.cerner.com/x/codeSet/72", "code": "123"}, {"system": "http://loinc.org", "code": "1742-6"}]},
        "valueQuantity": {"value": 30, "unit": "UI/L"})")));
    EXPECT_EQ(local.analyte, "ALT");
    const auto panel = all<LabResult>(read(resource("Observation", R"("status": "final",
        "effectiveDateTime": "2020-01-21", "code": {"text": "Liver panel"}, "component": [
        {"code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]}, "valueQuantity": {"value": 30, "unit": "U/L"}},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "1920-8"}]}, "valueQuantity": {"value": 31, "unit": "U/L"}}])")));
    ASSERT_EQ(panel.size(), 2U);
    EXPECT_EQ(panel[1].analyte, "AST");
}

// R7.1: laboratory or method part the series; a person who signed does not.
TEST(LabReader, SeriesArePartedByLaboratoryAndMethod) {
    const auto laboratory = [](std::string_view more) {
        return only<LabResult>(read(lab("9811-1",
                                        R"("valueQuantity": {"value": 90, "unit": "ng/mL"})" +
                                            std::string{more})))
            .laboratory;
    };
    EXPECT_EQ(laboratory(""), "");
    EXPECT_EQ(laboratory(R"(, "performer": [{"reference": "Practitioner/1"}])"), "");
    EXPECT_NE(laboratory(R"(, "performer": [{"reference": "Organization/1"}])"),
              laboratory(R"(, "performer": [{"reference": "Organization/2"}])"));
    EXPECT_EQ(laboratory(R"(, "method": {"text": "Kryptor"})"),
              laboratory(R"(, "method": {"text": "KRYPTOR"})"));
    EXPECT_NE(laboratory(R"(, "method": {"text": "Kryptor"})"),
              laboratory(R"(, "method": {"text": "ELISA"})"));
}

std::string written(std::string_view text) {
    const auto number = parse_written_number(text);
    return number ? number->text : "none";
}

TEST(WrittenNumbers, DecimalCommasAndGroups) {
    EXPECT_EQ(written("10,0"), "10.0");
    EXPECT_EQ(written("1,5"), "1.5");
    EXPECT_EQ(written("0,123"), "0.123");
    EXPECT_EQ(written("1.234"), "1.234"); // FHIR's own form
    EXPECT_EQ(written("1 234,5"), "1234.5");
    EXPECT_EQ(written("1,234.5"), "1234.5");
    EXPECT_EQ(written("1.234,5"), "1234.5");
    EXPECT_EQ(written("1,234,567"), "1234567");
    EXPECT_EQ(written("007"), "7");
    EXPECT_EQ(written("-2,5"), "-2.5");
    for (const char* unclear : {"1,234", "1,2,3", "1.2.3", "12,34,56", "", "-", "1,,2"}) {
        EXPECT_EQ(written(unclear), "none") << unclear;
    }
}

TEST(WrittenNumbers, TextValues) {
    const auto unit = [](std::string_view text) {
        const auto value = parse_text_value(text);
        return value ? value->value.text + "|" + value->unit : "none";
    };
    EXPECT_EQ(unit("<10 IntlUnit/mL"), "10|IntlUnit/mL");
    EXPECT_EQ(unit("10,0\u00A0mg/24h"), "10.0|mg/24h");
    EXPECT_EQ(unit("1 234 U/L"), "1234|U/L");
    EXPECT_EQ(unit("5 10*9/L"), "5|10*9/L");
    EXPECT_EQ(unit("\u2264 2"), "2|");
    EXPECT_EQ(unit("  > 45"), "45|");
    for (const char* no : {"10-20", "negative", "5 +/- 1", "12 (high)", "<", "1 < 2", "3.5.2020"}) {
        EXPECT_EQ(unit(no), "none") << no;
    }
    EXPECT_EQ(parse_text_value(">68.0 mg/(24.h)")->unit, "mg/(24.h)");
    EXPECT_EQ(parse_text_value(">= 3")->comparator, Comparator::greater_or_equal);
    EXPECT_EQ(parse_text_value("<= 3")->comparator, Comparator::less_or_equal);
}

} // namespace
} // namespace embolink
