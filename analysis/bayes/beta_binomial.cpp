#include "analysis/bayes/beta_binomial.hpp"

#include <algorithm>
#include <numeric>

namespace embolink {

// By recurrence from the most likely count outwards; P(y + 1) / P(y) =
// (total - y)(a + y) / ((y + 1)(b + total - y - 1)). For a or b below 1 the ends may be likely,
// too: the sum is then still complete, as nothing underflows on the way.
std::vector<double> beta_binomial(const BetaDistribution& rate, int total) {
    std::vector<double> out(static_cast<std::size_t>(total) + 1, 0);
    const auto step_up = [&](std::size_t y) {
        const double k = static_cast<double>(y);
        return (total - k) * (rate.a + k) / ((k + 1) * (rate.b + total - k - 1));
    };
    const double middle = rate.a + rate.b > 2 ? (rate.a - 1) / (rate.a + rate.b - 2) : rate.mean();
    const std::size_t start =
        static_cast<std::size_t>(std::clamp(middle, 0.0, 1.0) * static_cast<double>(total));
    out[start] = 1;
    for (std::size_t y = start; y + 1 < out.size(); ++y) {
        out[y + 1] = out[y] * step_up(y);
    }
    for (std::size_t y = start; y > 0; --y) {
        out[y - 1] = out[y] / step_up(y - 1);
    }
    const double sum = std::accumulate(out.begin(), out.end(), 0.0);
    for (double& probability : out) {
        probability /= sum;
    }
    return out;
}

double
predictive_probability(const BetaDistribution& present, int more, double p0, double criterion) {
    const std::vector<double> counts = beta_binomial(present, more);
    double sum = 0;
    for (std::size_t y = 0; y < counts.size(); ++y) {
        const BetaDistribution later = posterior(present, static_cast<double>(y), more);
        sum += probability_above(later, p0) >= criterion ? counts[y] : 0;
    }
    return std::min(sum, 1.0);
}

} // namespace embolink
