// The statistics against R: every case of tests/reference/cases, every key.
#include "analysis/comparison/fixed_time.hpp"
#include "analysis/comparison/p_adjust.hpp"
#include "analysis/proportions/proportion.hpp"
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"
#include "tests/analysis/reference_case.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace embolink::test {
namespace {

using nlohmann::json;

constexpr std::pair<const char*, IntervalType> interval_types[] = {
    {"plain", IntervalType::plain},
    {"log", IntervalType::log},
    {"log-log", IntervalType::log_log},
    {"logit", IntervalType::logit},
    {"arcsin", IntervalType::arcsin}};

std::optional<double> root(std::optional<double> variance) {
    return variance ? std::optional{std::sqrt(*variance)} : std::nullopt;
}

void add_interval(json& target, const std::optional<Interval>& interval) {
    target["lower"].push_back(json_of(interval ? std::optional{interval->lower} : std::nullopt));
    target["upper"].push_back(json_of(interval ? std::optional{interval->upper} : std::nullopt));
}

json pair_of(const Interval& interval) {
    return {json_of(interval.lower), json_of(interval.upper)};
}

// R writes Inf for the log standard error at S = 0 and NA for that of S.
json log_error(std::optional<double> variance) {
    return variance ? json_of(root(variance)) : json("Inf");
}

json rows_of(const KaplanMeier& curve) {
    json out;
    for (const KaplanMeierRow& row : curve.rows) {
        const auto error = root(row.greenwood);
        out["time"].push_back(row.time);
        out["n_risk"].push_back(row.at_risk);
        out["n_event"].push_back(row.events);
        out["n_censor"].push_back(row.censored);
        out["surv"].push_back(row.survival);
        out["se_log_surv"].push_back(log_error(row.greenwood));
        out["se_surv"].push_back(json_of(error ? std::optional{*error * row.survival} : error));
        out["cumhaz_nelson_aalen"].push_back(row.cumulative_hazard);
        out["se_cumhaz"].push_back(std::sqrt(row.hazard_variance));
    }
    return out;
}

json bpcp_of(const KaplanMeier& curve, double confidence) {
    json out;
    const std::vector<Interval> intervals = bpcp(curve, confidence);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        const bool last = i == curve.rows.size();
        out["L"].push_back(i == 0 ? 0.0 : curve.rows[i - 1].time);
        out["R"].push_back(last ? json("Inf") : json(curve.rows[i].time));
        out["surv"].push_back(i == 0 ? 1.0 : curve.rows[i - 1].survival);
        add_interval(out, intervals[i]);
    }
    return out;
}

json at_times_of(const KaplanMeier& curve, const json& times, double confidence) {
    json out;
    for (const double t : column(times)) {
        const KaplanMeierAt at = at_time(curve, t);
        const auto error = root(at.greenwood);
        out["times"].push_back(t);
        out["n_risk"].push_back(at.at_risk);
        out["surv"].push_back(at.survival);
        out["se_surv"].push_back(json_of(error ? std::optional{*error * at.survival} : error));
        for (const auto& [name, type] : interval_types) {
            // Before the first observed time R prints [1, 1] for every transform.
            add_interval(out[name],
                         at.bpcp_index == 0
                             ? Interval{1, 1}
                             : survival_interval(at.survival, at.greenwood, type, confidence));
        }
    }
    return out;
}

// The probabilities of the quantiles stand in the expected part alone.
json kaplan_meier_result(const SurvivalData& data, const json& input, const json& expected) {
    const double confidence = input.at("conf_level");
    const KaplanMeier curve = kaplan_meier(data);
    json out = rows_of(curve);
    out["n"] = curve.n;
    for (const auto& [name, type] : interval_types) {
        for (const KaplanMeierRow& row : curve.rows) {
            add_interval(out["ci"][name],
                         survival_interval(row.survival, row.greenwood, type, confidence));
        }
        for (const double p : column(expected.at("quantiles").at(name).at("p"))) {
            const SurvivalQuantile q = quantile(curve, p, type, confidence);
            json& target = out["quantiles"][name];
            target["p"].push_back(p);
            target["quantile"].push_back(json_of(q.time));
            target["lower"].push_back(json_of(q.lower));
            target["upper"].push_back(json_of(q.upper));
        }
    }
    if (data.weight.empty()) {
        out["bpcp_mm"] = bpcp_of(curve, confidence);
    }
    if (!input.at("times").is_null()) {
        out["at_times"] = at_times_of(curve, input.at("times"), confidence);
    }
    return out;
}

SurvivalData survival_data(const json& input) {
    SurvivalData data;
    data.time = column(input.at("time"));
    for (const double status : column(input.at("status"))) {
        data.event.push_back(static_cast<int>(status));
    }
    if (input.contains("weight") && !input.at("weight").is_null()) {
        data.weight = column(input.at("weight"));
    }
    return data;
}

json run_km(const json& input, const json& expected) {
    const SurvivalData data = survival_data(input);
    if (input.at("group").is_null()) {
        return {{"all", kaplan_meier_result(data, input, expected.at("all"))}};
    }
    const Labels groups = labels(input.at("group"));
    json out;
    for (int g = 0; g < groups.count; ++g) {
        const json& name = groups.names[static_cast<std::size_t>(g)];
        const std::string key = name.is_string() ? name.get<std::string>() : name.dump();
        out[key] = kaplan_meier_result(subset(data, groups.codes, g), input, expected.at(key));
    }
    return out;
}

json run_delayed_entry(const json& input, const json&) {
    SurvivalData data;
    data.entry = column(input.at("start"));
    data.time = column(input.at("stop"));
    for (const double status : column(input.at("status"))) {
        data.event.push_back(static_cast<int>(status));
    }
    const KaplanMeier curve = kaplan_meier(data);
    json out = rows_of(curve);
    out["n_enter"] = nullptr;
    for (const KaplanMeierRow& row : curve.rows) {
        const auto interval = survival_interval(row.survival, row.greenwood, IntervalType::log_log);
        json both;
        add_interval(both, interval);
        out["lower_loglog"].push_back(both["lower"][0]);
        out["upper_loglog"].push_back(both["upper"][0]);
    }
    return out;
}

json run_log_rank(const json& input, const json&) {
    const Labels groups = labels(input.at("group"));
    LogRankInput log_rank_input{survival_data(input), groups.codes, groups.count, {}, 0};
    const json& strata = input.at("strata");
    if (!strata.is_null()) {
        log_rank_input.strata = labels(strata).codes;
    }
    json out;
    for (const double rho : {0.0, 1.0, 0.5}) {
        log_rank_input.rho = rho;
        const LogRankResult result = log_rank(log_rank_input);
        json names = json::array();
        for (const json& name : groups.names) {
            names.push_back(name.is_string() ? name.get<std::string>() : name.dump());
        }
        json part{{"rho", rho},
                  {"group_levels", names},
                  {"n", result.n},
                  {"observed", result.observed},
                  {"expected", result.expected},
                  {"var", result.variance},
                  {"chisq", json_of(result.chi_square)},
                  {"df", result.degrees_of_freedom},
                  {"p", json_of(result.p)},
                  {"z_group1", json_of(result.z_first)}};
        out[rho == 0 ? "rho_0" : rho == 1 ? "rho_1" : "rho_0.5"] = part;
    }
    const auto permutation =
        groups.count == 2 ? permutation_log_rank(log_rank_input.data, groups.codes) : std::nullopt;
    if (permutation && permutation->exact) {
        out["permutation_exact"] = {{"statistic_U1", permutation->statistic},
                                    {"scores", permutation->scores},
                                    {"n_permutations", permutation->permutations},
                                    {"count_two_sided", permutation->two_sided_count},
                                    {"count_le", permutation->less_count},
                                    {"count_ge", permutation->greater_count},
                                    {"p_two_sided", permutation->p_two_sided},
                                    {"p_less", permutation->p_less},
                                    {"p_greater", permutation->p_greater},
                                    {"var_permutation", permutation->variance}};
    }
    return out;
}

json run_proportion(const json& input, const json&) {
    const double confidence = input.at("conf_level");
    json out = json::array();
    for (std::size_t i = 0; i < input.at("x").size(); ++i) {
        const Proportion p{input.at("x")[i].get<int>(), input.at("n")[i].get<int>()};
        const double a = 1 - confidence;
        const Interval one_sided = clopper_pearson_one_sided(p, 1 - a);
        json row{{"estimate", p.estimate()},
                 {"clopper_pearson", pair_of(clopper_pearson(p, confidence))},
                 {"wilson", pair_of(wilson(p, confidence))},
                 {"wilson_cc", pair_of(wilson_corrected(p, confidence))},
                 {"mid_p", pair_of(mid_p(p, confidence))},
                 {"jeffreys", pair_of(jeffreys(p, confidence))},
                 {"agresti_coull", pair_of(agresti_coull(p, confidence))},
                 {"wald", pair_of(wald(p, confidence))},
                 {"cp_one_sided_lower", one_sided.lower},
                 {"cp_one_sided_upper", one_sided.upper}};
        if (!input.at("p0").is_null()) {
            const double p0 = input.at("p0")[i];
            const ProportionTest test = test_proportion(p, p0);
            row["test_vs_p0"] = {{"p0", p0},
                                 {"p_two_sided_minlike", test.two_sided},
                                 {"p_greater", test.greater},
                                 {"p_less", test.less},
                                 {"p_greater_midp", test.greater_mid_p},
                                 {"p_less_midp", test.less_mid_p},
                                 {"score_z", test.score_z}};
        }
        out.push_back(row);
    }
    return out;
}

json run_two_by_two(const json& input, const json&) {
    const double confidence = input.at("conf_level");
    json out = json::array();
    for (std::size_t i = 0; i < input.at("x1").size(); ++i) {
        const TwoByTwo t{{input.at("x1")[i].get<int>(), input.at("n1")[i].get<int>()},
                         {input.at("x2")[i].get<int>(), input.at("n2")[i].get<int>()}};
        const FisherTest fisher = fisher_test(t);
        json row{{"fisher_p_two_sided", fisher.two_sided},
                 {"fisher_p_less", fisher.less},
                 {"fisher_p_greater", fisher.greater},
                 {"fisher_midp_two_sided", fisher.two_sided_mid_p},
                 {"fisher_midp_less", fisher.less_mid_p},
                 {"fisher_midp_greater", fisher.greater_mid_p},
                 {"prob_observed_table", fisher.observed_probability},
                 {"diff", t.first.estimate() - t.second.estimate()},
                 {"newcombe_ci", pair_of(newcombe(t, confidence))},
                 {"miettinen_nurminen_ci", pair_of(miettinen_nurminen(t, confidence))}};
        if (const auto z = pooled_z(t)) {
            row["pooled_z"] = *z;
            row["chisq_uncorrected"] = *z * *z;
            row["chisq_p"] = std::erfc(std::abs(*z) / std::sqrt(2.0));
        }
        out.push_back(row);
    }
    return out;
}

json z_of(const std::optional<ZTest>& test) {
    return {{"z", test ? json(test->z) : json()}};
}

json run_fixed_time_vs_published(const json& input, const json&) {
    const KaplanMeier curve = kaplan_meier(survival_data(input));
    json out = json::array();
    for (const json& row : input.at("comparisons")) {
        const double n0 = row.at("n0");
        const KaplanMeierAt at = at_time(curve, row.at("t0"));
        const PublishedEstimate trial = published_estimate(row.at("p0"), n0);
        const FixedTimeRate local{at.survival, at.greenwood};
        const FixedTimeRate published = rate_of(trial);
        const FixedTimeComparison tests = compare_at_fixed_time(local, published);
        const auto hazard = cumulative_hazard_ratio(local, published);
        const auto local_ci = survival_interval(at.survival, at.greenwood, IntervalType::log_log);
        const auto trial_ci = published_interval(trial);
        const auto fixed = compare_at_fixed_time(local, {trial.rate, 0.0});
        json result{{"local",
                     {{"S", at.survival},
                      {"var_log_S", json_of(at.greenwood)},
                      {"n_risk_at_t0", at.at_risk}}},
                    {"trial",
                     {{"S", trial.rate},
                      {"n", n0},
                      {"var_log_S", json_of(published.log_variance)},
                      {"se_S", std::sqrt(trial.variance)}}},
                    {"naive_diff", z_of(tests.naive)},
                    {"log", z_of(tests.log)},
                    {"cloglog", z_of(tests.cloglog)},
                    {"trial_as_fixed_cloglog_z", fixed.cloglog ? json(fixed.cloglog->z) : json()}};
        result["naive_diff"]["diff"] = at.survival - trial.rate;
        result["cloglog"]["p"] = tests.cloglog ? json(tests.cloglog->p) : json();
        result["cloglog"]["chisq"] = tests.cloglog ? json(tests.cloglog->chi_square) : json();
        result["cumhaz_ratio_local_over_trial"] = {
            {"estimate", hazard ? json(hazard->estimate) : json()},
            {"lower", hazard ? json(hazard->interval.lower) : json()},
            {"upper", hazard ? json(hazard->interval.upper) : json()}};
        if (local_ci && trial_ci) {
            result["loglog_ci_local"] = pair_of(*local_ci);
            result["loglog_ci_trial"] = pair_of(*trial_ci);
            result["mover_diff_ci"] =
                pair_of(mover_difference(at.survival, *local_ci, trial.rate, *trial_ci));
        }
        result["peto_effective_n_local"] =
            at.greenwood && *at.greenwood > 0
                ? json((1 - at.survival) / (at.survival * *at.greenwood))
                : json();
        out.push_back(result);
    }
    return out;
}

json run_fixed_time_two_groups(const json& input, const json&) {
    const Labels groups = labels(input.at("group"));
    const SurvivalData data = survival_data(input);
    const auto rate = [&](int g) {
        const KaplanMeierAt at =
            at_time(kaplan_meier(subset(data, groups.codes, g)), input.at("t0"));
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

json run_p_adjust(const json& input, const json&) {
    const std::vector<double> p = column(input.at("p"));
    return {{"bonferroni", bonferroni_adjusted(p)},
            {"holm", holm_adjusted(p)},
            {"hochberg", hochberg_adjusted(p)},
            {"bh", benjamini_hochberg_adjusted(p)}};
}

struct Kind {
    const char* name;
    json (*run)(const json& input, const json& expected);
};

constexpr Kind kinds[] = {{"km", run_km},
                          {"km_delayed_entry", run_delayed_entry},
                          {"logrank", run_log_rank},
                          {"proportion", run_proportion},
                          {"two_by_two", run_two_by_two},
                          {"fixed_time_vs_published", run_fixed_time_vs_published},
                          {"fixed_time_two_groups", run_fixed_time_two_groups},
                          {"p_adjust", run_p_adjust}};

class Reference : public testing::TestWithParam<std::pair<ReferenceCase, Kind>> {};

TEST_P(Reference, AgreesWithR) {
    const auto& [reference, kind] = GetParam();
    const json got = kind.run(reference.input, reference.expected);
    EXPECT_EQ(differences(reference.expected, got, reference.tolerance),
              std::vector<std::string>{});
}

std::vector<std::pair<ReferenceCase, Kind>> all_cases() {
    std::vector<std::pair<ReferenceCase, Kind>> all;
    for (const Kind& kind : kinds) {
        for (const ReferenceCase& reference : reference_cases(kind.name)) {
            all.emplace_back(reference, kind);
        }
    }
    return all;
}

// A case whose kind nobody runs would prove nothing.
TEST(ReferenceCases, EveryFileIsRun) {
    EXPECT_EQ(all_cases().size(), reference_case_files());
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, testing::ValuesIn(all_cases()), [](const auto& test) {
    std::string name = test.param.first.name;
    for (char& c : name) {
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return name;
});

} // namespace
} // namespace embolink::test
