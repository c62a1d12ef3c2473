// Cox's model with Firth's penalty as JSON, for Efron's and Breslow's ties.
#include "analysis/cases/case_cox_input.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/regression/cox_firth.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

json fit_part(const FirthFit& fit) {
    json out{{"penalized_loglik_null", fit.penalised_log_likelihood_null},
             {"penalized_loglik", fit.penalised_log_likelihood},
             {"plr_test_all", fit.all.statistic},
             {"plr_p_all", fit.all.p},
             {"df", fit.coefficients.size()}};
    for (std::size_t i = 0; i < fit.coefficients.size(); ++i) {
        const FirthCoefficient& coefficient = fit.coefficients[i];
        out["beta"].push_back(coefficient.beta);
        out["hr"].push_back(json_of(std::exp(coefficient.beta)));
        out["se"].push_back(std::sqrt(fit.variance(i, i)));
        out["profile_lower95"].push_back(json_of(coefficient.lower));
        out["profile_upper95"].push_back(json_of(coefficient.upper));
        out["plr_p_each"].push_back(coefficient.test.p);
        const std::span<const double> row = fit.variance.row(i);
        out["var_inverse_information"].push_back(std::vector<double>(row.begin(), row.end()));
    }
    if (!fit.converged) {
        add_warning(out, "the iterations ran out before they converged");
    }
    return out;
}

} // namespace

json cox_firth_case(const json& input) {
    const CoxCase given_case = cox_input(input);
    const CoxDesign design = cox_design(given_case.data);
    json out;
    for (const auto& [name, ties] : {std::pair{"efron", Ties::efron}, {"breslow", Ties::breslow}}) {
        const auto fit = cox_firth(design, ties);
        if (!fit) {
            return refusal("singular-information",
                           design.events == 0
                               ? "There are no events."
                               : "A covariate is constant or collinear within the risk sets.");
        }
        out[name] = fit_part(*fit);
    }
    return out;
}

} // namespace embolink
