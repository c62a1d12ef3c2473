// Charts of a sequence of cases, and funnel limits, as JSON.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/monitoring/cusum.hpp"
#include "analysis/monitoring/funnel.hpp"
#include "analysis/monitoring/run_length.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {
namespace {

using nlohmann::json;

// Counted from 1, as in R.
json place_of(std::optional<std::size_t> index) {
    return index ? json(*index + 1) : json();
}

const char* words(SprtDecision decision) {
    switch (decision) {
    case SprtDecision::acceptable:
        return "acceptable";
    case SprtDecision::unacceptable:
        return "unacceptable";
    case SprtDecision::go_on:
        break;
    }
    return "continue";
}

// By a Markov chain and not by simulation: no error of it and no number of runs.
json run_length_part(const std::vector<double>& expected,
                     double odds_ratio,
                     double true_odds_ratio,
                     double limit) {
    const auto steps = cusum_steps(expected, odds_ratio, true_odds_ratio);
    return {{"mean_run_length", json_of(average_run_length(steps, limit))},
            {"mc_se", 0},
            {"nsim", nullptr}};
}

bool is_probability(double p) {
    return p >= 0 && p <= 1;
}

} // namespace

json cusum_sprt_case(const json& input) {
    const std::vector<int> y = whole_column(input, "y");
    std::vector<double> p = column(input, "p");
    if (p.size() == 1) {
        p.resize(y.size(), p.front()); // one rate for all
    }
    require_length("p", p.size(), y.size());
    const double odds_ratio = number(input, "OR");
    const double alpha = number_or(input, "alpha", 0.05);
    const double beta = number_or(input, "beta", 0.1);
    const bool outcomes = std::ranges::all_of(y, [](int one) { return one == 0 || one == 1; });
    if (!outcomes || !std::ranges::all_of(p, is_probability) || !(odds_ratio > 0) ||
        !(alpha > 0 && alpha < 1 && beta > 0 && beta < 1)) {
        return refusal("impossible-value",
                       "y is 0 or 1, p lies between 0 and 1, OR is positive, and alpha and beta "
                       "lie inside 0 and 1.");
    }
    std::vector<MonitoredCase> cases;
    for (std::size_t i = 0; i < y.size(); ++i) {
        cases.push_back({y[i], p[i]});
    }
    const double limit = number(input, "h");
    const Cusum chart = cusum(cases, odds_ratio, limit);
    const Sprt test = sprt(cases, odds_ratio, alpha, beta);
    json out{{"weights", chart.weight},
             {"cusum", chart.value},
             {"first_signal", place_of(chart.first_signal)},
             {"sprt_cumulative_llr", test.log_ratio},
             {"sprt_upper", test.upper},
             {"sprt_lower", test.lower},
             {"sprt_first_cross", place_of(test.first_cross)},
             {"sprt_decision", words(test.decision)},
             {"vlad", vlad(cases)}};
    if (!p.empty()) {
        out["arl_in_control"] = run_length_part(p, odds_ratio, 1, limit);
        out["arl_out"] = run_length_part(p, odds_ratio, odds_ratio, limit);
    }
    if (cases.size() < fewest_monitored_cases) {
        add_warning(out, "fewer than 20 cases: a run chart, not a test");
    }
    return out;
}

json funnel_limits_case(const json& input) {
    const double p0 = number(input, "p0");
    const std::vector<int> totals = whole_column(input, "n");
    std::vector<double> tails = column_or_empty(input, "tails");
    if (tails.empty()) {
        tails = {0.001, 0.025, 0.975, 0.999};
    }
    const bool inside = std::ranges::all_of(tails, [](double q) { return q > 0 && q < 1; });
    const bool counts = std::ranges::all_of(totals, [](int n) { return n > 0; });
    if (!is_probability(p0) || !inside || !counts) {
        return refusal("impossible-value",
                       "p0 lies between 0 and 1, a tail inside 0 and 1, and n is positive.");
    }
    json out{{"n", totals}, {"tails", tails}, {"limit", json::array()}};
    for (const int n : totals) {
        json row = json::array();
        for (const double tail : tails) {
            row.push_back(funnel_limit(p0, n, tail));
        }
        out["limit"].push_back(row);
    }
    return out;
}

} // namespace embolink
