// Survival estimates against arithmetic worked by hand (METHODS.md), identities and degenerate
// input.
#include "analysis/comparison/fixed_time.hpp"
#include "analysis/comparison/p_adjust.hpp"
#include "analysis/proportions/proportion.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <random>

namespace embolink::test {
namespace {

// METHODS.md, worked example: times 5 5+ 8 8 8+ 12 (+ censored).
SurvivalData six_subjects() {
    return {{5, 5, 8, 8, 8, 12}, {1, 0, 1, 1, 0, 1}, {}, {}};
}

TEST(KaplanMeier, SixSubjectsByHand) {
    const KaplanMeier curve = kaplan_meier(six_subjects());
    ASSERT_EQ(curve.rows.size(), 3U);
    // 1 of 6 at 5; the censoring at 5 comes after. 2 of 4 at 8. 1 of 1 at 12.
    EXPECT_DOUBLE_EQ(curve.rows[0].survival, 5.0 / 6);
    EXPECT_DOUBLE_EQ(*curve.rows[0].greenwood, 1.0 / (6 * 5));
    EXPECT_DOUBLE_EQ(curve.rows[1].survival, 5.0 / 12);
    EXPECT_DOUBLE_EQ(*curve.rows[1].greenwood, 1.0 / 30 + 2.0 / (4 * 2));
    EXPECT_EQ(curve.rows[1].at_risk, 4);
    EXPECT_DOUBLE_EQ(curve.rows[1].cumulative_hazard, 1.0 / 6 + 2.0 / 4);
    EXPECT_EQ(curve.rows[2].survival, 0);
    EXPECT_FALSE(curve.rows[2].greenwood.has_value());
    EXPECT_EQ(*quantile(curve, 0.5).time, 8);
}

// METHODS.md: every type at 5, where S = 5/6 and the variance of log S is 1/30.
TEST(KaplanMeier, IntervalsOfSixSubjectsByHand) {
    const KaplanMeierRow row = kaplan_meier(six_subjects()).rows[0];
    const double z = 1.959963984540054;
    const double s = 5.0 / 6;
    const double half = z / std::sqrt(30.0);
    const auto limits = [&](IntervalType type) {
        return *survival_interval(row.survival, row.greenwood, type);
    };
    EXPECT_NEAR(limits(IntervalType::plain).lower, s - half * s, 1e-14);
    EXPECT_EQ(limits(IntervalType::plain).upper, 1); // 1.13 is cut
    EXPECT_NEAR(limits(IntervalType::log).lower, s * std::exp(-half), 1e-14);
    EXPECT_EQ(limits(IntervalType::log).upper, 1);
    const double loglog = half / std::log(1.2);
    EXPECT_NEAR(limits(IntervalType::log_log).lower, std::pow(s, std::exp(loglog)), 1e-14);
    EXPECT_NEAR(limits(IntervalType::log_log).upper, std::pow(s, std::exp(-loglog)), 1e-14);
    // The odds are 5 and their logarithm's error 6 / sqrt(30).
    const double odds = 5 * std::exp(-6 * half);
    EXPECT_NEAR(limits(IntervalType::logit).lower, odds / (1 + odds), 1e-14);
    const double angle = std::asin(std::sqrt(s)) - half / 2 * std::sqrt(5.0);
    EXPECT_NEAR(limits(IntervalType::arcsin).lower, std::pow(std::sin(angle), 2), 1e-14);
}

// METHODS.md: Beta(6, 1) at 5, times Beta(4, 1) for the lower limit: mean 24/35, mean square 1/2.
// At 8 Beta(6, 1) Beta(3, 2): mean 18/35, mean square 3/10.
TEST(Bpcp, SixSubjectsByHand) {
    const std::vector<Interval> limits = bpcp(kaplan_meier(six_subjects()));
    EXPECT_NEAR(limits[0].lower, std::pow(0.025, 1.0 / 6), 1e-14);
    EXPECT_EQ(limits[0].upper, 1);
    EXPECT_NEAR(limits[1].upper, std::pow(0.975, 1.0 / 6), 1e-14);
    EXPECT_NEAR(boost::math::ibeta(312.0 / 73, 143.0 / 73, limits[1].lower), 0.025, 1e-12);
    EXPECT_NEAR(boost::math::ibeta(90.0 / 29, 85.0 / 29, limits[2].upper), 0.975, 1e-12);
    EXPECT_EQ(limits[3].lower, 0);
}

// Groups A: 5, 8, 12 and B: 5+, 8, 8+. METHODS.md: E_A = 1/2 + 2 * 2/4 + 1 = 2.5.
TEST(LogRank, SixSubjectsByHand) {
    const std::vector<int> group{0, 1, 0, 1, 1, 0};
    const LogRankResult result = log_rank({six_subjects(), group, 2, {}, {}});
    EXPECT_DOUBLE_EQ(result.observed[0], 3);
    EXPECT_DOUBLE_EQ(result.expected[0], 1.0 * 3 / 6 + 2.0 * 2 / 4 + 1.0);
    // V = 1 * 1/2 * 1/2 + 2 * (4 - 2)/(4 - 1) * 1/2 * 1/2 + 0
    EXPECT_DOUBLE_EQ(result.variance[0][0], 0.25 + 1.0 / 3);
    EXPECT_NEAR(*result.chi_square, 0.25 / (0.25 + 1.0 / 3), 1e-12);
}

TEST(KaplanMeier, TiesThatDifferByRoundOffAreOneTime) {
    const KaplanMeier curve = kaplan_meier({{0.3, 0.1 + 0.2, 1}, {1, 1, 0}, {}, {}});
    ASSERT_EQ(curve.rows.size(), 2U);
    EXPECT_EQ(curve.rows[0].events, 2);
}

// Differences of sums like 0.1 + 0.2 - 0.3 must not leave a curve just above 0 with a variance.
TEST(KaplanMeier, WeightedCurveEndsAtExactlyZero) {
    const KaplanMeier curve = kaplan_meier(
        {{1, 2, 3, 4, 5, 6, 7}, {1, 1, 0, 1, 0, 1, 1}, {}, {0.1, 0.7, 1.3, 0.2, 2.9, 0.6, 0.3}});
    EXPECT_EQ(curve.rows.back().survival, 0);
    EXPECT_FALSE(curve.rows.back().greenwood);
}

TEST(KaplanMeier, EntryThatDiffersByRoundOffIsNotYetAtRisk) {
    // At risk on (entry, time]: whoever enters at 0.3 is not at risk for the event at 0.1 + 0.2.
    const KaplanMeier curve = kaplan_meier({{0.1 + 0.2, 1, 2}, {1, 1, 0}, {0, 0, 0.3}, {}});
    EXPECT_EQ(curve.rows[0].at_risk, 2);
    EXPECT_EQ(curve.rows[1].at_risk, 2);
}

TEST(KaplanMeier, EventAtTimeZeroCounts) {
    EXPECT_DOUBLE_EQ(at_time(kaplan_meier({{0, 4}, {1, 0}, {}, {}}), 0).survival, 0.5);
}

TEST(KaplanMeier, NobodyAndOneSubject) {
    EXPECT_TRUE(kaplan_meier({}).rows.empty());
    EXPECT_EQ(estimability(kaplan_meier({}), 1, 1), Estimability::no_patients);
    const KaplanMeier one = kaplan_meier({{7}, {1}, {}, {}});
    EXPECT_EQ(one.rows[0].survival, 0);
    EXPECT_FALSE(survival_interval(0, one.rows[0].greenwood, IntervalType::log_log));
    const std::vector<Interval> limits = bpcp(one);
    EXPECT_NEAR(limits[0].lower, 0.025, 1e-12);
    EXPECT_EQ(limits[1].lower, 0);
    EXPECT_LT(limits[1].upper, 1);
}

TEST(KaplanMeier, NoEventHasNoLogLogIntervalButBpcp) {
    const KaplanMeier curve = kaplan_meier({{5, 6, 7}, {0, 0, 0}, {}, {}});
    const KaplanMeierAt at = at_time(curve, 6);
    EXPECT_FALSE(survival_interval(at.survival, at.greenwood, IntervalType::log_log));
    EXPECT_EQ(bpcp(curve)[at.bpcp_index].upper, 1);
    EXPECT_NEAR(bpcp(curve)[0].lower, std::pow(0.025, 1.0 / 3), 1e-12);
    EXPECT_FALSE(quantile(curve, 0.5).time);
}

TEST(Estimability, NeedsFollowUpAndSubjectsAtRisk) {
    const KaplanMeier curve = kaplan_meier({{700, 731, 731, 731}, {1, 0, 0, 0}, {}, {}});
    EXPECT_EQ(estimability(curve, 730.5, 3), Estimability::estimable);
    EXPECT_EQ(estimability(curve, 730.5, 4), Estimability::few_at_risk);
    EXPECT_EQ(estimability(curve, 731.5, 3), Estimability::follow_up_short);
    // 24 months are 730.5 days (R0.2): day 730 is before, day 731 after.
    EXPECT_EQ(at_time(kaplan_meier({{730, 800}, {1, 0}, {}, {}}), 730.5).survival, 0.5);
    EXPECT_EQ(at_time(kaplan_meier({{731, 800}, {1, 0}, {}, {}}), 730.5).survival, 1);
}

TEST(Quantile, ReverseKaplanMeierIsFollowUp) {
    // Events and censorings change places: one death at 2, censored at 4, 6, 8.
    const SurvivalData data{{2, 4, 6, 8}, {1, 0, 0, 0}, {}, {}};
    EXPECT_EQ(*quantile(kaplan_meier(reversed(data)), 0.5).time, 6);
}

// The log-log limits of this curve are 0.167, 0.193, 0.129: the first drop below 1/2 and the
// nearest are two times. Values of R 4.2.2, survival 3.5-3.
TEST(Quantile, BandThatDoesNotFallEverywhereIsReadAsRDoes) {
    const KaplanMeier curve =
        kaplan_meier({{492, 281, 1209, 1159}, {1, 1, 1, 1}, {}, {1.514, 0.195, 2.356, 0.548}});
    const SurvivalQuantile median = quantile(curve, 0.5, IntervalType::log_log, 0.9);
    EXPECT_EQ(*median.time, 1209);
    EXPECT_EQ(*median.lower, 492);
    EXPECT_FALSE(median.upper);
}

TEST(LogRank, NothingToCompareIsAnAnswerOfItsOwn) {
    const LogRankResult none = log_rank({{{1, 2}, {0, 0}, {}, {}}, {0, 1}, 2, {}, {}});
    EXPECT_EQ(none.outcome, LogRankOutcome::no_events);
    EXPECT_FALSE(none.p);
    const LogRankResult one_group = log_rank({{{1, 2}, {1, 1}, {}, {}}, {0, 0}, 2, {}, {}});
    EXPECT_EQ(one_group.outcome, LogRankOutcome::no_comparison);
    EXPECT_FALSE(one_group.chi_square);
    EXPECT_FALSE(permutation_log_rank({{1, 2}, {1, 1}, {}, {}}, {0, 0}));
}

TEST(LogRank, MonteCarloIsNearTheExactAnswerAndRepeats) {
    const SurvivalData data{
        {3, 3, 5, 6, 6, 9, 10, 12, 2, 7}, {1, 1, 1, 0, 1, 1, 0, 1, 1, 0}, {}, {}};
    const std::vector<int> group{0, 1, 0, 0, 1, 1, 1, 0, 1, 0};
    const auto exact = permutation_log_rank(data, group);
    const auto drawn = permutation_log_rank(data, group, 7, 0, 200000);
    ASSERT_TRUE(exact->exact);
    ASSERT_FALSE(drawn->exact);
    EXPECT_NEAR(drawn->p_two_sided, exact->p_two_sided, 0.005);
    EXPECT_EQ(drawn->p_less, permutation_log_rank(data, group, 7, 0, 200000)->p_less);
}

// Three strata without a common group: the variance is singular, and round-off must not hide it.
TEST(LogRank, GroupsThatNeverMeetAreNotCompared) {
    std::mt19937_64 random{1};
    for (int sample_number = 0; sample_number < 30; ++sample_number) {
        LogRankInput input;
        input.groups = 6;
        for (int i = 0; i < 6000; ++i) {
            const int stratum = static_cast<int>(random() % 3);
            input.data.time.push_back(static_cast<double>(random() % 97));
            input.data.event.push_back(random() % 5 == 0 ? 0 : 1);
            input.strata.push_back(stratum);
            input.group.push_back(2 * stratum + static_cast<int>(random() % 2));
        }
        const LogRankResult result = log_rank(input);
        EXPECT_EQ(result.outcome, LogRankOutcome::singular_variance);
        EXPECT_FALSE(result.p);
    }
}

TEST(Bpcp, KeepsItsDigitsWithManySubjectsAndFewEvents) {
    const int n = 100000;
    SurvivalData data{std::vector<double>(n, 2.0), std::vector<int>(n, 0), {}, {}};
    data.time[0] = 1;
    data.event[0] = 1;
    const Interval exact = clopper_pearson({n - 1, n});
    const Interval limits = bpcp(kaplan_meier(data))[1];
    EXPECT_NEAR((1 - limits.lower) / (1 - exact.lower), 1, 1e-8);
    EXPECT_NEAR((1 - limits.upper) / (1 - exact.upper), 1, 1e-8);
}

TEST(FixedTime, UndefinedAtTheEnds) {
    const FixedTimeComparison tests = compare_at_fixed_time({1, 0.0}, {0.44, 0.14});
    EXPECT_FALSE(tests.cloglog);
    EXPECT_FALSE(compare_at_fixed_time({0, std::nullopt}, {0.44, 0.14}).naive);
    const FixedTimeComparison known = compare_at_fixed_time({0.44, 0.14}, {0, 0.0});
    EXPECT_TRUE(known.naive);
    EXPECT_FALSE(known.log);
    EXPECT_FALSE(cumulative_hazard_ratio({1, 0.0}, {0.44, 0.14}));
    const Interval difference = mover_difference(1, {0.7, 1}, 0.44, {0.13, 0.72});
    EXPECT_DOUBLE_EQ(difference.upper, 0.56 + 0.31);
    EXPECT_FALSE(published_interval(published_estimate(1, 14)));
}

// R8.1: the pooled reference and its variance.
TEST(PublishedReference, PooledRateIsTheWeightedMean) {
    const PublishedEstimate pooled = pooled_estimate(
        published_estimate(0.38, 8), 12.0 / 26, published_estimate(0.44, 9), 14.0 / 26);
    EXPECT_NEAR(pooled.rate, 0.4123, 5e-5);
    EXPECT_NEAR(pooled.variance,
                std::pow(12.0 / 26, 2) * 0.38 * 0.62 / 8 + std::pow(14.0 / 26, 2) * 0.44 * 0.56 / 9,
                1e-15);
}

// Properties over random small samples with ties.

struct Sample {
    SurvivalData data;
    std::vector<int> group;
};

Sample sample() {
    const int n = *rc::gen::inRange(2, 40);
    Sample out;
    for (int i = 0; i < n; ++i) {
        out.data.time.push_back(*rc::gen::inRange(1, 30));
        out.data.event.push_back(*rc::gen::inRange(0, 2));
        out.group.push_back(i < 2 ? i : *rc::gen::inRange(0, 2)); // both groups have somebody
    }
    return out;
}

TEST(Properties, BpcpWithoutCensoringIsClopperPearson) {
    EXPECT_TRUE(rc::check([] {
        Sample s = sample();
        std::fill(s.data.event.begin(), s.data.event.end(), 1);
        const KaplanMeier curve = kaplan_meier(s.data);
        const std::vector<Interval> limits = bpcp(curve);
        int dead = 0;
        for (std::size_t j = 0; j < curve.rows.size(); ++j) {
            dead += static_cast<int>(curve.rows[j].events);
            const Interval exact = clopper_pearson({curve.n - dead, curve.n});
            RC_ASSERT(std::abs(limits[j + 1].lower - exact.lower) < 1e-11);
            RC_ASSERT(std::abs(limits[j + 1].upper - exact.upper) < 1e-11);
        }
    }));
}

TEST(Properties, BpcpHoldsTheEstimateAndFallsWithIt) {
    EXPECT_TRUE(rc::check([] {
        const KaplanMeier curve = kaplan_meier(sample().data);
        const std::vector<Interval> limits = bpcp(curve);
        for (std::size_t j = 0; j < curve.rows.size(); ++j) {
            const double survival = curve.rows[j].survival;
            RC_ASSERT(limits[j + 1].lower <= survival);
            RC_ASSERT(survival <= limits[j + 1].upper);
            RC_ASSERT(limits[j + 1].lower <= limits[j].lower + 1e-12);
            RC_ASSERT(limits[j + 1].upper <= limits[j].upper + 1e-12);
        }
    }));
}

TEST(Properties, PermutationStatisticIsObservedLessExpected) {
    EXPECT_TRUE(rc::check([] {
        const Sample s = sample();
        const auto permutation = permutation_log_rank(s.data, s.group, 1, 0, 1);
        const LogRankResult result = log_rank({s.data, s.group, 2, {}, {}});
        const double difference = result.observed[0] - result.expected[0];
        RC_ASSERT(std::abs(permutation->statistic - difference) < 1e-9);
    }));
}

TEST(Properties, LogRankKnowsOnlyTheOrderOfTimes) {
    EXPECT_TRUE(rc::check([] {
        Sample s = sample();
        const LogRankResult before = log_rank({s.data, s.group, 2, {}, {}});
        for (double& t : s.data.time) {
            t = t * t * 3;
        }
        const LogRankResult after = log_rank({s.data, s.group, 2, {}, {}});
        RC_ASSERT(before.outcome == after.outcome);
        RC_ASSERT(!before.p || std::abs(*before.p - *after.p) < 1e-9);
    }));
}

TEST(Properties, RelabellingGroupsTurnsTheSign) {
    EXPECT_TRUE(rc::check([] {
        Sample s = sample();
        const LogRankResult before = log_rank({s.data, s.group, 2, {}, {}});
        for (int& g : s.group) {
            g = 1 - g;
        }
        const LogRankResult after = log_rank({s.data, s.group, 2, {}, {}});
        RC_ASSERT(!before.z_first || std::abs(*before.z_first + *after.z_first) < 1e-9);
        RC_ASSERT(!before.chi_square || std::abs(*before.chi_square - *after.chi_square) < 1e-9);
    }));
}

TEST(Properties, TwiceTheDataHalvesTheVariance) {
    EXPECT_TRUE(rc::check([] {
        const Sample s = sample();
        SurvivalData twice = s.data;
        twice.time.insert(twice.time.end(), s.data.time.begin(), s.data.time.end());
        twice.event.insert(twice.event.end(), s.data.event.begin(), s.data.event.end());
        const KaplanMeier one = kaplan_meier(s.data);
        const KaplanMeier two = kaplan_meier(twice);
        for (std::size_t j = 0; j < one.rows.size(); ++j) {
            RC_ASSERT(std::abs(one.rows[j].survival - two.rows[j].survival) < 1e-12);
            RC_ASSERT(!one.rows[j].greenwood ||
                      std::abs(*one.rows[j].greenwood / 2 - *two.rows[j].greenwood) < 1e-12);
        }
    }));
}

TEST(Properties, HolmLiesBetweenRawAndBonferroni) {
    EXPECT_TRUE(rc::check([] {
        std::vector<double> p;
        for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
            p.push_back(*rc::gen::inRange(0, 1001) / 1000.0);
        }
        const std::vector<double> holm = holm_adjusted(p);
        const std::vector<double> bonferroni = bonferroni_adjusted(p);
        for (std::size_t i = 0; i < p.size(); ++i) {
            RC_ASSERT(holm[i] >= p[i]);
            RC_ASSERT(holm[i] <= bonferroni[i] + 1e-15);
        }
    }));
}

} // namespace
} // namespace embolink::test
