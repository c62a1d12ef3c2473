// Observations that describe tumour or liver at the start of treatment (R10): histologic grade,
// Ki-67 index, how much of the liver is tumour. Known by code alone: which quantity a mere text
// means is not guessed (data-reality 1).

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/text_value.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 3> kinds = {
    concepts::ki_67, concepts::histologic_grade, concepts::liver_involvement};
constexpr std::array<std::string_view, 3> grades = {"G1", "G2", "G3"};
constexpr std::array<std::string_view, 4> per_cent = {"%", "percent", "per cent", "pct"};

std::string kind_of(const Reading& reading) {
    ConceptSet set;
    for (const Coding& coding : read_coded_text(reading.root.at("code")).codings) {
        add_coded(
            set, reading.terminology().concepts(CodeDomain::covariate, coding.system, coding.code));
    }
    const auto kind =
        std::ranges::find_if(kinds, [&](std::string_view one) { return set.coded(one); });
    return kind == kinds.end() ? std::string{} : std::string{*kind};
}

bool is_per_cent(const Field& quantity) {
    const std::string code = quantity.at("code").text();
    return is_one_of(code.empty() ? quantity.at("unit").text() : code, per_cent);
}

void report_no_unit(const Field& field) {
    field.report(Severity::error, IssueCode::required, "R10: a share without the unit per cent");
}

std::optional<Comparator> comparator_of(const std::string& text) {
    static const std::pair<std::string_view, Comparator> known[] = {
        {"", Comparator::none},
        {"<", Comparator::less},
        {"<=", Comparator::less_or_equal},
        {">", Comparator::greater},
        {">=", Comparator::greater_or_equal}};
    const auto row =
        std::ranges::find(known, text, &std::pair<std::string_view, Comparator>::first);
    return row == std::end(known) ? std::nullopt : std::optional{row->second};
}

void take_quantity(const Field& quantity, Characteristic& found) {
    const auto number = quantity.at("value").number();
    const auto comparator = comparator_of(quantity.at("comparator").text());
    if (!number || !comparator) {
        quantity.report(Severity::error, IssueCode::value, "R10: not a share that is understood");
    } else if (!is_per_cent(quantity)) {
        report_no_unit(quantity);
    } else {
        found.percent = number;
        found.comparator = *comparator;
    }
}

void take_text(const Field& field, Characteristic& found) {
    const auto value = parse_text_value(field.text());
    if (!value) {
        field.report(Severity::error, IssueCode::value, "R10: a text that is not one number");
    } else if (!is_one_of(value->unit, per_cent)) {
        report_no_unit(field);
    } else {
        found.percent = value->value;
        found.comparator = value->comparator;
    }
}

// valueRange: both ends, of which the rules ask whether they tell the same.
void take_range(const Field& range, Characteristic& found) {
    const auto low = range.at("low").at("value").number();
    const auto high = range.at("high").at("value").number();
    if (!low || !high) {
        range.report(Severity::error, IssueCode::value, "R10: a range with an open end");
    } else if (!is_per_cent(range.at("low"))) {
        report_no_unit(range);
    } else {
        found.percent = low;
        found.percent_high = high;
    }
}

// A grade by code or by its words; another category by its code's display, else the code itself.
void take_category(const Reading& reading, const Field& field, Characteristic& found) {
    const CodedText coded = read_coded_text(field);
    const ConceptSet set = concepts_of(reading.terminology(), CodeDomain::covariate, coded);
    std::vector<std::string_view> said;
    std::ranges::copy_if(
        grades, std::back_inserter(said), [&](std::string_view one) { return set.has(one); });
    if (found.kind == concepts::liver_involvement && !coded.codings.empty()) {
        const Coding& first = coded.codings.front();
        found.category = first.display.empty() ? first.code : first.display;
    } else if (said.size() == 1) {
        found.category = said.front();
    } else {
        field.report(Severity::error,
                     said.empty() ? IssueCode::code_invalid : IssueCode::conflict,
                     "R10: not one value that is known");
    }
}

} // namespace

bool read_characteristic(const Reading& reading, const ObservationFrame& frame) {
    const Field& root = reading.root;
    Characteristic found;
    found.origin = reading.origin;
    found.standing = frame.standing;
    found.kind = kind_of(reading);
    if (found.kind.empty()) {
        return false;
    }
    found.date = frame.effective;
    if (const Field quantity = root.at("valueQuantity")) {
        take_quantity(quantity, found);
    } else if (const Field text = root.at("valueString")) {
        take_text(text, found);
    } else if (const Field range = root.at("valueRange")) {
        take_range(range, found);
    } else if (const Field coded = root.at("valueCodeableConcept")) {
        take_category(reading, coded, found);
    } else {
        root.report_missing("value", Severity::error, "R10: a covariate without a value");
    }
    if (!found.percent && found.category.empty()) {
        return true;
    }
    if (!found.date) {
        root.report_missing("effective", Severity::error, "R10: a covariate without a date");
        return true;
    }
    if (found.standing == Standing::candidate) {
        reading.set_aside("status", "R9.2: a finding that is not final is no covariate");
    }
    reading.add(std::move(found));
    return true;
}

} // namespace embolink
