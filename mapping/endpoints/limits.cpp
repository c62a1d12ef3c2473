#include "mapping/endpoints/limits.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace embolink {
namespace {

// Any of the result's codes, of the same quantity.
bool same_code(const SiteLimit& row, const LabResult& result) {
    const auto& keys = result.limit_keys;
    return std::find(keys.begin(), keys.end(), row.system + "|" + row.code) != keys.end() &&
           row.quantity == result.analyte + "|" + result.property;
}

const SiteLimit* site_row(const PatientCase& patient, const LabResult& result) {
    const auto& person = patient.timeline.person;
    const auto sex = person ? person->sex : std::string();
    for (const auto& row : patient.site.limits) {
        const bool sex_fits = row.sex.empty() || row.sex == sex;
        if (same_code(row, result) && row.unit == result.unit && sex_fits) {
            return &row;
        }
    }
    return nullptr;
}

// Completed years on the day of the result; nullopt: the birth date leaves them open.
std::optional<Decimal> age_on(const PatientCase& patient, const LabResult& result) {
    const auto& person = patient.timeline.person;
    if (!person || !person->birth || !person->birth->to_the_day() || !result.effective) {
        return std::nullopt;
    }
    const std::chrono::year_month_day born{person->birth->first};
    const std::chrono::year_month_day day{result.effective->first};
    const bool had_birthday =
        std::tuple(day.month(), day.day()) >= std::tuple(born.month(), born.day());
    const int years = int{day.year()} - int{born.year()} - (had_birthday ? 0 : 1);
    return years < 0 ? std::nullopt : parse_decimal(std::to_string(years));
}

bool is_for(const PartialRange& range, const std::string& sex, const std::optional<Decimal>& age) {
    const bool of_age = (!range.from_years && !range.to_years) || age.has_value();
    return (range.sex.empty() || range.sex == sex) && of_age &&
           (!range.from_years || compare(*age, *range.from_years) >= 0) &&
           (!range.to_years || compare(*age, *range.to_years) <= 0);
}

bool same(const std::optional<Decimal>& a, const std::optional<Decimal>& b) {
    return a.has_value() == b.has_value() && (!a || compare(*a, *b) == 0);
}

int specific(const PartialRange& range) {
    return (range.sex.empty() ? 0 : 1) + (range.from_years || range.to_years ? 1 : 0);
}

// R6.2: of the result's ranges that are for this patient the most specific; several of one kind
// that differ are none.
const PartialRange* own_range(const PatientCase& patient, const LabResult& result) {
    const auto& person = patient.timeline.person;
    const auto age = age_on(patient, result);
    const PartialRange* chosen = nullptr;
    int most = 0;
    for (const auto& range : result.partial_ranges) {
        if (is_for(range, person ? person->sex : std::string(), age)) {
            most = std::max(most, specific(range));
        }
    }
    for (const auto& range : result.partial_ranges) {
        if (!is_for(range, person ? person->sex : std::string(), age) || specific(range) < most) {
            continue;
        }
        if (chosen != nullptr &&
            !(same(chosen->low, range.low) && same(chosen->high, range.high))) {
            return nullptr;
        }
        chosen = &range;
    }
    return chosen;
}

bool positive(const std::optional<Decimal>& value) {
    return value && compare(*value, Decimal{}) > 0;
}

} // namespace

std::string with_comparator(Comparator comparator, const std::string& value) {
    switch (comparator) {
    case Comparator::none:
        return value;
    case Comparator::less:
        return "<" + value;
    case Comparator::less_or_equal:
        return "<=" + value;
    case Comparator::greater:
        return ">" + value;
    case Comparator::greater_or_equal:
        return ">=" + value;
    }
    return value;
}

NormalLimits normal_limits(const PatientCase& patient, const LabResult& result) {
    NormalLimits limits{result.lower_limit, result.upper_limit, false, result.converted};
    limits.depends_on_patient = !result.partial_ranges.empty();
    if (const auto* range = own_range(patient, result)) {
        limits.lower = range->low;
        limits.upper = range->high;
    }
    if (!limits.lower || !limits.upper) {
        if (const auto* row = site_row(patient, result)) {
            limits.depends_on_patient = true;
            limits.converted = limits.converted || row->converted;
            limits.lower = limits.lower ? limits.lower : row->low;
            limits.upper = limits.upper ? limits.upper : row->high;
        }
    }
    if (!positive(limits.upper)) {
        limits.upper.reset();
    }
    return limits;
}

} // namespace embolink
