// The functions behind the table of case.cpp: each reads the `input` of its kind and gives the
// result, or a refusal (case_output.hpp). One source file for each family.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace embolink {

nlohmann::json bayes_binomial_case(const nlohmann::json& input);
nlohmann::json competing_risks_case(const nlohmann::json& input);
nlohmann::json cox_case(const nlohmann::json& input);
nlohmann::json cox_firth_case(const nlohmann::json& input);
nlohmann::json cusum_sprt_case(const nlohmann::json& input);
nlohmann::json direct_standardisation_case(const nlohmann::json& input);
nlohmann::json fixed_time_two_groups_case(const nlohmann::json& input);
nlohmann::json fixed_time_vs_published_case(const nlohmann::json& input);
nlohmann::json funnel_limits_case(const nlohmann::json& input);
nlohmann::json iptw_case(const nlohmann::json& input);
nlohmann::json km_case(const nlohmann::json& input);
nlohmann::json km_delayed_entry_case(const nlohmann::json& input);
nlohmann::json logrank_case(const nlohmann::json& input);
nlohmann::json non_inferiority_case(const nlohmann::json& input);
nlohmann::json one_sample_logrank_case(const nlohmann::json& input);
nlohmann::json p_adjust_case(const nlohmann::json& input);
nlohmann::json proportion_case(const nlohmann::json& input);
nlohmann::json rmst_case(const nlohmann::json& input);
nlohmann::json turnbull_case(const nlohmann::json& input);
nlohmann::json two_by_two_case(const nlohmann::json& input);

} // namespace embolink
