// Adjusted p-values as JSON.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/comparison/p_adjust.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

nlohmann::json p_adjust_case(const nlohmann::json& input) {
    const std::vector<double> p = column(input, "p");
    return {{"bonferroni", bonferroni_adjusted(p)},
            {"holm", holm_adjusted(p)},
            {"hochberg", hochberg_adjusted(p)},
            {"bh", benjamini_hochberg_adjusted(p)}};
}

} // namespace embolink
