// Posteriors, priors from a published count, and counts still to come: by hand, then properties.
#include "analysis/bayes/beta_binomial.hpp"
#include "analysis/bayes/prior.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numeric>

namespace embolink::test {
namespace {

TEST(Posterior, OneOfTwoByHand) {
    // Beta(2, 2) has the distribution function 3 q^2 - 2 q^3: at 1/4 it is 3/16 - 2/64 = 5/32.
    const BetaDistribution rate = posterior(flat_prior, 1, 2);
    EXPECT_DOUBLE_EQ(rate.mean(), 0.5);
    EXPECT_NEAR(beta_quantile(rate, 0.5), 0.5, 1e-15);
    EXPECT_NEAR(probability_above(rate, 0.25), 27.0 / 32, 1e-15);
    EXPECT_NEAR(probability_at_most(rate, 0.25), 5.0 / 32, 1e-15);
    EXPECT_EQ(probability_above(rate, 0), 1);
    EXPECT_EQ(probability_above(rate, 1), 0);
}

TEST(Prior, HalfOfTwoOfFourIsOneOfTwo) {
    const BetaDistribution prior = power_prior({2, 4}, 0.5);
    EXPECT_EQ(prior.a, 2);
    EXPECT_EQ(prior.b, 2);
    EXPECT_EQ(power_prior({2, 4}, 0).a, 1);
}

// Published 1 of 1: Beta(2, 1). Local 0 of 1: its marginal is B(2, 2)/B(2, 1) = (1/6)/(1/2) = 1/3,
// that of the flat prior 1/2, so the weight falls from 1/2 to (1/3)/(1/3 + 1/2) = 2/5. The mean is
// 2/5 of that of Beta(2, 2), 1/2, and 3/5 of that of Beta(1, 2), 1/3: together 2/5.
TEST(Prior, RobustMixtureByHand) {
    const BetaMixture rate = posterior(robust_prior({1, 1}, 0.5), 0, 1);
    EXPECT_NEAR(rate.weight, 0.4, 1e-15);
    EXPECT_NEAR(rate.mean(), 0.4, 1e-15);
    // 2/5 (3 q^2 - 2 q^3) + 3/5 (1 - (1 - q)^2) at q = 1/2: 2/5 x 1/2 + 3/5 x 3/4 = 13/20.
    EXPECT_NEAR(probability_above(rate, 0.5), 7.0 / 20, 1e-15);
    EXPECT_NEAR(beta_quantile(rate, 13.0 / 20), 0.5, 1e-14);
}

// The same prior foretells 0 with 1/3 and 1 with 2/3; a flat one both with 1/2.
TEST(Prior, ConflictByHand) {
    const PriorConflict conflict = prior_conflict({1, 1}, 0, 1);
    EXPECT_NEAR(conflict.box_p, 2.0 / 3, 1e-15);
    EXPECT_NEAR(conflict.no_more_likely, 1.0 / 3, 1e-15);
    EXPECT_NEAR(conflict.bayes_factor, 2.0 / 3, 1e-15);
    const PriorConflict likely = prior_conflict({1, 1}, 1, 1);
    EXPECT_EQ(likely.box_p, 1);
    EXPECT_NEAR(likely.no_more_likely, 1, 1e-15);
}

// Nothing seen yet, two to come: 0, 1 and 2 events have 1/3 each. P(rate > 1/2) will be 1/8, 1/2 or
// 7/8.
TEST(Predictive, TwoMoreByHand) {
    EXPECT_NEAR(beta_binomial(flat_prior, 2)[1], 1.0 / 3, 1e-15);
    EXPECT_NEAR(predictive_probability(flat_prior, 2, 0.5, 0.8), 1.0 / 3, 1e-15);
    EXPECT_NEAR(predictive_probability(flat_prior, 2, 0.5, 0.45), 2.0 / 3, 1e-15);
    EXPECT_NEAR(predictive_probability(flat_prior, 2, 0.5, 0.1), 1, 1e-15);
    EXPECT_EQ(predictive_probability(flat_prior, 0, 0.5, 0.6), 0); // as it stands now
}

TEST(Prior, WeightsOfNoneAndAll) {
    const BetaMixture flat = posterior(robust_prior({5, 26}, 0), 4, 20);
    EXPECT_EQ(flat.weight, 0);
    EXPECT_DOUBLE_EQ(beta_quantile(flat, 0.3), beta_quantile(posterior(flat_prior, 4, 20), 0.3));
    const BetaMixture full = posterior(robust_prior({5, 26}, 1), 4, 20);
    EXPECT_EQ(full.weight, 1);
    EXPECT_DOUBLE_EQ(beta_quantile(full, 0.3),
                     beta_quantile(posterior(power_prior({5, 26}, 1), 4, 20), 0.3));
}

TEST(Prior, AnOverwhelmedPriorLosesItsWeight) {
    const BetaMixture rate = posterior(robust_prior({0, 500}, 0.99), 500, 500);
    EXPECT_GE(rate.weight, 0);
    EXPECT_LT(rate.weight, 1e-100);
    EXPECT_NEAR(rate.mean(), 501.0 / 502, 1e-15);
    EXPECT_LT(prior_conflict({0, 500}, 500, 500).box_p, 1e-100);
}

struct Counts {
    double events;
    int total;
};

Counts counts() {
    const int total = *rc::gen::inRange(0, 300);
    return {static_cast<double>(*rc::gen::inRange(0, total + 1)), total};
}

TEST(BayesProperties, BetaBinomialAddsUpAndHasItsMean) {
    EXPECT_TRUE(rc::check([] {
        const Counts seen = counts();
        const int more = *rc::gen::inRange(0, 400);
        const BetaDistribution rate = posterior(jeffreys_prior, seen.events, seen.total);
        const std::vector<double> p = beta_binomial(rate, more);
        double sum = 0;
        double mean = 0;
        for (std::size_t y = 0; y < p.size(); ++y) {
            sum += p[y];
            mean += static_cast<double>(y) * p[y];
        }
        RC_ASSERT(std::abs(sum - 1) < 1e-12);
        RC_ASSERT(std::abs(mean - more * rate.mean()) < 1e-9 * (1 + more));
    }));
}

TEST(BayesProperties, QuantilesOfAMixtureInvertIt) {
    EXPECT_TRUE(rc::check([] {
        const Counts published = counts();
        const Counts local = counts();
        const double weight = *rc::gen::inRange(0, 101) / 100.0;
        const double p = *rc::gen::inRange(1, 100) / 100.0;
        const BetaMixture rate =
            posterior(robust_prior({published.events, published.total * 1.0}, weight),
                      local.events,
                      local.total);
        const double q = beta_quantile(rate, p);
        RC_ASSERT(q > 0 && q < 1);
        RC_ASSERT(std::abs(1 - probability_above(rate, q) - p) < 1e-9);
    }));
}

// Events and non-events change places.
TEST(BayesProperties, TheOtherOutcomeMirrors) {
    EXPECT_TRUE(rc::check([] {
        const Counts seen = counts();
        const BetaDistribution rate = posterior(flat_prior, seen.events, seen.total);
        const BetaDistribution mirror = posterior(flat_prior, seen.total - seen.events, seen.total);
        RC_ASSERT(std::abs(probability_above(rate, 0.19) - probability_at_most(mirror, 0.81)) <
                  1e-12);
    }));
}

} // namespace
} // namespace embolink::test
