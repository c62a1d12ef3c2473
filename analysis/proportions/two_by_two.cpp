#include "analysis/proportions/two_by_two.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double log_choose(int n, int k) {
    using boost::math::lgamma;
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

// The hypergeometric distribution of x1 given both margins; tilted by an odds ratio it is Fisher's
// non-central one.
struct Hypergeometric {
    int low = 0;
    std::vector<double> log_weight; // of low, low + 1, ...

    explicit Hypergeometric(const TwoByTwo& t) {
        const int events = t.first.events + t.second.events;
        low = std::max(0, events - t.second.total);
        const int high = std::min(events, t.first.total);
        for (int x = low; x <= high; ++x) {
            log_weight.push_back(log_choose(t.first.total, x) +
                                 log_choose(t.second.total, events - x));
        }
    }

    int high() const { return low + static_cast<int>(log_weight.size()) - 1; }

    std::vector<double> probabilities(double log_odds) const {
        std::vector<double> out;
        double largest = -infinity;
        for (std::size_t i = 0; i < log_weight.size(); ++i) {
            out.push_back(log_weight[i] + log_odds * static_cast<double>(i));
            largest = std::max(largest, out.back());
        }
        double sum = 0;
        for (double& value : out) {
            value = std::exp(value - largest);
            sum += value;
        }
        for (double& value : out) {
            value /= sum;
        }
        return out;
    }

    // P(X <= x) and P(X >= x) under an odds ratio.
    double at_most(int x, double log_odds) const {
        const std::vector<double> p = probabilities(log_odds);
        double sum = 0;
        for (int k = low; k <= x; ++k) {
            sum += p[static_cast<std::size_t>(k - low)];
        }
        return sum;
    }

    double at_least(int x, double log_odds) const {
        const std::vector<double> p = probabilities(log_odds);
        double sum = 0;
        for (int k = x; k <= high(); ++k) {
            sum += p[static_cast<std::size_t>(k - low)];
        }
        return sum;
    }

    double mean(double log_odds) const {
        const std::vector<double> p = probabilities(log_odds);
        double sum = 0;
        for (std::size_t i = 0; i < p.size(); ++i) {
            sum += p[i] * (low + static_cast<double>(i));
        }
        return sum;
    }
};

template <typename Function>
double root(Function f, double low, double high) {
    std::uintmax_t iterations = 300;
    const boost::math::tools::eps_tolerance<double> tolerance{52};
    const auto bracket = boost::math::tools::toms748_solve(f, low, high, tolerance, iterations);
    return (bracket.first + bracket.second) / 2;
}

constexpr double widest_log_odds = 60; // beyond any interval of a countable table

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
    const Hypergeometric null{table};
    const std::vector<double> p = null.probabilities(0);
    const double seen = p[static_cast<std::size_t>(table.first.events - null.low)];
    FisherTest test;
    test.observed_probability = seen;
    test.less = null.at_most(table.first.events, 0);
    test.greater = null.at_least(table.first.events, 0);
    test.two_sided = 0;
    for (const double probability : p) {
        test.two_sided += probability <= seen * (1 + 1e-7) ? probability : 0;
    }
    test.two_sided = std::min(1.0, test.two_sided);
    test.two_sided_mid_p = test.two_sided - seen / 2;
    test.less_mid_p = test.less - seen / 2;
    test.greater_mid_p = test.greater - seen / 2;
    return test;
}

OddsRatio odds_ratio(const TwoByTwo& table, double confidence) {
    const Hypergeometric margins{table};
    const int x = table.first.events;
    const double tail = (1 - confidence) / 2;
    OddsRatio out;
    const double up = static_cast<double>(x) * (table.second.total - table.second.events);
    const double down =
        static_cast<double>(table.second.events) * (table.first.total - table.first.events);
    if (up > 0 || down > 0) {
        out.sample = down == 0 ? infinity : up / down;
    }
    out.interval = {0, infinity};
    if (margins.low == margins.high()) {
        out.conditional = 0; // R's value where the margins leave a single table
        return out;
    }
    if (x == margins.low || x == margins.high()) {
        out.conditional = x == margins.low ? 0 : infinity;
    } else {
        out.conditional = std::exp(
            root([&](double l) { return margins.mean(l) - x; }, -widest_log_odds, widest_log_odds));
    }
    if (x > margins.low) {
        out.interval.lower = std::exp(root([&](double l) { return margins.at_least(x, l) - tail; },
                                           -widest_log_odds,
                                           widest_log_odds));
    }
    if (x < margins.high()) {
        out.interval.upper = std::exp(root([&](double l) { return margins.at_most(x, l) - tail; },
                                           -widest_log_odds,
                                           widest_log_odds));
    }
    return out;
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
        out.lower = root([&](double d) { return shifted(d, z); }, -1 + edge, difference);
    }
    if (difference < 1) {
        out.upper = root([&](double d) { return shifted(d, -z); }, difference, 1 - edge);
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
