// Quantiles of a survival curve and their limits by inverting the pointwise band.
#include "analysis/survival/kaplan_meier.hpp"

#include <cmath>
#include <limits>

namespace embolink {
namespace {

// A step function that falls from 1: value[i] holds from time[i] on. Undefined steps are left out.
struct Steps {
    std::vector<double> time;
    std::vector<double> fallen; // 1 - value, ascending
    double last_time = 0;
};

// First time at which the fall reaches p. Where it equals p on a flat stretch: the midpoint of the
// stretch, which ends at the next fall or at the last observed time.
std::optional<double> reaches(const Steps& steps, double p) {
    const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
    for (std::size_t i = 0; i < steps.time.size(); ++i) {
        if (steps.fallen[i] < p - tolerance) {
            continue;
        }
        if (steps.fallen[i] > p + tolerance) {
            return steps.time[i];
        }
        const bool last = i + 1 == steps.time.size();
        return (steps.time[i] + (last ? steps.last_time : steps.time[i + 1])) / 2;
    }
    return std::nullopt;
}

template <typename ValueOf>
Steps steps_of(const KaplanMeier& curve, ValueOf value_of) {
    Steps steps;
    for (const KaplanMeierRow& row : curve.rows) {
        const std::optional<double> value = value_of(row);
        steps.last_time = row.time;
        if (!value || (!steps.fallen.empty() && 1 - *value == steps.fallen.back())) {
            continue;
        }
        steps.time.push_back(row.time);
        steps.fallen.push_back(1 - *value);
    }
    return steps;
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
