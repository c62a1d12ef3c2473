// Propensity weights with balance and effective sample size, and direct standardisation, as JSON.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/weighting/logistic.hpp"
#include "analysis/weighting/propensity.hpp"
#include "analysis/weighting/standardisation.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

struct Groups {
    std::vector<int> treated;
    std::vector<std::vector<double>> rows;

    std::vector<double> covariate(std::size_t j) const {
        std::vector<double> out;
        for (const std::vector<double>& row : rows) {
            out.push_back(row[j]);
        }
        return out;
    }
};

json json_of_all(const std::vector<std::optional<double>>& values) {
    json out = json::array();
    for (const std::optional<double>& value : values) {
        out.push_back(json_of(value));
    }
    return out;
}

json balance(const Groups& groups, const std::vector<double>& weights) {
    json out = json::array();
    for (std::size_t j = 0; j < groups.rows.front().size(); ++j) {
        out.push_back(
            json_of(standardised_difference(groups.covariate(j), groups.treated, weights)));
    }
    return out;
}

void add_fit(json& out, const LogisticFit& fit) {
    out["ps_coef"] = json_of_all(fit.coefficient);
    out["ps_var"] = json::array();
    for (const auto& row : fit.covariance) {
        out["ps_var"].push_back(json_of_all(row));
    }
    out["ps"] = fit.fitted;
    if (fit.separated || !fit.converged) {
        out["estimable"] = false;
        add_warning(out,
                    "the covariates tell some subjects' groups apart completely: the score has no "
                    "finite coefficients");
    }
    if (std::ranges::any_of(fit.coefficient, [](const auto& b) { return !b.has_value(); })) {
        add_warning(out, "a covariate that the others determine was left out of the score");
    }
}

void add_outcome(json& out,
                 const Groups& groups,
                 const std::vector<double>& y,
                 const std::vector<double>& weights) {
    const auto treated = weighted_mean(y, groups.treated, weights, 1);
    const auto control = weighted_mean(y, groups.treated, weights, 0);
    out["hajek_risk_treated"] = treated->mean;
    out["hajek_risk_control"] = control->mean;
    out["hajek_se_treated"] = treated->standard_error;
    out["hajek_se_control"] = control->standard_error;
}

void add_guards(json& out, const Groups& groups) {
    const auto in_group = [&](int g) { return std::ranges::count(groups.treated, g); };
    const double least =
        std::min(out["ess_treated"].get<double>(), out["ess_control"].get<double>());
    if (groups.treated.size() < fewest_weighted_subjects ||
        std::min(in_group(0), in_group(1)) < fewest_weighted_in_group ||
        least < least_effective_size) {
        add_warning(out,
                    "fewer than 40 subjects, 10 in a group or an effective 10: show the unadjusted "
                    "comparison");
    }
}

} // namespace

json iptw_case(const json& input) {
    const Groups groups{whole_column(input, "A"), matrix(input, "X")};
    require_length("X", groups.rows.size(), groups.treated.size());
    const auto two = [](int g) { return g == 0 || g == 1; };
    const auto both = std::ranges::minmax(groups.treated);
    if (!std::ranges::all_of(groups.treated, two) || both.min == both.max) {
        return refusal("one-group", "A holds 1 for treated and 0 for control, and both occur.");
    }
    const auto finite = [](const std::vector<double>& row) {
        return std::ranges::all_of(row, [](double x) { return std::isfinite(x); });
    };
    if (!std::ranges::all_of(groups.rows, finite)) {
        return refusal("not-finite", "Every covariate is a finite number.");
    }
    const LogisticFit fit = logistic_regression(groups.rows, groups.treated);
    const PropensityWeights weights = propensity_weights(groups.treated, fit.fitted);
    json out;
    add_fit(out, fit);
    out["w_ate"] = weights.inverse;
    out["w_stabilised"] = weights.stabilised;
    out["w_overlap"] = weights.overlap;
    const std::vector<double> cut = truncated(weights.stabilised, 0.01, 0.99);
    out["w_stabilised_truncated"] = cut;
    for (const auto& [name, group] : {std::pair{"treated", 1}, {"control", 0}}) {
        const auto size = [&](const std::vector<double>& w) {
            return effective_sample_size(w, groups.treated, group);
        };
        out[std::string("ess_") + name] = size(weights.inverse);
        out[std::string("ess_truncated_") + name] = size(cut);
        out[std::string("ess_overlap_") + name] = size(weights.overlap);
    }
    out["smd_raw"] = balance(groups, std::vector<double>(groups.treated.size(), 1));
    out["smd_iptw"] = balance(groups, weights.inverse);
    out["smd_overlap"] = balance(groups, weights.overlap);
    if (given(input, "y")) {
        const std::vector<double> y = column(input, "y");
        require_length("y", y.size(), groups.treated.size());
        add_outcome(out, groups, y, weights.inverse);
    }
    add_guards(out, groups);
    return out;
}

json direct_standardisation_case(const json& input) {
    const std::vector<int> events = whole_column(input, "events");
    const std::vector<int> total = whole_column(input, "total");
    const std::vector<double> standard = column(input, "standard");
    require_length("total", total.size(), events.size());
    require_length("standard", standard.size(), events.size());
    std::vector<Stratum> strata;
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (events[i] < 0 || events[i] > total[i] || standard[i] < 0) {
            return refusal("impossible-count",
                           "A count lies between 0 and its total, a standard is not negative.");
        }
        strata.push_back({{events[i], total[i]}, standard[i]});
    }
    const auto rate = standardised_rate(strata);
    if (!rate) {
        return refusal("empty-stratum",
                       "A stratum of the standard population has no local case, or the standard "
                       "is empty.");
    }
    return {{"rate", rate->rate}, {"se", rate->standard_error}, {"crude", rate->crude}};
}

} // namespace embolink
