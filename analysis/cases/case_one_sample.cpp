// The one-sample log-rank test as JSON: one answer for each reference curve.
#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/one_sample.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {
namespace {

using nlohmann::json;

[[noreturn]] void fault(const std::string& where, const char* what, const char* remedy) {
    throw CaseError(what, where, remedy);
}

ReferenceCurve step_reference(const json& reference, const std::string& where) {
    StepReference step{column(reference, "times"), column(reference, "surv")};
    if (step.time.size() != step.survival.size() || !std::ranges::is_sorted(step.time)) {
        fault(where, "a step needs ascending times and one surv for each", "mend it");
    }
    return step;
}

ReferenceCurve reference_curve(const json& reference, const std::string& where) {
    if (!reference.is_object() || !given(reference, "type") || !reference.at("type").is_string()) {
        fault(where, "a reference is an object with a type", "name exponential, weibull or step");
    }
    const std::string type = reference.at("type").get<std::string>();
    if (type == "step") {
        return step_reference(reference, where);
    }
    if (type != "exponential" && type != "weibull") {
        fault(where + "/type", "there is no such type", "name exponential, weibull or step");
    }
    WeibullReference curve;
    curve.survival = number(reference, "S");
    curve.t0 = number(reference, "t0");
    curve.shape = type == "weibull" ? number(reference, "shape") : 1;
    if (!(curve.survival >= 0 && curve.survival <= 1) || !(curve.t0 > 0)) {
        fault(where, "S lies between 0 and 1 and t0 above 0", "mend it");
    }
    return curve;
}

void add_z(json& part, const std::string& name, const std::optional<ZTestTails>& test) {
    const auto member = [&](double ZTestTails::*which) {
        return test ? json_of((*test).*which) : json();
    };
    part["z_" + name] = member(&ZTestTails::z);
    part["p_two_" + name] = member(&ZTestTails::p_two_sided);
    part["p_worse_" + name] = member(&ZTestTails::p_worse);
}

json reference_part(const SurvivalData& data,
                    const ReferenceCurve& reference,
                    const json& given_reference,
                    double confidence) {
    const auto result = one_sample_log_rank(data, reference, confidence);
    if (!result) {
        return refusal("reference-undefined",
                       "The reference's cumulative hazard is undefined at a time of the cohort.");
    }
    json part{{"O", result->observed},
              {"E", json_of(result->expected)},
              {"smr", json_of(result->ratio)},
              {"smr_exact_ci95",
               json::array({json_of(result->ratio_lower), json_of(result->ratio_upper)})},
              {"poisson_p_worse", result->poisson_worse},
              {"poisson_p_better", result->poisson_better},
              {"poisson_mid_p_worse", result->poisson_worse_mid_p},
              {"poisson_mid_p_better", result->poisson_better_mid_p}};
    add_z(part, "breslow", result->breslow);
    add_z(part, "wu", result->wu);
    if (!result->breslow || !result->ratio || result->expected == 0) {
        part["estimable"] = false;
        add_warning(part, "the reference expects no event, or infinitely many");
    }
    const auto* curve = std::get_if<WeibullReference>(&reference);
    if (curve != nullptr && given(given_reference, "n0")) {
        add_z(part,
              "uncertain",
              uncertain_reference_test(*result, curve->survival, number(given_reference, "n0")));
    }
    return part;
}

} // namespace

json one_sample_logrank_case(const json& input) {
    SurvivalData data = survival_data(input);
    data.entry = column_or_empty(input, "entry");
    if (!data.entry.empty()) {
        require_length("entry", data.entry.size(), data.size());
    }
    const double confidence = confidence_level(input);
    if (!given(input, "references") || !input.at("references").is_array()) {
        fault("/input/references", "references is missing", "give a list of reference curves");
    }
    json out = json::array();
    for (const json& reference : input.at("references")) {
        const std::string where = "/input/references/" + std::to_string(out.size());
        out.push_back(
            reference_part(data, reference_curve(reference, where), reference, confidence));
    }
    return out;
}

} // namespace embolink
