#include "mapping/endpoints/limits.hpp"

namespace embolink {
namespace {

bool same_code(const SiteLimit& row, const std::string& code_key) {
    const auto bar = code_key.rfind('|');
    const auto system = bar == std::string::npos ? std::string() : code_key.substr(0, bar);
    const auto code = bar == std::string::npos ? code_key : code_key.substr(bar + 1);
    return row.code == code && (row.system.empty() || row.system == system);
}

const SiteLimit* site_row(const PatientCase& patient, const LabResult& result) {
    const auto& person = patient.timeline.person;
    const auto sex = person ? person->sex : std::string();
    for (const auto& row : patient.site.limits) {
        const bool sex_fits = row.sex.empty() || row.sex == sex;
        if (same_code(row, result.code_key) && row.unit == result.unit && sex_fits) {
            return &row;
        }
    }
    return nullptr;
}

bool positive(const std::optional<Decimal>& value) {
    return value && compare(*value, Decimal{}) > 0;
}

} // namespace

NormalLimits normal_limits(const PatientCase& patient, const LabResult& result) {
    NormalLimits limits{result.lower_limit, result.upper_limit, false};
    if (!limits.lower || !limits.upper) {
        if (const auto* row = site_row(patient, result)) {
            limits.from_site_table = true;
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
