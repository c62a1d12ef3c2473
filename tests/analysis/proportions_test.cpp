// One and two proportions: exact tests at their ends, where every outcome counts and the p-value is
// 1 and not the rounded sum of the probabilities; small tables by hand; properties.
#include "analysis/numeric/roots.hpp"
#include "analysis/proportions/hypergeometric.hpp"
#include "analysis/proportions/odds_ratio.hpp"
#include "analysis/proportions/proportion.hpp"
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/proportions/unconditional.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace embolink;

namespace {

constexpr int trial_n = 21;

// All tables with these margins, by the events of the first row.
std::vector<FisherTest> tests_of(int n, int events) {
    std::vector<FisherTest> tests;
    for (int x = std::max(0, events - trial_n); x <= std::min(events, n); ++x) {
        tests.push_back(fisher_test({{x, n}, {events - x, trial_n}}));
    }
    return tests;
}

} // namespace

TEST(FisherTest, the_likeliest_table_has_exactly_p_1) {
    for (int n = 1; n <= 60; ++n) {
        for (int events = 0; events <= n + trial_n; ++events) {
            const std::vector<FisherTest> tests = tests_of(n, events);
            const auto likeliest =
                std::max_element(tests.begin(), tests.end(), [](const auto& a, const auto& b) {
                    return a.observed_probability < b.observed_probability;
                });
            EXPECT_EQ(likeliest->two_sided, 1.0) << n << " " << events;
            EXPECT_EQ(tests.back().less, 1.0) << n << " " << events;
            EXPECT_EQ(tests.front().greater, 1.0) << n << " " << events;
            for (const FisherTest& test : tests) {
                EXPECT_LE(std::max({test.two_sided, test.less, test.greater}), 1.0);
            }
        }
    }
}

TEST(FisherTest, a_less_likely_table_is_below_1) {
    const FisherTest test = fisher_test({{2, 10}, {15, trial_n}});
    EXPECT_LT(test.two_sided, 0.05);
    EXPECT_LT(test.less, 0.05);
    EXPECT_GT(test.greater, 0.95);
}

TEST(ProportionTest, the_likeliest_count_has_exactly_p_1) {
    for (int n = 1; n <= 60; ++n) {
        for (const double p0 : {0.19, 0.38, 0.44, 0.5, 0.95}) {
            const int likeliest = std::min(n, static_cast<int>((n + 1) * p0));
            EXPECT_EQ(test_proportion({likeliest, n}, p0).two_sided, 1.0) << n << " " << p0;
        }
    }
}

// Both rows of three, three events in all: 1, 9, 9 and 1 of 20 ways, times the odds ratio to the
// power of the first row's events.
TEST(Hypergeometric, three_and_three_by_hand) {
    const TwoByTwo table{{2, 3}, {1, 3}};
    const Hypergeometric central = hypergeometric(table);
    EXPECT_EQ(central.low, 0);
    EXPECT_EQ(central.high(), 3);
    EXPECT_NEAR(central.probability[1], 9.0 / 20, 1e-15);
    EXPECT_NEAR(central.at_least(2), 10.0 / 20, 1e-15);
    EXPECT_NEAR(central.mean(), 1.5, 1e-15);
    const double odds = 2;
    EXPECT_NEAR(
        hypergeometric(table, odds).at_most(1), (1 + 9 * 2) / (1 + 9 * 2 + 9 * 4 + 8.0), 1e-15);
}

// The mean is 2 where (9 t + 18 t^2 + 3 t^3)/(1 + 9 t + 9 t^2 + t^3) = 2: t^3 - 9 t - 2 = 0.
TEST(OddsRatio, three_and_three_by_hand) {
    const ConditionalOddsRatio odds = conditional_odds_ratio({{2, 3}, {1, 3}});
    const double t = odds.estimate;
    EXPECT_NEAR(t * t * t - 9 * t - 2, 0, 1e-10);
    EXPECT_EQ(sample_odds_ratio({{2, 3}, {1, 3}}), 4);
    const auto tail = [](double psi) {
        return (9 * psi * psi + psi * psi * psi) / (1 + 9 * psi + 9 * psi * psi + psi * psi * psi);
    };
    EXPECT_NEAR(tail(odds.interval.lower), 0.025, 1e-12);
    // R stops early: the same to the tolerance it stops at, and not the same.
    const ConditionalOddsRatio coarse =
        conditional_odds_ratio({{2, 3}, {1, 3}}, 0.95, uniroot_tolerance);
    EXPECT_NE(coarse.estimate, odds.estimate);
    EXPECT_NEAR(coarse.estimate, odds.estimate, 2e-3);
}

TEST(OddsRatio, at_the_ends) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const ConditionalOddsRatio none = conditional_odds_ratio({{0, 5}, {2, 4}});
    EXPECT_EQ(none.estimate, 0);
    EXPECT_EQ(none.interval.lower, 0);
    EXPECT_LT(none.interval.upper, infinity);
    const ConditionalOddsRatio all = conditional_odds_ratio({{5, 5}, {2, 4}});
    EXPECT_EQ(all.estimate, infinity);
    EXPECT_EQ(all.interval.upper, infinity);
    const ConditionalOddsRatio nobody = conditional_odds_ratio({{0, 5}, {0, 4}});
    EXPECT_EQ(nobody.estimate, 0);
    EXPECT_EQ(nobody.interval.upper, infinity);
    EXPECT_FALSE(sample_odds_ratio({{0, 5}, {0, 4}}));
    EXPECT_EQ(sample_odds_ratio({{5, 5}, {2, 4}}), infinity);
    EXPECT_EQ(sample_odds_ratio({{0, 5}, {2, 4}}), 0);
}

// One patient each: |z| is largest when they differ, 2 p (1 - p), at most 1/2. Two each, all
// against none: Fisher's p is 2/6, every other table's 1, and 2 p^2 (1 - p)^2 at most 1/8.
TEST(UnconditionalTest, smallest_tables_by_hand) {
    EXPECT_NEAR(barnard_test({{1, 1}, {0, 1}})->p, 0.5, 1e-12);
    EXPECT_NEAR(barnard_test({{1, 1}, {0, 1}})->nuisance, 0.5, 1e-6);
    EXPECT_EQ(boschloo_test({{1, 1}, {0, 1}})->p, 1);
    EXPECT_NEAR(boschloo_test({{2, 2}, {0, 2}})->p, 0.125, 1e-12);
    EXPECT_FALSE(boschloo_test({{1, 201}, {0, 2}}));
}

namespace {

TwoByTwo some_table() {
    const int n1 = *rc::gen::inRange(1, 20);
    const int n2 = *rc::gen::inRange(1, 20);
    return {{*rc::gen::inRange(0, n1 + 1), n1}, {*rc::gen::inRange(0, n2 + 1), n2}};
}

bool near(double a, double b) {
    return a == b || std::abs(a - b) < 1e-9 * std::max(1.0, std::abs(a));
}

} // namespace

TEST(ProportionProperties, intervals_hold_the_estimate_and_mirror) {
    EXPECT_TRUE(rc::check([] {
        const Proportion p = some_table().first;
        const Proportion mirror{p.total - p.events, p.total};
        for (const auto interval :
             {clopper_pearson, wilson, wilson_corrected, mid_p, jeffreys, wald}) {
            const Interval limits = interval(p, 0.9);
            const Interval other = interval(mirror, 0.9);
            RC_ASSERT(limits.lower <= p.estimate() && p.estimate() <= limits.upper);
            RC_ASSERT(near(limits.lower, 1 - other.upper) && near(limits.upper, 1 - other.lower));
        }
        RC_ASSERT(clopper_pearson(p).lower <= mid_p(p).lower);
        RC_ASSERT(mid_p(p).upper <= clopper_pearson(p).upper);
    }));
}

// Boschloo 1970: never less power than Fisher's test whose p it orders by.
TEST(TwoByTwoProperties, boschloo_is_at_most_fisher) {
    EXPECT_TRUE(rc::check([] {
        const TwoByTwo table = some_table();
        RC_ASSERT(boschloo_test(table)->p <= fisher_test(table).two_sided + 1e-9);
    }));
}

TEST(TwoByTwoProperties, swapping_the_rows_turns_the_comparison) {
    EXPECT_TRUE(rc::check([] {
        const TwoByTwo table = some_table();
        const TwoByTwo swapped{table.second, table.first};
        RC_ASSERT(near(fisher_test(table).two_sided, fisher_test(swapped).two_sided));
        RC_ASSERT(near(fisher_test(table).less, fisher_test(swapped).greater));
        RC_ASSERT(near(barnard_test(table)->p, barnard_test(swapped)->p));
        for (const auto interval : {newcombe, miettinen_nurminen}) {
            RC_ASSERT(near(interval(table, 0.95).lower, -interval(swapped, 0.95).upper));
        }
        const double odds = conditional_odds_ratio(table).estimate;
        const double other = conditional_odds_ratio(swapped).estimate;
        const bool one_table = hypergeometric(table).probability.size() == 1;
        RC_ASSERT(one_table || near(odds, 1 / other));
    }));
}
