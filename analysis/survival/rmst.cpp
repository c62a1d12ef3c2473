#include "analysis/survival/rmst.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

struct LastTime {
    double time = 0;
    bool event = true; // everybody observed so long had the event
};

LastTime last_time(const SurvivalData& data) {
    LastTime last{*std::ranges::max_element(data.time), true};
    for (std::size_t i = 0; i < data.size(); ++i) {
        last.event = last.event && (data.time[i] != last.time || data.event[i] != 0);
    }
    return last;
}

std::optional<double> defined(double value) {
    return std::isnan(value) ? std::nullopt : std::optional{value};
}

// `centre` with standard error `error`, on the scale that `back` undoes.
template <typename Back>
Contrast contrast(double centre, double error, double confidence, Back back) {
    const boost::math::normal standard;
    const double z = quantile(complement(standard, (1 - confidence) / 2));
    const double distance = std::abs(centre) / error;
    Contrast out{defined(back(centre)),
                 defined(back(centre - z * error)),
                 defined(back(centre + z * error)),
                 {}};
    if (!std::isnan(distance)) {
        out.p = std::isinf(distance) ? 0.0 : 2 * cdf(complement(standard, distance));
    }
    return out;
}

Contrast log_ratio(double mean1, double mean0, double variance1, double variance0, double level) {
    const double error = std::sqrt(variance1 / mean1 / mean1 + variance0 / mean0 / mean0);
    return contrast(
        std::log(mean1) - std::log(mean0), error, level, [](double x) { return std::exp(x); });
}

} // namespace

RestrictedMean restricted_mean(const KaplanMeier& curve, double tau) {
    const double start = curve.rows.empty() ? 0 : std::min(0.0, curve.rows.front().time);
    RestrictedMean out;
    out.estimate = start;
    double end = tau;
    double area = 0; // from the last row looked at to tau
    const auto after = std::ranges::upper_bound(curve.rows, tau, {}, &KaplanMeierRow::time);
    for (auto row = after; row != curve.rows.begin();) {
        --row;
        if (row->events == 0) { // the curve stays: no rectangle of its own, so no round-off
            continue;
        }
        area += (end - row->time) * row->survival;
        end = row->time;
        const double stay = row->at_risk - row->events;
        out.variance += stay > 0 ? area * area * row->events / (row->at_risk * stay) : 0;
    }
    out.estimate += area + (end - start);
    return out;
}

double largest_tau(const SurvivalData& arm1, const SurvivalData& arm0) {
    const LastTime one = last_time(arm1);
    const LastTime zero = last_time(arm0);
    const LastTime& shorter = one.time <= zero.time ? one : zero;
    const LastTime& longer = one.time <= zero.time ? zero : one;
    if (one.time == zero.time) {
        return one.time;
    }
    return shorter.event ? longer.time : shorter.time;
}

std::optional<RestrictedMeanComparison> compare_restricted_means(const SurvivalData& arm1,
                                                                 const SurvivalData& arm0,
                                                                 std::optional<double> tau,
                                                                 double confidence) {
    const double largest = largest_tau(arm1, arm0);
    RestrictedMeanComparison out;
    out.tau = tau.value_or(largest);
    if (!(out.tau <= largest)) {
        return std::nullopt;
    }
    out.arm1 = restricted_mean(kaplan_meier(arm1), out.tau);
    out.arm0 = restricted_mean(kaplan_meier(arm0), out.tau);
    out.difference = contrast(out.arm1.estimate - out.arm0.estimate,
                              std::sqrt(out.arm1.variance + out.arm0.variance),
                              confidence,
                              [](double x) { return x; });
    out.ratio = log_ratio(
        out.arm1.estimate, out.arm0.estimate, out.arm1.variance, out.arm0.variance, confidence);
    out.lost_ratio = log_ratio(out.tau - out.arm1.estimate,
                               out.tau - out.arm0.estimate,
                               out.arm1.variance,
                               out.arm0.variance,
                               confidence);
    return out;
}

} // namespace embolink
