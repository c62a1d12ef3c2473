// Units of laboratory results (terminology 2.3): spellings, canonical units per analyte and
// property, and conversion factors. Filled from definitions/units.json.
#pragma once

#include "mapping/fhir/decimal.hpp"
#include "mapping/fhir/terminology.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// How one analyte's results of one property are measured.
struct Measure {
    std::string unit;                              // canonical
    std::map<std::string, UnitConversion> accepts; // by unit, canonical included
};

struct UnitTable {
    std::map<std::string, std::string, std::less<>> spellings; // tidied spelling -> unit
    std::map<std::string, Measure, std::less<>> measures;      // by "analyte|property"
    std::set<std::string> case_sensitive; // small-letter forms whose meaning hangs on the case

    std::optional<UnitConversion>
    convert(std::string_view analyte, std::string_view property, std::string_view unit) const;

private:
    std::optional<UnitConversion> convert_tidy(const Measure& measure,
                                               const std::string& tidy) const;
};

// One micro sign, no superscripts, no blanks: "10³ / µl" is "10^3/ul".
std::string tidy_unit(std::string_view unit);

// Throws DefinitionError with file and JSON pointer.
UnitTable parse_units(const std::string& file, const nlohmann::json& json);

} // namespace embolink
