// The beta product confidence procedure by the method of moments (statistics A1).
#include "analysis/survival/kaplan_meier.hpp"

#include <boost/math/special_functions/beta.hpp>

#include <cmath>

namespace embolink {
namespace {

// Moments of a product of independent beta variables, as logarithms: the variance and 1 - mean keep
// their digits when many subjects had few events.
struct BetaProduct {
    double log_mean = 0;
    double log_spread = 0; // log(E[X^2] / E[X]^2)

    BetaProduct times(double a, double b) const {
        return {log_mean + std::log1p(-b / (a + b)),
                log_spread + std::log1p(b / (a * (a + b + 1)))};
    }
};

// The beta distribution with these moments.
struct BetaParameters {
    double a = 1;
    double b = 1;
};

BetaParameters beta_with(const BetaProduct& product) {
    const double mean = std::exp(product.log_mean);
    const double rest = -std::expm1(product.log_mean);
    const double scale = rest / (mean * std::expm1(product.log_spread)) - 1;
    return {mean * scale, rest * scale};
}

double lower_quantile(const BetaProduct& product, double tail) {
    const BetaParameters beta = beta_with(product);
    return boost::math::ibeta_inv(beta.a, beta.b, tail);
}

double upper_quantile(const BetaProduct& product, double tail) {
    const BetaParameters beta = beta_with(product);
    return boost::math::ibetac_inv(beta.a, beta.b, tail);
}

} // namespace

std::vector<Interval> bpcp(const KaplanMeier& curve, double confidence) {
    const double tail = (1 - confidence) / 2;
    std::vector<Interval> out;
    out.reserve(curve.rows.size() + 1);
    BetaProduct product;
    bool any_event = false;
    const auto limits = [&](double at_risk_after) {
        Interval interval{0, 1};
        if (any_event) {
            interval.upper = upper_quantile(product, tail);
        }
        if (at_risk_after > 0) {
            interval.lower = lower_quantile(product.times(at_risk_after, 1), tail);
        }
        return interval;
    };
    out.push_back(limits(curve.rows.empty() ? 0 : curve.rows.front().at_risk));
    for (const KaplanMeierRow& row : curve.rows) {
        if (row.events > 0) {
            product = product.times(row.at_risk - row.events + 1, row.events);
            any_event = true;
        }
        out.push_back(limits(row.at_risk - row.events - row.censored));
    }
    return out;
}

} // namespace embolink
