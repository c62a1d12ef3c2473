#include "analysis/bayes/beta_distribution.hpp"

#include "analysis/numeric/roots.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {

BetaDistribution posterior(const BetaDistribution& prior, double events, double total) {
    return {prior.a + events, prior.b + total - events};
}

double beta_quantile(const BetaDistribution& rate, double probability) {
    return boost::math::ibeta_inv(rate.a, rate.b, probability);
}

double probability_at_most(const BetaDistribution& rate, double p) {
    return boost::math::ibeta(rate.a, rate.b, std::clamp(p, 0.0, 1.0));
}

double probability_above(const BetaDistribution& rate, double p) {
    return boost::math::ibetac(rate.a, rate.b, std::clamp(p, 0.0, 1.0));
}

double log_beta(double a, double b) {
    using boost::math::lgamma;
    return lgamma(a) + lgamma(b) - lgamma(a + b);
}

BetaMixture posterior(const BetaMixture& prior, double events, double total) {
    const BetaDistribution first = posterior(prior.first, events, total);
    const BetaDistribution second = posterior(prior.second, events, total);
    // Of the two marginal likelihoods only their ratio matters: the binomial coefficient goes out.
    const double log_ratio = log_beta(first.a, first.b) - log_beta(prior.first.a, prior.first.b) -
                             log_beta(second.a, second.b) +
                             log_beta(prior.second.a, prior.second.b);
    const double other = (1 - prior.weight) * std::exp(-log_ratio);
    const double weight = prior.weight > 0 ? prior.weight / (prior.weight + other) : 0;
    return {weight, first, second};
}

double beta_quantile(const BetaMixture& rate, double probability) {
    const double a = beta_quantile(rate.first, probability);
    const double b = beta_quantile(rate.second, probability);
    if (a == b) {
        return a;
    }
    // Between the quantiles of its parts one part is short of the probability, the other beyond.
    const auto excess = [&](double p) {
        return rate.weight * probability_at_most(rate.first, p) +
               (1 - rate.weight) * probability_at_most(rate.second, p) - probability;
    };
    const double low = std::min(a, b);
    const double high = std::max(a, b);
    if (excess(low) >= 0) { // a weight of 0 or 1, to the last digit
        return low;
    }
    return excess(high) <= 0 ? high : bracketed_root(excess, low, high);
}

double probability_above(const BetaMixture& rate, double p) {
    return rate.weight * probability_above(rate.first, p) +
           (1 - rate.weight) * probability_above(rate.second, p);
}

} // namespace embolink
