#include "analysis/survival/survival_data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {

std::vector<double> merge_tied_times(const std::vector<double>& times) {
    std::vector<double> distinct = times;
    std::ranges::sort(distinct);
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.size() < 2) {
        return times;
    }
    double mean = 0;
    for (const double t : distinct) {
        mean += std::abs(t) / static_cast<double>(distinct.size());
    }
    const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
    std::vector<double> kept{distinct.front()};
    for (std::size_t i = 1; i < distinct.size(); ++i) {
        const double gap = distinct[i] - distinct[i - 1];
        if (gap > tolerance && gap / mean > tolerance) {
            kept.push_back(distinct[i]);
        }
    }
    std::vector<double> merged;
    merged.reserve(times.size());
    for (const double t : times) {
        merged.push_back(*(std::upper_bound(kept.begin(), kept.end(), t) - 1));
    }
    return merged;
}

SurvivalData reversed(const SurvivalData& data) {
    SurvivalData out = data;
    for (int& event : out.event) {
        event = event == 0 ? 1 : 0;
    }
    return out;
}

SurvivalData subset(const SurvivalData& data, const std::vector<int>& group, int which) {
    SurvivalData out;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (group[i] != which) {
            continue;
        }
        out.time.push_back(data.time[i]);
        out.event.push_back(data.event[i]);
        if (!data.entry.empty()) {
            out.entry.push_back(data.entry[i]);
        }
        if (!data.weight.empty()) {
            out.weight.push_back(data.weight[i]);
        }
    }
    return out;
}

} // namespace embolink
