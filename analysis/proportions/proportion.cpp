#include "analysis/proportions/proportion.hpp"

#include "analysis/numeric/roots.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

double normal_quantile(double confidence) {
    return quantile(complement(boost::math::normal{}, (1 - confidence) / 2));
}

double lower_exact(Proportion p, double tail) {
    return p.events == 0 ? 0 : boost::math::ibeta_inv(p.events, p.total - p.events + 1.0, tail);
}

double upper_exact(Proportion p, double tail) {
    return p.events == p.total
               ? 1
               : boost::math::ibetac_inv(p.events + 1.0, p.total - p.events * 1.0, tail);
}

// P(X <= x) and P(X >= x), 0 and 1 beyond the support.
double at_most(int n, double p, int x) {
    return x < 0 ? 0 : x >= n ? 1 : cdf(boost::math::binomial(n, p), x);
}

double at_least(int n, double p, int x) {
    return x <= 0 ? 1 : x > n ? 0 : cdf(complement(boost::math::binomial(n, p), x - 1));
}

double exactly(int n, double p, int x) {
    return pdf(boost::math::binomial(n, p), x);
}

// The first of low .. high that holds, high + 1 when none does; once it holds it holds for all
// after.
template <typename Holds>
int first_where(int low, int high, Holds holds) {
    ++high;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (holds(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

// Share of the outcomes that are at most as likely as the one seen; the factor is R's guard against
// round-off (binom.test). They are two tails: the one that ends at x, and one on the other side of
// the mean, where the probabilities fall outwards.
double minimum_likelihood(int n, double p0, int x) {
    const double limit = exactly(n, p0, x) * (1 + 1e-7);
    const double mean = n * p0;
    if (x == mean) {
        return 1;
    }
    int below = x; // last count of the lower tail
    int above = x; // first of the upper
    if (x < mean) {
        const int middle = static_cast<int>(std::ceil(mean));
        above = first_where(middle, n, [&](int k) { return exactly(n, p0, k) <= limit; });
    } else {
        const int middle = static_cast<int>(std::floor(mean));
        below = first_where(0, middle, [&](int k) { return exactly(n, p0, k) > limit; }) - 1;
    }
    // All outcomes together have the probability 1; their rounded sum may miss it by a last digit.
    return below + 1 == above ? 1.0 : std::min(1.0, at_most(n, p0, below) + at_least(n, p0, above));
}

} // namespace

Interval clopper_pearson(Proportion p, double confidence) {
    const double tail = (1 - confidence) / 2;
    return {lower_exact(p, tail), upper_exact(p, tail)};
}

Interval clopper_pearson_one_sided(Proportion p, double confidence) {
    return {lower_exact(p, 1 - confidence), upper_exact(p, 1 - confidence)};
}

Interval wilson(Proportion p, double confidence) {
    const double z = normal_quantile(confidence);
    const double n = p.total;
    const double estimate = p.estimate();
    const double centre = estimate + z * z / (2 * n);
    const double half = z * std::sqrt(estimate * (1 - estimate) / n + z * z / (4 * n * n));
    // At the ends the limit is the estimate itself; the difference would leave its round-off there.
    return {p.events == 0 ? 0 : (centre - half) / (1 + z * z / n),
            p.events == p.total ? 1 : (centre + half) / (1 + z * z / n)};
}

// R's prop.test: Yates's half is cut to the distance from one half, and the limits from [0, 1].
Interval wilson_corrected(Proportion p, double confidence) {
    const double z = normal_quantile(confidence);
    const double n = p.total;
    const double estimate = p.estimate();
    const double yates = std::min(0.5, std::abs(p.events - n / 2));
    const auto limit = [&](double sign) {
        const double shifted = estimate + sign * yates / n;
        const double centre = shifted + z * z / (2 * n);
        const double half = z * std::sqrt(shifted * (1 - shifted) / n + z * z / (4 * n * n));
        return (centre + sign * half) / (1 + z * z / n);
    };
    // At the ends the correction leaves [0, 1] and so does the root.
    return {p.events == 0 ? 0 : std::max(0.0, limit(-1)),
            p.events == p.total ? 1 : std::min(1.0, limit(+1))};
}

Interval mid_p(Proportion p, double confidence) {
    const double tail = (1 - confidence) / 2;
    const int n = p.total;
    const int x = p.events;
    const auto above = [&](double q) {
        return at_least(n, q, x + 1) + exactly(n, q, x) / 2 - tail;
    };
    const auto below = [&](double q) { return at_most(n, q, x - 1) + exactly(n, q, x) / 2 - tail; };
    constexpr double edge = 1e-15;
    return {x == 0 ? 0 : bracketed_root(above, 1e-300, 1 - edge),
            x == n ? 1 : bracketed_root(below, edge, 1 - edge)};
}

Interval jeffreys(Proportion p, double confidence) {
    const double tail = (1 - confidence) / 2;
    const double a = p.events + 0.5;
    const double b = p.total - p.events + 0.5;
    return {p.events == 0 ? 0 : boost::math::ibeta_inv(a, b, tail),
            p.events == p.total ? 1 : boost::math::ibetac_inv(a, b, tail)};
}

Interval agresti_coull(Proportion p, double confidence) {
    const double z = normal_quantile(confidence);
    const double n = p.total + z * z;
    const double centre = (p.events + z * z / 2) / n;
    const double half = z * std::sqrt(centre * (1 - centre) / n);
    return {centre - half, centre + half};
}

Interval wald(Proportion p, double confidence) {
    const double estimate = p.estimate();
    const double half =
        normal_quantile(confidence) * std::sqrt(estimate * (1 - estimate) / p.total);
    return {estimate - half, estimate + half};
}

ProportionTest test_proportion(Proportion p, double p0) {
    const int n = p.total;
    const int x = p.events;
    const double seen = exactly(n, p0, x);
    ProportionTest test;
    test.two_sided = minimum_likelihood(n, p0, x);
    test.greater = at_least(n, p0, x);
    test.less = at_most(n, p0, x);
    test.greater_mid_p = at_least(n, p0, x + 1) + seen / 2;
    test.less_mid_p = at_most(n, p0, x - 1) + seen / 2;
    test.score_z = (p.estimate() - p0) / std::sqrt(p0 * (1 - p0) / n);
    return test;
}

} // namespace embolink
