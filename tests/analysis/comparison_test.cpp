// Non-inferiority and families of tests: by hand, then properties.
#include "analysis/comparison/fixed_time.hpp"
#include "analysis/comparison/non_inferiority.hpp"
#include "analysis/comparison/p_adjust.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

namespace embolink::test {
namespace {

// 0.5 (0.3 to 0.7) against 0.44 (0.2 to 0.56): difference 0.06, below it root(0.2^2 + 0.12^2).
TEST(NonInferiority, ByHand) {
    const auto answer = [](double margin) {
        return non_inferiority(0.5, {0.3, 0.7}, 0.44, {0.2, 0.56}, margin);
    };
    EXPECT_NEAR(answer(0.2).difference, 0.06, 1e-15);
    EXPECT_NEAR(answer(0.2).interval.lower, 0.06 - std::sqrt(0.0544), 1e-15);
    EXPECT_TRUE(answer(0.2).shown);
    EXPECT_FALSE(answer(0.17).shown);
    // Were the local rate exactly the published one, the lower limit would still be -0.12.
    EXPECT_TRUE(answer(0.13).testable);
    EXPECT_FALSE(answer(0.11).testable);
}

// The trial's own numbers: 44 % worth 9 patients reaches 29 points up (statistics of its abstract).
TEST(NonInferiority, TheTrialCannotCarryASmallMargin) {
    const Interval trial = published_or_exact_interval(0.44, 9);
    EXPECT_FALSE(non_inferiority(0.44, {0.43, 0.45}, 0.44, trial, 0.25).testable);
    EXPECT_TRUE(non_inferiority(0.44, {0.43, 0.45}, 0.44, trial, 0.35).testable);
}

TEST(NonInferiority, APublishedRateOfOneHasAnExactInterval) {
    const Interval all = published_or_exact_interval(1, 14);
    EXPECT_NEAR(all.lower, std::pow(0.025, 1.0 / 14), 1e-12);
    EXPECT_EQ(all.upper, 1);
    EXPECT_EQ(published_or_exact_interval(0, 5.9).lower, 0);
    EXPECT_NEAR(published_or_exact_interval(0, 5.9).upper, 1 - std::pow(0.025, 0.2), 1e-12);
}

// 0.01, 0.02, 0.04. Holm: 3 x 0.01; 2 x 0.02; 1 x 0.04. Hochberg from the top: 0.04; the lesser of
// 2 x 0.02 and 0.04; the lesser of 3 x 0.01 and that. Benjamini-Hochberg: 0.04; 3/2 x 0.02; 3 x
// 0.01.
TEST(PAdjust, ThreeByHand) {
    const std::vector<double> p{0.04, 0.01, 0.02};
    const auto near = [](const std::vector<double>& got, const std::vector<double>& expected) {
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_NEAR(got[i], expected[i], 1e-15);
        }
    };
    near(bonferroni_adjusted(p), {0.12, 0.03, 0.06});
    near(holm_adjusted(p), {0.04, 0.03, 0.04});
    near(hochberg_adjusted(p), {0.04, 0.03, 0.04});
    near(benjamini_hochberg_adjusted(p), {0.04, 0.03, 0.03});
    EXPECT_TRUE(holm_adjusted({}).empty());
}

std::vector<double> some_p() {
    std::vector<double> p;
    for (int i = *rc::gen::inRange(1, 9); i > 0; --i) {
        p.push_back(*rc::gen::inRange(0, 1001) / 1000.0);
    }
    return p;
}

TEST(ComparisonProperties, AdjustmentsAreInOrder) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<double> p = some_p();
        const auto bonferroni = bonferroni_adjusted(p);
        const auto holm = holm_adjusted(p);
        const auto hochberg = hochberg_adjusted(p);
        const auto bh = benjamini_hochberg_adjusted(p);
        for (std::size_t i = 0; i < p.size(); ++i) {
            RC_ASSERT(p[i] <= bh[i] + 1e-15 && bh[i] <= hochberg[i] + 1e-15);
            RC_ASSERT(hochberg[i] <= holm[i] + 1e-15 && holm[i] <= bonferroni[i] + 1e-15);
            RC_ASSERT(bonferroni[i] <= 1);
        }
    }));
}

TEST(ComparisonProperties, TheOrderOfTestsDoesNotMatter) {
    EXPECT_TRUE(rc::check([] {
        std::vector<double> p = some_p();
        std::vector<double> adjusted = holm_adjusted(p);
        std::ranges::reverse(p);
        std::ranges::reverse(adjusted);
        RC_ASSERT(holm_adjusted(p) == adjusted);
    }));
}

TEST(ComparisonProperties, SwappingTheRatesTurnsTheSigns) {
    EXPECT_TRUE(rc::check([] {
        const auto rate = [] {
            return FixedTimeRate{*rc::gen::inRange(1, 100) / 100.0,
                                 *rc::gen::inRange(1, 200) / 500.0};
        };
        const FixedTimeRate a = rate();
        const FixedTimeRate b = rate();
        const FixedTimeComparison forward = compare_at_fixed_time(a, b);
        const FixedTimeComparison backward = compare_at_fixed_time(b, a);
        RC_ASSERT(std::abs(forward.cloglog->z + backward.cloglog->z) < 1e-12);
        RC_ASSERT(std::abs(forward.arcsin->p - backward.arcsin->p) < 1e-12);
        const double product =
            cumulative_hazard_ratio(a, b)->estimate * cumulative_hazard_ratio(b, a)->estimate;
        RC_ASSERT(std::abs(product - 1) < 1e-12);
    }));
}

TEST(ComparisonProperties, AWiderMarginNeverTakesBack) {
    EXPECT_TRUE(rc::check([] {
        const double local = *rc::gen::inRange(20, 80) / 100.0;
        const double published = *rc::gen::inRange(20, 80) / 100.0;
        bool shown = false;
        for (int margin = 1; margin < 60; ++margin) {
            const bool now = non_inferiority(local,
                                             {local - 0.15, local + 0.15},
                                             published,
                                             {published - 0.1, published + 0.1},
                                             margin / 100.0)
                                 .shown;
            RC_ASSERT(now || !shown);
            shown = now;
        }
    }));
}

} // namespace
} // namespace embolink::test
