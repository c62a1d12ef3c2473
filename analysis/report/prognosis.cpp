#include "analysis/report/prognosis.hpp"

#include "analysis/comparison/p_adjust.hpp"
#include "analysis/regression/cox_firth.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace embolink {

namespace {

constexpr int fewest_events = 5;   // A13
constexpr int events_for_cox = 10; // per parameter; Firth below
constexpr double normal_quantile = 1.959963984540054;

using ValueOf = std::function<std::optional<double>(const PatientRow&)>;

struct Factor {
    std::string name;
    std::string contrast;
    std::string in_trial;
    bool yes_no = true;
    ValueOf value;
};

std::optional<double> elevated(const Marker& marker) {
    if (marker.multiple.empty()) {
        return std::nullopt;
    }
    return std::find(marker.flags.begin(), marker.flags.end(), "elevated") != marker.flags.end()
               ? 1
               : 0;
}

std::optional<double> doublings(const Marker& marker) {
    const auto multiple = number_in(marker.multiple);
    return multiple && *multiple > 0 ? std::optional(std::log2(*multiple)) : std::nullopt;
}

ValueOf covariate_value(const std::string& param, double unit = 1) {
    return [param, unit](const PatientRow& row) -> std::optional<double> {
        const auto& number = row.covariate(param).number;
        return number ? std::optional(*number / unit) : std::nullopt;
    };
}

std::optional<double> male(const PatientRow& row) {
    const std::string& sex = row.covariate("SEX").text;
    return sex == "male" ? std::optional(1.0) : sex == "female" ? std::optional(0.0) : std::nullopt;
}

std::vector<Factor> factors() {
    const std::string yes = "yes against no";
    const auto hiaa = [](const PatientRow& row) { return elevated(row.hiaa); };
    const auto cga = [](const PatientRow& row) { return elevated(row.cga); };
    const auto hiaa_twice = [](const PatientRow& row) { return doublings(row.hiaa); };
    const auto cga_twice = [](const PatientRow& row) { return doublings(row.cga); };
    return {{"Urinary 5-HIAA above the upper limit", yes, "associated", true, hiaa},
            {"Chromogranin A above the upper limit", yes, "associated", true, cga},
            {"Urinary 5-HIAA, multiple of ULN", "per doubling", "not reported", false, hiaa_twice},
            {"Chromogranin A, multiple of ULN", "per doubling", "not reported", false, cga_twice},
            {"Age", "per 10 years", "not associated", false, covariate_value("AGE", 10)},
            {"Sex", "male against female", "not associated", true, male},
            {"Earlier resection of the primary",
             yes,
             "not associated",
             true,
             covariate_value("PRIOR-RESECTION-PRIMARY")},
            {"Earlier liver resection",
             yes,
             "not associated",
             true,
             covariate_value("PRIOR-RESECTION-LIVER")},
            {"Liver involvement",
             "per 10 points",
             "not associated",
             false,
             covariate_value("LIVER-INVOLVEMENT", 10)},
            {"Somatostatin analogue", yes, "not associated", true, covariate_value("SSA")}};
}

struct FactorData {
    SurvivalData survival;
    std::vector<double> values;
};

FactorData take(PrognosticFactor& result, const Rows& rows, const Factor& factor) {
    FactorData data;
    for (const PatientRow* row : rows) {
        if (!row->pfs.days) {
            continue;
        }
        const std::optional<double> value = factor.value(*row);
        if (!value) {
            ++result.missing;
            continue;
        }
        data.values.push_back(*value);
        data.survival.time.push_back(*row->pfs.days);
        data.survival.event.push_back(row->pfs.event ? 1 : 0);
        result.events += row->pfs.event ? 1 : 0;
        result.exposed += factor.yes_no && *value > 0 ? 1 : 0;
    }
    result.n = static_cast<int>(data.values.size());
    return data;
}

std::string why_not(const PrognosticFactor& result, const Factor& factor, const FactorData& data) {
    if (result.n < minimum_group || result.events < fewest_events) {
        return "fewer than 5 events are known with it";
    }
    const auto [low, high] = std::minmax_element(data.values.begin(), data.values.end());
    if (*low == *high) {
        return factor.yes_no ? (*low > 0 ? "only its presence is documented, never its absence"
                                         : "nobody has it")
                             : "it is the same in everybody";
    }
    if (factor.yes_no && std::min(result.exposed, result.n - result.exposed) < minimum_group) {
        return "fewer than 5 patients on one side";
    }
    return "";
}

CoxData cox_data(const FactorData& data) {
    CoxData cox;
    cox.survival = data.survival;
    cox.covariates = Matrix(data.values.size(), 1);
    cox.covariates.values = data.values;
    return cox;
}

void set_ratio(PrognosticFactor& result, double beta, double lower, double upper, double p) {
    result.hazard_ratio = std::exp(beta);
    result.interval = Interval{std::exp(lower), std::exp(upper)};
    result.p = p;
}

void fit(PrognosticFactor& result, const FactorData& data) {
    const CoxDesign design = cox_design(cox_data(data));
    const CoxFit cox = cox_fit(design);
    if (cox.outcome == CoxOutcome::fitted && result.events >= events_for_cox && cox.beta[0]) {
        const double beta = *cox.beta[0];
        const double reach = normal_quantile * cox.standard_error(0);
        result.method = "Cox";
        set_ratio(result, beta, beta - reach, beta + reach, cox.likelihood_ratio.p);
        return;
    }
    const auto firth = cox_firth(design, Ties::efron);
    if (!firth || !firth->converged) {
        result.why_not = "no estimate converges";
        return;
    }
    const FirthCoefficient& one = firth->coefficients.front();
    result.method = "Firth";
    set_ratio(result, one.beta, one.lower, one.upper, one.test.p);
}

void adjust(std::vector<PrognosticFactor>& list) {
    std::vector<double> raw;
    for (const PrognosticFactor& factor : list) {
        if (factor.p) {
            raw.push_back(*factor.p);
        }
    }
    const std::vector<double> holm = holm_adjusted(raw);
    std::size_t next = 0;
    for (PrognosticFactor& factor : list) {
        if (factor.p) {
            factor.p_holm = holm[next++];
        }
    }
}

} // namespace

std::vector<PrognosticFactor> prognostic_factors(const AuditDataset& dataset) {
    const Rows rows = select(dataset, AnalysisSet::verdict, Group::determined);
    std::vector<PrognosticFactor> list;
    for (const Factor& factor : factors()) {
        PrognosticFactor result;
        result.name = factor.name;
        result.contrast = factor.contrast;
        result.in_trial = factor.in_trial;
        const FactorData data = take(result, rows, factor);
        result.why_not = why_not(result, factor, data);
        if (result.why_not.empty()) {
            fit(result, data);
        }
        list.push_back(result);
    }
    adjust(list);
    return list;
}

} // namespace embolink
