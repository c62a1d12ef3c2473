#include "mapping/fhir/units.hpp"

#include "mapping/definitions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

using nlohmann::json;

// Characters that stand for the same thing in units, and what they become (terminology 2.3: two
// micro signs; data-reality 15: blanks of several widths).
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> respellings = {{
    {"\u00B5", "u"},
    {"\u03BC", "u"},
    {"\u2070", "^0"},
    {"\u00B9", "^1"},
    {"\u00B2", "^2"},
    {"\u00B3", "^3"},
    {"\u2074", "^4"},
    {"\u2075", "^5"},
    {"\u2076", "^6"},
    {"\u2077", "^7"},
    {"\u2078", "^8"},
    {"\u2079", "^9"},
    {"\u00D7", "x"},
    {"\u2215", "/"},
    {"\u2044", "/"},
    {"\u00A0", ""},
    {"\u202F", ""},
    {" ", ""},
}};

std::string small_letters(std::string_view text) {
    std::string small{text};
    std::ranges::transform(small, small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

const UnitConversion* accepted(const Measure& measure, const std::string& unit) {
    const auto row = measure.accepts.find(unit);
    return row == measure.accepts.end() ? nullptr : &row->second;
}

std::string without_annotations(const std::string& unit) {
    std::string plain;
    bool inside = false;
    for (const char c : unit) {
        inside = inside || c == '{';
        if (!inside) {
            plain += c;
        }
        inside = inside && c != '}';
    }
    return plain;
}

// "0.001", or "191.183/113.12" where a ratio is the exact statement.
std::optional<Decimal> parse_factor(const std::string& text) {
    const std::size_t bar = text.find('/');
    if (bar == std::string::npos) {
        return parse_decimal(text);
    }
    const auto top = parse_decimal(text.substr(0, bar));
    const auto bottom = parse_decimal(text.substr(bar + 1));
    return top && bottom ? divide(*top, *bottom) : std::nullopt;
}

Measure parse_measure(const std::string& where, const json& entry) {
    Measure measure;
    measure.unit = entry.at("unit").get<std::string>();
    measure.accepts[measure.unit] = {measure.unit, Decimal{"1"}, true};
    for (const json& other : entry.at("accepts")) {
        const std::string unit = other.at("unit").get<std::string>();
        const auto factor = parse_factor(other.at("factor").get<std::string>());
        if (!factor || compare(*factor, Decimal{"0"}) != std::strong_ordering::greater) {
            throw DefinitionError(where + ": the factor of " + unit +
                                  " is not a positive decimal or ratio");
        }
        measure.accepts[unit] = {measure.unit, *factor, other.at("exact").get<bool>()};
    }
    return measure;
}

} // namespace

std::string tidy_unit(std::string_view unit) {
    std::string tidy;
    for (std::size_t at = 0; at < unit.size();) {
        const auto same = std::ranges::find_if(
            respellings, [&](const auto& row) { return unit.substr(at).starts_with(row.first); });
        if (same != respellings.end()) {
            tidy += same->second;
            at += same->first.size();
        } else {
            tidy += unit[at++];
        }
    }
    return tidy;
}

std::optional<UnitConversion> UnitTable::convert(std::string_view analyte,
                                                 std::string_view property,
                                                 std::string_view unit) const {
    const auto row = measures.find(std::string{analyte} + "|" + std::string{property});
    if (row == measures.end()) {
        return std::nullopt;
    }
    if (const auto found = convert_tidy(row->second, tidy_unit(unit))) {
        return found;
    }
    // UCUM: what stands in braces is a remark and no part of the unit; nor is a point at its end.
    std::string plain = without_annotations(tidy_unit(unit));
    while (plain.ends_with('.')) {
        plain.pop_back();
    }
    return plain.empty() ? std::nullopt : convert_tidy(row->second, plain);
}

std::optional<UnitConversion> UnitTable::convert_tidy(const Measure& measure,
                                                      const std::string& tidy) const {
    if (const UnitConversion* exact = accepted(measure, tidy)) {
        return *exact;
    }
    if (const auto known = spellings.find(tidy); known != spellings.end()) {
        const UnitConversion* same = accepted(measure, known->second);
        return same == nullptr ? std::nullopt : std::optional{*same};
    }
    // Capitals as laboratories shout them ("MG/24H"), where that can mean one unit only.
    const std::string small = small_letters(tidy);
    if (case_sensitive.contains(small)) {
        return std::nullopt;
    }
    std::set<std::string> candidates;
    for (const auto& [spelling, meant] : spellings) {
        if (small_letters(spelling) == small && measure.accepts.contains(meant)) {
            candidates.insert(meant);
        }
    }
    for (const auto& [accepted_unit, conversion] : measure.accepts) {
        if (small_letters(accepted_unit) == small) {
            candidates.insert(accepted_unit);
        }
    }
    if (candidates.size() != 1) {
        return std::nullopt;
    }
    return *accepted(measure, *candidates.begin());
}

UnitTable parse_units(const std::string& file, const json& definition) {
    UnitTable table;
    try {
        for (const json& entry : definition.at("spellings")) {
            const std::string unit = entry.at("unit").get<std::string>();
            for (const json& spelling : entry.at("also")) {
                table.spellings[tidy_unit(spelling.get<std::string>())] = unit;
            }
        }
        for (const json& word : definition.at("case_sensitive")) {
            table.case_sensitive.insert(word.get<std::string>());
        }
        for (const json& entry : definition.at("measures")) {
            const Measure measure = parse_measure(file, entry);
            for (const json& of : entry.at("of")) {
                table.measures[of.get<std::string>()] = measure;
            }
        }
    } catch (const json::exception& fault) {
        throw DefinitionError(file + ": " + fault.what());
    }
    return table;
}

} // namespace embolink
