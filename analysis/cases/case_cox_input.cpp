#include "analysis/cases/case_cox_input.hpp"

#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

Matrix covariates(const json& input, std::size_t subjects) {
    const std::vector<std::vector<double>> rows = matrix(input, "X");
    require_length("X", rows.size(), subjects);
    Matrix out(rows.size(), rows.front().size());
    if (out.columns == 0) {
        throw CaseError("there is no covariate", "/input/X", "give at least one");
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < out.columns; ++j) {
            if (!std::isfinite(rows[i][j])) {
                throw CaseError("a covariate is infinite",
                                "/input/X/" + std::to_string(i),
                                "leave the subject out");
            }
            out(i, j) = rows[i][j];
        }
    }
    return out;
}

std::vector<std::string> covariate_names(const json& input, std::size_t columns) {
    std::vector<std::string> names;
    if (given(input, "covariate_names")) {
        const json& list = input.at("covariate_names");
        for (const json& name : list.is_array() ? list : json::array({list})) {
            names.push_back(label_text(name));
        }
        require_length("covariate_names", names.size(), columns);
    }
    for (std::size_t j = names.size(); j < columns; ++j) {
        names.push_back("x" + std::to_string(j + 1));
    }
    return names;
}

bool robust_as_r(const CoxCase& given_case) {
    return !given_case.cluster.empty() ||
           std::ranges::any_of(given_case.data.survival.weight,
                               [](double w) { return w != std::floor(w); });
}

} // namespace

CoxCase cox_input(const json& input) {
    CoxCase out;
    out.data.survival = survival_data(input);
    const std::size_t n = out.data.size();
    out.data.covariates = covariates(input, n);
    out.names = covariate_names(input, out.data.covariates.columns);
    if (given(input, "strata")) {
        Labels strata = labels(input, "strata");
        require_length("strata", strata.size(), n);
        out.data.strata = std::move(strata.codes);
        // R's strata() names texts as they are and numbers after their variable.
        const json& first =
            input.at("strata").is_array() ? input.at("strata").at(0) : input.at("strata");
        for (const std::string& name : strata.names) {
            out.strata_names.push_back(first.is_string() ? name : "s_=" + name);
        }
    }
    if (given(input, "cluster")) {
        out.cluster = labels(input, "cluster").codes;
        require_length("cluster", out.cluster.size(), n);
    }
    out.data.offset = column_or_empty(input, "offset");
    if (!out.data.offset.empty()) {
        require_length("offset", out.data.offset.size(), n);
    }
    out.robust = given(input, "robust") ? number(input, "robust") != 0 : robust_as_r(out);
    return out;
}

} // namespace embolink
