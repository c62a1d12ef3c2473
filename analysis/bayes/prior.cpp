#include "analysis/bayes/prior.hpp"

#include "analysis/bayes/beta_binomial.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace embolink {

BetaDistribution power_prior(const PublishedCount& published, double delta) {
    return posterior(flat_prior, delta * published.events, delta * published.total);
}

BetaMixture robust_prior(const PublishedCount& published, double weight) {
    return {weight, power_prior(published, 1), flat_prior};
}

PriorConflict prior_conflict(const PublishedCount& published, int events, int total) {
    const std::vector<double> predicted = beta_binomial(power_prior(published, 1), total);
    const auto observed = predicted.begin() + events;
    const double below = std::accumulate(predicted.begin(), observed + 1, 0.0);
    const double above = std::accumulate(observed, predicted.end(), 0.0);
    PriorConflict out;
    out.box_p = std::min(1.0, 2 * std::min(below, above));
    out.no_more_likely = 0;
    for (const double probability : predicted) {
        // Counts that a symmetric prior makes equally likely differ by round-off.
        out.no_more_likely += probability <= *observed * (1 + 1e-7) ? probability : 0;
    }
    out.no_more_likely = std::min(1.0, out.no_more_likely);
    out.bayes_factor = *observed * (total + 1); // a flat prior makes all counts equally likely
    return out;
}

} // namespace embolink
