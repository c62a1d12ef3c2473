// What the Cox kinds read: covariates, strata, weights, clusters.
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

struct CoxCase {
    CoxData data;
    std::vector<std::string> names; // of the covariates
    std::vector<std::string> strata_names;
    std::vector<int> cluster;
    bool robust = false;
    Ties ties = Ties::efron;
};

// `robust` as given, else as R decides: with clusters, or weights that are no whole numbers.
CoxCase cox_input(const nlohmann::json& input);

} // namespace embolink
