#include "mapping/definitions/embedded.hpp"
#include "mapping/fhir/units.hpp"
#include "tests/support/pipeline.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace embolink {
namespace {

std::string converted(std::string_view analyte,
                      std::string_view property,
                      std::string_view unit,
                      std::string_view value) {
    const auto conversion = test::test_definitions().terminology.convert(analyte, property, unit);
    if (!conversion) {
        return "not understood";
    }
    return to_significant(multiply(*parse_decimal(value), conversion->factor), 8) + " " +
           conversion->unit + (conversion->exact ? "" : " ~");
}

TEST(Units, SpellingsOfThe24HourRate) {
    for (const char* unit : {"mg/(24.h)",
                             "mg/24h",
                             "mg/24 h",
                             "mg/24 hrs",
                             "mg/d",
                             "mg/day",
                             "mg/j",
                             "MG/24H",
                             "mg/{24h}",
                             "mg per 24 hours",
                             "mg.d-1",
                             "mg/24 Stunden",
                             "mg/die",
                             "mg/{24.h}",
                             "mg/24h urine",
                             "mg (24h)",
                             "mg/24 h.",
                             "mg/d.",
                             "mg/24\u00A0h"}) {
        EXPECT_EQ(converted("5-HIAA", "rate-24h", unit, "10.0"), "10 mg/(24.h)") << unit;
    }
    for (const char* unit : {"umol/(24.h)", "\u00B5mol/24h", "\u03BCmol/24 h", "umol/d"}) {
        EXPECT_EQ(converted("5-HIAA", "rate-24h", unit, "10"), "1.91183 mg/(24.h) ~") << unit;
    }
}

// Terminology 2.3: three quantities share one laboratory order and are never mixed.
TEST(Units, RefusesTheUnitOfAnotherQuantity) {
    EXPECT_EQ(converted("5-HIAA", "rate-24h", "mg/L", "1"), "not understood");
    EXPECT_EQ(converted("5-HIAA", "rate-24h", "mg/g", "1"), "not understood");
    EXPECT_EQ(converted("5-HIAA", "ratio-24h", "mg/(24.h)", "1"), "not understood");
    EXPECT_EQ(converted("CgA", "mass", "nmol/L", "1"), "not understood"); // 30-fold error
    EXPECT_EQ(converted("CgA", "mass", "U/L", "1"), "not understood");
    EXPECT_EQ(converted("ALT", "", "", "1"), "not understood");
    EXPECT_EQ(converted("nothing", "", "mg", "1"), "not understood");
}

TEST(Units, ConvertsByTheNamedFactors) {
    EXPECT_EQ(converted("creatinine", "", "umol/L", "100"), "1.131 mg/dL ~");
    EXPECT_EQ(converted("bilirubin", "", "umol/L", "100"), "5.847 mg/dL ~");
    EXPECT_EQ(converted("hemoglobin", "", "mmol/L", "6.2"), "10 g/dL ~"); // terminology 2.5
    EXPECT_EQ(converted("hemoglobin", "", "g/L", "100"), "10 g/dL");
    EXPECT_EQ(converted("albumin", "", "g/dL", "3.5"), "35 g/L");
    EXPECT_EQ(converted("5-HIAA", "ratio-spot", "umol/mmol", "1"), "1.6900902 mg/g ~");
    EXPECT_EQ(converted("CgA", "mass", "ug/L", "93"), "93 ng/mL");
    EXPECT_EQ(converted("ALT", "", "ukat/L", "1"), "60 U/L");
}

TEST(Units, CountsInAllTheirSpellings) {
    for (const char* unit : {"10*9/L",
                             "10^9/L",
                             "G/L",
                             "GI/L",
                             "Giga per Liter",
                             "/nL",
                             "10*3/uL",
                             "10^3/mm3",
                             "K/cumm",
                             "Thou/mcL",
                             "thousand/uL",
                             "10*3/mm^3",
                             "10\u00B3/\u00B5L",
                             "10\u2079/L",
                             "x10^9/L"}) {
        EXPECT_EQ(converted("platelets", "", unit, "75"), "75 10*9/L") << unit;
    }
    for (const char* unit : {"/mm3", "1/mm3", "/uL", "10^6/L", "M/L", "Mega/L", "10^3/mL"}) {
        EXPECT_EQ(converted("neutrophils", "", unit, "1500"), "1.5 10*9/L") << unit;
    }
}

// French "G/L" counts cells, "g/L" weighs (terminology 2.3, case trap).
TEST(Units, GigaIsNotGram) {
    EXPECT_EQ(converted("hemoglobin", "", "G/L", "100"), "not understood");
    EXPECT_EQ(converted("platelets", "", "g/L", "100"), "not understood");
}

TEST(Units, ARatioNeedsNoUnit) {
    EXPECT_EQ(converted("INR", "", "", "1.2"), "1.2 1");
    EXPECT_EQ(converted("INR", "", "{INR}", "1.2"), "1.2 1");
}

// One line per conversion, through the program and not the table alone, for tests/ucum to hold
// against another library: canonical and accepted units, and each spelling of one.
TEST(Units, AreWrittenForUcum) {
    const UnitTable table = [] {
        for (const auto& [name, text] : embedded_definitions()) {
            if (name == "units.json") {
                return parse_units(std::string{name}, nlohmann::json::parse(text));
            }
        }
        return UnitTable{};
    }();
    std::ofstream file(EMBOLINK_BINARY_DIR "/unit_conversions.ndjson");
    std::size_t rows = 0;
    for (const auto& [of, measure] : table.measures) {
        const auto bar = of.find('|');
        std::set<std::string> units;
        for (const auto& [unit, conversion] : measure.accepts) {
            units.insert(unit);
            for (const auto& [spelling, meant] : table.spellings) {
                if (meant == unit) {
                    units.insert(spelling);
                }
            }
        }
        for (const std::string& unit : units) {
            const auto conversion = test::test_definitions().terminology.convert(
                of.substr(0, bar), of.substr(bar + 1), unit);
            ASSERT_TRUE(conversion) << of << " " << unit;
            const std::string value = "12.5";
            file << nlohmann::json{{"of", of},
                                   {"from", unit},
                                   {"to", conversion->unit},
                                   {"value", value},
                                   {"result",
                                    to_significant(
                                        multiply(*parse_decimal(value), conversion->factor), 15)},
                                   {"exact", conversion->exact}}
                        .dump()
                 << "\n";
            ++rows;
        }
    }
    file.close();
    EXPECT_TRUE(file.good());
    EXPECT_GT(rows, 400U);
}

} // namespace
} // namespace embolink
