// Rule R8 as a table: each guard alone, Holm over three, the 15 points, and the analysis date.
#include "analysis/report/verdict.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace embolink;

namespace {

// A local rate from `n` patients without censoring: Greenwood is (1 - S) / (n S).
LocalRate local(int n, int at_risk, double survival) {
    LocalRate rate;
    rate.n = n;
    rate.at_risk = at_risk;
    rate.survival = survival;
    rate.greenwood = (1 - survival) / (n * survival);
    const double se = 1.96 * std::sqrt(rate.greenwood) / std::log(survival);
    rate.interval = Interval{std::pow(survival, std::exp(-se)), std::pow(survival, std::exp(se))};
    return rate;
}

PublishedRate published(double rate, double n) {
    return {rate, rate * (1 - rate) / n};
}

ComparisonCase good_case() {
    ComparisonCase item;
    item.name = "HAE";
    item.local = local(100, 40, 0.44);
    item.published = published(0.44, 9);
    item.undetermined_share = 0.0;
    return item;
}

Verdict alone(const ComparisonCase& item) {
    return decide({item}).front();
}

} // namespace

TEST(Verdict, R8_4_no_rejection_and_a_narrow_interval_is_consistent) {
    const Verdict verdict = alone(good_case());
    EXPECT_EQ(verdict.answer, Answer::consistent);
    EXPECT_TRUE(verdict.guards.empty());
    EXPECT_EQ(verdict.reason, "");
}

TEST(Verdict, R8_4_half_width_above_15_points_is_inconclusive) {
    ComparisonCase item = good_case();
    item.local.interval = Interval{0.30, 0.5999};
    EXPECT_EQ(alone(item).answer, Answer::consistent);
    item.local.interval = Interval{0.30, 0.6001};
    EXPECT_EQ(alone(item).answer, Answer::inconclusive);
    EXPECT_EQ(alone(item).reason, "interval-too-wide");
}

TEST(Verdict, R8_3_rejection_is_better_or_worse_by_direction) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.local = local(200, 100, 0.75);
    EXPECT_EQ(alone(item).answer, Answer::better);
    EXPECT_GT(alone(item).test->z, 0);
    item.local = local(200, 20, 0.15);
    EXPECT_EQ(alone(item).answer, Answer::worse);
    EXPECT_LT(alone(item).test->z, 0);
}

TEST(Verdict, R8_3_uncertainty_of_the_trial_keeps_a_moderate_difference_from_rejection) {
    ComparisonCase item = good_case();
    item.local = local(200, 40, 0.30);
    item.published = published(0.44, 9); // A2
    EXPECT_NE(alone(item).answer, Answer::worse);
    item.published = published(0.44, 1e6); // the trial as fixed truth
    EXPECT_EQ(alone(item).answer, Answer::worse);
}

TEST(Verdict, R8_2_fewer_than_10_patients) {
    ComparisonCase item = good_case();
    item.local.n = 9;
    EXPECT_EQ(alone(item).guards, std::vector<Guard>{Guard::few_patients});
    EXPECT_EQ(alone(item).answer, Answer::inconclusive);
    EXPECT_EQ(alone(item).reason, "n-below-10");
    item.local.n = 10;
    EXPECT_TRUE(alone(item).guards.empty());
}

TEST(Verdict, R8_2_fewer_than_5_at_risk_at_24_months) {
    ComparisonCase item = good_case();
    item.local.at_risk = 4;
    EXPECT_EQ(alone(item).guards, std::vector<Guard>{Guard::few_at_risk});
    EXPECT_EQ(alone(item).answer, Answer::inconclusive);
    item.local.at_risk = 5;
    EXPECT_EQ(alone(item).answer, Answer::consistent);
}

TEST(Verdict, R8_2_unread_reports_in_more_than_5_percent) {
    ComparisonCase item = good_case(); // 100 patients
    item.candidates = 5;
    EXPECT_TRUE(alone(item).guards.empty());
    item.candidates = 6;
    EXPECT_EQ(alone(item).guards, std::vector<Guard>{Guard::unresolved_candidates});
    EXPECT_EQ(alone(item).reason, "candidates-above-5-percent");
}

TEST(Verdict, R8_2_bounds_that_give_another_answer) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.candidates = 5;
    item.all_progression = local(100, 35, 0.40); // still consistent
    EXPECT_TRUE(alone(item).guards.empty());
    item.all_progression = local(100, 10, 0.15); // worse
    EXPECT_EQ(alone(item).guards, std::vector<Guard>{Guard::candidate_bounds});
    EXPECT_EQ(alone(item).if_all_progression, Answer::worse);
    EXPECT_EQ(alone(item).answer, Answer::inconclusive);
}

TEST(Verdict, R8_2_undetermined_arms_stop_only_the_verdicts_by_arm) {
    ComparisonCase item = good_case();
    item.undetermined_share = 0.20;
    EXPECT_TRUE(alone(item).guards.empty());
    item.undetermined_share = 0.21;
    EXPECT_EQ(alone(item).guards, std::vector<Guard>{Guard::undetermined_arms});
    item.undetermined_share.reset(); // pooled
    EXPECT_EQ(alone(item).answer, Answer::consistent);
}

TEST(Verdict, R8_2_the_first_guard_that_fires_is_named) {
    ComparisonCase item = good_case();
    item.local = local(9, 3, 0.44);
    item.candidates = 3;
    item.undetermined_share = 0.5;
    const std::vector<Guard> all = {Guard::few_patients,
                                    Guard::few_at_risk,
                                    Guard::unresolved_candidates,
                                    Guard::undetermined_arms};
    EXPECT_EQ(alone(item).guards, all);
    EXPECT_EQ(alone(item).reason, "n-below-10");
}

TEST(Verdict, R8_2_a_guard_stops_even_a_rejection) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.local = local(200, 4, 0.10);
    EXPECT_EQ(alone(item).unguarded, Answer::worse);
    EXPECT_EQ(alone(item).answer, Answer::inconclusive);
}

TEST(Verdict, R8_3_holm_over_three_needs_a_smaller_p_than_one_alone) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.local = local(100, 40, 0.575); // p between 0.05 / 3 and 0.05 alone
    ASSERT_LT(alone(item).test->p, 0.05);
    ASSERT_GT(alone(item).test->p, 0.05 / 3);
    EXPECT_EQ(alone(item).answer, Answer::better);
    const std::vector<Verdict> family = decide({item, good_case(), good_case()});
    EXPECT_NEAR(*family[0].p_holm, 3 * family[0].test->p, 1e-12);
    EXPECT_EQ(family[0].answer, Answer::consistent);
}

// R8.5: at the lower level of many looks a difference is not stated, and sameness neither.
TEST(Verdict, R8_5_many_looks_are_tested_at_a_lower_level) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.local = local(100, 40, 0.575);
    ASSERT_LT(alone(item).test->p, 0.05);
    ASSERT_GT(alone(item).test->p, many_looks_alpha);
    const Verdict verdict = decide({item}, many_looks_alpha).front();
    EXPECT_EQ(verdict.answer, Answer::inconclusive);
    EXPECT_EQ(verdict.reason, "many-looks");
    EXPECT_EQ(decide({good_case()}, many_looks_alpha).front().answer, Answer::consistent);
    item.local = local(100, 40, 0.65);
    EXPECT_EQ(decide({item}, many_looks_alpha).front().answer, Answer::better);
}

TEST(Verdict, R8_5_ten_looks_half_a_year_apart_are_not_many) {
    using namespace std::chrono_literals;
    const Date first = std::chrono::sys_days{2024y / 1 / 1};
    const auto looks = [&](int count, int days) {
        std::vector<Date> dates;
        for (int i = 0; i < count; ++i) {
            dates.insert(dates.begin(), plus_days(first, i * days)); // in no order
        }
        return verdict_level(dates);
    };
    EXPECT_EQ(looks(0, 180), verdict_alpha);
    EXPECT_EQ(looks(10, 180), verdict_alpha);
    EXPECT_EQ(looks(11, 180), many_looks_alpha);
    EXPECT_EQ(looks(2, 179), many_looks_alpha);
    EXPECT_EQ(looks(20, 0), verdict_alpha); // one date written twenty times
}

TEST(Verdict, R8_3_an_undefined_test_keeps_its_place_in_the_family) {
    ComparisonCase item = good_case();
    item.published = published(0.44, 200);
    item.local = local(100, 40, 0.575);
    ComparisonCase perfect = good_case();
    perfect.local.survival = 1.0;
    perfect.local.greenwood = 0;
    perfect.local.interval.reset();
    const std::vector<Verdict> family = decide({item, perfect, perfect});
    EXPECT_NEAR(*family[0].p_holm, 3 * family[0].test->p, 1e-12);
    EXPECT_FALSE(family[1].p_holm);
}

TEST(Verdict, a_rate_of_1_or_0_has_no_test_and_no_verdict) {
    for (const double rate : {0.0, 1.0}) {
        ComparisonCase item = good_case();
        item.local.survival = rate;
        item.local.greenwood = 0;
        item.local.interval.reset();
        const Verdict verdict = alone(item);
        EXPECT_FALSE(verdict.test);
        EXPECT_EQ(verdict.answer, Answer::inconclusive);
        EXPECT_EQ(verdict.reason, "test-undefined");
    }
}

TEST(Verdict, cloglog_test_agrees_with_its_formula) {
    const LocalRate rate = local(50, 20, 0.6);
    const PublishedRate trial = published(0.38, 8);
    const double difference = std::log(-std::log(0.6)) - std::log(-std::log(0.38));
    const double variance = rate.greenwood / std::pow(std::log(0.6), 2) +
                            (1 - 0.38) / (8 * 0.38) / std::pow(std::log(0.38), 2);
    const auto test = cloglog_test(rate, trial);
    ASSERT_TRUE(test);
    EXPECT_NEAR(test->z, -difference / std::sqrt(variance), 1e-12);
    EXPECT_NEAR(test->p, std::erfc(std::abs(test->z) / std::sqrt(2.0)), 1e-12);
}

TEST(Verdict, R8_5_only_on_a_declared_date) {
    const Date first = *date_from_iso("2021-12-31");
    const Date second = *date_from_iso("2022-01-01");
    EXPECT_EQ(verdict_date(second, {}), VerdictDate::none_declared);
    EXPECT_EQ(verdict_date(second, {first}), VerdictDate::interim);
    EXPECT_EQ(verdict_date(second, {first, second}), VerdictDate::declared);
}
