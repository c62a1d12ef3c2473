// Two proportions as JSON.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/numeric/roots.hpp"
#include "analysis/proportions/odds_ratio.hpp"
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/proportions/unconditional.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

// One probability is kept for each table with the same margins.
constexpr int most_in_row = 10'000'000;

bool possible(Proportion row) {
    return row.events >= 0 && row.events <= row.total && row.total > 0 && row.total <= most_in_row;
}

void add_odds_ratio(json& row, const TwoByTwo& t, double confidence) {
    // As far as R's fisher.test goes: its root finder stops early.
    const ConditionalOddsRatio odds = conditional_odds_ratio(t, confidence, uniroot_tolerance);
    row["odds_ratio_conditional_mle"] = json_of(odds.estimate);
    row["odds_ratio_ci"] = pair_of(odds.interval);
    row["odds_ratio_sample"] = json_of(sample_odds_ratio(t));
}

void add_unconditional(json& row, const TwoByTwo& t) {
    const auto part = [](const UnconditionalTest& test) {
        return json{{"p", test.p}, {"nuisance", test.nuisance}};
    };
    if (const auto boschloo = boschloo_test(t)) {
        row["boschloo"] = part(*boschloo);
    }
    if (const auto barnard = barnard_test(t)) {
        row["barnard_z_pooled"] = part(*barnard);
    }
}

json table_part(const TwoByTwo& t, double confidence) {
    const FisherTest fisher = fisher_test(t);
    json row{{"table_rows", "row1 = (x1, n1-x1), row2 = (x2, n2-x2)"},
             {"fisher_p_two_sided", fisher.two_sided},
             {"fisher_p_less", fisher.less},
             {"fisher_p_greater", fisher.greater},
             {"fisher_midp_two_sided", fisher.two_sided_mid_p},
             {"fisher_midp_less", fisher.less_mid_p},
             {"fisher_midp_greater", fisher.greater_mid_p},
             {"prob_observed_table", fisher.observed_probability},
             {"diff", t.first.estimate() - t.second.estimate()},
             {"newcombe_ci", pair_of(newcombe(t, confidence))},
             {"miettinen_nurminen_ci", pair_of(miettinen_nurminen(t, confidence))}};
    add_odds_ratio(row, t, confidence);
    add_unconditional(row, t);
    if (const auto z = pooled_z(t)) {
        row["pooled_z"] = *z;
        row["chisq_uncorrected"] = *z * *z;
        row["chisq_p"] = std::erfc(std::abs(*z) / std::sqrt(2.0));
    }
    return row;
}

} // namespace

json two_by_two_case(const json& input) {
    const double confidence = confidence_level(input);
    const std::vector<int> x1 = whole_column(input, "x1");
    const std::vector<int> n1 = whole_column(input, "n1");
    const std::vector<int> x2 = whole_column(input, "x2");
    const std::vector<int> n2 = whole_column(input, "n2");
    require_length("n1", n1.size(), x1.size());
    require_length("x2", x2.size(), x1.size());
    require_length("n2", n2.size(), x1.size());
    json out = json::array();
    for (std::size_t i = 0; i < x1.size(); ++i) {
        const TwoByTwo table{{x1[i], n1[i]}, {x2[i], n2[i]}};
        out.push_back(
            possible(table.first) && possible(table.second)
                ? table_part(table, confidence)
                : refusal("impossible-count",
                          "A count lies between 0 and its total, which is positive and at most "
                          "10 million."));
    }
    return out;
}

} // namespace embolink
