// From rows of patients to the figures of the report, through the statistics of analysis/survival,
// analysis/proportions and analysis/comparison. What may be shown (statistics A13) is decided here;
// what it means is decided in verdict.cpp.
#pragma once

#include "analysis/report/audit_report.hpp"
#include "analysis/report/dataset.hpp"

#include <string>
#include <vector>

namespace embolink {

inline constexpr double landmark_days = 730.5; // R0.2
inline constexpr int minimum_group = 5;        // A13: fewer get counts only
inline constexpr int minimum_at_risk_24 = 3;   // A1: for S(24) to be shown
inline constexpr int reliable_at_risk = 5;     // A1: else S is shown on the last day with so many

SurvivalResult survival_result(const Rows& rows,
                               const std::string& group,
                               Endpoint endpoint,
                               const SampleRules& rules);

// S(24), or S at another day, alone; `survival` empty below the guards of A13.
LocalRate local_rate(const SurvivalSample& sample, double day = landmark_days);

// The published rate of an arm under A1, A2 or A3; throws std::invalid_argument for another one.
PublishedRate published_under(const TrialRate& rate, const std::string& scenario);

// R8.1: both arms weighted by their randomised size.
PublishedRate pooled_under(const std::vector<TrialRate>& rates, const std::string& scenario);

// The three assumptions beside a local result. `arms` has one rate (an arm) or two (pooled).
std::vector<ScenarioResult> scenario_results(const SurvivalResult& local,
                                             const std::vector<TrialRate>& arms);

LogRankResult24
log_rank_result(const Rows& hae, const Rows& hace, Endpoint endpoint, const SampleRules& rules);

ProportionResult proportion_result(const std::string& group,
                                   const std::string& denominator,
                                   int events,
                                   int n,
                                   const std::vector<TrialCount>& trial);

} // namespace embolink
