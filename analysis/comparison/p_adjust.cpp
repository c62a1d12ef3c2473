#include "analysis/comparison/p_adjust.hpp"

#include <algorithm>
#include <numeric>

namespace embolink {
namespace {

std::vector<std::size_t> ascending(const std::vector<double>& p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
    return order;
}

// Step-up: from the largest p down, each adjusted value at most the one before. `factor(rank)` with
// rank 0 for the smallest p.
template <typename Factor>
std::vector<double> step_up(const std::vector<double>& p, Factor factor) {
    const std::vector<std::size_t> order = ascending(p);
    std::vector<double> out(p.size());
    double running = 1;
    for (std::size_t rank = order.size(); rank-- > 0;) {
        running = std::min(running, factor(rank) * p[order[rank]]);
        out[order[rank]] = running;
    }
    return out;
}

} // namespace

std::vector<double> bonferroni_adjusted(const std::vector<double>& p) {
    std::vector<double> out;
    for (const double value : p) {
        out.push_back(std::min(1.0, value * static_cast<double>(p.size())));
    }
    return out;
}

std::vector<double> holm_adjusted(const std::vector<double>& p) {
    const std::vector<std::size_t> order = ascending(p);
    std::vector<double> out(p.size());
    double running = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const double factor = static_cast<double>(p.size() - rank);
        running = std::max(running, std::min(1.0, factor * p[order[rank]]));
        out[order[rank]] = running;
    }
    return out;
}

std::vector<double> hochberg_adjusted(const std::vector<double>& p) {
    return step_up(p, [&](std::size_t rank) { return static_cast<double>(p.size() - rank); });
}

std::vector<double> benjamini_hochberg_adjusted(const std::vector<double>& p) {
    return step_up(p, [&](std::size_t rank) {
        return static_cast<double>(p.size()) / (static_cast<double>(rank) + 1);
    });
}

} // namespace embolink
