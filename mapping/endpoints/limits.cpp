#include "mapping/endpoints/limits.hpp"

#include <algorithm>

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
    if (!limits.lower || !limits.upper) {
        if (const auto* row = site_row(patient, result)) {
            limits.from_site_table = true;
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
