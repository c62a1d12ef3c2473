// The log-rank family as JSON: three weights, and the exact permutation where it is small.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/log_rank.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

json log_rank_part(const LogRankResult& result, const Labels& groups, double rho) {
    return {{"rho", rho},
            {"group_levels", groups.names},
            {"n", result.n},
            {"observed", result.observed},
            {"expected", result.expected},
            {"var", result.variance},
            {"chisq", json_of(result.chi_square)},
            {"df", result.degrees_of_freedom},
            {"p", json_of(result.p)},
            {"z_group1", json_of(result.z_first)}};
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

} // namespace

json logrank_case(const json& input) {
    const SurvivalData data = survival_data(input);
    const Labels groups = labels(input, "group");
    require_length("group", groups.size(), data.size());
    LogRankInput log_rank_input{data, groups.codes, groups.count, {}, 0};
    if (given(input, "strata")) {
        log_rank_input.strata = labels(input, "strata").codes;
        require_length("strata", log_rank_input.strata.size(), data.size());
    }
    json out;
    for (const auto& [name, rho] : {std::pair{"rho_0", 0.0}, {"rho_1", 1.0}, {"rho_0.5", 0.5}}) {
        log_rank_input.rho = rho;
        out[name] = log_rank_part(log_rank(log_rank_input), groups, rho);
    }
    const auto permutation =
        groups.count == 2 ? permutation_log_rank(data, groups.codes) : std::nullopt;
    if (permutation && permutation->exact) {
        out["permutation_exact"] = permutation_part(*permutation);
    }
    return out;
}

} // namespace embolink
