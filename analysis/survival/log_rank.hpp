// Log-rank family and its permutation version (statistics A2; METHODS.md, sections 5 and 6).
#pragma once

#include "analysis/survival/survival_data.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace embolink {

enum class LogRankFamily {
    fleming_harrington, // S(t-)^rho, S pooled over the groups of the stratum
    gehan,              // the number at risk (Gehan-Breslow)
    tarone_ware         // its square root
};

// How much an event time counts. rho 0 is the log-rank test, rho 1 Peto-Peto.
struct LogRankWeight {
    LogRankFamily family = LogRankFamily::fleming_harrington;
    double rho = 0;
};

// Groups are 0 .. k-1. `strata` is empty or one code from 0 per subject; sums run over strata.
struct LogRankInput {
    SurvivalData data; // entry and weight are not used
    std::vector<int> group;
    int groups = 2;
    std::vector<int> strata;
    LogRankWeight weight;
};

// Why there is no p-value.
enum class LogRankOutcome {
    tested,
    no_events,        // nothing to compare
    no_comparison,    // fewer than two groups were ever at risk of an event
    singular_variance // groups never met in a risk set, or all died together
};

struct LogRankResult {
    LogRankOutcome outcome = LogRankOutcome::tested;
    std::vector<int> n;
    std::vector<double> observed;
    std::vector<double> expected;
    std::vector<std::vector<double>> variance; // of observed - expected
    int degrees_of_freedom = 0;                // groups with expected > 0, less one
    std::optional<double> chi_square;
    std::optional<double> p;
    std::optional<double> z_first; // two groups: (O1 - E1) / sqrt(V11)
};

LogRankResult log_rank(const LogRankInput& input);

// Peto's one-step estimate of the log hazard ratio of group 0 to group 1, (O - E) / V with standard
// error 1 / sqrt(V); of the log-rank weight. Biased away from 0 by large effects: supporting only.
struct LogHazardRatio {
    double estimate = 0;
    double error = 0;
};

// Empty unless two groups were tested.
std::optional<LogHazardRatio> peto_log_hazard_ratio(const LogRankResult& result);

// Permutation of group labels over the scores a_i = event_i - H(t_i), H the pooled Nelson-Aalen;
// the sum over group 0 is O - E exactly. Valid when censoring does not depend on the group.
struct PermutationResult {
    bool exact = true; // false: Monte Carlo, p = (1 + hits) / (B + 1)
    double statistic = 0;
    std::vector<double> scores; // by subject
    double permutations = 0;    // all labelings, or B
    double two_sided_count = 0;
    double less_count = 0;
    double greater_count = 0;
    double p_two_sided = 1;
    double p_less = 1;
    double p_greater = 1;
    double variance = 0; // over all labelings
};

// Exact when the sums of half-labelings, `most_sums` at most, can be held: always up to 40
// subjects, and for more when one group is small. Else `draws` Monte Carlo labelings from `seed`
// (deterministic). Empty when a group has no subject.
std::optional<PermutationResult> permutation_log_rank(const SurvivalData& data,
                                                      const std::vector<int>& group,
                                                      std::uint64_t seed = 20120411,
                                                      double most_sums = 2097152,
                                                      std::uint64_t draws = 100000);

} // namespace embolink
