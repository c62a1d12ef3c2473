// Cox's model as JSON, with the keys of R's coxph, basehaz and cox.zph, for Efron's and Breslow's
// ties.
#include "analysis/cases/case_cox_input.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/regression/concordance.hpp"
#include "analysis/regression/cox.hpp"
#include "analysis/regression/cox_residuals.hpp"
#include "analysis/regression/cox_zph.hpp"

#include <boost/math/distributions/normal.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace embolink {
namespace {

using nlohmann::json;

json rows_of(const Matrix& matrix) {
    json out = json::array();
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        json row = json::array();
        for (const double value : matrix.row(i)) {
            row.push_back(json_of(value));
        }
        out.push_back(std::move(row));
    }
    return out;
}

// One line of R's coefficient table; a coefficient that was left out has a standard error of 0.
void add_coefficient(json& out, std::optional<double> beta, double error) {
    const boost::math::normal standard;
    const double z95 = quantile(complement(standard, 0.025));
    const auto add = [&](const char* key, std::optional<double> value) {
        out[key].push_back(json_of(value));
    };
    // As R divides: an error of 0 gives an infinite z, or none.
    const double z = beta ? *beta / error : std::numeric_limits<double>::quiet_NaN();
    const bool tested = !std::isnan(z);
    const double p = std::isfinite(z) ? 2 * cdf(complement(standard, std::abs(z))) : 0;
    add("beta", beta);
    out["se"].push_back(json_of(error));
    add("z", tested ? std::optional{z} : std::nullopt);
    add("p", tested ? std::optional{p} : std::nullopt);
    add("hr", beta ? std::optional{std::exp(*beta)} : std::nullopt);
    add("hr_lower95", beta ? std::optional{std::exp(*beta - z95 * error)} : std::nullopt);
    add("hr_upper95", beta ? std::optional{std::exp(*beta + z95 * error)} : std::nullopt);
}

void add_tests(json& out, const CoxFit& fit, const Matrix& variance) {
    out["lr_test"] = json_of(fit.likelihood_ratio.statistic);
    out["lr_p"] = fit.likelihood_ratio.p;
    out["score_test"] = json_of(fit.score.statistic);
    out["score_p"] = fit.score.p;
    const auto wald = fit.outcome == CoxOutcome::no_events ? fit.wald : wald_test(fit, variance);
    // R's Wald test of no coefficient is a vector of length 0, of one without variance undefined.
    const json none = fit.degrees_of_freedom > 0 ? json() : json::array();
    out["wald_test"] = wald ? json_of(wald->statistic) : none;
    out["wald_p"] = wald ? json(wald->p) : none;
}

// What R warns of, and why the numbers beside it are no estimates.
void add_outcome(json& out, const CoxFit& fit) {
    out["monotone_likelihood"] = fit.outcome == CoxOutcome::monotone_likelihood;
    if (fit.outcome == CoxOutcome::no_events) {
        out["estimable"] = false;
        add_warning(out, "no events: nothing is estimated");
        return;
    }
    if (fit.degrees_of_freedom < static_cast<int>(fit.beta.size())) {
        out["estimable"] = fit.degrees_of_freedom > 0;
        add_warning(out, "a covariate is constant or collinear within the risk sets and left out");
    }
    if (fit.outcome == CoxOutcome::monotone_likelihood) {
        out["estimable"] = false;
        add_warning(out,
                    "the likelihood rises for ever: beta, its error and the Wald test mean "
                    "nothing; use the likelihood ratio and Firth's estimate");
    }
    if (fit.outcome == CoxOutcome::not_converged) {
        add_warning(out, "the iterations ran out before they converged");
    }
    if (fit.events < events_for_each_covariate * fit.degrees_of_freedom) {
        add_warning(out, "fewer than 10 events for each covariate: show Firth's estimate");
    }
}

void add_baseline(json& out, const CoxDesign& design, const CoxFit& fit, const CoxCase& given) {
    const BaselineHazard baseline = baseline_hazard(design, fit.scaled_beta, given.ties);
    json& part = out["baseline_cumhaz_at_x0"];
    part["time"] = baseline.time;
    for (std::size_t i = 0; i < baseline.hazard.size(); ++i) {
        part["hazard"].push_back(json_of(baseline.hazard[i]));
        if (!given.data.strata.empty()) {
            part["strata"].push_back(
                given.strata_names[static_cast<std::size_t>(baseline.stratum[i])]);
        }
    }
}

void add_zph(json& out, const CoxDesign& design, const CoxFit& fit, const CoxCase& given) {
    constexpr std::pair<const char*, TimeTransform> transforms[] = {
        {"identity", TimeTransform::identity},
        {"log", TimeTransform::log},
        {"km", TimeTransform::km},
        {"rank", TimeTransform::rank}};
    out["cox_zph"] = json::object();
    for (const auto& [name, transform] : transforms) {
        const auto zph = cox_zph(design, fit, given.ties, transform);
        if (!zph) {
            add_warning(out, std::string("cox_zph ") + name + ": undefined for these times");
            continue;
        }
        json& part = out["cox_zph"][name];
        const auto add = [&](const std::string& row, const CoxTest& test, std::size_t df) {
            part["rows"].push_back(row);
            part["chisq"].push_back(test.statistic);
            part["df"].push_back(df);
            part["p"].push_back(test.p);
        };
        for (const ZphTest& each : zph->each) {
            add(given.names[each.covariate], each.test, 1);
        }
        add("GLOBAL", zph->global, zph->each.size());
    }
}

void add_residuals(json& out, const CoxDesign& design, const CoxFit& fit, Ties ties) {
    out["martingale_residuals"] = martingale_residuals(design, fit.scaled_beta, ties);
    const SchoenfeldResiduals schoenfeld = schoenfeld_residuals(design, fit.scaled_beta, ties);
    out["schoenfeld"] = rows_of(schoenfeld.residuals);
    out["schoenfeld_event_times"] = schoenfeld.time;
}

json fit_part(const CoxDesign& design, const CoxCase& given) {
    const CoxFit fit = cox_fit(design, {given.ties});
    json out{{"n", fit.n},
             {"n_event", fit.events},
             {"loglik_null", json_of(fit.log_likelihood_null)},
             {"loglik", json_of(fit.log_likelihood)},
             {"df", fit.degrees_of_freedom}};
    Matrix variance = fit.variance;
    if (given.robust && fit.degrees_of_freedom > 0) {
        const RobustVariance robust = robust_variance(design, fit, given.ties, given.cluster);
        out["naive_var"] = rows_of(fit.variance);
        const json test = json_of(robust.score_test); // R's is a matrix for one covariate
        out["robust_score_test"] = fit.beta.size() == 1 ? json::array({json::array({test})}) : test;
        variance = robust.variance;
    }
    out["var"] = rows_of(variance);
    for (std::size_t i = 0; i < fit.beta.size(); ++i) {
        add_coefficient(out, fit.beta[i], std::sqrt(std::max(0.0, variance(i, i))));
    }
    add_tests(out, fit, variance);
    add_outcome(out, fit);
    if (fit.events > 0) {
        out["concordance"] =
            json_of(concordance(design, linear_predictors(design, fit.scaled_beta)).value());
        add_baseline(out, design, fit, given);
        add_zph(out, design, fit, given);
        add_residuals(out, design, fit, given.ties);
    }
    return out;
}

} // namespace

json cox_case(const json& input) {
    CoxCase given = cox_input(input);
    for (const double weight : given.data.survival.weight) {
        if (!(weight > 0) || std::isinf(weight)) {
            return refusal("weight-not-positive", "A weight is not above 0, or infinite.");
        }
    }
    const CoxDesign design = cox_design(given.data);
    if (design.size() == 1 && design.events == 1) {
        return refusal("one-subject", "A single subject has nobody to be compared with.");
    }
    json out;
    for (const auto& [name, ties] : {std::pair{"efron", Ties::efron}, {"breslow", Ties::breslow}}) {
        given.ties = ties;
        out[name] = fit_part(design, given);
    }
    return out;
}

} // namespace embolink
