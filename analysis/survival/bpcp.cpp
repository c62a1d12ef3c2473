// The beta product confidence procedure by the method of moments (statistics A1).
#include "analysis/survival/kaplan_meier.hpp"

#include <boost/math/special_functions/beta.hpp>

namespace embolink {
namespace {

// First two moments of a product of independent beta variables.
struct Moments {
    double mean = 1;
    double square = 1;

    Moments times_beta(double a, double b) const {
        return {mean * a / (a + b), square * a * (a + 1) / ((a + b) * (a + b + 1))};
    }
};

// The beta distribution with these moments, at probability p of the lower tail.
double beta_quantile(const Moments& moments, double p) {
    const double variance = moments.square - moments.mean * moments.mean;
    const double scale = moments.mean * (1 - moments.mean) / variance - 1;
    return boost::math::ibeta_inv(moments.mean * scale, (1 - moments.mean) * scale, p);
}

double beta_quantile_upper(const Moments& moments, double p) {
    const double variance = moments.square - moments.mean * moments.mean;
    const double scale = moments.mean * (1 - moments.mean) / variance - 1;
    return boost::math::ibetac_inv(moments.mean * scale, (1 - moments.mean) * scale, p);
}

} // namespace

std::vector<Interval> bpcp(const KaplanMeier& curve, double confidence) {
    const double tail = (1 - confidence) / 2;
    std::vector<Interval> out;
    out.reserve(curve.rows.size() + 1);
    Moments product;
    bool any_event = false;
    const auto limits = [&](double at_risk_after) {
        Interval interval{0, 1};
        if (any_event) {
            interval.upper = beta_quantile_upper(product, tail);
        }
        if (at_risk_after > 0) {
            interval.lower = beta_quantile(product.times_beta(at_risk_after, 1), tail);
        }
        return interval;
    };
    out.push_back(limits(curve.rows.empty() ? 0 : curve.rows.front().at_risk));
    for (const KaplanMeierRow& row : curve.rows) {
        if (row.events > 0) {
            product = product.times_beta(row.at_risk - row.events + 1, row.events);
            any_event = true;
        }
        out.push_back(limits(row.at_risk - row.events - row.censored));
    }
    return out;
}

} // namespace embolink
