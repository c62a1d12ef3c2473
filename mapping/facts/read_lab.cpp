// Numeric laboratory results (R0.5, R6.2, R7.1): value and comparator, unit, normal range. What
// cannot be told for certain is left out with an issue; nothing is guessed from magnitudes
// (data-reality 2, 3, 4).

#include "mapping/definitions.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/text_value.hpp"
#include "mapping/fhir/words.hpp"
#include "mapping/site.hpp"

#include <algorithm>
#include <utility>

namespace embolink {

namespace {

constexpr std::string_view not_an_endpoint = "not-an-endpoint";

// What the code says is measured.
struct AnalyteCode {
    std::string key;             // "5-HIAA|rate-24h"
    std::vector<Coding> codings; // all of the result, known or not: a site table may name any

    std::string analyte() const { return key.substr(0, key.find('|')); }

    std::string property() const { return key.substr(key.find('|') + 1); }
};

struct Measured {
    TextValue value;
    std::vector<std::string> units; // as written: code first, then text
    Field field;                    // for issues
};

std::optional<AnalyteCode> analyte_of(const Reading& reading, const Field& code_field) {
    std::optional<AnalyteCode> found;
    std::vector<Coding> codings = read_coded_text(code_field).codings;
    for (const Coding& coding : codings) {
        const auto names =
            reading.terminology().concepts(CodeDomain::analyte, coding.system, coding.code);
        if (names.empty()) {
            continue;
        }
        if (names.size() > 1 || (found && found->key != names.front())) {
            code_field.report(Severity::error,
                              IssueCode::conflict,
                              "R7.1: codes of one result name different quantities");
            return std::nullopt;
        }
        if (!found) {
            found = AnalyteCode{names.front(), {}};
        }
    }
    if (!found || found->key == not_an_endpoint) {
        return std::nullopt;
    }
    found->codings = std::move(codings);
    return found;
}

std::optional<Comparator> comparator_of(const Field& field) {
    const std::string text = field.text();
    if (text.empty() || text == "=") {
        return Comparator::none; // "=" is not FHIR but can mean one thing only
    }
    static const std::pair<std::string_view, Comparator> known[] = {
        {"<", Comparator::less},
        {"<=", Comparator::less_or_equal},
        {">", Comparator::greater},
        {">=", Comparator::greater_or_equal}};
    for (const auto& [written, comparator] : known) {
        if (text == written) {
            return comparator;
        }
    }
    field.report(Severity::error, IssueCode::value, "not a comparator that is understood");
    return std::nullopt;
}

void keep_unit(std::vector<std::string>& units, std::string unit) {
    if (!unit.empty() && std::ranges::find(units, unit) == units.end()) {
        units.push_back(std::move(unit));
    }
}

std::optional<Measured> measured_quantity(const Field& quantity) {
    const auto comparator = comparator_of(quantity.at("comparator"));
    const auto number = quantity.at("value").number();
    if (!comparator || !number) {
        if (!quantity.has("value")) {
            quantity.report_missing("value", Severity::error, "a quantity without a value");
        }
        return std::nullopt;
    }
    Measured measured{{*comparator, *number, {}}, {}, quantity};
    keep_unit(measured.units, quantity.at("code").text());
    keep_unit(measured.units, quantity.at("unit").text());
    return measured;
}

// The unit that the result's own ranges are given in; "" when they name none or several.
std::string unit_of_ranges(const Field& element) {
    std::vector<std::string> units;
    for (const Field& range : element.all("referenceRange")) {
        for (const char* side : {"low", "high"}) {
            const Field limit = range.at(side);
            const std::string code = limit.at("code").text();
            keep_unit(units, code.empty() ? limit.at("unit").text() : code);
        }
    }
    return units.size() == 1 ? units.front() : std::string{};
}

// A text has no place for a unit but itself; FHIR gives a range in the unit of its value
// (R4 Observation.referenceRange), so the range may name it.
std::optional<Measured>
measured_text(const Field& element, const Field& field, const std::string& text) {
    auto value = parse_text_value(text);
    if (!value) {
        field.report(Severity::error, IssueCode::value, "R0.5: a text that is not one number");
        return std::nullopt;
    }
    Measured measured{*value, {}, field};
    keep_unit(measured.units, value->unit);
    if (measured.units.empty()) {
        keep_unit(measured.units, unit_of_ranges(element));
        if (!measured.units.empty()) {
            field.report(Severity::warning,
                         IssueCode::required,
                         "R7.1: a text without a unit, taken in the unit of its range");
        }
    }
    return measured;
}

std::optional<Measured> read_measured(const Field& element) {
    if (const Field quantity = element.at("valueQuantity")) {
        return measured_quantity(quantity);
    }
    if (const Field text = element.at("valueString")) {
        return measured_text(element, text, text.text());
    }
    if (const Field coded = element.at("valueCodeableConcept")) {
        return measured_text(element, coded, read_coded_text(coded).text);
    }
    if (const Field integer = element.at("valueInteger")) {
        if (const auto number = integer.number()) {
            return Measured{{Comparator::none, *number, {}}, {}, integer};
        }
        return std::nullopt;
    }
    const bool said_absent = element.has("dataAbsentReason");
    element.report_missing("value",
                           said_absent ? Severity::information : Severity::error,
                           "a laboratory result without a value");
    return std::nullopt;
}

// Whether a row of a site table means any of the result's codings, whatever their order.
template <class Row>
bool means_result(const Row& row, const AnalyteCode& analyte, const Terminology& terminology) {
    return std::ranges::any_of(analyte.codings, [&](const Coding& coding) {
        return row.code == coding.code &&
               (row.system.empty() || terminology.same_system(row.system, coding.system));
    });
}

// site.unit_defaults speak for results of one code that come without a unit; of several rows the
// first in the site's table.
std::string default_unit(const Reading& reading, const AnalyteCode& analyte) {
    for (const SiteUnit& row : reading.context.site.unit_defaults) {
        if (means_result(row, analyte, reading.terminology())) {
            return row.unit;
        }
    }
    return {};
}

std::vector<std::string> limit_keys_of(const Reading& reading, const AnalyteCode& analyte) {
    std::vector<std::string> keys;
    for (const SiteLimit& row : reading.context.site.limits) {
        std::string key = row.system + "|" + row.code;
        if (means_result(row, analyte, reading.terminology()) &&
            std::ranges::find(keys, key) == keys.end()) {
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

std::optional<UnitConversion> understand(const Reading& reading,
                                         const AnalyteCode& analyte,
                                         const std::vector<std::string>& units,
                                         const Field& field) {
    std::optional<UnitConversion> found;
    for (const std::string& unit : units) {
        const auto conversion =
            reading.terminology().convert(analyte.analyte(), analyte.property(), unit);
        if (!conversion) {
            continue;
        }
        if (found && compare(found->factor, conversion->factor) != std::strong_ordering::equal) {
            field.report(
                Severity::error, IssueCode::conflict, "code and text of the unit disagree");
            return std::nullopt;
        }
        found = found ? found : conversion;
    }
    if (!found) {
        field.report(Severity::error,
                     IssueCode::code_invalid,
                     "R7.1: a unit that is not understood for this quantity");
    }
    return found;
}

std::optional<UnitConversion>
conversion_of(const Reading& reading, const AnalyteCode& analyte, const Measured& measured) {
    std::vector<std::string> units = measured.units;
    if (units.empty()) {
        keep_unit(units, default_unit(reading, analyte));
    }
    if (units.empty()) {
        // A ratio such as INR has no unit to miss.
        if (auto none = reading.terminology().convert(analyte.analyte(), analyte.property(), "")) {
            return none;
        }
        measured.field.report(Severity::error, IssueCode::required, "R7.1: a value without a unit");
        return std::nullopt;
    }
    return understand(reading, analyte, units, measured.field);
}

Decimal converted(const Decimal& value, const UnitConversion& conversion) {
    return conversion.factor.text == "1" ? value : multiply(value, conversion.factor);
}

// Series are parted by laboratory or method (R7.1). A person who signed is no laboratory.
std::string laboratory_of(const Field& root) {
    std::string name;
    for (const std::string& performer : root.references("performer")) {
        if (performer.starts_with("Organization/")) {
            name += (name.empty() ? "" : "+") + performer;
        }
    }
    const CodedText method = read_coded_text(root.at("method"));
    if (!method.codings.empty()) {
        name += "|" + method.codings.front().system + "|" + method.codings.front().code;
    } else if (!method.text.empty()) {
        name += "|" + fold(method.text);
    }
    return name;
}

struct Limits {
    std::optional<Decimal> low;
    std::optional<Decimal> high;

    friend bool operator==(const Limits& a, const Limits& b) {
        const auto same = [](const std::optional<Decimal>& x, const std::optional<Decimal>& y) {
            return x.has_value() == y.has_value() &&
                   (!x || compare(*x, *y) == std::strong_ordering::equal);
        };
        return same(a.low, b.low) && same(a.high, b.high);
    }
};

enum class RangeKind { normal, unlabelled, unusable };

RangeKind kind_of(const Field& range) {
    if (range.has("modifierExtension")) {
        range.report(Severity::warning,
                     IssueCode::business_rule,
                     "R6.2: a range with an unknown modifier is not used");
        return RangeKind::unusable;
    }
    if (!range.has("low") && !range.has("high")) {
        if (range.has("text")) {
            range.report(Severity::warning,
                         IssueCode::value,
                         "R6.2: a range given as text only is not used");
        }
        return RangeKind::unusable;
    }
    const CodedText type = read_coded_text(range.at("type"));
    if (type.empty()) {
        return RangeKind::unlabelled;
    }
    const bool normal = std::ranges::any_of(
        type.codings, [](const Coding& coding) { return coding.code == "normal"; });
    return normal ? RangeKind::normal : RangeKind::unusable;
}

std::optional<Decimal> read_limit(const Reading& reading,
                                  const AnalyteCode& analyte,
                                  const Field& limit,
                                  const UnitConversion& of_value,
                                  bool& all_exact) {
    if (!limit) {
        return std::nullopt;
    }
    if (limit.has("comparator")) { // not allowed by FHIR; its meaning as a limit is open
        limit.report(Severity::warning, IssueCode::value, "R6.2: a limit with a comparator");
        return std::nullopt;
    }
    const auto number = limit.at("value").number();
    if (!number) {
        return std::nullopt;
    }
    std::vector<std::string> units;
    keep_unit(units, limit.at("code").text());
    keep_unit(units, limit.at("unit").text());
    const auto conversion =
        units.empty() ? std::optional{of_value} : understand(reading, analyte, units, limit);
    if (!conversion) {
        return std::nullopt;
    }
    all_exact = all_exact && conversion->exact;
    return converted(*number, *conversion);
}

// The one normal range; several that disagree are none (age and sex are not decided here).
Limits read_limits(const Reading& reading,
                   const AnalyteCode& analyte,
                   const Field& element,
                   const UnitConversion& of_value,
                   bool& all_exact) {
    std::vector<Field> normal;
    std::vector<Field> unlabelled;
    for (Field& range : element.all("referenceRange")) {
        const RangeKind kind = kind_of(range);
        if (kind == RangeKind::normal) {
            normal.push_back(std::move(range));
        } else if (kind == RangeKind::unlabelled) {
            unlabelled.push_back(std::move(range));
        }
    }
    std::vector<Limits> limits;
    for (const Field& range : normal.empty() ? unlabelled : normal) {
        limits.push_back({read_limit(reading, analyte, range.at("low"), of_value, all_exact),
                          read_limit(reading, analyte, range.at("high"), of_value, all_exact)});
    }
    if (limits.empty()) {
        return {};
    }
    if (std::ranges::any_of(limits, [&](const Limits& other) { return !(other == limits[0]); })) {
        element.report(Severity::warning,
                       IssueCode::conflict,
                       "R6.2: several normal ranges that differ, none is used");
        return {};
    }
    return limits.front();
}

} // namespace

bool read_lab(const Reading& reading, const Field& element, const ObservationFrame& frame) {
    const auto analyte = analyte_of(reading, element.at("code"));
    if (!analyte) {
        return false;
    }
    const auto measured = read_measured(element);
    if (!measured) {
        return true;
    }
    if (measured->value.value.text.starts_with('-')) {
        measured->field.report(Severity::error, IssueCode::value, "a negative laboratory value");
        return true;
    }
    const auto conversion = conversion_of(reading, *analyte, *measured);
    if (!conversion) {
        return true;
    }
    if (!frame.effective || !frame.effective->to_the_day()) {
        reading.root.report_missing(
            "effective", Severity::error, "R0.4: a laboratory value without a day");
        return true;
    }
    bool all_exact = conversion->exact;
    Limits limits = read_limits(reading, *analyte, element, *conversion, all_exact);
    LabResult lab;
    lab.origin = reading.origin;
    lab.standing = frame.standing;
    lab.analyte = analyte->analyte();
    lab.property = analyte->property();
    lab.value = converted(measured->value.value, *conversion);
    lab.comparator = measured->value.comparator;
    lab.unit = conversion->unit;
    lab.converted = !all_exact;
    lab.lower_limit = std::move(limits.low);
    lab.upper_limit = std::move(limits.high);
    lab.effective = frame.effective;
    lab.specimen_reference = reading.root.at("specimen").reference();
    lab.laboratory = laboratory_of(reading.root);
    lab.limit_keys = limit_keys_of(reading, *analyte);
    reading.add(std::move(lab));
    return true;
}

} // namespace embolink
