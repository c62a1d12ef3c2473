#include "analysis/report/reference_tests.hpp"

#include "analysis/bayes/prior.hpp"
#include "analysis/comparison/non_inferiority.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/survival/one_sample.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array shapes = {1.0, 0.8, 1.3}; // A9: exponential, and two Weibull shapes beside it
constexpr Group compared[] = {Group::hae, Group::hace, Group::determined};

// A9: nothing after 24 months is compared, because only that point of the trial's curve is known.
SurvivalData until_landmark(const SurvivalSample& sample) {
    SurvivalData data;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const bool inside = sample.days[i] <= landmark_days;
        data.time.push_back(inside ? sample.days[i] : landmark_days);
        data.event.push_back(inside ? sample.event[i] : 0);
    }
    return data;
}

std::optional<Interval> ratio_interval(const OneSampleLogRank& test) {
    if (!test.ratio_lower || !test.ratio_upper) {
        return std::nullopt;
    }
    return Interval{*test.ratio_lower, *test.ratio_upper};
}

OneSampleLine line_of(double shape, const OneSampleLogRank& test) {
    OneSampleLine line;
    line.shape = shape;
    line.expected = test.expected;
    line.ratio = test.ratio;
    line.ratio_interval = ratio_interval(test);
    if (test.wu) {
        line.p_two_sided = test.wu->p_two_sided;
    }
    line.poisson_worse = test.poisson_worse;
    line.poisson_better = test.poisson_better;
    return line;
}

PublishedRate reference_under(const TrialReference& trial, Group group, const std::string& id) {
    if (group == Group::determined) {
        return pooled_under(trial.pfs24, id);
    }
    const TrialRate* rate = find_rate(trial.pfs24, group_name(group));
    return rate == nullptr ? PublishedRate{} : published_under(*rate, id);
}

OneSampleResult
one_sample_result(const SurvivalSample& sample, const TrialReference& trial, Group group) {
    OneSampleResult result;
    result.group = group_name(group);
    result.n = static_cast<int>(sample.size());
    result.published = reference_under(trial, group, "A2").rate;
    if (result.n < minimum_group) {
        result.why_not = result.n == 0 ? "no-patients" : "suppressed";
        return result;
    }
    const SurvivalData data = until_landmark(sample);
    for (const double shape : shapes) {
        const auto test =
            one_sample_log_rank(data, WeibullReference{result.published, landmark_days, shape});
        if (!test) {
            continue;
        }
        result.observed = test->observed;
        result.lines.push_back(line_of(shape, *test));
        if (shape != 1.0) {
            continue;
        }
        for (const char* id : {"A1", "A2", "A3"}) {
            const PublishedRate rate = reference_under(trial, group, id);
            const double worth = rate.rate * (1 - rate.rate) / rate.variance;
            const auto uncertain = uncertain_reference_test(*test, rate.rate, worth);
            result.uncertain.push_back(
                {id, uncertain ? std::optional(uncertain->p_two_sided) : std::nullopt});
        }
    }
    return result;
}

Interval credible(const BetaDistribution& rate) {
    return {beta_quantile(rate, 0.025), beta_quantile(rate, 0.975)};
}

ProbabilityLine probability_line(const std::string& what,
                                 const std::string& group,
                                 double events,
                                 double total,
                                 double published) {
    const BetaDistribution rate = posterior(flat_prior, events, total);
    return {what,
            group,
            events,
            total,
            published,
            rate.mean(),
            credible(rate),
            probability_above(rate, published)};
}

// A10: a Kaplan-Meier rate is worth S (1 - S) / var(S) uncensored patients.
std::optional<double> effective_number(const LocalRate& rate) {
    if (!rate.survival || *rate.survival <= 0 || *rate.survival >= 1 || rate.greenwood <= 0) {
        return std::nullopt;
    }
    return (1 - *rate.survival) / (*rate.survival * rate.greenwood);
}

const ProportionResult* evaluable_line(const OutcomeResult& outcome, const std::string& group) {
    for (const ProportionResult& line : outcome.lines) {
        if (line.group == group && line.denominator == "evaluable" && !line.suppressed) {
            return &line;
        }
    }
    return nullptr;
}

} // namespace

std::vector<OneSampleResult> one_sample_results(const AuditDataset& dataset,
                                                const TrialReference& trial,
                                                const SampleRules& rules) {
    std::vector<OneSampleResult> results;
    for (const Group group : compared) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        results.push_back(
            one_sample_result(survival_sample(rows, Endpoint::pfs, rules), trial, group));
    }
    return results;
}

std::vector<ProbabilityLine> probability_lines(const std::vector<ComparisonResult>& comparisons,
                                               const std::vector<OutcomeResult>& outcomes) {
    std::vector<ProbabilityLine> lines;
    for (const ComparisonResult& comparison : comparisons) {
        if (const auto worth = effective_number(comparison.local)) {
            lines.push_back(probability_line("Free of progression at 24 months",
                                             comparison.group,
                                             *worth * *comparison.local.survival,
                                             *worth,
                                             comparison.published));
        }
    }
    for (const OutcomeResult& outcome : outcomes) {
        const ProportionResult* line = evaluable_line(outcome, "HAE + HACE");
        // Above a published 0 % lies every rate: nothing to say.
        if (line != nullptr && outcome.published.value_or(0) > 0) {
            lines.push_back(probability_line(
                outcome.title, line->group, line->events, line->n, *outcome.published));
        }
    }
    return lines;
}

BorrowingResult borrowing_result(const std::vector<OutcomeResult>& outcomes) {
    BorrowingResult result;
    for (const OutcomeResult& outcome : outcomes) {
        const ProportionResult* local = evaluable_line(outcome, "HAE + HACE");
        if (outcome.param != "TOX3" || local == nullptr || outcome.feasible.empty()) {
            continue;
        }
        const TrialCount& trial = outcome.feasible.front(); // 5/26, the one over all randomised
        const PublishedCount published{static_cast<double>(trial.events),
                                       static_cast<double>(trial.n)};
        result.trial = trial;
        result.events = local->events;
        result.n = local->n;
        result.conflict_p = prior_conflict(published, local->events, local->n).box_p;
        result.conflict = *result.conflict_p < conflict_level;
        for (const double share : {0.0, 0.5, 1.0}) {
            const BetaDistribution rate =
                posterior(power_prior(published, share), local->events, local->n);
            result.lines.push_back({share, false, 0, rate.mean(), credible(rate)});
        }
        const BetaMixture mixed = posterior(robust_prior(published, 0.5), local->events, local->n);
        result.lines.push_back({0.5,
                                true,
                                mixed.weight,
                                mixed.mean(),
                                {beta_quantile(mixed, 0.025), beta_quantile(mixed, 0.975)}});
        if (result.conflict) {
            result.lines.resize(1); // A10: then the flat analysis alone
        }
    }
    return result;
}

std::vector<MarginLine> margin_lines(const std::vector<ComparisonResult>& comparisons,
                                     const AuditSettings& settings) {
    std::vector<MarginLine> lines;
    if (!settings.margin) {
        return lines;
    }
    for (const ComparisonResult& comparison : comparisons) {
        MarginLine line;
        line.group = comparison.group;
        for (const ScenarioResult& scenario : comparison.scenarios) {
            if (scenario.id != "A2" || !comparison.local.survival || !comparison.local.interval) {
                continue;
            }
            const NonInferiority test = non_inferiority(*comparison.local.survival,
                                                        *comparison.local.interval,
                                                        comparison.published,
                                                        scenario.published_interval,
                                                        settings.margin->value);
            line.difference = test.difference;
            line.interval = test.interval;
            line.shown = test.shown;
            line.testable = test.testable;
        }
        lines.push_back(line);
    }
    return lines;
}

} // namespace embolink
