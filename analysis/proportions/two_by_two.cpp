#include "analysis/proportions/two_by_two.hpp"

#include "analysis/numeric/roots.hpp"
#include "analysis/proportions/hypergeometric.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

int sign(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

// Score statistic of Miettinen and Nurminen 1985 for a true difference `delta`, with the restricted
// maximum likelihood estimates from the trigonometric root of their cubic.
double score_at(const TwoByTwo& t, double delta) {
    const double n1 = t.first.total;
    const double n2 = t.second.total;
    const double x1 = t.first.events;
    const double x2 = t.second.events;
    const double n = n1 + n2;
    const double l2 = (n1 + 2 * n2) * delta - n - x1 - x2;
    const double l1 = (n2 * delta - n - 2 * x2) * delta + x1 + x2;
    const double l0 = x2 * delta * (1 - delta);
    const double c = l2 * l2 * l2 / (27 * n * n * n) - l1 * l2 / (6 * n * n) + l0 / (2 * n);
    const double size = std::sqrt(std::max(0.0, l2 * l2 / (9 * n * n) - l1 / (3 * n)));
    const double b = c == 0 ? size : sign(c) * size;
    const double ratio = b == 0 ? 1 : std::clamp(c / (b * b * b), -1.0, 1.0);
    const double angle = b == 0 ? 0 : (boost::math::constants::pi<double>() + std::acos(ratio)) / 3;
    const double p2 = std::clamp(2 * b * std::cos(angle) - l2 / (3 * n), 0.0, 1.0);
    const double p1 = std::clamp(p2 + delta, 0.0, 1.0);
    const double variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1);
    const double difference = x1 / n1 - x2 / n2 - delta;
    if (variance <= 0) {
        return difference == 0 ? 0 : difference > 0 ? infinity : -infinity;
    }
    return difference / std::sqrt(variance);
}

} // namespace

FisherTest fisher_test(const TwoByTwo& table) {
    const Hypergeometric null = hypergeometric(table);
    const std::size_t observed = static_cast<std::size_t>(table.first.events - null.low);
    const double seen = null.probability[observed];
    FisherTest test;
    test.observed_probability = seen;
    test.two_sided = 0;
    test.less = 0;
    test.greater = 0;
    std::size_t as_unlikely = 0; // tables that count for the two-sided p
    for (std::size_t i = 0; i < null.probability.size(); ++i) {
        const double probability = null.probability[i];
        test.less += i <= observed ? probability : 0;
        test.greater += i >= observed ? probability : 0;
        if (probability <= seen * (1 + 1e-7)) { // R's guard
            test.two_sided += probability;
            ++as_unlikely;
        }
    }
    // All tables together have the probability 1; their rounded sum may miss it by a last digit.
    const std::size_t tables = null.probability.size();
    test.two_sided = as_unlikely == tables ? 1.0 : std::min(1.0, test.two_sided);
    test.less = observed + 1 == tables ? 1.0 : std::min(1.0, test.less);
    test.greater = observed == 0 ? 1.0 : std::min(1.0, test.greater);
    test.two_sided_mid_p = test.two_sided - seen / 2;
    test.less_mid_p = test.less - seen / 2;
    test.greater_mid_p = test.greater - seen / 2;
    return test;
}

Interval newcombe(const TwoByTwo& table, double confidence) {
    const Interval a = wilson(table.first, confidence);
    const Interval b = wilson(table.second, confidence);
    const double p = table.first.estimate();
    const double q = table.second.estimate();
    return {p - q - std::hypot(p - a.lower, b.upper - q),
            p - q + std::hypot(a.upper - p, q - b.lower)};
}

Interval miettinen_nurminen(const TwoByTwo& table, double confidence) {
    const double z = quantile(complement(boost::math::normal{}, (1 - confidence) / 2));
    const double difference = table.first.estimate() - table.second.estimate();
    constexpr double edge = 1e-12;
    // Finite stand-ins keep the bracketing root finder away from infinities.
    const auto shifted = [&](double delta, double by) {
        return std::clamp(score_at(table, delta), -1e6, 1e6) - by;
    };
    Interval out{-1, 1};
    if (difference > -1) {
        out.lower = bracketed_root([&](double d) { return shifted(d, z); }, -1 + edge, difference);
    }
    if (difference < 1) {
        out.upper = bracketed_root([&](double d) { return shifted(d, -z); }, difference, 1 - edge);
    }
    return out;
}

std::optional<double> pooled_z(const TwoByTwo& table) {
    const double n1 = table.first.total;
    const double n2 = table.second.total;
    const double pooled = (table.first.events + table.second.events) / (n1 + n2);
    if (pooled <= 0 || pooled >= 1) {
        return std::nullopt;
    }
    return (table.first.estimate() - table.second.estimate()) /
           std::sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
}

} // namespace embolink
