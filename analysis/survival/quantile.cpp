// Quantiles of a survival curve and their limits by inverting the pointwise band.
#include "analysis/survival/kaplan_meier.hpp"

#include <cmath>
#include <limits>

namespace embolink {
namespace {

// A step function that starts at 1: 1 - fallen[i] holds from time[i] on; undefined steps are empty.
struct Steps {
    std::vector<double> time{0};
    std::vector<std::optional<double>> fallen{0.0};
    double last_time = 0;
};

template <typename ValueOf>
Steps steps_of(const KaplanMeier& curve, ValueOf value_of) {
    Steps steps;
    bool undefined_seen = false;
    for (const KaplanMeierRow& row : curve.rows) {
        const std::optional<double> value = value_of(row);
        const std::optional<double> fallen = value ? std::optional{1 - *value} : std::nullopt;
        steps.last_time = row.time;
        if (fallen ? fallen == steps.fallen.back() : undefined_seen) {
            continue;
        }
        undefined_seen = undefined_seen || !fallen;
        steps.time.push_back(row.time);
        steps.fallen.push_back(fallen);
    }
    return steps;
}

// The step with the smallest fall of at least p; of several, the first. On a curve that only falls
// it is the first step that reaches p.
std::optional<std::size_t> nearest_fall(const Steps& steps, double p) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < steps.fallen.size(); ++i) {
        const std::optional<double>& fallen = steps.fallen[i];
        if (fallen && *fallen >= p && (!best || *fallen < *steps.fallen[*best])) {
            best = i;
        }
    }
    return best;
}

// The time at which the fall reaches p. Where it equals p on a flat stretch: the midpoint of the
// stretch, which ends at the next fall or at the last observed time. A confidence band need not
// fall everywhere; nearest_fall then answers as R does.
std::optional<double> reaches(const Steps& steps, double p) {
    const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
    const auto first = nearest_fall(steps, p - tolerance);
    if (!first) {
        return std::nullopt;
    }
    const std::optional<double>& last = steps.fallen.back();
    if (last && std::abs(p - *last) < tolerance) {
        return (steps.time[*first] + steps.last_time) / 2;
    }
    const auto next = nearest_fall(steps, p + tolerance);
    return next ? std::optional{(steps.time[*first] + steps.time[*next]) / 2} : std::nullopt;
}

} // namespace

SurvivalQuantile
quantile(const KaplanMeier& curve, double p, IntervalType type, double confidence) {
    const auto limit = [&](double Interval::*side) {
        return [=](const KaplanMeierRow& row) -> std::optional<double> {
            const auto interval = survival_interval(row.survival, row.greenwood, type, confidence);
            return interval ? std::optional{(*interval).*side} : std::nullopt;
        };
    };
    const auto estimate = [](const KaplanMeierRow& row) { return std::optional{row.survival}; };
    return {reaches(steps_of(curve, estimate), p),
            reaches(steps_of(curve, limit(&Interval::lower)), p),
            reaches(steps_of(curve, limit(&Interval::upper)), p)};
}

} // namespace embolink
