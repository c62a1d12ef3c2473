// One proportion as JSON: every interval, and the tests against a given rate.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/proportions/proportion.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace embolink {
namespace {

using nlohmann::json;

bool possible(double x, double n) {
    return x >= 0 && x <= n && n >= 1 && n < std::numeric_limits<int>::max() &&
           x == std::floor(x) && n == std::floor(n);
}

json test_part(Proportion p, double p0) {
    if (!(p0 >= 0 && p0 <= 1)) {
        return refusal("impossible-rate", "p0 lies between 0 and 1.");
    }
    const ProportionTest test = test_proportion(p, p0);
    return {{"p0", p0},
            {"p_two_sided_minlike", test.two_sided},
            {"p_greater", test.greater},
            {"p_less", test.less},
            {"p_greater_midp", test.greater_mid_p},
            {"p_less_midp", test.less_mid_p},
            {"score_z", json_of_arithmetic(test.score_z)}};
}

json intervals_of(Proportion p, double confidence) {
    const Interval one_sided = clopper_pearson_one_sided(p, confidence);
    return {{"estimate", p.estimate()},
            {"clopper_pearson", pair_of(clopper_pearson(p, confidence))},
            {"wilson", pair_of(wilson(p, confidence))},
            {"wilson_cc", pair_of(wilson_corrected(p, confidence))},
            {"mid_p", pair_of(mid_p(p, confidence))},
            {"jeffreys", pair_of(jeffreys(p, confidence))},
            {"agresti_coull", pair_of(agresti_coull(p, confidence))},
            {"wald", pair_of(wald(p, confidence))},
            {"cp_one_sided_lower", one_sided.lower},
            {"cp_one_sided_upper", one_sided.upper}};
}

} // namespace

json proportion_case(const json& input) {
    const double confidence = confidence_level(input);
    const std::vector<double> x = column(input, "x");
    const std::vector<double> n = column(input, "n");
    const std::vector<double> p0 = column_or_empty(input, "p0");
    require_length("n", n.size(), x.size());
    if (!p0.empty()) {
        require_length("p0", p0.size(), x.size());
    }
    json out = json::array();
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!possible(x[i], n[i])) {
            out.push_back(refusal("impossible-count",
                                  "x and n are whole numbers, x between 0 and n, and n positive."));
            continue;
        }
        const Proportion p{static_cast<int>(x[i]), static_cast<int>(n[i])};
        json row = intervals_of(p, confidence);
        if (!p0.empty()) {
            row["test_vs_p0"] = test_part(p, p0[i]);
        }
        out.push_back(row);
    }
    return out;
}

} // namespace embolink
