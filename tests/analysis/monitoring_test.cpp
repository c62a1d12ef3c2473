// Charts and their run lengths: by hand, then properties.
#include "analysis/monitoring/cusum.hpp"
#include "analysis/monitoring/funnel.hpp"
#include "analysis/monitoring/run_length.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

namespace embolink::test {
namespace {

const double log_2 = std::log(2.0);

std::vector<MonitoredCase> cases(const std::vector<int>& events, double expected) {
    std::vector<MonitoredCase> out;
    for (const int event : events) {
        out.push_back({event, expected});
    }
    return out;
}

// With p = 1/3 and odds times 4, 1 - p + OR p = 2: a case adds log 4 - log 2 or - log 2.
TEST(Cusum, StepsOfLogTwoByHand) {
    const Cusum chart = cusum(cases({1, 0, 0, 1, 1}, 1.0 / 3), 4, 1.99 * log_2);
    const std::vector<double> expected{1, 0, 0, 1, 2};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(chart.value[i], expected[i] * log_2, 1e-15);
    }
    EXPECT_EQ(chart.first_signal, 4U);
    EXPECT_FALSE(cusum(cases({1, 0, 0, 1, 1}, 1.0 / 3), 4, 2.01 * log_2).first_signal);
}

// Errors of 1/4 put the bounds at log 3 and - log 3: between one and two steps.
TEST(Sprt, DecidesByTheFirstBound) {
    const auto test = [](const std::vector<int>& y) {
        return sprt(cases(y, 1.0 / 3), 4, 0.25, 0.25);
    };
    EXPECT_NEAR(test({}).upper, std::log(3.0), 1e-15);
    EXPECT_NEAR(test({}).lower, -std::log(3.0), 1e-15);
    EXPECT_EQ(test({1, 0, 0, 1}).decision, SprtDecision::go_on);
    EXPECT_EQ(test({0, 0, 1, 1, 1, 1}).decision, SprtDecision::acceptable);
    EXPECT_EQ(test({0, 0, 1, 1, 1, 1}).first_cross, 1U);
    EXPECT_EQ(test({1, 0, 1, 1}).decision, SprtDecision::unacceptable);
    EXPECT_EQ(test({1, 0, 1, 1}).first_cross, 3U);
}

TEST(Vlad, FallsWithHarm) {
    const std::vector<double> chart = vlad(cases({1, 0}, 0.25));
    EXPECT_DOUBLE_EQ(chart[0], -0.75);
    EXPECT_DOUBLE_EQ(chart[1], -0.5);
}

// The same steps with the limit at two of them: from 0 and from one step the runs L0 and L1 obey
// L0 = 1 + p L1 + (1 - p) L0 and L1 = 1 + (1 - p) L0, so L0 = (1 + p)/p^2. In control p = 1/3: 12.
// With the odds times 4 p = 2/3: 15/4.
TEST(RunLength, TwoStepsByHand) {
    EXPECT_NEAR(*average_run_length(cusum_steps({1.0 / 3}, 4, 1), 2 * log_2), 12, 1e-8);
    EXPECT_NEAR(*average_run_length(cusum_steps({1.0 / 3}, 4, 4), 2 * log_2), 3.75, 1e-8);
    EXPECT_NEAR(*average_run_length(cusum_steps({1.0 / 3}, 4, 1), log_2), 3, 1e-8); // 1/p
}

TEST(RunLength, WhereNothingCanSignalItIsInfinite) {
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(average_run_length(cusum_steps({0}, 2, 1), 3), infinity);
    EXPECT_EQ(average_run_length(cusum_steps({1}, 2, 1), 3), infinity);
    EXPECT_EQ(average_run_length(cusum_steps({0.19}, 1, 1), 3), infinity);
    EXPECT_EQ(average_run_length(cusum_steps({0.19}, 2, 1), 0), 1);
}

// About e^30 cases: the run is longer than any simulation, and its share that signals still known.
TEST(RunLength, VeryLongRunsAreFound) {
    const double length = *average_run_length(cusum_steps({0.19}, 2, 1), 30);
    EXPECT_GT(length, 1e14);
    EXPECT_LT(length, 1e15);
}

// p0 = 1/2, two cases: F = 1/4, 3/4, 1. At 1/2: r = 1, a = (3/4 - 1/2)/(1/2) = 1/2, (1 - 1/2)/2.
TEST(Funnel, TwoCasesByHand) {
    EXPECT_NEAR(funnel_limit(0.5, 2, 0.5), 0.25, 1e-15);
    EXPECT_NEAR(funnel_limit(0.5, 2, 0.25), 0, 1e-15);
    EXPECT_NEAR(funnel_limit(0.5, 2, 0.875), 0.75, 1e-15);
    EXPECT_EQ(funnel_limit(0, 9, 0.999), 0);
    EXPECT_NEAR(funnel_limit(1, 9, 0.25), 8.25 / 9, 1e-15);
}

TEST(MonitoringProperties, RunsGrowWithTheLimitAndShrinkWithHarm) {
    for (const double p : {0.03, 0.19, 0.44}) {
        for (const double limit : {0.7, 1.5, 2.2}) {
            const auto length = [&](double odds, double h) {
                return *average_run_length(cusum_steps({p}, 2, odds), h);
            };
            EXPECT_LT(length(1, limit), length(1, limit * 1.3)) << p << " " << limit;
            EXPECT_LT(length(2, limit), length(1, limit)) << p << " " << limit;
        }
    }
}

TEST(MonitoringProperties, AConstantRiskInManyCasesIsThatRisk) {
    const double one = *average_run_length(cusum_steps({0.19}, 2, 1), 2);
    const std::vector<double> many(50, 0.19);
    EXPECT_NEAR(*average_run_length(cusum_steps(many, 2, 1), 2), one, 1e-6 * one);
}

TEST(MonitoringProperties, FunnelLimitsAreInOrder) {
    EXPECT_TRUE(rc::check([] {
        const double p0 = *rc::gen::inRange(0, 101) / 100.0;
        const int n = *rc::gen::inRange(1, 500);
        double last = 0;
        for (const double tail : {0.001, 0.025, 0.5, 0.975, 0.999}) {
            const double limit = funnel_limit(p0, n, tail);
            RC_ASSERT(limit >= last && limit <= 1);
            last = limit;
        }
    }));
}

// A thousand risks cost no more than a hundred, and give the run length of their distribution.
TEST(MonitoringProperties, ManyRisksAreGathered) {
    std::vector<double> few;
    std::vector<double> many;
    for (int i = 0; i < 1000; ++i) {
        many.push_back(0.1 + 0.2 * i / 1000);
        if (i % 40 == 20) {
            few.push_back(many.back());
        }
    }
    const double length = *average_run_length(cusum_steps(few, 2, 1), 2);
    EXPECT_NEAR(*average_run_length(cusum_steps(many, 2, 1), 2), length, 0.01 * length);
}

// Weights that take an expected share of events to a sum below 0: the test drifts down in control.
TEST(MonitoringProperties, WeightsDriftDownInControlAndUpWithHarm) {
    EXPECT_TRUE(rc::check([] {
        const double p = *rc::gen::inRange(1, 100) / 100.0;
        const double odds = *rc::gen::inRange(11, 50) / 10.0;
        const auto drift = [&](double truth) {
            return truth * monitoring_weight({1, p}, odds) +
                   (1 - truth) * monitoring_weight({0, p}, odds);
        };
        RC_ASSERT(drift(p) < 0);
        RC_ASSERT(drift(with_odds_ratio(p, odds)) > 0);
    }));
}

} // namespace
} // namespace embolink::test
