// Exact and Monte Carlo permutation of group labels over log-rank scores (statistics A2).
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace embolink {
namespace {

struct Hits {
    double statistic = 0;
    double tolerance = 0; // sums that differ by round-off alone are equal
    double total = 0;
    double two_sided = 0;
    double less = 0;
    double greater = 0;

    void count(double u) {
        total += 1;
        two_sided += std::abs(u) >= std::abs(statistic) - tolerance ? 1 : 0;
        less += u <= statistic + tolerance ? 1 : 0;
        greater += u >= statistic - tolerance ? 1 : 0;
    }
};

std::vector<double> log_rank_scores(const SurvivalData& data) {
    const std::vector<double> time = merge_tied_times(data.time);
    const KaplanMeier pooled = kaplan_meier(data);
    std::vector<double> scores;
    scores.reserve(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        scores.push_back((data.event[i] != 0 ? 1.0 : 0.0) -
                         at_time(pooled, time[i]).cumulative_hazard);
    }
    return scores;
}

double labelings(std::size_t n, std::size_t chosen) {
    double count = 1;
    for (std::size_t i = 1; i <= std::min(chosen, n - chosen); ++i) {
        count = count * static_cast<double>(n - i + 1) / static_cast<double>(i);
    }
    return std::round(count);
}

void enumerate(const std::vector<double>& scores,
               std::size_t from,
               std::size_t missing,
               double sum,
               Hits& hits) {
    if (missing == 0) {
        hits.count(sum);
        return;
    }
    for (std::size_t i = from; i + missing <= scores.size(); ++i) {
        enumerate(scores, i + 1, missing - 1, sum + scores[i], hits);
    }
}

void draw(std::vector<double> scores,
          std::size_t chosen,
          std::uint64_t seed,
          std::uint64_t draws,
          Hits& hits) {
    std::mt19937_64 random{seed};
    for (std::uint64_t b = 0; b < draws; ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < chosen; ++i) { // partial Fisher-Yates shuffle
            // The remainder's bias is below 2^-50 for any sample that a hospital has.
            const std::size_t j = i + static_cast<std::size_t>(random() % (scores.size() - i));
            std::swap(scores[i], scores[j]);
            sum += scores[i];
        }
        hits.count(sum);
    }
}

} // namespace

std::optional<PermutationResult> permutation_log_rank(const SurvivalData& data,
                                                      const std::vector<int>& group,
                                                      std::uint64_t seed,
                                                      double exact_limit,
                                                      std::uint64_t draws) {
    const std::size_t n = data.size();
    const std::size_t first = static_cast<std::size_t>(std::ranges::count(group, 0));
    if (first == 0 || first == n) {
        return std::nullopt;
    }
    PermutationResult result;
    result.scores = log_rank_scores(data);
    double squares = 0;
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) {
        result.statistic += group[i] == 0 ? result.scores[i] : 0;
        mean += result.scores[i] / static_cast<double>(n);
    }
    for (const double a : result.scores) {
        squares += (a - mean) * (a - mean);
    }
    const double nn = static_cast<double>(n);
    const double n1 = static_cast<double>(first);
    result.variance = n1 * (nn - n1) / (nn * (nn - 1)) * squares;

    Hits hits;
    hits.statistic = result.statistic;
    hits.tolerance = 1e-9 * std::max(1.0, std::abs(result.statistic));
    result.exact = labelings(n, first) <= exact_limit;
    double extra = 0;
    if (result.exact) {
        enumerate(result.scores, 0, first, 0, hits);
    } else {
        draw(result.scores, first, seed, draws, hits);
        extra = 1; // the observed labeling itself
    }
    result.permutations = hits.total;
    result.two_sided_count = hits.two_sided;
    result.less_count = hits.less;
    result.greater_count = hits.greater;
    result.p_two_sided = (hits.two_sided + extra) / (hits.total + extra);
    result.p_less = (hits.less + extra) / (hits.total + extra);
    result.p_greater = (hits.greater + extra) / (hits.total + extra);
    return result;
}

} // namespace embolink
