// The log-rank family as JSON: five weights, strata, and the permutation test of two groups.
// Degenerate data get R's values (survdiff) and "estimable": false.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/log_rank.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace embolink {
namespace {

using nlohmann::json;

constexpr std::uint64_t default_seed = 20120411;
constexpr std::size_t most_permuted = 1000; // the normal approximation serves above it

struct WeightName {
    const char* key;
    LogRankWeight weight;
};

constexpr WeightName weights[] = {{"rho_0", {LogRankFamily::fleming_harrington, 0}},
                                  {"rho_1", {LogRankFamily::fleming_harrington, 1}},
                                  {"rho_0.5", {LogRankFamily::fleming_harrington, 0.5}},
                                  {"gehan", {LogRankFamily::gehan, 0}},
                                  {"tarone_ware", {LogRankFamily::tarone_ware, 0}}};

// R answers chi-square 0 where no group, or one alone, was at risk of an event: p is 1 on 0 degrees
// of freedom and missing on -1.
void add_as_r_does(json& part, const LogRankResult& result) {
    part["chisq"] = 0;
    part["p"] = result.outcome == LogRankOutcome::no_comparison ? json(1) : json();
    part["estimable"] = false;
    add_warning(part,
                result.outcome == LogRankOutcome::no_events
                    ? "no events: there is nothing to compare"
                    : "one group alone was ever at risk of an event: there is no comparison");
}

json log_rank_part(const LogRankResult& result, const Labels& groups) {
    json part{{"group_levels", groups.names},
              {"n", result.n},
              {"observed", result.observed},
              {"expected", result.expected},
              {"var", result.variance},
              {"chisq", json_of(result.chi_square)},
              {"df", result.degrees_of_freedom},
              {"p", json_of(result.p)}};
    if (groups.count == 2) {
        part["z_group1"] = json_of(result.z_first);
    }
    if (result.outcome == LogRankOutcome::no_events ||
        result.outcome == LogRankOutcome::no_comparison) {
        add_as_r_does(part, result);
    }
    if (result.outcome == LogRankOutcome::singular_variance) {
        part.update(refusal("singular-variance",
                            "The groups were never at risk together, or all at risk had the event "
                            "at once: the variance of the comparison is singular."));
    }
    return part;
}

void add_peto(json& part, const LogRankResult& result) {
    if (const auto peto = peto_log_hazard_ratio(result)) {
        part["peto_log_hazard_ratio"] = {{"estimate", peto->estimate}, {"se", peto->error}};
    }
}

json permutation_part(const PermutationResult& permutation) {
    return {{"statistic_U1", permutation.statistic},
            {"scores", permutation.scores},
            {"n_permutations", permutation.permutations},
            {"count_two_sided", permutation.two_sided_count},
            {"count_le", permutation.less_count},
            {"count_ge", permutation.greater_count},
            {"p_two_sided", permutation.p_two_sided},
            {"p_less", permutation.p_less},
            {"p_greater", permutation.p_greater},
            {"var_permutation", permutation.variance}};
}

void add_permutation(json& out, const LogRankInput& input, std::uint64_t seed) {
    if (input.groups != 2 || !input.strata.empty() || input.group.size() > most_permuted) {
        return;
    }
    const auto permutation = permutation_log_rank(input.data, input.group, seed);
    if (!permutation) {
        return;
    }
    json part = permutation_part(*permutation);
    if (!permutation->exact) {
        part["seed"] = seed;
    }
    out[permutation->exact ? "permutation_exact" : "permutation_monte_carlo"] = std::move(part);
}

} // namespace

json logrank_case(const json& input) {
    LogRankInput log_rank_input;
    log_rank_input.data = survival_data(input);
    const std::size_t n = log_rank_input.data.size();
    const Labels groups = labels(input, "group");
    require_length("group", groups.size(), n);
    if (groups.count < 2) {
        return refusal("one-group", "There is only one group.");
    }
    log_rank_input.group = groups.codes;
    log_rank_input.groups = groups.count;
    if (given(input, "strata")) {
        log_rank_input.strata = labels(input, "strata").codes;
        require_length("strata", log_rank_input.strata.size(), n);
    }
    const auto seed = static_cast<std::uint64_t>(
        given(input, "seed") ? whole_number(input, "seed") : static_cast<int>(default_seed));
    json out;
    for (const WeightName& name : weights) {
        log_rank_input.weight = name.weight;
        const LogRankResult result = log_rank(log_rank_input);
        json part = log_rank_part(result, groups);
        if (out.is_null()) { // the log-rank weight comes first
            add_peto(part, result);
        }
        if (name.weight.family == LogRankFamily::fleming_harrington) {
            part["rho"] = name.weight.rho;
        }
        out[name.key] = std::move(part);
    }
    add_permutation(out, log_rank_input, seed);
    const bool singular = out.at("rho_0").contains("refused");
    return singular && !out.contains("permutation_exact")
               ? json{{"refused", out.at("rho_0").at("refused")}}
               : out;
}

} // namespace embolink
