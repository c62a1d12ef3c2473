#include "analysis/survival/kaplan_meier.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace embolink {
namespace {

// What happens at one distinct time.
struct TimePoint {
    double time = 0;
    double events = 0;
    double censored = 0;
};

std::vector<std::size_t> order_by(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    return order;
}

double weight_of(const SurvivalData& data, std::size_t i) {
    return data.weight.empty() ? 1.0 : data.weight[i];
}

std::vector<TimePoint> time_points(const SurvivalData& data,
                                   const std::vector<double>& time,
                                   const std::vector<std::size_t>& order) {
    std::vector<TimePoint> points;
    for (const std::size_t i : order) {
        if (points.empty() || points.back().time != time[i]) {
            points.push_back({time[i], 0, 0});
        }
        (data.event[i] != 0 ? points.back().events : points.back().censored) += weight_of(data, i);
    }
    return points;
}

// Weight at risk at each point. It is added up from the last point, so that a risk set that ends in
// events alone is those events to the last bit and S becomes 0 with weights too.
std::vector<double> at_risk(const SurvivalData& data,
                            const std::vector<double>& entry,
                            const std::vector<TimePoint>& points) {
    const std::vector<std::size_t> order = order_by(entry);
    std::vector<double> out(points.size(), 0);
    std::size_t entered = order.size();
    double remaining = 0;
    double to_enter = 0; // weight with entry >= t
    for (std::size_t j = points.size(); j-- > 0;) {
        remaining += points[j].events + points[j].censored;
        while (entered > 0 && entry[order[entered - 1]] >= points[j].time) {
            to_enter += weight_of(data, order[--entered]);
        }
        out[j] = remaining - to_enter;
    }
    return out;
}

// Exit and entry times after the merge of ties, which looks at both (R's aeqSurv).
struct MergedTimes {
    std::vector<double> exit;
    std::vector<double> entry;
};

MergedTimes merged_times(const SurvivalData& data) {
    std::vector<double> all = data.time;
    all.insert(all.end(), data.entry.begin(), data.entry.end());
    all = merge_tied_times(all);
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(data.size());
    return {{all.begin(), middle}, {middle, all.end()}};
}

} // namespace

KaplanMeier kaplan_meier(const SurvivalData& data) {
    const MergedTimes times = merged_times(data);
    const std::vector<TimePoint> points = time_points(data, times.exit, order_by(times.exit));
    const std::vector<double> risk = at_risk(data, times.entry, points);
    KaplanMeier curve;
    curve.n = static_cast<int>(data.size());
    curve.rows.reserve(points.size());
    KaplanMeierRow row;
    for (std::size_t j = 0; j < points.size(); ++j) {
        row.time = points[j].time;
        row.at_risk = risk[j];
        row.events = points[j].events;
        row.censored = points[j].censored;
        if (row.events > 0 && row.at_risk > 0) {
            const double stay = row.at_risk - row.events;
            row.survival *= stay / row.at_risk;
            row.cumulative_hazard += row.events / row.at_risk;
            row.hazard_variance += row.events / (row.at_risk * row.at_risk);
            if (row.greenwood) {
                row.greenwood =
                    stay > 0 ? std::optional{*row.greenwood + row.events / (row.at_risk * stay)}
                             : std::nullopt;
            }
        }
        curve.rows.push_back(row);
    }
    return curve;
}

std::optional<Interval> survival_interval(double survival,
                                          std::optional<double> greenwood,
                                          IntervalType type,
                                          double confidence) {
    if (!greenwood || survival <= 0) {
        return std::nullopt;
    }
    const double z = quantile(complement(boost::math::normal{}, (1 - confidence) / 2));
    const double half = z * std::sqrt(*greenwood); // on the scale of log S
    if (type == IntervalType::plain) {
        return Interval{std::max(0.0, survival - half * survival),
                        std::min(1.0, survival + half * survival)};
    }
    if (type == IntervalType::log) {
        return Interval{survival * std::exp(-half), std::min(1.0, survival * std::exp(half))};
    }
    if (survival >= 1) {
        return std::nullopt;
    }
    if (type == IntervalType::log_log) {
        const double log_s = std::log(survival);
        const double shift = std::exp(half / -log_s);
        return Interval{std::exp(log_s * shift), std::exp(log_s / shift)};
    }
    if (type == IntervalType::logit) {
        const double centre = std::log(survival / (1 - survival));
        const double shift = half / (1 - survival);
        return Interval{1 / (1 + std::exp(shift - centre)), 1 / (1 + std::exp(-shift - centre))};
    }
    const double centre = std::asin(std::sqrt(survival));
    const double shift = half / 2 * std::sqrt(survival / (1 - survival));
    const double low = std::sin(std::max(0.0, centre - shift));
    const double high =
        std::sin(std::min(boost::math::constants::half_pi<double>(), centre + shift));
    return Interval{low * low, high * high};
}

KaplanMeierAt at_time(const KaplanMeier& curve, double t) {
    KaplanMeierAt out;
    const auto after = std::ranges::upper_bound(curve.rows, t, {}, &KaplanMeierRow::time);
    const auto from = std::ranges::lower_bound(curve.rows, t, {}, &KaplanMeierRow::time);
    out.beyond_follow_up = from == curve.rows.end();
    out.at_risk = out.beyond_follow_up ? 0 : from->at_risk;
    out.bpcp_index = static_cast<std::size_t>(after - curve.rows.begin());
    if (after != curve.rows.begin()) {
        const KaplanMeierRow& row = *(after - 1);
        out.survival = row.survival;
        out.greenwood = row.greenwood;
        out.cumulative_hazard = row.cumulative_hazard;
    }
    return out;
}

Estimability estimability(const KaplanMeier& curve, double t, double minimum_at_risk) {
    if (curve.rows.empty()) {
        return Estimability::no_patients;
    }
    const KaplanMeierAt at = at_time(curve, t);
    // Once the last subject at risk had the event S is 0 and stays there.
    if (at.beyond_follow_up && at.survival > 0) {
        return Estimability::follow_up_short;
    }
    return at.at_risk < minimum_at_risk ? Estimability::few_at_risk : Estimability::estimable;
}

} // namespace embolink
