#include "analysis/regression/cox_firth.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/regression/firth_likelihood.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <cmath>
#include <limits>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The profile of l* along one coefficient, in units of its scaled covariate.
class Profile {
public:
    Profile(const CoxDesign& design, Ties ties, const FirthMaximum& best, std::size_t which)
        : design_(design), ties_(ties), best_(best), which_(which), near_(best.beta) {}

    struct Point {
        double height = 0; // of l* above that at the maximum, less than 0
        double slope = 0;
    };

    // The others are maximised from where they last were.
    std::optional<Point> at(double value) {
        std::vector<double> start = near_;
        start[which_] = value;
        auto maximum = maximise_firth(design_, ties_, std::move(start), which_);
        if (!maximum) {
            return std::nullopt;
        }
        near_ = maximum->beta;
        return Point{maximum->at.log_likelihood - best_.at.log_likelihood,
                     maximum->at.score[which_]};
    }

    // Where the profile has fallen by `depth`, on the side of `sign`; `error` is a first guess of
    // the distance. Infinite when it never does.
    double limit(double depth, double sign, double error) {
        double inside = best_.beta[which_];
        double distance = error;
        near_ = best_.beta;
        for (int widening = 0; widening < 40; ++widening, distance *= 1.6) {
            const double outside = inside + sign * distance;
            const auto point = at(outside);
            if (!point) {
                return sign * infinity;
            }
            if (point->height <= -depth) {
                return root(depth, inside, outside, *point);
            }
            inside = outside;
        }
        return sign * infinity;
    }

private:
    // Newton's method, kept between a value inside the limits and one outside by halving.
    double root(double depth, double inside, double outside, Point point) {
        double value = outside;
        for (int step = 0; step < 100; ++step) {
            const double next = value - (point.height + depth) / point.slope;
            const double low = std::min(inside, outside);
            const double high = std::max(inside, outside);
            const double to = next > low && next < high ? next : (low + high) / 2;
            const bool done = std::abs(to - value) <= 1e-11 * (1 + std::abs(to));
            value = to;
            const auto there = done ? std::nullopt : at(value);
            if (!there) {
                break;
            }
            point = *there;
            (point.height > -depth ? inside : outside) = value;
        }
        return value;
    }

    const CoxDesign& design_;
    Ties ties_;
    const FirthMaximum& best_;
    std::size_t which_;
    std::vector<double> near_;
};

FirthCoefficient coefficient(const CoxDesign& design,
                             Ties ties,
                             const FirthMaximum& best,
                             const Matrix& variance,
                             std::size_t which,
                             double depth) {
    const double scale = design.scale[which];
    const double error = std::sqrt(variance(which, which));
    Profile profile(design, ties, best, which);
    FirthCoefficient out;
    out.beta = best.beta[which] * scale;
    out.lower = profile.limit(depth, -1, error) * scale;
    out.upper = profile.limit(depth, 1, error) * scale;
    const auto at_zero = Profile(design, ties, best, which).at(0);
    if (at_zero) {
        out.test = chi_square_test(-2 * at_zero->height, 1);
    }
    return out;
}

} // namespace

std::optional<FirthFit> cox_firth(const CoxDesign& design, Ties ties, double confidence) {
    const std::vector<double> zero(design.covariates(), 0);
    const auto null = design.events > 0 ? firth_derivatives(design, zero, ties) : std::nullopt;
    const auto best = null ? maximise_firth(design, ties, zero) : std::nullopt;
    if (!best) {
        return std::nullopt;
    }
    // log det of the information in the units of the covariates as given
    double units = 0;
    for (const double s : design.scale) {
        units += std::log(s);
    }
    const Matrix variance = inverse(cholesky(best->at.information, 1e-14));
    FirthFit fit;
    fit.variance = scaled(variance, design.scale);
    fit.penalised_log_likelihood_null = null->log_likelihood - units;
    fit.penalised_log_likelihood = best->at.log_likelihood - units;
    fit.converged = best->converged;
    fit.all = chi_square_test(2 * (best->at.log_likelihood - null->log_likelihood),
                              static_cast<int>(design.covariates()));
    const double depth = quantile(boost::math::chi_squared{1}, confidence) / 2;
    for (std::size_t i = 0; i < design.covariates(); ++i) {
        fit.coefficients.push_back(coefficient(design, ties, *best, variance, i, depth));
    }
    return fit;
}

} // namespace embolink
