// Cox's model against arithmetic worked by hand (METHODS.md), its symmetries, and the data that
// have no estimate.
#include "analysis/regression/concordance.hpp"
#include "analysis/regression/cox.hpp"
#include "analysis/regression/cox_firth.hpp"
#include "analysis/regression/cox_residuals.hpp"
#include "analysis/regression/cox_zph.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdint>
#include <random>

namespace embolink::test {
namespace {

Matrix columns(std::vector<std::vector<double>> by_column) {
    Matrix out(by_column.front().size(), by_column.size());
    for (std::size_t j = 0; j < by_column.size(); ++j) {
        for (std::size_t i = 0; i < out.rows; ++i) {
            out(i, j) = by_column[j][i];
        }
    }
    return out;
}

// METHODS.md, worked example: 5 5+ 8 8 8+ 12 in groups A B A B B A; x is 1 in A.
CoxData six_subjects() {
    return {
        {{5, 5, 8, 8, 8, 12}, {1, 0, 1, 1, 0, 1}, {}, {}}, columns({{1, 0, 1, 0, 0, 1}}), {}, {}};
}

// With h = exp(beta) the factors of Efron's partial likelihood are
//   h / (3h + 3),  h / (2h + 2) * 1 / (2h + 2 - (h + 1) / 2),  h / h:
// l = 2 beta - 3 log(1 + h) - log 9. It is highest at 2 = 3h / (1 + h), h = 2.
TEST(Cox, SixSubjectsByHand) {
    const CoxFit fit = cox_fit(cox_design(six_subjects()));
    EXPECT_EQ(fit.outcome, CoxOutcome::fitted);
    EXPECT_NEAR(*fit.beta[0], std::log(2.0), 1e-12);
    EXPECT_NEAR(fit.variance(0, 0), 1 / (3 * 2.0 / 9), 1e-12); // 1 / (3 h / (1 + h)^2)
    EXPECT_NEAR(fit.log_likelihood_null, -3 * std::log(2.0) - std::log(9.0), 1e-13);
    EXPECT_NEAR(fit.likelihood_ratio.statistic, 2 * (5 * std::log(2.0) - 3 * std::log(3.0)), 1e-12);
    EXPECT_NEAR(fit.score.statistic, 0.5 * 0.5 / 0.75, 1e-13); // U = 2 - 3/2, I = 3/4
    EXPECT_NEAR(fit.wald->statistic, std::pow(std::log(2.0), 2) * 2 / 3, 1e-12);
}

// Breslow takes both deaths at 8 from the whole risk set: log(2h + 2) twice.
TEST(Cox, BreslowTakesTiedDeathsFromTheWholeRiskSet) {
    const CoxFit fit = cox_fit(cox_design(six_subjects()), {Ties::breslow});
    EXPECT_NEAR(fit.log_likelihood_null, -3 * std::log(2.0) - std::log(12.0), 1e-13);
    EXPECT_NEAR(*fit.beta[0], std::log(2.0), 1e-12);
}

// At h = 2 the hazard of x = 0 is 1/9 at 5, 1/6 + 2/9 at 8 and 1/2 at 12. Of the deaths at 8 it
// counts 1/6 + (1/2)(2/9).
TEST(Cox, ResidualsAndBaselineOfSixSubjectsByHand) {
    const CoxDesign design = cox_design(six_subjects());
    const CoxFit fit = cox_fit(design);
    const BaselineHazard baseline = baseline_hazard(design, fit.scaled_beta, Ties::efron);
    ASSERT_EQ(baseline.time, (std::vector<double>{5, 8, 12}));
    EXPECT_NEAR(*baseline.hazard[0], 1.0 / 9, 1e-12);
    EXPECT_NEAR(*baseline.hazard[1], 1.0 / 9 + 1.0 / 6 + 2.0 / 9, 1e-12);
    EXPECT_NEAR(*baseline.hazard[2], 1, 1e-12);
    const std::vector<double> expected{
        1 - 2.0 / 9, -1.0 / 9, 1 - 2 * (1.0 / 9 + 5.0 / 18), 1 - (1.0 / 9 + 5.0 / 18), -0.5, -1};
    const auto martingale = martingale_residuals(design, fit.scaled_beta, Ties::efron);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(martingale[i], expected[i], 1e-12) << i;
    }
    // Share of A in the risk sets, by weight h: 6/9 at 5 and 12 is all; at 8 it is 4/6 and 3/4.5.
    const auto schoenfeld = schoenfeld_residuals(design, fit.scaled_beta, Ties::efron);
    EXPECT_NEAR(schoenfeld.residuals(0, 0), 1 - 6.0 / 9, 1e-12);
    EXPECT_NEAR(schoenfeld.residuals(1, 0), 1 - 2.0 / 3, 1e-12);
    EXPECT_NEAR(schoenfeld.residuals(2, 0), 0 - 2.0 / 3, 1e-12);
    EXPECT_NEAR(schoenfeld.residuals(3, 0), 0, 1e-12);
}

// The death at 5 in A: three of B longer, two of A tied. At 8 in A: one of B, one of A. At 8 in B:
// one of B tied, one of A discordant.
TEST(Concordance, SixSubjectsByHand) {
    const CoxDesign design = cox_design(six_subjects());
    const std::vector<double> score = linear_predictors(design, std::vector<double>{1});
    const Concordance result = concordance(design, score);
    EXPECT_EQ(result.concordant, 4);
    EXPECT_EQ(result.tied_score, 4);
    EXPECT_EQ(result.discordant, 1);
    EXPECT_NEAR(*result.value(), 6.0 / 9, 1e-15);
}

// l* = l + log(3h / (1 + h)^2) / 2 = 2.5 beta - 4 log(1 + h) + const: 2.5 = 4h / (1 + h), h = 5/3.
TEST(Firth, SixSubjectsByHand) {
    const auto fit = cox_firth(cox_design(six_subjects()), Ties::efron);
    const FirthCoefficient& group = fit->coefficients[0];
    const auto penalised = [](double beta) {
        return 2.5 * beta - 4 * std::log(1 + std::exp(beta)) - std::log(9.0) + std::log(3.0) / 2;
    };
    EXPECT_NEAR(group.beta, std::log(5.0 / 3), 1e-9);
    EXPECT_NEAR(fit->penalised_log_likelihood, penalised(std::log(5.0 / 3)), 1e-12);
    EXPECT_NEAR(fit->penalised_log_likelihood_null, penalised(0), 1e-12);
    const double quantile = 3.841458820694124; // of chi-square on 1 degree of freedom
    for (const double limit : {group.lower, group.upper}) {
        EXPECT_NEAR(2 * (penalised(group.beta) - penalised(limit)), quantile, 1e-9);
    }
    EXPECT_LT(group.lower, group.beta);
    EXPECT_GT(group.upper, group.beta);
}

// One death among two: l* = 1.5 beta - 2 log(1 + h), h = 3. Its curvature is twice the information,
// so that steps with the information alone jump over the maximum for ever.
TEST(Firth, OneEventHasAFiniteEstimate) {
    const CoxData data{{{1, 2}, {1, 0}, {}, {}}, columns({{1, 0}}), {}, {}};
    EXPECT_EQ(cox_fit(cox_design(data)).outcome, CoxOutcome::monotone_likelihood);
    const auto fit = cox_firth(cox_design(data), Ties::efron);
    EXPECT_NEAR(fit->coefficients[0].beta, std::log(3.0), 1e-9);
    EXPECT_TRUE(fit->converged);
}

TEST(Firth, NothingToEstimateIsNoFit) {
    const CoxData constant{{{1, 2, 3}, {1, 1, 0}, {}, {}}, columns({{4, 4, 4}}), {}, {}};
    EXPECT_FALSE(cox_firth(cox_design(constant), Ties::efron));
    const CoxData no_events{{{1, 2, 3}, {0, 0, 0}, {}, {}}, columns({{1, 2, 4}}), {}, {}};
    EXPECT_FALSE(cox_firth(cox_design(no_events), Ties::breslow));
}

TEST(Cox, NoEventsAndConstantColumnsAreOutcomesOfTheirOwn) {
    const CoxData none{{{1, 2, 3}, {0, 0, 0}, {}, {}}, columns({{1, 2, 4}}), {}, {}};
    EXPECT_EQ(cox_fit(cox_design(none)).outcome, CoxOutcome::no_events);
    EXPECT_FALSE(cox_fit(cox_design(none)).beta[0]);
    // 0.1 three times does not add up to 0.3: a constant must be seen all the same.
    const CoxData constant{
        {{1, 2, 3}, {1, 1, 1}, {}, {}}, columns({{0.1, 0.1, 0.1}, {3, 1, 2}}), {}, {}};
    const CoxFit fit = cox_fit(cox_design(constant));
    EXPECT_FALSE(fit.beta[0]);
    EXPECT_TRUE(fit.beta[1]);
    EXPECT_EQ(fit.degrees_of_freedom, 1);
}

// Strata of one subject have no information: 0/0, as R's coxph.
TEST(Cox, WithoutInformationThereIsNoWaldTest) {
    CoxData data{{{1, 2, 3, 4}, {1, 1, 1, 1}, {}, {}}, columns({{1, 3, 2, 5}}), {}, {}};
    data.strata = {0, 1, 2, 3};
    EXPECT_FALSE(cox_fit(cox_design(data)).wald);
    data.strata = {0, 0, 0, 0};
    EXPECT_TRUE(cox_fit(cox_design(data)).wald);
}

TEST(Cox, CollinearColumnIsLeftOut) {
    const std::vector<double> a{1, 4, 2, 8, 5, 7, 3};
    const std::vector<double> b{0, 1, 1, 0, 1, 0, 0};
    std::vector<double> sum;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum.push_back(0.3 * a[i] - 2.7 * b[i] + 11);
    }
    CoxData data{
        {{4, 2, 7, 1, 9, 3, 5}, {1, 1, 0, 1, 1, 1, 0}, {}, {}}, columns({a, b, sum}), {}, {}};
    const CoxFit three = cox_fit(cox_design(data));
    EXPECT_FALSE(three.beta[2]);
    data.covariates = columns({a, b});
    EXPECT_NEAR(*cox_fit(cox_design(data)).beta[0], *three.beta[0], 1e-9);
}

TEST(Cox, SeparationIsMonotoneAndKeepsItsLikelihoodRatio) {
    // All deaths in one group, before anybody of the other leaves: the factors 1/6, 1/5, 1/4 become
    // 1/3, 1/2, 1 as the coefficient grows.
    const CoxData data{
        {{1, 2, 3, 4, 5, 6}, {1, 1, 1, 0, 0, 0}, {}, {}}, columns({{1, 1, 1, 0, 0, 0}}), {}, {}};
    const CoxFit fit = cox_fit(cox_design(data));
    EXPECT_EQ(fit.outcome, CoxOutcome::monotone_likelihood);
    EXPECT_TRUE(fit.infinite[0]);
    EXPECT_NEAR(fit.likelihood_ratio.statistic, 2 * std::log(120.0 / 6), 1e-9);
    EXPECT_TRUE(std::isfinite(cox_firth(cox_design(data), Ties::efron)->coefficients[0].upper));
}

// Time order agrees with the covariate: the likelihood reaches 1, where nothing moves any more.
TEST(Cox, PerfectOrderIsMonotoneToo) {
    const CoxData data{
        {{1, 2, 3, 4, 5}, {1, 1, 1, 1, 1}, {}, {}}, columns({{5, 4, 3, 2, 1}}), {}, {}};
    EXPECT_EQ(cox_fit(cox_design(data)).outcome, CoxOutcome::monotone_likelihood);
}

TEST(CoxZph, UndefinedForOneEventTimeAndTheLogOfZero) {
    const CoxData one{{{3, 3, 4, 5}, {1, 1, 0, 0}, {}, {}}, columns({{1, 2, 5, 3}}), {}, {}};
    const CoxDesign design = cox_design(one);
    EXPECT_FALSE(cox_zph(design, cox_fit(design), Ties::efron, TimeTransform::identity));
    const CoxData zero{
        {{0, 1, 2, 3, 4}, {1, 1, 1, 1, 0}, {}, {}}, columns({{1, 4, 2, 3, 2}}), {}, {}};
    const CoxDesign at_zero = cox_design(zero);
    EXPECT_FALSE(cox_zph(at_zero, cox_fit(at_zero), Ties::efron, TimeTransform::log));
    EXPECT_TRUE(cox_zph(at_zero, cox_fit(at_zero), Ties::efron, TimeTransform::rank));
}

// Symmetries, over random samples with ties.

// Drawn whole from a seed: small numbers of a shrinking generator would make constant columns.
CoxData sample() {
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    const int n = 12 + static_cast<int>(random() % 30);
    CoxData out;
    std::vector<double> group;
    std::vector<double> value;
    for (int i = 0; i < n; ++i) {
        out.survival.time.push_back(static_cast<double>(1 + random() % 15));
        out.survival.event.push_back(random() % 3 == 0 ? 0 : 1);
        out.strata.push_back(i % 2);
        group.push_back(static_cast<double>(random() % 2));
        value.push_back(static_cast<double>(random() % 40));
    }
    out.covariates = columns({group, value});
    return out;
}

bool estimated(const CoxFit& fit) {
    return fit.outcome == CoxOutcome::fitted && fit.degrees_of_freedom == 2;
}

TEST(CoxProperties, ShiftAndScaleOfACovariate) {
    EXPECT_TRUE(rc::check([] {
        CoxData data = sample();
        const CoxFit before = cox_fit(cox_design(data));
        RC_PRE(estimated(before));
        for (std::size_t i = 0; i < data.size(); ++i) {
            data.covariates(i, 1) = 1e6 + 3 * data.covariates(i, 1);
        }
        const CoxFit after = cox_fit(cox_design(data));
        RC_ASSERT(std::abs(*before.beta[0] - *after.beta[0]) < 1e-8);
        RC_ASSERT(std::abs(*before.beta[1] / 3 - *after.beta[1]) < 1e-8);
        RC_ASSERT(std::abs(before.variance(1, 1) / 9 - after.variance(1, 1)) < 1e-8);
    }));
}

TEST(CoxProperties, RelabellingTheGroupTurnsTheSign) {
    EXPECT_TRUE(rc::check([] {
        CoxData data = sample();
        const CoxFit before = cox_fit(cox_design(data));
        RC_PRE(estimated(before));
        for (std::size_t i = 0; i < data.size(); ++i) {
            data.covariates(i, 0) = 1 - data.covariates(i, 0);
        }
        const CoxFit after = cox_fit(cox_design(data));
        RC_ASSERT(std::abs(*before.beta[0] + *after.beta[0]) < 1e-8);
        RC_ASSERT(std::abs(before.log_likelihood - after.log_likelihood) < 1e-9);
    }));
}

TEST(CoxProperties, OnlyTheOrderOfTimesCounts) {
    EXPECT_TRUE(rc::check([] {
        CoxData data = sample();
        const CoxFit before = cox_fit(cox_design(data));
        for (double& t : data.survival.time) {
            t = 1e-6 * t * t;
        }
        const CoxFit after = cox_fit(cox_design(data));
        RC_ASSERT(before.log_likelihood == after.log_likelihood);
    }));
}

// With Breslow's ties every factor of the likelihood is squared.
TEST(CoxProperties, TwiceTheDataOrWeightTwoHalvesTheVariance) {
    EXPECT_TRUE(rc::check([] {
        const CoxData data = sample();
        const CoxFit one = cox_fit(cox_design(data), {Ties::breslow});
        RC_PRE(estimated(one));
        CoxData weighted = data;
        weighted.survival.weight.assign(data.size(), 2);
        CoxData twice = data;
        SurvivalData& s = twice.survival;
        s.time.insert(s.time.end(), data.survival.time.begin(), data.survival.time.end());
        s.event.insert(s.event.end(), data.survival.event.begin(), data.survival.event.end());
        twice.strata.insert(twice.strata.end(), data.strata.begin(), data.strata.end());
        twice.covariates = Matrix(2 * data.size(), 2);
        for (std::size_t i = 0; i < 2 * data.size(); ++i) {
            for (std::size_t j = 0; j < 2; ++j) {
                twice.covariates(i, j) = data.covariates(i % data.size(), j);
            }
        }
        for (const CoxData& doubled : {weighted, twice}) {
            const CoxFit two = cox_fit(cox_design(doubled), {Ties::breslow});
            RC_ASSERT(std::abs(*one.beta[1] - *two.beta[1]) < 1e-8);
            RC_ASSERT(std::abs(one.variance(1, 1) / 2 - two.variance(1, 1)) < 1e-8);
        }
    }));
}

// Martingale residuals and score residuals add up to 0 in every fit, with the weights.
TEST(CoxProperties, ResidualsAddUpToNothing) {
    EXPECT_TRUE(rc::check([] {
        CoxData data = sample();
        for (std::size_t i = 0; i < data.size(); ++i) {
            data.survival.weight.push_back(0.5 + static_cast<double>(i % 4));
        }
        const CoxDesign design = cox_design(data);
        for (const Ties ties : {Ties::efron, Ties::breslow}) {
            const CoxFit fit = cox_fit(design, {ties});
            RC_PRE(estimated(fit));
            const Matrix scores = score_residuals(design, fit.scaled_beta, ties);
            const auto martingale = martingale_residuals(design, fit.scaled_beta, ties);
            double score = 0;
            double sum = 0;
            for (std::size_t i = 0; i < data.size(); ++i) {
                sum += data.survival.weight[i] * martingale[i];
                score += data.survival.weight[i] * scores(i, 1);
            }
            RC_ASSERT(std::abs(sum) < 1e-8);
            RC_ASSERT(std::abs(score) < 1e-7);
        }
    }));
}

// Clusters of one subject are no clusters; a cluster of all has no variance.
TEST(RobustVariance, ClustersSumTheirInfluence) {
    const CoxData data = [] {
        CoxData out = six_subjects();
        out.covariates = columns({{1, 0, 2, 0, 1, 3}});
        return out;
    }();
    const CoxDesign design = cox_design(data);
    const CoxFit fit = cox_fit(design);
    const RobustVariance each = robust_variance(design, fit, Ties::efron);
    const std::vector<int> own{3, 1, 2, 0, 5, 4};
    EXPECT_NEAR(
        robust_variance(design, fit, Ties::efron, own).variance(0, 0), each.variance(0, 0), 1e-14);
    const std::vector<int> together(6, 0);
    EXPECT_NEAR(robust_variance(design, fit, Ties::efron, together).variance(0, 0), 0, 1e-14);
}

} // namespace
} // namespace embolink::test
