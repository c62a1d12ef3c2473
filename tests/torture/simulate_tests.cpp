#include "analysis/comparison/fixed_time.hpp"
#include "analysis/regression/cox.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"
#include "analysis/survival/one_sample.hpp"
#include "tests/torture/simulate.hpp"

namespace embolink::torture {
namespace {

constexpr double level = 0.05;
constexpr double rate = 0.44; // progression-free at 24 months after HAE

Line line(const std::string& what, int n, const Share& share, std::pair<double, double> stated) {
    return {what, n, share.percent(), share.error(), stated};
}

Line line(const std::string& what, int n, const Share& share) {
    return {what, n, share.percent(), share.error()};
}

// 12 to 14, as in the trial.
std::vector<int> two_groups(int n) {
    std::vector<int> group;
    for (int i = 0; i < n; ++i) {
        group.push_back(i * 26 < n * 12 ? 0 : 1);
    }
    return group;
}

double likelihood_ratio_p(const SurvivalData& data, const std::vector<int>& group) {
    Matrix covariate(group.size(), 1);
    for (std::size_t i = 0; i < group.size(); ++i) {
        covariate(i, 0) = group[i];
    }
    return cox_fit(cox_design({data, covariate, {}, {}})).likelihood_ratio.p;
}

// p-values of the published rate against the local one, by how sure the published one is taken.
struct AgainstTrial {
    Share fixed;     // as the truth
    Share all;       // A1: worth all 14 patients
    Share evaluable; // A2: worth 9
    Share greenwood; // by its own variance, which the trial did not publish
};

void add(Share& share, const std::optional<ZTest>& test) {
    share.add(test && test->p <= level); // undefined tests reject nothing
}

AgainstTrial against_trial(int n) {
    constexpr int samples = 20000;
    constexpr int trial_n = 14;
    std::mt19937_64 random(2);
    AgainstTrial out;
    for (int i = 0; i < samples; ++i) {
        const KaplanMeierAt local = at_time(kaplan_meier(draw(random, n, rate)), landmark);
        const KaplanMeierAt trial = at_time(kaplan_meier(draw(random, trial_n, rate)), landmark);
        const FixedTimeRate ours{local.survival, local.greenwood};
        const double p0 = trial.survival;
        add(out.fixed, compare_at_fixed_time(ours, {p0, 0.0}).cloglog);
        add(out.all, compare_at_fixed_time(ours, rate_of(published_estimate(p0, 14))).cloglog);
        add(out.evaluable, compare_at_fixed_time(ours, rate_of(published_estimate(p0, 9))).cloglog);
        add(out.greenwood, compare_at_fixed_time(ours, {p0, trial.greenwood}).cloglog);
    }
    return out;
}

} // namespace

Table errors_of_log_rank() {
    constexpr int samples = 4000;
    constexpr std::uint64_t draws = 1999; // labelings of each Monte Carlo permutation
    Table table;
    for (const int n : sizes) {
        std::mt19937_64 random(3);
        const std::vector<int> group = two_groups(n);
        Share asymptotic;
        Share permutation;
        Share cox;
        for (int i = 0; i < samples; ++i) {
            const SurvivalData data = draw(random, n, rate);
            asymptotic.add(log_rank({data, group, 2, {}, {}}).p.value_or(1) <= level);
            permutation.add(permutation_log_rank(data, group, random(), 0, draws)->p_two_sided <=
                            level);
            cox.add(likelihood_ratio_p(data, group) <= level);
        }
        table.push_back(line("log-rank, 5 % two-sided", n, asymptotic));
        table.push_back(line("permutation log-rank, 5 %", n, permutation));
        table.push_back(line("Cox likelihood ratio, 5 %", n, cox));
    }
    return table;
}

Table errors_of_one_sample() {
    constexpr int samples = 20000;
    Table table;
    for (const int n : sizes) {
        std::mt19937_64 random(4);
        Share breslow_worse, breslow_better, wu_worse, wu_better;
        Share poisson_worse, poisson_better, mid_worse, mid_better;
        for (int i = 0; i < samples; ++i) {
            const auto test =
                one_sample_log_rank(draw(random, n, rate), WeibullReference{rate, landmark, 1});
            breslow_worse.add(test->breslow->p_worse <= level);
            breslow_better.add(test->breslow->p_worse >= 1 - level);
            wu_worse.add(test->wu->p_worse <= level);
            wu_better.add(test->wu->p_worse >= 1 - level);
            poisson_worse.add(test->poisson_worse <= level);
            poisson_better.add(test->poisson_better <= level);
            mid_worse.add(test->poisson_worse_mid_p <= level);
            mid_better.add(test->poisson_better_mid_p <= level);
        }
        table.push_back(line("one-sample Breslow, worse, 5 %", n, breslow_worse, {5.6, 7.8}));
        table.push_back(line("one-sample Breslow, better, 5 %", n, breslow_better, {2.1, 4.2}));
        table.push_back(line("one-sample Wu, worse, 5 %", n, wu_worse, {2.9, 4.4}));
        table.push_back(line("one-sample Wu, better, 5 %", n, wu_better, {5.2, 7.8}));
        table.push_back(line("one-sample Poisson, worse, 5 %", n, poisson_worse, {0, 5}));
        table.push_back(line("one-sample Poisson, better, 5 %", n, poisson_better, {0, 5}));
        table.push_back(line("one-sample mid-P, worse, 5 %", n, mid_worse, {5.0, 5.8}));
        table.push_back(line("one-sample mid-P, better, 5 %", n, mid_better, {4.0, 7.1}));
    }
    return table;
}

Table errors_against_trial() {
    struct Stated {
        int n;
        double fixed;
    };

    constexpr Stated stated[] = {{12, 16}, {26, 26}, {60, 41}, {200, 64}};
    Table table;
    for (const auto& [n, fixed] : stated) {
        const AgainstTrial a = against_trial(n);
        table.push_back(line("trial as fixed truth, 5 %", n, a.fixed, {fixed, fixed}));
        table.push_back(line("trial worth all randomised (A1)", n, a.all, {5.4, 6.4}));
        table.push_back(line("trial worth the evaluable (A2)", n, a.evaluable, {2.0, 2.7}));
        table.push_back(line("trial by its own Greenwood", n, a.greenwood, {4.3, 4.7}));
    }
    return table;
}

} // namespace embolink::torture
