#include "analysis/comparison/fixed_time.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>

#include <cmath>

namespace embolink {
namespace {

// A transformed rate and its variance by the delta method.
struct Transformed {
    double value = 0;
    double variance = 0;
};

std::optional<ZTest> z_test(const Transformed& a, const Transformed& b) {
    const double variance = a.variance + b.variance;
    // A rate of 0 or 1 that is taken as known has an infinite transform.
    if (!(variance > 0) || !std::isfinite(variance) || !std::isfinite(a.value - b.value)) {
        return std::nullopt;
    }
    ZTest test;
    test.z = (a.value - b.value) / std::sqrt(variance);
    test.chi_square = test.z * test.z;
    test.p = cdf(complement(boost::math::chi_squared{1}, test.chi_square));
    return test;
}

bool inside(const FixedTimeRate& rate) {
    return rate.survival > 0 && rate.survival < 1 && rate.log_variance.has_value();
}

template <typename Transform>
std::optional<ZTest> compare(const FixedTimeRate& a, const FixedTimeRate& b, Transform transform) {
    return z_test(transform(a.survival, *a.log_variance), transform(b.survival, *b.log_variance));
}

Transformed cloglog(double s, double v) {
    return {std::log(-std::log(s)), v / (std::log(s) * std::log(s))};
}

} // namespace

FixedTimeRate rate_of(const PublishedEstimate& estimate) {
    return {estimate.rate, estimate.log_variance()};
}

FixedTimeComparison compare_at_fixed_time(const FixedTimeRate& first, const FixedTimeRate& second) {
    FixedTimeComparison out;
    if (first.log_variance && second.log_variance) {
        out.naive = compare(first, second, [](double s, double v) {
            return Transformed{s, s * s * v};
        });
        out.log = compare(first, second, [](double s, double v) {
            return Transformed{std::log(s), v};
        });
    }
    if (!inside(first) || !inside(second)) {
        return out;
    }
    out.cloglog = compare(first, second, cloglog);
    out.arcsin = compare(first, second, [](double s, double v) {
        return Transformed{std::asin(std::sqrt(s)), s * v / (4 * (1 - s))};
    });
    out.logit = compare(first, second, [](double s, double v) {
        return Transformed{std::log(s / (1 - s)), v / ((1 - s) * (1 - s))};
    });
    return out;
}

std::optional<HazardRatio> cumulative_hazard_ratio(const FixedTimeRate& first,
                                                   const FixedTimeRate& second,
                                                   double confidence) {
    if (!inside(first) || !inside(second)) {
        return std::nullopt;
    }
    const Transformed a = cloglog(first.survival, *first.log_variance);
    const Transformed b = cloglog(second.survival, *second.log_variance);
    const double z = quantile(complement(boost::math::normal{}, (1 - confidence) / 2));
    const double half = z * std::sqrt(a.variance + b.variance);
    const double log_ratio = a.value - b.value;
    return HazardRatio{std::exp(log_ratio),
                       {std::exp(log_ratio - half), std::exp(log_ratio + half)}};
}

Interval mover_difference(double first,
                          const Interval& first_interval,
                          double second,
                          const Interval& second_interval) {
    const double difference = first - second;
    return {difference - std::hypot(first - first_interval.lower, second_interval.upper - second),
            difference + std::hypot(first_interval.upper - first, second - second_interval.lower)};
}

} // namespace embolink
