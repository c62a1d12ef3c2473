#include "analysis/survival/kaplan_meier.hpp"

#include "analysis/survival/time_order.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

// What happens at one distinct time.
struct TimePoint {
    double time = 0;
    double events = 0;
    double censored = 0;
    bool exits = false; // somebody leaves, perhaps of weight 0
};

double weight_of(const SurvivalData& data, std::size_t i) {
    return data.weight.empty() ? 1.0 : data.weight[i];
}

std::vector<TimePoint> time_points(const SurvivalData& data, const TimeOrder& order) {
    std::vector<TimePoint> points(order.time.size());
    for (std::size_t j = 0; j < points.size(); ++j) {
        points[j].time = order.time[j];
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t subject = order.subject[i];
        TimePoint& point = points[order.rank[i]];
        point.exits = true;
        (data.event[subject] != 0 ? point.events : point.censored) += weight_of(data, subject);
    }
    return points;
}

// With delayed entry the ties of exits and entries are merged together, as R does, and an entry is
// a point at which nobody leaves. `to_enter`: the weight that enters at each point.
struct EntryPoints {
    std::vector<TimePoint> points;
    std::vector<double> to_enter;
};

EntryPoints entry_points(const SurvivalData& data) {
    const std::size_t n = data.size();
    std::vector<double> both = data.time;
    both.insert(both.end(), data.entry.begin(), data.entry.end());
    const TimeOrder order = time_order(both);
    EntryPoints out{std::vector<TimePoint>(order.time.size()),
                    std::vector<double>(order.time.size(), 0)};
    for (std::size_t j = 0; j < order.time.size(); ++j) {
        out.points[j].time = order.time[j];
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t subject = order.subject[i] % n;
        TimePoint& point = out.points[order.rank[i]];
        if (order.subject[i] >= n) {
            out.to_enter[order.rank[i]] += weight_of(data, subject);
            continue;
        }
        point.exits = true;
        (data.event[subject] != 0 ? point.events : point.censored) += weight_of(data, subject);
    }
    return out;
}

// Weight at risk at each point. It is added up from the last point, so that a risk set that ends in
// events alone is those events to the last bit and S becomes 0 with weights too. At risk on
// (entry, time]: who enters at a point is not yet at risk there.
std::vector<double> at_risk(const std::vector<TimePoint>& points,
                            const std::vector<double>& to_enter) {
    std::vector<double> out(points.size(), 0);
    double remaining = 0;
    double entering = 0;
    for (std::size_t j = points.size(); j-- > 0;) {
        remaining += points[j].events + points[j].censored;
        entering += to_enter.empty() ? 0 : to_enter[j];
        out[j] = remaining - entering;
    }
    return out;
}

} // namespace

KaplanMeier kaplan_meier(const SurvivalData& data) {
    const EntryPoints times = data.entry.empty()
                                  ? EntryPoints{time_points(data, time_order(data.time)), {}}
                                  : entry_points(data);
    const std::vector<double> risk = at_risk(times.points, times.to_enter);
    KaplanMeier curve;
    curve.n = static_cast<int>(data.size());
    curve.rows.reserve(risk.size());
    KaplanMeierRow row;
    for (std::size_t j = 0; j < risk.size(); ++j) {
        if (!times.points[j].exits) {
            continue;
        }
        row.time = times.points[j].time;
        row.at_risk = risk[j];
        row.events = times.points[j].events;
        row.censored = times.points[j].censored;
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
