// Exact and Monte Carlo permutation of group labels over log-rank scores (statistics A2).
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"
#include "analysis/survival/time_order.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <span>

namespace embolink {
namespace {

struct Hits {
    double statistic = 0;
    double tolerance = 0; // sums that differ by round-off alone are equal
    double total = 0;
    double two_sided = 0;
    double less = 0;
    double greater = 0;

    double far() const { return std::abs(statistic) - tolerance; }

    void count(double u) {
        total += 1;
        two_sided += std::abs(u) >= far() ? 1 : 0;
        less += u <= statistic + tolerance ? 1 : 0;
        greater += u >= statistic - tolerance ? 1 : 0;
    }
};

std::vector<double> log_rank_scores(const SurvivalData& data) {
    const std::vector<std::uint32_t> rank = ranks_of_subjects(time_order(data.time));
    const KaplanMeier pooled = kaplan_meier({data.time, data.event, {}, {}});
    std::vector<double> scores;
    scores.reserve(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        scores.push_back((data.event[i] != 0 ? 1.0 : 0.0) - pooled.rows[rank[i]].cumulative_hazard);
    }
    return scores;
}

double choose(std::size_t n, std::size_t k) {
    double count = 1;
    for (std::size_t i = 1; i <= std::min(k, n - k); ++i) {
        count = count * static_cast<double>(n - i + 1) / static_cast<double>(i);
    }
    return std::round(count);
}

// Labelings are counted by halves (Horowitz and Sahni 1974): group 0 has k subjects of the first
// half of the sample and `chosen` - k of the second. With the sums of every choice in each half
// sorted, the pairs beyond a bound are counted by walking both lists once. 2^(n/2) sums do for what
// would take 2^n labelings one by one.
struct Halves {
    std::size_t first = 0;
    std::size_t second = 0;
    std::size_t chosen = 0;

    std::size_t fewest() const { return chosen > second ? chosen - second : 0; }

    std::size_t most() const { return std::min(chosen, first); }
};

bool holds(const Halves& halves, double most_sums) {
    double sums = 0;
    for (std::size_t k = halves.fewest(); k <= halves.most() && sums <= most_sums; ++k) {
        sums += choose(halves.first, k) + choose(halves.second, halves.chosen - k);
    }
    return sums <= most_sums;
}

// Element k: the sums of all choices of k scores, sorted; only k <= most.
std::vector<std::vector<double>> sums_by_size(std::span<const double> scores, std::size_t most) {
    std::vector<std::vector<double>> sums(most + 1);
    sums[0] = {0.0};
    for (const double score : scores) {
        for (std::size_t k = most; k > 0; --k) {
            for (const double sum : sums[k - 1]) {
                sums[k].push_back(sum + score);
            }
        }
    }
    for (std::vector<double>& of_size : sums) {
        std::ranges::sort(of_size);
    }
    return sums;
}

// Pairs of one sum of each list whose total is at most `bound`, or below it.
enum class Bound { at_most, below };

double pairs(const std::vector<double>& a, const std::vector<double>& b, double bound, Bound how) {
    double count = 0;
    std::size_t j = b.size();
    for (const double x : a) {
        while (j > 0 && (how == Bound::below ? x + b[j - 1] >= bound : x + b[j - 1] > bound)) {
            --j;
        }
        count += static_cast<double>(j);
    }
    return count;
}

void count_all(const std::vector<double>& scores, const Halves& halves, Hits& hits) {
    const std::span<const double> all{scores};
    const auto first = sums_by_size(all.first(halves.first), halves.most());
    const auto second = sums_by_size(all.last(halves.second), halves.chosen - halves.fewest());
    for (std::size_t k = halves.fewest(); k <= halves.most(); ++k) {
        const std::vector<double>& a = first[k];
        const std::vector<double>& b = second[halves.chosen - k];
        const double both = static_cast<double>(a.size()) * static_cast<double>(b.size());
        hits.total += both;
        hits.less += pairs(a, b, hits.statistic + hits.tolerance, Bound::at_most);
        hits.greater += both - pairs(a, b, hits.statistic - hits.tolerance, Bound::below);
        hits.two_sided += hits.far() <= 0 ? both
                                          : both - pairs(a, b, hits.far(), Bound::below) +
                                                pairs(a, b, -hits.far(), Bound::at_most);
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
                                                      double most_sums,
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
    const Halves halves{n / 2, n - n / 2, first};
    result.exact = holds(halves, most_sums);
    double extra = 0;
    if (result.exact) {
        count_all(result.scores, halves, hits);
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
