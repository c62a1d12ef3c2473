// Propensity scores, weights, balance and standardisation: by hand, then properties.
#include "analysis/weighting/logistic.hpp"
#include "analysis/weighting/propensity.hpp"
#include "analysis/weighting/standardisation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace embolink::test {
namespace {

// Of four subjects with x = 0 one is treated, of four with x = 1 three.
const std::vector<std::vector<double>> eight_rows{{0}, {0}, {0}, {0}, {1}, {1}, {1}, {1}};
const std::vector<int> eight_treated{1, 0, 0, 0, 1, 1, 1, 0};

// The score is the share: 1/4 and 3/4, logits - log 3 and log 3. The variance of a logit of 1 of 4
// is 1/(4 x 1/4 x 3/4) = 4/3; the slope is a difference of two.
TEST(Logistic, TwoSharesByHand) {
    const LogisticFit fit = logistic_regression(eight_rows, eight_treated);
    EXPECT_TRUE(fit.converged);
    EXPECT_FALSE(fit.separated);
    EXPECT_NEAR(fit.fitted[0], 0.25, 1e-12);
    EXPECT_NEAR(fit.fitted[7], 0.75, 1e-12);
    EXPECT_NEAR(*fit.coefficient[0], -std::log(3.0), 1e-10);
    EXPECT_NEAR(*fit.coefficient[1], 2 * std::log(3.0), 1e-10);
    EXPECT_NEAR(*fit.covariance[0][0], 4.0 / 3, 1e-6);
    EXPECT_NEAR(*fit.covariance[0][1], -4.0 / 3, 1e-6);
    EXPECT_NEAR(*fit.covariance[1][1], 8.0 / 3, 1e-6);
}

// Treated: weights 4 and three times 4/3, sum 8, squares 16 + 16/3: 64/(64/3) = 3 of 4 are left.
TEST(Propensity, WeightsByHand) {
    const std::vector<double> score{.25, .25, .25, .25, .75, .75, .75, .75};
    const PropensityWeights w = propensity_weights(eight_treated, score);
    EXPECT_DOUBLE_EQ(w.inverse[0], 4);
    EXPECT_DOUBLE_EQ(w.inverse[1], 4.0 / 3);
    EXPECT_DOUBLE_EQ(w.stabilised[0], 2);
    EXPECT_DOUBLE_EQ(w.overlap[0], 0.75);
    EXPECT_DOUBLE_EQ(w.overlap[1], 0.25);
    EXPECT_DOUBLE_EQ(effective_sample_size(w.inverse, eight_treated, 1), 3);
    // Three of four treated and one of four controls have x = 1: difference 1/2, each variance
    // 4/3 x 3/16 = 1/4, its root 1/2.
    const std::vector<double> x{0, 0, 0, 0, 1, 1, 1, 1};
    const std::vector<double> equal(8, 1);
    EXPECT_DOUBLE_EQ(*standardised_difference(x, eight_treated, equal), 1);
    EXPECT_NEAR(*standardised_difference(x, eight_treated, w.inverse), 0, 1e-15);
    // Outcome in the treated with x = 0 alone: 4 of 8. Error: root of (4/2)^2 + 3 (4/3 x 1/2)^2
    // = 16/3, over 8.
    const auto risk = weighted_mean({1, 0, 0, 0, 0, 0, 0, 0}, eight_treated, w.inverse, 1);
    EXPECT_DOUBLE_EQ(risk->mean, 0.5);
    EXPECT_DOUBLE_EQ(risk->standard_error, std::sqrt(16.0 / 3) / 8);
}

TEST(Propensity, TruncatesAtQuantiles) {
    // Of 1 .. 5 the 10 % quantile is 1.4 and the 90 % one 4.6 (type 7).
    EXPECT_EQ(truncated({5, 1, 3, 2, 4}, 0.1, 0.9), (std::vector<double>{4.6, 1.4, 3, 2, 4}));
    EXPECT_TRUE(truncated({}, 0.1, 0.9).empty());
}

TEST(Propensity, UndefinedWithoutSpread) {
    const std::vector<double> equal(8, 1);
    EXPECT_FALSE(standardised_difference(equal, eight_treated, equal));
    std::vector<double> by_group(eight_treated.begin(), eight_treated.end());
    EXPECT_EQ(standardised_difference(by_group, eight_treated, equal),
              std::numeric_limits<double>::infinity());
    EXPECT_FALSE(standardised_difference({1, 2, 3}, {1, 0, 0}, {1, 1, 1}));
    EXPECT_FALSE(weighted_mean({1, 0}, {0, 0}, {1, 1}, 1));
    EXPECT_EQ(effective_sample_size({1, 1}, {0, 0}, 1), 0);
}

TEST(Logistic, SeparationIsToldAndEnds) {
    const LogisticFit fit = logistic_regression({{1}, {2}, {3}, {4}, {5}, {6}}, {0, 0, 0, 1, 1, 1});
    EXPECT_TRUE(fit.separated);
    for (const double p : fit.fitted) {
        EXPECT_TRUE(std::isfinite(p));
    }
    EXPECT_TRUE(logistic_regression({{1}, {2}}, {1, 1}).separated);
}

TEST(Logistic, DependentColumnsAreLeftOut) {
    std::vector<std::vector<double>> rows = eight_rows;
    for (std::vector<double>& row : rows) {
        row = {row[0], 3 * row[0] - 2, 7};
    }
    const LogisticFit fit = logistic_regression(rows, eight_treated);
    EXPECT_TRUE(fit.coefficient[1]);
    EXPECT_FALSE(fit.coefficient[2]);
    EXPECT_FALSE(fit.coefficient[3]);
    EXPECT_FALSE(fit.covariance[2][2]);
    EXPECT_NEAR(fit.fitted[0], 0.25, 1e-12);
    EXPECT_TRUE(logistic_regression({{5}}, {1}).coefficient[0].has_value());
}

TEST(Logistic, HugeAndTinyCovariates) {
    std::vector<std::vector<double>> rows = eight_rows;
    for (std::vector<double>& row : rows) {
        row = {row[0] * 1e200};
    }
    const LogisticFit fit = logistic_regression(rows, eight_treated);
    EXPECT_NEAR(fit.fitted[0], 0.25, 1e-12);
    EXPECT_NEAR(*fit.coefficient[1] * 1e200, 2 * std::log(3.0), 1e-10);
}

// Strata of 1 of 2 and 3 of 4; a standard of 3 to 1: 3/4 x 1/2 + 1/4 x 3/4 = 9/16. Variance 9/16 x
// 1/4 / 2 + 1/16 x 3/16 / 4.
TEST(Standardisation, TwoStrataByHand) {
    const auto rate = standardised_rate({{{1, 2}, 30}, {{3, 4}, 10}});
    EXPECT_DOUBLE_EQ(rate->rate, 9.0 / 16);
    EXPECT_DOUBLE_EQ(rate->standard_error, std::sqrt(9.0 / 128 + 3.0 / 1024));
    EXPECT_DOUBLE_EQ(rate->crude, 4.0 / 6);
    EXPECT_FALSE(standardised_rate({{{1, 2}, 30}, {{0, 0}, 10}}));
    EXPECT_TRUE(standardised_rate({{{1, 2}, 30}, {{0, 0}, 0}}));
    EXPECT_FALSE(standardised_rate({}));
}

struct Cohort {
    std::vector<std::vector<double>> rows;
    std::vector<int> treated;

    std::vector<double> covariate(std::size_t j) const {
        std::vector<double> out;
        for (const std::vector<double>& row : rows) {
            out.push_back(row[j]);
        }
        return out;
    }
};

// By a generator of its own: rapidcheck's first cases are nearly all zeros, which separates.
Cohort cohort() {
    std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
    Cohort out;
    for (std::uint64_t i = 0; i < 30 + random() % 30; ++i) {
        out.rows.push_back(
            {static_cast<double>(random() % 100) / 10 - 5, static_cast<double>(random() % 2)});
        out.treated.push_back(static_cast<int>(random() % 2));
    }
    return out;
}

// What defines the maximum: fitted and observed agree in total and along every covariate.
TEST(WeightingProperties, TheScoreSolvesItsEquations) {
    EXPECT_TRUE(rc::check([] {
        const Cohort c = cohort();
        const LogisticFit fit = logistic_regression(c.rows, c.treated);
        RC_PRE(!fit.separated);
        double total = 0;
        double along = 0;
        for (std::size_t i = 0; i < c.rows.size(); ++i) {
            total += c.treated[i] - fit.fitted[i];
            along += c.rows[i][0] * (c.treated[i] - fit.fitted[i]);
        }
        RC_ASSERT(std::abs(total) < 1e-6);
        RC_ASSERT(std::abs(along) < 1e-5);
    }));
}

// Li, Morgan and Zaslavsky 2018, theorem 3.
TEST(WeightingProperties, OverlapWeightsBalanceExactly) {
    EXPECT_TRUE(rc::check([] {
        const Cohort c = cohort();
        const LogisticFit fit = logistic_regression(c.rows, c.treated);
        RC_PRE(!fit.separated);
        const PropensityWeights w = propensity_weights(c.treated, fit.fitted);
        for (std::size_t j = 0; j < 2; ++j) {
            const auto difference = standardised_difference(c.covariate(j), c.treated, w.overlap);
            RC_ASSERT(!difference || std::isinf(*difference) || std::abs(*difference) < 1e-6);
        }
    }));
}

TEST(WeightingProperties, AFarOriginChangesNoScore) {
    EXPECT_TRUE(rc::check([] {
        Cohort c = cohort();
        const LogisticFit near = logistic_regression(c.rows, c.treated);
        RC_PRE(!near.separated);
        for (std::vector<double>& row : c.rows) {
            row[0] += 1e6;
        }
        const LogisticFit far = logistic_regression(c.rows, c.treated);
        for (std::size_t i = 0; i < c.rows.size(); ++i) {
            RC_ASSERT(std::abs(near.fitted[i] - far.fitted[i]) < 1e-7);
        }
    }));
}

TEST(WeightingProperties, EffectiveSizeIsAtMostTheSize) {
    EXPECT_TRUE(rc::check([] {
        std::vector<double> weights;
        for (int i = *rc::gen::inRange(1, 50); i > 0; --i) {
            weights.push_back(*rc::gen::inRange(1, 1000) / 10.0);
        }
        const std::vector<int> treated(weights.size(), 1);
        const double size = effective_sample_size(weights, treated, 1);
        RC_ASSERT(size <= static_cast<double>(weights.size()) * (1 + 1e-12));
        for (double& w : weights) {
            w *= 7;
        }
        RC_ASSERT(std::abs(effective_sample_size(weights, treated, 1) - size) < 1e-9 * size);
    }));
}

} // namespace
} // namespace embolink::test
