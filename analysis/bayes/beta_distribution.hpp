// A rate as a beta distribution, and a mixture of two (statistics A10; METHODS.md, section 13).
#pragma once

namespace embolink {

struct BetaDistribution {
    double a = 1; // both positive
    double b = 1;

    double mean() const { return a / (a + b); }
};

inline constexpr BetaDistribution flat_prior{1, 1};
inline constexpr BetaDistribution jeffreys_prior{0.5, 0.5};

// `events` of `total`, which need not be whole: a Kaplan-Meier rate is worth an effective number of
// patients. 0 <= events <= total.
BetaDistribution posterior(const BetaDistribution& prior, double events, double total);

double beta_quantile(const BetaDistribution& rate, double probability);
double probability_at_most(const BetaDistribution& rate, double p);
double probability_above(const BetaDistribution& rate, double p);

// Logarithm of the beta function.
double log_beta(double a, double b);

// `weight` of the first, 1 - weight of the second.
struct BetaMixture {
    double weight = 0.5;
    BetaDistribution first;
    BetaDistribution second;

    double mean() const { return weight * first.mean() + (1 - weight) * second.mean(); }
};

// Both components are updated and the weight by their beta-binomial marginals (Schmidli 2014).
BetaMixture posterior(const BetaMixture& prior, double events, double total);

double beta_quantile(const BetaMixture& rate, double probability);
double probability_above(const BetaMixture& rate, double p);

} // namespace embolink
