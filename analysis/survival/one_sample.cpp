#include "analysis/survival/one_sample.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<double> defined(double value) {
    return std::isnan(value) ? std::nullopt : std::optional{value};
}

std::optional<double> hazard_of(const WeibullReference& reference, double t) {
    const double at_t0 = reference.survival > 0 ? -std::log(reference.survival) : infinity;
    const double scale = std::pow(t / reference.t0, reference.shape);
    return defined(at_t0 * scale + 0.0); // no -0
}

std::optional<double> hazard_of(const StepReference& reference, double t) {
    const auto after = std::ranges::upper_bound(reference.time, t);
    if (after == reference.time.begin()) {
        return 0.0;
    }
    const double survival =
        reference.survival[static_cast<std::size_t>(after - reference.time.begin()) - 1];
    return survival > 0 ? -std::log(survival) + 0.0 : infinity;
}

std::optional<ZTestTails> tails(double numerator, double variance) {
    const double z = numerator / std::sqrt(variance);
    if (std::isnan(z)) {
        return std::nullopt;
    }
    if (std::isinf(z)) {
        return ZTestTails{z, 0, z > 0 ? 0.0 : 1.0};
    }
    const boost::math::normal standard;
    return ZTestTails{z, 2 * cdf(complement(standard, std::abs(z))), cdf(complement(standard, z))};
}

// Garwood 1936: limits of the mean of a Poisson count.
Interval poisson_limits(double count, double confidence) {
    const double tail = (1 - confidence) / 2;
    const auto half_quantile = [](double degrees, auto probability) {
        return quantile(boost::math::chi_squared{degrees}, probability) / 2;
    };
    const boost::math::chi_squared upper{2 * (count + 1)};
    return {count == 0 ? 0.0 : half_quantile(2 * count, tail),
            quantile(complement(upper, tail)) / 2};
}

// A Poisson variable whose mean may be 0 or infinite.
struct Poisson {
    double mean = 0;

    double at_most(double k) const {
        if (k < 0) {
            return 0;
        }
        if (mean == 0) {
            return 1;
        }
        return std::isinf(mean) ? 0 : cdf(boost::math::poisson{mean}, k);
    }

    double at_least(double k) const {
        if (k <= 0) {
            return 1;
        }
        if (mean == 0) {
            return 0;
        }
        return std::isinf(mean) ? 1 : cdf(complement(boost::math::poisson{mean}, k - 1));
    }

    double exactly(double k) const {
        if (mean == 0) {
            return k == 0 ? 1 : 0;
        }
        return std::isinf(mean) ? 0 : pdf(boost::math::poisson{mean}, k);
    }
};

} // namespace

std::optional<double> cumulative_hazard(const ReferenceCurve& reference, double t) {
    return std::visit([&](const auto& curve) { return hazard_of(curve, t); }, reference);
}

std::optional<OneSampleLogRank>
one_sample_log_rank(const SurvivalData& data, const ReferenceCurve& reference, double confidence) {
    OneSampleLogRank out;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto exit = cumulative_hazard(reference, data.time[i]);
        const auto entry =
            data.entry.empty() ? std::optional{0.0} : cumulative_hazard(reference, data.entry[i]);
        if (!exit || !entry || std::isinf(*entry)) {
            return std::nullopt;
        }
        out.expected += *exit - *entry;
        out.observed += data.event[i] != 0 ? 1 : 0;
    }
    const double o = out.observed;
    const double e = out.expected;
    out.ratio = defined(o / e);
    out.breslow = tails(o - e, e);
    out.wu = tails(o - e, (o + e) / 2);
    const Interval count = poisson_limits(o, confidence);
    out.ratio_lower = out.observed == 0 ? 0.0 : defined(count.lower / e);
    out.ratio_upper = defined(count.upper / e);
    const Poisson poisson{e};
    out.poisson_worse = poisson.at_least(o);
    out.poisson_better = poisson.at_most(o);
    out.poisson_worse_mid_p = poisson.at_least(o) - poisson.exactly(o) / 2;
    out.poisson_better_mid_p = poisson.at_most(o) - poisson.exactly(o) / 2;
    return out;
}

std::optional<ZTestTails>
uncertain_reference_test(const OneSampleLogRank& result, double reference_rate, double n) {
    const double o = result.observed;
    const bool usable = o > 0 && result.expected > 0 && !std::isinf(result.expected) && n > 0 &&
                        reference_rate > 0 && reference_rate < 1;
    if (!usable) {
        return std::nullopt;
    }
    const double log_rate = std::log(reference_rate);
    const double variance = (1 - reference_rate) / (n * reference_rate * log_rate * log_rate);
    return tails(std::log(o / result.expected), 1 / o + variance);
}

} // namespace embolink
