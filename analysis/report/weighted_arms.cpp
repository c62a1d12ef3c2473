#include "analysis/regression/cox_residuals.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/prognosis.hpp"
#include "analysis/weighting/logistic.hpp"
#include "analysis/weighting/propensity.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr double normal_quantile = 1.959963984540054;
constexpr double balanced = 0.1; // A12: standardised difference after weighting

// What is known of everybody who is compared; HACE is the treated group.
struct Compared {
    std::vector<std::string> names = {"Age",
                                      "Male sex",
                                      "Urinary 5-HIAA (log2 multiple of ULN)",
                                      "Chromogranin A (log2 multiple of ULN)"};
    std::vector<std::vector<double>> rows;
    std::vector<int> treated;
    SurvivalData survival;

    std::vector<double> covariate(std::size_t j) const {
        std::vector<double> list;
        for (const std::vector<double>& row : rows) {
            list.push_back(row[j]);
        }
        return list;
    }
};

Compared complete_cases(const AuditDataset& dataset) {
    Compared all;
    for (const PatientRow* row : select(dataset, AnalysisSet::verdict, Group::determined)) {
        const auto& age = row->covariate("AGE").number;
        const std::string& sex = row->covariate("SEX").text;
        const auto hiaa = number_in(row->hiaa.multiple);
        const auto cga = number_in(row->cga.multiple);
        const bool known = age && (sex == "male" || sex == "female") && hiaa && cga && *hiaa > 0 &&
                           *cga > 0 && row->pfs.days;
        if (known) {
            all.rows.push_back(
                {*age, sex == "male" ? 1.0 : 0.0, std::log2(*hiaa), std::log2(*cga)});
            all.treated.push_back(row->arm == "HACE" ? 1 : 0);
            all.survival.time.push_back(*row->pfs.days);
            all.survival.event.push_back(row->pfs.event ? 1 : 0);
        }
    }
    return all;
}

struct Ratio {
    double estimate = 1;
    Interval interval;
};

std::optional<Ratio> hazard_ratio(const Compared& all, const std::vector<double>& weights) {
    CoxData data;
    data.survival = all.survival;
    data.survival.weight = weights;
    data.covariates = Matrix(all.treated.size(), 1);
    data.covariates.values.assign(all.treated.begin(), all.treated.end());
    const CoxDesign design = cox_design(data);
    const CoxFit fit = cox_fit(design);
    if (fit.outcome != CoxOutcome::fitted || !fit.beta[0]) {
        return std::nullopt;
    }
    const RobustVariance robust = robust_variance(design, fit, Ties::efron);
    const double reach = normal_quantile * std::sqrt(robust.variance(0, 0));
    const double beta = *fit.beta[0];
    return Ratio{std::exp(beta), {std::exp(beta - reach), std::exp(beta + reach)}};
}

std::string size_guard(const WeightedResult& result) {
    if (result.n_hae + result.n_hace < fewest_weighted_subjects) {
        return "fewer than 40 patients have age, sex, both markers and an outcome";
    }
    if (std::min(result.n_hae, result.n_hace) < fewest_weighted_in_group) {
        return "an arm has fewer than 10 such patients";
    }
    return "";
}

} // namespace

WeightedResult weighted_arms(const AuditDataset& dataset) {
    WeightedResult result;
    const Compared all = complete_cases(dataset);
    result.n_hace = static_cast<int>(std::count(all.treated.begin(), all.treated.end(), 1));
    result.n_hae = static_cast<int>(all.treated.size()) - result.n_hace;
    result.why_not = size_guard(result);
    if (!result.why_not.empty()) {
        return result;
    }
    const std::vector<double> ones(all.treated.size(), 1.0);
    if (const auto plain = hazard_ratio(all, ones)) {
        result.hazard_ratio_unweighted = plain->estimate;
        result.interval_unweighted = plain->interval;
    }
    const LogisticFit score = logistic_regression(all.rows, all.treated);
    if (score.separated || !score.converged) {
        result.why_not = "the covariates tell the arms apart completely";
        return result;
    }
    const std::vector<double> weights = propensity_weights(all.treated, score.fitted).overlap;
    result.effective_hae = effective_sample_size(weights, all.treated, 0);
    result.effective_hace = effective_sample_size(weights, all.treated, 1);
    bool alike = true;
    for (std::size_t j = 0; j < all.names.size(); ++j) {
        const std::vector<double> values = all.covariate(j);
        result.balance.push_back({all.names[j],
                                  standardised_difference(values, all.treated, ones),
                                  standardised_difference(values, all.treated, weights)});
        const auto& after = result.balance.back().after;
        alike = alike && after && std::abs(*after) < balanced;
    }
    if (std::min(result.effective_hae, result.effective_hace) < least_effective_size) {
        result.why_not = "an arm is worth fewer than 10 patients after weighting";
    } else if (!alike) {
        result.why_not = "weighting does not make the arms alike";
    } else if (const auto weighted = hazard_ratio(all, weights)) {
        result.hazard_ratio = weighted->estimate;
        result.interval = weighted->interval;
    } else {
        result.why_not = "no estimate converges";
    }
    return result;
}

} // namespace embolink
