// Restricted means, competing risks, interval censoring, one-sample tests and the order of times
// against arithmetic worked by hand (METHODS.md) and identities.
#include "analysis/competing/cumulative_incidence.hpp"
#include "analysis/competing/gray.hpp"
#include "analysis/survival/log_rank.hpp"
#include "analysis/survival/one_sample.hpp"
#include "analysis/survival/rmst.hpp"
#include "analysis/survival/time_order.hpp"
#include "analysis/survival/turnbull.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace embolink::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// METHODS.md, worked example: times 5 5+ 8 8 8+ 12 (+ censored).
SurvivalData six_subjects() {
    return {{5, 5, 8, 8, 8, 12}, {1, 0, 1, 1, 0, 1}, {}, {}};
}

// S is 1 up to 5, 5/6 up to 8, 5/12 up to 12.
TEST(RestrictedMean, SixSubjectsByHand) {
    const RestrictedMean mean = restricted_mean(kaplan_meier(six_subjects()), 10);
    EXPECT_DOUBLE_EQ(mean.estimate, 5 + 3 * 5.0 / 6 + 2 * 5.0 / 12);
    // Areas 10/3 from 5 and 5/6 from 8, times 1/(6 * 5) and 2/(4 * 2).
    EXPECT_DOUBLE_EQ(mean.variance, 100.0 / 9 / 30 + 25.0 / 36 / 4);
}

TEST(RestrictedMean, TauReachesAsFarAsBothCurvesAreKnown) {
    const SurvivalData ends_in_event{{3, 7}, {0, 1}, {}, {}};
    const SurvivalData ends_in_censoring{{2, 9}, {1, 0}, {}, {}};
    const SurvivalData long_event{{4, 12}, {1, 1}, {}, {}};
    EXPECT_EQ(largest_tau(ends_in_event, ends_in_censoring), 9); // S is 0 from 7 on
    EXPECT_EQ(largest_tau(ends_in_censoring, long_event), 9);
    EXPECT_EQ(largest_tau(ends_in_event, long_event), 12);
    EXPECT_FALSE(compare_restricted_means(ends_in_censoring, long_event, 9.5));
    EXPECT_EQ(compare_restricted_means(ends_in_censoring, long_event)->tau, 9);
}

TEST(RestrictedMean, WithoutEventsThereIsNoPValue) {
    const SurvivalData none{{3.1, 7.3, 9.7}, {0, 0, 0}, {}, {}};
    const auto result = compare_restricted_means(none, none, 9.1);
    EXPECT_EQ(result->arm1.estimate, 9.1);
    EXPECT_FALSE(result->difference.p);
    EXPECT_FALSE(result->lost_ratio.estimate); // 0 / 0
}

// Causes 1 . 1 2 . 2: at 5, 1 of 6; at 8, S(8-) = 5/6 and 1 of 4 for each cause.
CompetingData six_with_causes() {
    return {{5, 5, 8, 8, 8, 12}, {1, 0, 1, 2, 0, 2}};
}

TEST(AalenJohansen, SixSubjectsByHand) {
    const AalenJohansen curve = aalen_johansen(six_with_causes(), 2);
    EXPECT_DOUBLE_EQ(curve.probability(0, 1), 1.0 / 6);
    EXPECT_DOUBLE_EQ(curve.probability(1, 1), 1.0 / 6 + 5.0 / 6 / 4);
    EXPECT_DOUBLE_EQ(curve.probability(1, 2), 5.0 / 6 / 4);
    EXPECT_DOUBLE_EQ(curve.probability(1, 0), 5.0 / 12);
    EXPECT_DOUBLE_EQ(curve.probability(2, 2), 5.0 / 24 + 5.0 / 12);
    EXPECT_EQ(curve.probability(2, 0), 0);
    // One event of 6: the jackknife has the binomial variance, Aalen's formula d/n^2.
    EXPECT_NEAR(std::pow(curve.error(0, 1), 2), 1.0 / 6 * 5.0 / 6 / 6, 1e-16);
    EXPECT_EQ(curve.error(2, 0), 0);
    const CumulativeIncidence first = cumulative_incidence(six_with_causes(), 1);
    EXPECT_NEAR(first.steps[0].variance, 1.0 / 36, 1e-15);
    EXPECT_DOUBLE_EQ(at_time(first, 11).incidence, 1.0 / 6 + 5.0 / 24);
    EXPECT_FALSE(at_time(first, 12.5).estimable);
    EXPECT_EQ(at_time(first, 0).incidence, 0);
}

CompetingData competing_sample() {
    CompetingData out;
    const int n = *rc::gen::inRange(1, 40);
    for (int i = 0; i < n; ++i) {
        out.time.push_back(*rc::gen::inRange(0, 15));
        out.cause.push_back(*rc::gen::inRange(0, 4));
    }
    return out;
}

TEST(CompetingProperties, IncidencesAddUpToOneLessSurvival) {
    EXPECT_TRUE(rc::check([] {
        const CompetingData data = competing_sample();
        SurvivalData any{data.time, {}, {}, {}};
        for (const int cause : data.cause) {
            any.event.push_back(cause == 0 ? 0 : 1);
        }
        const KaplanMeier survival = kaplan_meier(any);
        const AalenJohansen curve = aalen_johansen(data, 3);
        for (std::size_t j = 0; j < survival.rows.size(); ++j) {
            double sum = 0;
            for (int cause = 1; cause <= 3; ++cause) {
                sum += curve.probability(j, static_cast<std::size_t>(cause));
                const double again =
                    at_time(cumulative_incidence(data, cause), curve.time[j]).incidence;
                RC_ASSERT(std::abs(again - curve.probability(j, static_cast<std::size_t>(cause))) <
                          1e-12);
            }
            RC_ASSERT(std::abs(sum - (1 - survival.rows[j].survival)) < 1e-12);
        }
    }));
}

// The jackknife by its definition: the derivative by each subject's weight, numerically.
TEST(CompetingProperties, JackknifeIsTheSumOfSquaredInfluences) {
    EXPECT_TRUE(rc::check([] {
        const CompetingData data = competing_sample();
        const AalenJohansen curve = aalen_johansen(data, 3);
        const double n = static_cast<double>(data.size());
        // Doubling one subject among m copies of all moves its weight by 1/m of n.
        constexpr int copies = 400;
        CompetingData many;
        for (int c = 0; c < copies; ++c) {
            many.time.insert(many.time.end(), data.time.begin(), data.time.end());
            many.cause.insert(many.cause.end(), data.cause.begin(), data.cause.end());
        }
        const std::size_t last = curve.time.size() / 2;
        double squares = 0;
        for (std::size_t i = 0; i < data.size(); ++i) {
            CompetingData more = many;
            more.time.push_back(data.time[i]);
            more.cause.push_back(data.cause[i]);
            const double change =
                aalen_johansen(more, 3).probability(last, 1) - curve.probability(last, 1);
            squares += std::pow(change * copies, 2);
        }
        const double error = curve.error(last, 1);
        RC_ASSERT(std::abs(std::sqrt(squares) - error) < 0.02 * error + 3 / n / copies + 1e-9);
    }));
}

// Without other events Gray's risk set is that of the log-rank test.
TEST(CompetingProperties, GrayWithoutOtherEventsIsLogRank) {
    EXPECT_TRUE(rc::check([] {
        CompetingData data = competing_sample();
        LogRankInput input;
        std::vector<int> group;
        for (std::size_t i = 0; i < data.size(); ++i) {
            data.cause[i] = data.cause[i] == 0 ? 0 : 1;
            group.push_back(static_cast<int>(i % 3));
        }
        input.data = {data.time, data.cause, {}, {}};
        input.group = group;
        input.groups = 3;
        const LogRankResult log_rank_result = log_rank(input);
        const GrayTest gray = gray_test(data, group, 3, 1);
        for (std::size_t g = 0; g < 2; ++g) {
            const double difference = log_rank_result.observed[g] - log_rank_result.expected[g];
            RC_ASSERT(std::abs(gray.score[g] - difference) < 1e-9);
        }
    }));
}

TEST(Gray, NothingToCompareHasNoPValue) {
    const CompetingData data{{1, 2, 3, 4}, {0, 2, 2, 0}};
    EXPECT_FALSE(gray_test(data, std::vector<int>{0, 1, 0, 1}, 2, 1).p);
    EXPECT_TRUE(gray_test(data, std::vector<int>{0, 1, 0, 1}, 2, 2).p);
}

// L = p1 p2 p3 (p3 + p4) p4: p1 = p2 = 1/5, p3 = p4 by symmetry.
TEST(Turnbull, FiveIntervalsByHand) {
    const Turnbull result = turnbull({{0, 3, 6, 6, 9}, {3, 6, 9, infinity, infinity}});
    ASSERT_EQ(result.masses.size(), 4U);
    EXPECT_NEAR(result.masses[0].probability, 0.2, 1e-13);
    EXPECT_NEAR(result.masses[2].probability, 0.3, 1e-13);
    EXPECT_NEAR(result.masses[3].probability, 0.3, 1e-13);
    EXPECT_NEAR(
        result.log_likelihood, 2 * std::log(0.2) + 2 * std::log(0.3) + std::log(0.6), 1e-13);
}

TEST(Turnbull, AllRightCensoredLiesBeyondTheLastTime) {
    const Turnbull result = turnbull({{2, 5, 3}, {infinity, infinity, infinity}});
    ASSERT_EQ(result.masses.size(), 1U);
    EXPECT_EQ(result.masses[0].left, 5);
    EXPECT_EQ(result.masses[0].right, infinity);
    EXPECT_EQ(result.masses[0].probability, 1);
    EXPECT_EQ(result.log_likelihood, 0);
}

TEST(Turnbull, OpenAndClosedEnds) {
    // An event at 3 lies in (2, 3] and not in (3, 4].
    const Turnbull result = turnbull({{3, 2, 3}, {3, 3, 4}});
    ASSERT_EQ(result.masses.size(), 2U);
    EXPECT_NEAR(result.masses[0].probability, 2.0 / 3, 1e-13);
    EXPECT_EQ(result.masses[0].left, 3);
    EXPECT_EQ(result.masses[1].right, 4);
}

TEST(TurnbullProperties, ExactAndRightCensoredTimesGiveKaplanMeier) {
    EXPECT_TRUE(rc::check([] {
        SurvivalData data;
        IntervalCensored intervals;
        const int n = *rc::gen::inRange(1, 40);
        for (int i = 0; i < n; ++i) {
            const double t = *rc::gen::inRange(1, 20);
            const bool event = *rc::gen::inRange(0, 2) == 1;
            data.time.push_back(t);
            data.event.push_back(event ? 1 : 0);
            intervals.left.push_back(t);
            intervals.right.push_back(event ? t : infinity);
        }
        const KaplanMeier curve = kaplan_meier(data);
        const Turnbull result = turnbull(intervals);
        RC_ASSERT(result.converged);
        for (const KaplanMeierRow& row : curve.rows) {
            double fallen = 0;
            for (const TurnbullMass& mass : result.masses) {
                fallen += mass.right <= row.time ? mass.probability : 0;
            }
            RC_ASSERT(std::abs(1 - fallen - row.survival) < 1e-9);
        }
    }));
}

// H0(t) = t log(2) / 10: E = 46 log(2) / 10 for 46 units of follow-up, O = 4.
TEST(OneSample, SixSubjectsByHand) {
    const auto result = one_sample_log_rank(six_subjects(), WeibullReference{0.5, 10, 1});
    const double e = 4.6 * std::log(2.0);
    EXPECT_EQ(result->observed, 4);
    EXPECT_NEAR(result->expected, e, 1e-13);
    EXPECT_NEAR(result->breslow->z, (4 - e) / std::sqrt(e), 1e-13);
    EXPECT_NEAR(result->wu->z, (4 - e) / std::sqrt((4 + e) / 2), 1e-13);
    const double up_to_3 = std::exp(-e) * (1 + e + e * e / 2 + e * e * e / 6);
    const double at_4 = std::exp(-e) * std::pow(e, 4) / 24;
    EXPECT_NEAR(result->poisson_worse, 1 - up_to_3, 1e-12);
    EXPECT_NEAR(result->poisson_better, up_to_3 + at_4, 1e-12);
    EXPECT_NEAR(result->poisson_worse_mid_p, 1 - up_to_3 - at_4 / 2, 1e-12);
    // A reference of 14 patients with S = 1/2: variance of log H0 is 1 / (14 log(2)^2).
    const double variance = 0.25 + 1 / (14 * std::pow(std::log(2.0), 2));
    EXPECT_NEAR(uncertain_reference_test(*result, 0.5, 14)->z,
                std::log(4 / e) / std::sqrt(variance),
                1e-13);
}

TEST(OneSample, StepsAndReferencesWithoutEvents) {
    const StepReference steps{{5, 8}, {0.9, 0.5}};
    EXPECT_EQ(*cumulative_hazard(steps, 4.9), 0);
    EXPECT_DOUBLE_EQ(*cumulative_hazard(steps, 5), -std::log(0.9));
    EXPECT_EQ(*cumulative_hazard(StepReference{{5}, {0}}, 6), infinity);
    const auto nobody = one_sample_log_rank(six_subjects(), WeibullReference{1, 10, 1});
    EXPECT_EQ(nobody->expected, 0);
    EXPECT_EQ(*nobody->ratio, infinity);
    EXPECT_EQ(nobody->poisson_worse, 0);
    const auto neither = one_sample_log_rank({{3, 4}, {0, 0}, {}, {}}, WeibullReference{1, 10, 1});
    EXPECT_FALSE(neither->ratio);
    EXPECT_FALSE(neither->breslow);
    EXPECT_FALSE(uncertain_reference_test(*neither, 0.5, 14));
}

// Radix, counting and merge sort give one order: that of a stable sort.
TEST(TimeOrder, SortsAnyTimesStably) {
    std::mt19937_64 random{3};
    std::normal_distribution<double> normal;
    for (const std::size_t n : {0U, 1U, 50U, 5000U}) {
        for (int kind = 0; kind < 4; ++kind) {
            std::vector<double> times;
            for (std::size_t i = 0; i < n; ++i) {
                const double z = normal(random);
                times.push_back(kind == 0   ? z * 1e3
                                : kind == 1 ? std::floor(std::abs(z) * 40)
                                : kind == 2 ? std::exp(30 * z)
                                            : std::round(z));
            }
            std::vector<std::uint32_t> expected(n);
            std::iota(expected.begin(), expected.end(), 0U);
            std::ranges::stable_sort(expected, {}, [&](std::uint32_t i) { return times[i]; });
            const TimeOrder order = time_order(times);
            EXPECT_TRUE(kind == 2 || order.subject == expected) << n << " " << kind;
            for (std::size_t i = 1; i < n; ++i) {
                EXPECT_LE(times[order.subject[i - 1]], times[order.subject[i]]);
            }
        }
    }
}

TEST(TimeOrder, JoinsTimesThatDifferByRoundOff) {
    const TimeOrder order = time_order(std::vector<double>{0.1 + 0.2, 1, 0.3, 1 + 1e-12, 2});
    EXPECT_EQ(order.time, (std::vector<double>{0.3, 1, 2}));
    EXPECT_EQ(ranks_of_subjects(order), (std::vector<std::uint32_t>{0, 1, 0, 1, 2}));
    // Relative to the mean of the distinct times: a gap of 10 is nothing among times of 1e9.
    EXPECT_EQ(time_order(std::vector<double>{1e9, 1e9 + 10, 2e9}).time.size(), 2U);
    EXPECT_EQ(time_order(std::vector<double>{1e9, 1e9 + 100, 2e9}).time.size(), 3U);
}

// R's aeqSurv leaves infinite times out of the mean; with one in it every gap would be nothing.
TEST(TimeOrder, AnInfiniteTimeJoinsNoOther) {
    const TimeOrder order = time_order(std::vector<double>{1, 3, infinity, 5, 1 + 1e-12});
    EXPECT_EQ(order.time, (std::vector<double>{1, 3, 5, infinity}));
    EXPECT_EQ(time_order_as_given(std::vector<double>{1, 1 + 1e-12}).time.size(), 2U);
}

// cmprsk 2.2-11 and survival 3.5-3: the one tells times of 1e-9 apart, the other does not.
TEST(CompetingRisks, TinyTimesAreTiedOnlyInTheJackknife) {
    const CompetingData data{{1e-9, 2e-9, 3e-9, 4e-9}, {1, 0, 1, 2}};
    EXPECT_EQ(aalen_johansen(data, 2).time.size(), 1U);
    const CumulativeIncidence first = cumulative_incidence(data, 1);
    ASSERT_EQ(first.steps.size(), 2U);
    EXPECT_DOUBLE_EQ(first.steps[1].incidence, 0.25 + 0.75 / 2);
}

// METHODS.md: the group A of 5, 8 and 12 against B. At 8 the adjusted risk sets are 2 and 2.
TEST(Gray, SixSubjectsByHand) {
    const GrayTest test = gray_test(six_with_causes(), std::vector<int>{0, 1, 0, 1, 1, 0}, 2, 1);
    EXPECT_DOUBLE_EQ(test.score[0], 2 - 1.0 / 2 - 2.0 / 4);
}

// All labelings one by one against the count by halves.
TEST(Permutation, HalvesCountWhatEnumerationCounts) {
    const SurvivalData data{{3, 3, 5, 6, 6, 9, 10, 4, 4}, {1, 1, 1, 0, 1, 1, 0, 1, 0}, {}, {}};
    const std::vector<int> group{0, 1, 0, 0, 1, 1, 1, 0, 1};
    const auto result = permutation_log_rank(data, group);
    double total = 0;
    double far = 0;
    double less = 0;
    for (unsigned set = 0; set < 512; ++set) {
        if (std::popcount(set) != 4) {
            continue;
        }
        double u = 0;
        for (std::size_t i = 0; i < 9; ++i) {
            u += (set >> i & 1U) != 0 ? result->scores[i] : 0;
        }
        total += 1;
        far += std::abs(u) >= std::abs(result->statistic) - 1e-9 ? 1 : 0;
        less += u <= result->statistic + 1e-9 ? 1 : 0;
    }
    EXPECT_EQ(result->permutations, total);
    EXPECT_EQ(result->two_sided_count, far);
    EXPECT_EQ(result->less_count, less);
}

// 12 of 26, the trial's size: 9.66 million labelings.
TEST(Permutation, TrialSizeIsExact) {
    SurvivalData data;
    std::vector<int> group;
    for (int i = 0; i < 26; ++i) {
        data.time.push_back(i * 37 % 26);
        data.event.push_back(i % 4 == 0 ? 0 : 1);
        group.push_back(i < 12 ? 0 : 1);
    }
    const auto result = permutation_log_rank(data, group);
    EXPECT_TRUE(result->exact);
    EXPECT_EQ(result->permutations, 9657700);
}

// Gehan's weight is n, Tarone and Ware's its root: at 5 there are 6 at risk, at 8 there are 4.
TEST(LogRank, WeightsOfSixSubjectsByHand) {
    LogRankInput input{six_subjects(), {0, 1, 0, 1, 1, 0}, 2, {}, {LogRankFamily::gehan, 0}};
    const LogRankResult gehan = log_rank(input);
    EXPECT_DOUBLE_EQ(gehan.observed[0], 6 * 1 + 4 * 1 + 1);
    EXPECT_DOUBLE_EQ(gehan.expected[0], 6 * 0.5 + 4 * 2 * 0.5 + 1);
    EXPECT_DOUBLE_EQ(gehan.variance[0][0], 36 * 0.25 + 16.0 / 3);
    input.weight = {LogRankFamily::tarone_ware, 0};
    EXPECT_DOUBLE_EQ(log_rank(input).observed[0], std::sqrt(6.0) + 2 + 1);
    input.weight = {};
    const auto peto = peto_log_hazard_ratio(log_rank(input));
    EXPECT_DOUBLE_EQ(peto->estimate, 0.5 / (0.25 + 1.0 / 3));
}

} // namespace
} // namespace embolink::test
