// Rates at one time as JSON: two groups, and one group against a published rate.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/comparison/fixed_time.hpp"
#include "analysis/survival/kaplan_meier.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

json z_of(const std::optional<ZTest>& test) {
    return {{"z", test ? json(test->z) : json()}};
}

json cloglog_part(const std::optional<ZTest>& test) {
    json out = z_of(test);
    out["p"] = test ? json(test->p) : json();
    out["chisq"] = test ? json(test->chi_square) : json();
    return out;
}

json ratio_part(const std::optional<HazardRatio>& hazard) {
    return {{"estimate", hazard ? json(hazard->estimate) : json()},
            {"lower", hazard ? json(hazard->interval.lower) : json()},
            {"upper", hazard ? json(hazard->interval.upper) : json()}};
}

json published_part(const KaplanMeierAt& at, const PublishedEstimate& trial, double n0) {
    const FixedTimeRate local{at.survival, at.greenwood};
    const FixedTimeRate published = rate_of(trial);
    const FixedTimeComparison tests = compare_at_fixed_time(local, published);
    const auto local_ci = survival_interval(at.survival, at.greenwood, IntervalType::log_log);
    const auto trial_ci = published_interval(trial);
    const auto fixed = compare_at_fixed_time(local, {trial.rate, 0.0});
    json out{
        {"local",
         {{"S", at.survival}, {"var_log_S", json_of(at.greenwood)}, {"n_risk_at_t0", at.at_risk}}},
        {"trial",
         {{"S", trial.rate},
          {"n", n0},
          {"var_log_S", json_of(published.log_variance)},
          {"se_S", std::sqrt(trial.variance)}}},
        {"naive_diff", z_of(tests.naive)},
        {"log", z_of(tests.log)},
        {"cloglog", cloglog_part(tests.cloglog)},
        {"trial_as_fixed_cloglog_z", fixed.cloglog ? json(fixed.cloglog->z) : json()}};
    out["naive_diff"]["diff"] = at.survival - trial.rate;
    out["cumhaz_ratio_local_over_trial"] = ratio_part(cumulative_hazard_ratio(local, published));
    if (local_ci && trial_ci) {
        out["loglog_ci_local"] = pair_of(*local_ci);
        out["loglog_ci_trial"] = pair_of(*trial_ci);
        out["mover_diff_ci"] =
            pair_of(mover_difference(at.survival, *local_ci, trial.rate, *trial_ci));
    }
    out["peto_effective_n_local"] = at.greenwood && *at.greenwood > 0
                                        ? json((1 - at.survival) / (at.survival * *at.greenwood))
                                        : json();
    return out;
}

} // namespace

json fixed_time_vs_published_case(const json& input) {
    const KaplanMeier curve = kaplan_meier(survival_data(input));
    json out = json::array();
    for (const json& row : input.at("comparisons")) {
        const double n0 = number(row, "n0");
        out.push_back(published_part(
            at_time(curve, number(row, "t0")), published_estimate(number(row, "p0"), n0), n0));
    }
    return out;
}

json fixed_time_two_groups_case(const json& input) {
    const Labels groups = labels(input, "group");
    const SurvivalData data = survival_data(input);
    const auto rate = [&](int g) {
        const KaplanMeierAt at =
            at_time(kaplan_meier(subset(data, groups.codes, g)), number(input, "t0"));
        return FixedTimeRate{at.survival, at.greenwood};
    };
    const FixedTimeRate a = rate(0);
    const FixedTimeRate b = rate(1);
    const FixedTimeComparison tests = compare_at_fixed_time(a, b);
    json out{{"groups", groups.names},
             {"S", {a.survival, b.survival}},
             {"var_log_S", {json_of(a.log_variance), json_of(b.log_variance)}}};
    const auto add = [&](const std::string& name, const std::optional<ZTest>& test) {
        out["chisq_" + name] = test ? json(test->chi_square) : json();
        out["p_" + name] = test ? json(test->p) : json();
    };
    add("naive", tests.naive);
    add("log", tests.log);
    add("cloglog", tests.cloglog);
    add("arcsin", tests.arcsin);
    add("logit", tests.logit);
    return out;
}

} // namespace embolink
