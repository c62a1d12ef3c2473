// Rates at one time as JSON: two groups, one group against a published rate, and non-inferiority to
// one. Where a rate is 0 or 1 R's arithmetic gives some of the values and NaN for the others; the
// keys here follow it, and what is computed with exact intervals instead stands beside them.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/comparison/fixed_time.hpp"
#include "analysis/comparison/non_inferiority.hpp"
#include "analysis/survival/kaplan_meier.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <string>

namespace embolink {
namespace {

using nlohmann::json;

constexpr double infinity = std::numeric_limits<double>::infinity();

// What is asked of one published rate.
struct Published {
    double t0 = 0;
    double p0 = 0;
    double n0 = 0;

    bool possible() const { return p0 >= 0 && p0 <= 1 && n0 > 0; }

    double log_variance() const { return p0 > 0 ? (1 - p0) / (n0 * p0) : infinity; }

    FixedTimeRate rate() const {
        return {p0, p0 > 0 ? std::optional{log_variance()} : std::nullopt};
    }
};

Published published_of(const json& row) {
    return {number(row, "t0"), number(row, "p0"), number(row, "n0")};
}

json impossible() {
    return refusal("impossible-rate", "p0 lies between 0 and 1 and n0 is positive.");
}

json z_of(const std::optional<ZTest>& test) {
    return {{"z", test ? json(test->z) : json()}};
}

json cloglog_part(const std::optional<ZTest>& test) {
    json out = z_of(test);
    out["p"] = test ? json(test->p) : json();
    out["chisq"] = test ? json(test->chi_square) : json();
    return out;
}

// log S / log p0 has a value at S = 1 or p0 = 1, too; its interval has none.
json ratio_part(const FixedTimeRate& local, const Published& trial, double confidence) {
    const auto ratio = cumulative_hazard_ratio(local, trial.rate(), confidence);
    const double estimate = std::log(local.survival) / std::log(trial.p0);
    return {{"estimate", json_of_arithmetic(estimate)},
            {"lower", ratio ? json(ratio->interval.lower) : json()},
            {"upper", ratio ? json(ratio->interval.upper) : json()}};
}

// The z of cloglog when the published rate is taken as known.
json fixed_z(const KaplanMeierAt& at, double p0) {
    if (!at.greenwood) {
        return nullptr;
    }
    const auto cloglog = [](double s) { return std::log(-std::log(s)); };
    const double log_s = std::log(at.survival);
    return json_of_arithmetic((cloglog(at.survival) - cloglog(p0)) /
                              std::sqrt(*at.greenwood / (log_s * log_s)));
}

// R drops both limits of an undefined log-log interval: an empty list.
json log_log_pair(const std::optional<Interval>& interval) {
    return interval ? pair_of(*interval) : json::array();
}

void add_intervals(json& out,
                   const KaplanMeier& curve,
                   const KaplanMeierAt& at,
                   const Published& trial,
                   double confidence) {
    const auto local =
        survival_interval(at.survival, at.greenwood, IntervalType::log_log, confidence);
    const auto published = published_interval(published_estimate(trial.p0, trial.n0), confidence);
    out["loglog_ci_local"] = log_log_pair(local);
    out["loglog_ci_trial"] = log_log_pair(published);
    out["mover_diff_ci"] =
        pair_of(local && published
                    ? std::optional{mover_difference(at.survival, *local, trial.p0, *published)}
                    : std::nullopt);
    const Interval exact = bpcp(curve, confidence)[at.bpcp_index];
    out["bpcp_ci_local"] = pair_of(exact);
    out["mover_bpcp_diff_ci"] = pair_of(mover_difference(
        at.survival, exact, trial.p0, published_or_exact_interval(trial.p0, trial.n0, confidence)));
}

void add_follow_up_warning(json& out, const KaplanMeierAt& at) {
    if (at.beyond_follow_up) {
        add_warning(out, "nobody was followed until t0: the last rate is carried forward");
    }
}

json comparison_part(const KaplanMeier& curve, const Published& trial, double confidence) {
    const KaplanMeierAt at = at_time(curve, trial.t0);
    const FixedTimeRate local{at.survival, at.greenwood};
    const FixedTimeComparison tests = compare_at_fixed_time(local, trial.rate());
    json out{
        {"local",
         {{"S", at.survival}, {"var_log_S", json_of(at.greenwood)}, {"n_risk_at_t0", at.at_risk}}},
        {"trial",
         {{"S", trial.p0},
          {"n", trial.n0},
          {"var_log_S", json_of(trial.log_variance())},
          {"se_S", json_of_arithmetic(trial.p0 * std::sqrt(trial.log_variance()))}}},
        {"naive_diff", z_of(tests.naive)},
        {"log", z_of(tests.log)},
        {"cloglog", cloglog_part(tests.cloglog)},
        {"trial_as_fixed_cloglog_z", fixed_z(at, trial.p0)},
        {"cumhaz_ratio_local_over_trial", ratio_part(local, trial, confidence)}};
    out["naive_diff"]["diff"] = at.survival - trial.p0;
    add_intervals(out, curve, at, trial, confidence);
    const bool uncertain = at.greenwood && *at.greenwood > 0;
    out["peto_effective_n_local"] =
        uncertain ? json((1 - at.survival) / (at.survival * *at.greenwood)) : json();
    if (!tests.cloglog) {
        out["estimable"] = false;
        add_warning(out, "a rate is 0 or 1: no test, use the exact intervals");
    }
    add_follow_up_warning(out, at);
    return out;
}

} // namespace

json fixed_time_vs_published_case(const json& input) {
    const double confidence = confidence_level(input);
    const KaplanMeier curve = kaplan_meier(survival_data(input));
    json out = json::array();
    for (const json& row : rows(input, "comparisons")) {
        const Published trial = published_of(row);
        out.push_back(trial.possible() ? comparison_part(curve, trial, confidence) : impossible());
    }
    return out;
}

json fixed_time_two_groups_case(const json& input) {
    const Labels groups = labels(input, "group");
    const SurvivalData data = survival_data(input);
    require_length("group", groups.size(), data.size());
    if (groups.count > 2) {
        return refusal("not-two-groups", "The comparison is of two groups.");
    }
    json out{{"groups", groups.names}};
    std::vector<FixedTimeRate> rates;
    for (int g = 0; g < groups.count; ++g) {
        const KaplanMeierAt at =
            at_time(kaplan_meier(subset(data, groups.codes, g)), number(input, "t0"));
        rates.push_back({at.survival, at.greenwood});
        out["S"].push_back(at.survival);
        out["var_log_S"].push_back(json_of(at.greenwood));
        add_follow_up_warning(out, at);
    }
    const FixedTimeComparison tests = groups.count == 2 // else every test is undefined
                                          ? compare_at_fixed_time(rates[0], rates[1])
                                          : FixedTimeComparison{};
    const auto add = [&](const std::string& name, const std::optional<ZTest>& test) {
        out["chisq_" + name] = test ? json(test->chi_square) : json();
        out["p_" + name] = test ? json(test->p) : json();
    };
    add("naive", tests.naive);
    add("log", tests.log);
    add("cloglog", tests.cloglog);
    add("arcsin", tests.arcsin);
    add("logit", tests.logit);
    if (!tests.cloglog) {
        out["estimable"] = false;
    }
    return out;
}

json non_inferiority_case(const json& input) {
    const double confidence = confidence_level(input);
    const double margin = number(input, "margin");
    const Published trial = published_of(input);
    if (!trial.possible()) {
        return impossible();
    }
    if (!(margin > 0 && margin <= 1)) {
        return refusal("impossible-margin", "The margin is a difference of rates, above 0.");
    }
    const KaplanMeier curve = kaplan_meier(survival_data(input));
    const KaplanMeierAt at = at_time(curve, trial.t0);
    const auto log_log =
        survival_interval(at.survival, at.greenwood, IntervalType::log_log, confidence);
    const Interval local = log_log ? *log_log : bpcp(curve, confidence)[at.bpcp_index];
    const Interval published = published_or_exact_interval(trial.p0, trial.n0, confidence);
    const NonInferiority answer = non_inferiority(at.survival, local, trial.p0, published, margin);
    json out{{"local", {{"S", at.survival}, {"ci", pair_of(local)}}},
             {"trial", {{"S", trial.p0}, {"ci", pair_of(published)}}},
             {"difference", answer.difference},
             {"difference_ci", pair_of(answer.interval)},
             {"margin", margin},
             {"non_inferior", answer.shown},
             {"testable", answer.testable}};
    if (!answer.testable) {
        add_warning(out,
                    "the published rate is too uncertain for this margin: no local result could "
                    "show it");
    }
    add_follow_up_warning(out, at);
    return out;
}

} // namespace embolink
