// Exact tests at their ends: where every outcome counts the p-value is 1, not the rounded sum of
// the probabilities.
#include "analysis/proportions/proportion.hpp"
#include "analysis/proportions/two_by_two.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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
