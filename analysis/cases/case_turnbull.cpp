// The curve of interval-censored times as JSON.
#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/turnbull.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {

using nlohmann::json;

json turnbull_case(const json& input) {
    const IntervalCensored data{column(input, "left"), column(input, "right")};
    require_length("right", data.right.size(), data.left.size());
    if (data.left.empty()) {
        throw CaseError("there is no subject", "/input/left", "give at least one");
    }
    for (std::size_t i = 0; i < data.left.size(); ++i) {
        if (!(data.left[i] <= data.right[i]) || std::isinf(data.left[i])) {
            throw CaseError("this interval ends before it begins, or begins at no time",
                            "/input/left/" + std::to_string(i),
                            "give left <= right and a finite left");
        }
    }
    const Turnbull result = turnbull(data);
    json masses;
    for (const TurnbullMass& mass : result.masses) {
        masses["left"].push_back(mass.left);
        masses["right"].push_back(json_of(mass.right));
        masses["prob"].push_back(mass.probability);
    }
    json out{{"npmle", std::move(masses)}, {"loglik", result.log_likelihood}};
    if (std::ranges::all_of(data.right, [](double r) { return std::isinf(r); })) {
        out["estimable"] = false;
        add_warning(out, "nobody had an event: all probability lies beyond the last time");
    }
    if (!result.converged) {
        add_warning(out, "the maximum was not reached to all digits");
    }
    return out;
}

} // namespace embolink
