// Normal ranges of laboratory results (R6.2; data-reality 4): which of several is meant, and what
// makes one unusable.
#include "mapping/definitions.hpp"
#include "mapping/facts/lab_parts.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

// One that gives only a low and one that gives only a high do not contradict each other.
bool agree_on(const std::vector<PartialRange>& ranges, std::optional<Decimal> PartialRange::*side) {
    std::optional<Decimal> first;
    return std::ranges::all_of(ranges, [&](const PartialRange& range) {
        first = first ? first : range.*side;
        return !(range.*side) || compare(*first, *(range.*side)) == std::strong_ordering::equal;
    });
}

std::optional<Decimal> first_of(const std::vector<PartialRange>& ranges,
                                std::optional<Decimal> PartialRange::*side) {
    const auto found = std::ranges::find_if(
        ranges, [&](const PartialRange& range) { return (range.*side).has_value(); });
    return found == ranges.end() ? std::nullopt : (*found).*side;
}

// Converters of older messages make high = 5 of ">5" (data-reality 4): the text is what the
// laboratory wrote.
bool contradicts_its_text(const Field& range) {
    const std::string text = range.at("text").text();
    const auto begins = [&](std::initializer_list<std::string_view> signs) {
        const std::string_view written =
            std::string_view(text).substr(std::min(text.find_first_not_of(' '), text.size()));
        return std::ranges::any_of(
            signs, [&](std::string_view sign) { return written.starts_with(sign); });
    };
    const bool low = range.has("low");
    const bool high = range.has("high");
    return (begins({">", "\u2265"}) && high && !low) || (begins({"<", "\u2264"}) && low && !high);
}

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
    if (contradicts_its_text(range)) {
        range.report(Severity::warning,
                     IssueCode::conflict,
                     "R6.2: a range whose text names the other limit is not used");
        return RangeKind::unusable;
    }
    const CodedText type = read_coded_text(range.at("type"));
    if (type.empty()) {
        return RangeKind::unlabelled;
    }
    const bool normal =
        fold(type.text) == "normal" || std::ranges::any_of(type.codings, [](const Coding& coding) {
            return coding.code == "normal";
        });
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
        units.empty() ? std::optional{of_value} : understand_unit(reading, analyte, units, limit);
    if (!conversion) {
        return std::nullopt;
    }
    all_exact = all_exact && conversion->exact;
    return converted(*number, *conversion);
}

// SNOMED CT findings, FHIR's and HL7 v3's administrative genders, and words.
std::string sex_of(const Field& applies_to) {
    static const std::pair<std::string_view, std::string_view> words[] = {{"248153007", "male"},
                                                                          {"248152002", "female"},
                                                                          {"male", "male"},
                                                                          {"female", "female"},
                                                                          {"m", "male"},
                                                                          {"f", "female"},
                                                                          {"men", "male"},
                                                                          {"women", "female"},
                                                                          {"homme", "male"},
                                                                          {"femme", "female"},
                                                                          {"hommes", "male"},
                                                                          {"femmes", "female"},
                                                                          {"maennlich", "male"},
                                                                          {"weiblich", "female"},
                                                                          {"mannlich", "male"},
                                                                          {"frauen", "female"},
                                                                          {"manner", "male"}};
    const CodedText coded = read_coded_text(applies_to);
    std::vector<std::string> said{fold(coded.text)};
    for (const Coding& coding : coded.codings) {
        said.push_back(fold(coding.code));
        said.push_back(fold(coding.display));
    }
    for (const auto& [word, sex] : words) {
        if (std::ranges::find(said, word) != said.end()) {
            return std::string{sex};
        }
    }
    return {};
}

// Whole years of age; nullopt where the unit is another one or nothing is said.
std::optional<Decimal> years_of(const Field& quantity) {
    static constexpr std::array<std::string_view, 6> years = {
        "a", "years", "year", "yr", "y", "Jahre"};
    const std::string code = quantity.at("code").text();
    const bool known = is_one_of(code.empty() ? quantity.at("unit").text() : code, years);
    return known ? quantity.at("value").number() : std::nullopt;
}

// Whom the range is for. False: somebody that nothing here can tell (pregnant, a race, months old).
bool read_whom(const Field& range, PartialRange& partial) {
    for (const Field& applies_to : range.all("appliesTo")) {
        const std::string sex = sex_of(applies_to);
        if (sex.empty() || (!partial.sex.empty() && partial.sex != sex)) {
            return false;
        }
        partial.sex = sex;
    }
    if (const Field age = range.at("age")) {
        partial.from_years = age.has("low") ? years_of(age.at("low")) : std::nullopt;
        partial.to_years = age.has("high") ? years_of(age.at("high")) : std::nullopt;
        return age.has("low") == partial.from_years.has_value() &&
               age.has("high") == partial.to_years.has_value();
    }
    return true;
}

bool for_all(const PartialRange& range) {
    return range.sex.empty() && !range.from_years && !range.to_years;
}

std::vector<Field> normal_ranges(const Field& element) {
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
    return normal.empty() ? unlabelled : normal;
}

} // namespace

void keep_unit(std::vector<std::string>& units, std::string unit) {
    if (!unit.empty() && std::ranges::find(units, unit) == units.end()) {
        units.push_back(std::move(unit));
    }
}

std::optional<UnitConversion> understand_unit(const Reading& reading,
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

Decimal converted(const Decimal& value, const UnitConversion& conversion) {
    return conversion.factor.text == "1" ? value : multiply(value, conversion.factor);
}

OwnLimits read_own_limits(const Reading& reading,
                          const AnalyteCode& analyte,
                          const Field& element,
                          const UnitConversion& of_value) {
    OwnLimits own;
    std::vector<PartialRange> ranges;
    for (const Field& range : normal_ranges(element)) {
        PartialRange one;
        if (!read_whom(range, one)) {
            range.report(Severity::warning,
                         IssueCode::not_supported,
                         "R6.2: a range for a group of patients that is not told here");
            continue;
        }
        one.low = read_limit(reading, analyte, range.at("low"), of_value, own.all_exact);
        one.high = read_limit(reading, analyte, range.at("high"), of_value, own.all_exact);
        ranges.push_back(std::move(one));
    }
    if (ranges.empty()) {
        return own;
    }
    const bool agree =
        agree_on(ranges, &PartialRange::low) && agree_on(ranges, &PartialRange::high);
    if (agree && std::ranges::any_of(ranges, for_all)) {
        own.low = first_of(ranges, &PartialRange::low);
        own.high = first_of(ranges, &PartialRange::high);
    } else if (std::ranges::any_of(ranges, for_all) && std::ranges::all_of(ranges, for_all)) {
        element.report(Severity::warning,
                       IssueCode::conflict,
                       "R6.2: several normal ranges that differ, none is used");
    } else {
        own.partial = std::move(ranges);
    }
    return own;
}

} // namespace embolink
