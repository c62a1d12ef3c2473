// Numeric laboratory results (R0.5, R6.2, R7.1): value and comparator, unit, normal range. What
// cannot be told for certain is left out with an issue; nothing is guessed from magnitudes
// (data-reality 2, 3, 4).

#include "mapping/definitions.hpp"
#include "mapping/facts/lab_parts.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/text_value.hpp"
#include "mapping/fhir/words.hpp"
#include "mapping/site.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace embolink {

namespace {

constexpr std::string_view not_an_endpoint = "not-an-endpoint";

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

// FHIR wants a number; servers that write a text there mean what it says (data-reality 2, 15).
std::optional<Measured> measured_text_quantity(const Field& quantity) {
    const Field written = quantity.at("value");
    auto value = parse_text_value(written.text());
    const auto comparator = comparator_of(quantity.at("comparator"));
    const bool two = comparator && value && *comparator != Comparator::none &&
                     value->comparator != Comparator::none && value->comparator != *comparator;
    if (!value || !comparator || two) {
        written.report(Severity::error, IssueCode::value, "R0.5: a text that is not one number");
        return std::nullopt;
    }
    written.report(Severity::warning, IssueCode::structure, "a number written as text");
    value->comparator = *comparator == Comparator::none ? value->comparator : *comparator;
    Measured measured{*value, {}, quantity};
    keep_unit(measured.units, quantity.at("code").text());
    keep_unit(measured.units, quantity.at("unit").text());
    keep_unit(measured.units, value->unit);
    return measured;
}

// Ratio: so much per 24 hours, per gram of creatinine, per litre.
std::optional<Measured> measured_ratio(const Field& ratio) {
    const Field top = ratio.at("numerator");
    const Field bottom = ratio.at("denominator");
    const auto comparator = comparator_of(top.at("comparator"));
    const auto number = top.at("value").number();
    const auto per = bottom.has("value") ? bottom.at("value").number() : parse_decimal("1");
    const auto unit_of = [](const Field& quantity) {
        const std::string code = quantity.at("code").text();
        return code.empty() ? quantity.at("unit").text() : code;
    };
    if (!comparator || !number || !per || bottom.has("comparator")) {
        ratio.report(Severity::error, IssueCode::value, "R0.5: a ratio that is not one number");
        return std::nullopt;
    }
    const bool per_one = compare(*per, Decimal{"1"}) == std::strong_ordering::equal;
    const std::string below =
        per_one ? unit_of(bottom) : "(" + per->text + "." + unit_of(bottom) + ")";
    return Measured{{*comparator, *number, {}}, {unit_of(top) + "/" + below}, ratio};
}

std::optional<Measured> measured_quantity(const Field& quantity) {
    if (quantity.at("value").value() != nullptr && quantity.at("value").value()->is_string()) {
        return measured_text_quantity(quantity);
    }
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
    if (const Field ratio = element.at("valueRatio")) {
        return measured_ratio(ratio);
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
    return understand_unit(reading, analyte, units, measured.field);
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
    if (frame.standing == Standing::candidate) {
        reading.set_aside("status",
                          "R9.2: a result that is not final is neither graded nor trended");
    }
    OwnLimits limits = read_own_limits(reading, *analyte, element, *conversion);
    LabResult lab;
    lab.origin = reading.origin;
    lab.standing = frame.standing;
    lab.analyte = analyte->analyte();
    lab.property = analyte->property();
    lab.value = converted(measured->value.value, *conversion);
    lab.comparator = measured->value.comparator;
    lab.unit = conversion->unit;
    lab.converted = !conversion->exact || !limits.all_exact;
    lab.lower_limit = std::move(limits.low);
    lab.upper_limit = std::move(limits.high);
    lab.partial_ranges = std::move(limits.partial);
    lab.effective = frame.effective;
    lab.specimen_reference = reading.root.at("specimen").reference();
    lab.laboratory = laboratory_of(reading.root);
    lab.limit_keys = limit_keys_of(reading, *analyte);
    reading.add(std::move(lab));
    return true;
}

} // namespace embolink
