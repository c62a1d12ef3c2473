// Adjusted p-values as JSON. An undefined p (null) stays undefined and does not count, as in R's
// p.adjust; whoever wants it to count gives 1.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/comparison/p_adjust.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

json with_gaps(const std::vector<double>& adjusted, const json& given_p) {
    json out = json::array();
    std::size_t next = 0;
    for (const json& p : given_p) {
        out.push_back(p.is_null() ? json() : json(adjusted[next++]));
    }
    return out;
}

} // namespace

json p_adjust_case(const json& input) {
    if (!input.contains("p")) {
        return column(input, "p"); // says that it is missing
    }
    const json list = input.at("p").is_array() ? input.at("p") : json::array({input.at("p")});
    json defined = json::array();
    for (const json& p : list) {
        if (!p.is_null()) {
            defined.push_back(p);
        }
    }
    const std::vector<double> p = column({{"p", defined}}, "p");
    for (const double value : p) {
        if (!(value >= 0 && value <= 1)) {
            return refusal("impossible-probability", "A p-value lies between 0 and 1.");
        }
    }
    return {{"bonferroni", with_gaps(bonferroni_adjusted(p), list)},
            {"holm", with_gaps(holm_adjusted(p), list)},
            {"hochberg", with_gaps(hochberg_adjusted(p), list)},
            {"bh", with_gaps(benjamini_hochberg_adjusted(p), list)}};
}

} // namespace embolink
