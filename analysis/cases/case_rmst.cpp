// Restricted mean survival time of two arms as JSON, with the keys of survRM2's rmst2.
#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/rmst.hpp"

#include <boost/math/distributions/normal.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

json arm_part(const RestrictedMean& mean, double tau, double confidence) {
    const double error = std::sqrt(mean.variance);
    const boost::math::normal standard;
    const double half = quantile(complement(standard, (1 - confidence) / 2)) * error;
    return {{"rmst", mean.estimate},
            {"se", error},
            {"lower", mean.estimate - half},
            {"upper", mean.estimate + half},
            {"rmtl", tau - mean.estimate}};
}

json contrast_part(const Contrast& contrast) {
    return json::array({json_of(contrast.estimate),
                        json_of(contrast.lower),
                        json_of(contrast.upper),
                        json_of(contrast.p)});
}

std::vector<int> arms(const json& input, std::size_t subjects) {
    std::vector<int> arm = whole_column(input, "arm");
    require_length("arm", arm.size(), subjects);
    for (const int a : arm) {
        if (a != 0 && a != 1) {
            throw CaseError("an arm is 0 or 1", "/input/arm", "call the arms 0 and 1");
        }
    }
    return arm;
}

} // namespace

json rmst_case(const json& input) {
    const SurvivalData data = survival_data(input);
    const std::vector<int> arm = arms(input, data.size());
    const double confidence = confidence_level(input);
    const SurvivalData arm1 = subset(data, arm, 1);
    const SurvivalData arm0 = subset(data, arm, 0);
    if (arm1.size() == 0 || arm0.size() == 0) {
        return refusal("one-arm", "One of the two arms has no subject.");
    }
    const std::optional<double> tau =
        given(input, "tau") ? std::optional{number(input, "tau")} : std::nullopt;
    const auto result = compare_restricted_means(arm1, arm0, tau, confidence);
    if (!result) {
        return refusal("tau-beyond-follow-up",
                       "tau is " + json(*tau).dump() + "; the two curves are known up to " +
                           json(largest_tau(arm1, arm0)).dump() + ".");
    }
    json out{{"tau", result->tau},
             {"arm1", arm_part(result->arm1, result->tau, confidence)},
             {"arm0", arm_part(result->arm0, result->tau, confidence)},
             {"diff_arm1_minus_arm0", contrast_part(result->difference)},
             {"ratio_arm1_over_arm0", contrast_part(result->ratio)},
             {"rmtl_ratio", contrast_part(result->lost_ratio)}};
    for (const auto& [name, mean] : {std::pair{"1", result->arm1}, {"0", result->arm0}}) {
        if (mean.variance == 0) {
            out["estimable"] = false;
            add_warning(out,
                        "arm " + std::string(name) +
                            " has no variance by tau: its standard error of 0 is no precision");
        }
    }
    return out;
}

} // namespace embolink
