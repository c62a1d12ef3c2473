#include "analysis/weighting/propensity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

// R's quantile, type 7, of sorted values.
double quantile(const std::vector<double>& sorted, double p) {
    const double at = p * static_cast<double>(sorted.size() - 1);
    const std::size_t below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Sample variance of one group, from the mean out; empty for fewer than two.
std::optional<double>
variance(const std::vector<double>& values, const std::vector<int>& treated, int group) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (treated[i] == group) {
            count += 1;
            const double off = values[i] - mean;
            mean += off / count;
            squares += off * (values[i] - mean);
        }
    }
    return count >= 2 ? std::optional{squares / (count - 1)} : std::nullopt;
}

} // namespace

PropensityWeights propensity_weights(const std::vector<int>& treated,
                                     const std::vector<double>& score) {
    double share = 0;
    for (const int group : treated) {
        share += group / static_cast<double>(treated.size());
    }
    PropensityWeights out;
    for (std::size_t i = 0; i < treated.size(); ++i) {
        const bool in = treated[i] != 0;
        const double own = in ? score[i] : 1 - score[i];
        out.inverse.push_back(1 / own);
        out.stabilised.push_back((in ? share : 1 - share) / own);
        out.overlap.push_back(in ? 1 - score[i] : score[i]);
    }
    return out;
}

std::vector<double> truncated(const std::vector<double>& weights, double low, double high) {
    if (weights.empty()) {
        return {};
    }
    std::vector<double> sorted = weights;
    std::ranges::sort(sorted);
    const double least = quantile(sorted, low);
    const double most = quantile(sorted, high);
    std::vector<double> out;
    for (const double w : weights) {
        out.push_back(std::clamp(w, least, most));
    }
    return out;
}

double effective_sample_size(const std::vector<double>& weights,
                             const std::vector<int>& treated,
                             int group) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (treated[i] == group) {
            sum += weights[i];
            squares += weights[i] * weights[i];
        }
    }
    return squares > 0 ? sum * sum / squares : 0;
}

std::optional<double> standardised_difference(const std::vector<double>& covariate,
                                              const std::vector<int>& treated,
                                              const std::vector<double>& weights) {
    const auto first = variance(covariate, treated, 1);
    const auto second = variance(covariate, treated, 0);
    if (!first || !second) {
        return std::nullopt;
    }
    const double difference = weighted_mean(covariate, treated, weights, 1)->mean -
                              weighted_mean(covariate, treated, weights, 0)->mean;
    const double scale = std::sqrt((*first + *second) / 2);
    if (scale > 0) {
        return difference / scale;
    }
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return difference == 0 ? std::nullopt : std::optional{difference > 0 ? infinity : -infinity};
}

std::optional<WeightedMean> weighted_mean(const std::vector<double>& outcome,
                                          const std::vector<int>& treated,
                                          const std::vector<double>& weights,
                                          int group) {
    double sum = 0;
    double total = 0;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
        if (treated[i] == group) {
            sum += weights[i] * outcome[i];
            total += weights[i];
        }
    }
    if (!(total > 0)) {
        return std::nullopt;
    }
    WeightedMean out{sum / total, 0};
    double squares = 0;
    for (std::size_t i = 0; i < outcome.size(); ++i) {
        const double off = weights[i] * (outcome[i] - out.mean);
        squares += treated[i] == group ? off * off : 0;
    }
    out.standard_error = std::sqrt(squares) / total;
    return out;
}

} // namespace embolink
