#include "analysis/report/estimates.hpp"

#include "analysis/comparison/fixed_time.hpp"
#include "analysis/comparison/published_reference.hpp"
#include "analysis/proportions/proportion.hpp"
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace embolink {

namespace {

SurvivalData survival_data(const SurvivalSample& sample) {
    SurvivalData data;
    data.time.assign(sample.days.begin(), sample.days.end());
    data.event = sample.event;
    return data;
}

int whole(double count) {
    return static_cast<int>(std::lround(count));
}

std::vector<CurvePoint> curve_points(const KaplanMeier& curve) {
    const std::vector<Interval> beta = bpcp(curve);
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < curve.rows.size(); ++i) {
        const KaplanMeierRow& row = curve.rows[i];
        CurvePoint point;
        point.days = whole(row.time);
        point.at_risk = whole(row.at_risk);
        point.events = whole(row.events);
        point.censored = whole(row.censored);
        point.survival = row.survival;
        point.bpcp = beta[i + 1];
        point.interval = survival_interval(row.survival, row.greenwood, IntervalType::log_log);
        if (!point.interval) {
            point.interval = point.bpcp; // A1: [1, 1] is never shown
        }
        points.push_back(point);
    }
    // The curve begins at 1 on day 0, with everybody at risk.
    if (points.empty() || points.front().days > 0) {
        CurvePoint start;
        start.at_risk = curve.n;
        start.interval = beta.front();
        start.bpcp = beta.front();
        points.insert(points.begin(), start);
    }
    return points;
}

std::vector<RiskCount> risk_counts(const SurvivalSample& sample, int last_days) {
    std::vector<RiskCount> counts;
    const int last_month =
        std::max(36, 12 * static_cast<int>(std::ceil(last_days / days_per_month / 12)));
    for (int month = 0; month <= last_month; month += 12) {
        const double day = month * days_per_month;
        const auto at_risk = std::count_if(
            sample.days.begin(), sample.days.end(), [day](int days) { return days >= day; });
        counts.push_back({month, static_cast<int>(at_risk)});
    }
    return counts;
}

std::string why_not(Estimability state) {
    switch (state) {
    case Estimability::estimable:
        return "";
    case Estimability::no_patients:
        return "no-patients";
    case Estimability::follow_up_short:
        return "follow-up-short";
    case Estimability::few_at_risk:
        return "few-at-risk";
    }
    return "";
}

TimeQuantile median_of(const KaplanMeier& curve) {
    const SurvivalQuantile median = quantile(curve, 0.5);
    return {median.time, median.lower, median.upper};
}

// Nobody joins later, so the numbers at risk only fall: the last point that has enough.
std::optional<CurvePoint> last_reliable(const std::vector<CurvePoint>& curve) {
    const auto found = std::find_if(curve.rbegin(), curve.rend(), [](const CurvePoint& point) {
        return point.at_risk >= reliable_at_risk;
    });
    return found == curve.rend() ? std::nullopt : std::optional<CurvePoint>(*found);
}

void count_rows(SurvivalResult& result, const Rows& rows, Endpoint endpoint) {
    std::map<std::string, int> reasons;
    for (const PatientRow* row : rows) {
        const TimeToEvent& outcome = outcome_of(*row, endpoint);
        result.not_evaluable += outcome.days ? 0 : 1;
        ++reasons[outcome.present ? outcome.reason : "no-record"];
    }
    for (const auto& [reason, count] : reasons) {
        result.reasons.push_back({reason, count});
    }
}

// Who is behind each step: the one click from a curve to its patients.
void name_patients(std::vector<CurvePoint>& curve, const Rows& rows, Endpoint endpoint) {
    std::map<int, CurvePoint*> by_day;
    for (CurvePoint& point : curve) {
        by_day[point.days] = &point;
    }
    for (const PatientRow* row : rows) {
        const TimeToEvent& outcome = outcome_of(*row, endpoint);
        const auto found = outcome.days ? by_day.find(*outcome.days) : by_day.end();
        if (found != by_day.end()) {
            auto& list = outcome.event ? found->second->with_event : found->second->left;
            list.push_back(row->patient);
        }
    }
}

LocalRate rate_at(const KaplanMeier& curve, double day) {
    LocalRate rate;
    rate.n = curve.n;
    if (curve.n == 0) {
        return rate;
    }
    const KaplanMeierAt at = at_time(curve, day);
    rate.at_risk = whole(at.at_risk);
    const bool shown = curve.n >= minimum_group &&
                       estimability(curve, day, minimum_at_risk_24) == Estimability::estimable;
    if (shown) {
        rate.survival = at.survival;
        rate.greenwood = at.greenwood.value_or(0);
        rate.interval = survival_interval(at.survival, at.greenwood, IntervalType::log_log);
    }
    return rate;
}

FixedTimeRate fixed_time_rate(const LocalRate& local) {
    FixedTimeRate rate;
    rate.survival = *local.survival;
    if (rate.survival > 0) {
        rate.log_variance = local.greenwood;
    } else {
        rate.log_variance.reset();
    }
    return rate;
}

// Log-log, or exact where the published rate is 0 or 1 (D: never plus or minus 0).
Interval interval_of(const PublishedRate& rate, double effective_n) {
    const auto derived = published_interval({rate.rate, rate.variance});
    if (derived) {
        return *derived;
    }
    const int n = static_cast<int>(std::floor(effective_n));
    return clopper_pearson({rate.rate > 0.5 ? n : 0, n});
}

} // namespace

std::optional<FixedTest> cloglog_test(const LocalRate& local, const PublishedRate& published) {
    if (!local.survival) {
        return std::nullopt;
    }
    const FixedTimeComparison comparison = compare_at_fixed_time(
        fixed_time_rate(local), rate_of(PublishedEstimate{published.rate, published.variance}));
    if (!comparison.cloglog) {
        return std::nullopt;
    }
    return FixedTest{-comparison.cloglog->z, comparison.cloglog->p};
}

LocalRate local_rate(const SurvivalSample& sample, double day) {
    return rate_at(kaplan_meier(survival_data(sample)), day);
}

SurvivalResult survival_result(const Rows& rows,
                               const std::string& group,
                               Endpoint endpoint,
                               const SampleRules& rules) {
    SurvivalResult result;
    result.group = group;
    count_rows(result, rows, endpoint);
    const SurvivalSample sample = survival_sample(rows, endpoint, rules);
    const SurvivalData data = survival_data(sample);
    result.n = static_cast<int>(sample.size());
    result.events = static_cast<int>(std::count(sample.event.begin(), sample.event.end(), 1));
    const KaplanMeier curve = kaplan_meier(data);
    result.at_24 = rate_at(curve, landmark_days);
    result.suppressed = result.n < minimum_group;
    result.why_not = result.n == 0 ? "no-patients"
                     : result.suppressed
                         ? "suppressed"
                         : why_not(estimability(curve, landmark_days, minimum_at_risk_24));
    if (result.suppressed) {
        return result;
    }
    result.last_days = *std::max_element(sample.days.begin(), sample.days.end());
    result.curve = curve_points(curve);
    name_patients(result.curve, rows, endpoint);
    result.risk_table = risk_counts(sample, result.last_days);
    if (result.at_24.survival) {
        result.at_24_bpcp = bpcp(curve).at(at_time(curve, landmark_days).bpcp_index);
    } else {
        result.last_reliable = last_reliable(result.curve);
    }
    result.median = median_of(curve);
    result.follow_up = median_of(kaplan_meier(reversed(data)));
    return result;
}

PublishedRate published_under(const TrialRate& rate, const std::string& scenario) {
    const TrialScenario* found = find_scenario(rate, scenario);
    if (found == nullptr) {
        throw std::invalid_argument("no assumption " + scenario + " for arm " + rate.arm);
    }
    const PublishedEstimate estimate = published_estimate(rate.rate, found->effective_n);
    return {estimate.rate, estimate.variance};
}

PublishedRate pooled_under(const std::vector<TrialRate>& rates, const std::string& scenario) {
    const TrialRate& first = rates.at(0);
    const TrialRate& second = rates.at(1);
    const PublishedRate one = published_under(first, scenario);
    const PublishedRate two = published_under(second, scenario);
    const double total = first.randomised + second.randomised;
    const PublishedEstimate pooled = pooled_estimate({one.rate, one.variance},
                                                     first.randomised / total,
                                                     {two.rate, two.variance},
                                                     second.randomised / total);
    return {pooled.rate, pooled.variance};
}

std::vector<ScenarioResult> scenario_results(const SurvivalResult& local,
                                             const std::vector<TrialRate>& arms) {
    const bool pooled = arms.size() > 1;
    std::vector<ScenarioResult> results;
    for (const TrialScenario& scenario : arms.at(0).scenarios) {
        const PublishedRate published =
            pooled ? pooled_under(arms, scenario.id) : published_under(arms[0], scenario.id);
        ScenarioResult result;
        result.id = scenario.id;
        result.effective_n = pooled ? 0 : scenario.effective_n;
        result.text = pooled ? "both arms under " + scenario.id : scenario.text;
        result.published_interval = interval_of(published, scenario.effective_n);
        result.test = cloglog_test(local.at_24, published);
        const std::optional<Interval> interval =
            local.at_24.interval ? local.at_24.interval : local.at_24_bpcp;
        if (local.at_24.survival && interval) {
            result.from_bpcp = !local.at_24.interval;
            result.difference = mover_difference(
                *local.at_24.survival, *interval, published.rate, result.published_interval);
        }
        results.push_back(result);
    }
    return results;
}

LogRankResult24
log_rank_result(const Rows& hae, const Rows& hace, Endpoint endpoint, const SampleRules& rules) {
    const SurvivalSample first = survival_sample(hae, endpoint, rules);
    const SurvivalSample second = survival_sample(hace, endpoint, rules);
    LogRankInput input;
    for (const SurvivalSample* sample : {&first, &second}) {
        const SurvivalData data = survival_data(*sample);
        input.data.time.insert(input.data.time.end(), data.time.begin(), data.time.end());
        input.data.event.insert(input.data.event.end(), data.event.begin(), data.event.end());
        input.group.insert(input.group.end(), sample->size(), sample == &first ? 0 : 1);
    }
    const auto events = [](const SurvivalSample& sample) {
        return static_cast<int>(std::count(sample.event.begin(), sample.event.end(), 1));
    };
    LogRankResult24 result;
    result.n_hae = static_cast<int>(first.size());
    result.n_hace = static_cast<int>(second.size());
    result.events_hae = events(first);
    result.events_hace = events(second);
    const int fewest = std::min(result.events_hae, result.events_hace);
    if (std::min(result.n_hae, result.n_hace) < minimum_group) {
        result.why_not = "an arm has fewer than 5 patients";
        return result;
    }
    if (result.events_hae + result.events_hace < 5 || fewest < 2) {
        result.why_not = "fewer than 5 events, or fewer than 2 in an arm";
        return result;
    }
    const LogRankResult test = log_rank(input);
    result.chi_squared = test.chi_square;
    result.p = test.p;
    result.why_not = test.p ? "" : "no comparison is possible";
    if (std::min(result.n_hae, result.n_hace) < 15 || fewest < 5) { // statistics A2
        if (const auto permutation = permutation_log_rank(input.data, input.group)) {
            result.p_permutation = permutation->p_two_sided;
            result.permutation_exact = permutation->exact;
        }
    }
    return result;
}

ProportionResult proportion_result(const std::string& group,
                                   const std::string& denominator,
                                   int events,
                                   int n,
                                   const std::vector<TrialCount>& trial) {
    ProportionResult result;
    result.group = group;
    result.denominator = denominator;
    result.events = events;
    result.n = n;
    result.suppressed = n < minimum_group;
    if (result.suppressed) {
        return result;
    }
    const Proportion local{events, n};
    result.rate = local.estimate();
    result.wilson = wilson(local);
    result.clopper_pearson = clopper_pearson(local);
    for (const TrialCount& count : trial) {
        const FisherTest test = fisher_test({local, {count.events, count.n}});
        result.against_trial.push_back({count.events, count.n, test.two_sided});
        const Interval one = newcombe({local, {count.events, count.n}});
        const Interval so_far = result.difference.value_or(one);
        result.difference =
            Interval{std::min(so_far.lower, one.lower), std::max(so_far.upper, one.upper)};
    }
    return result;
}

} // namespace embolink
