// Roots of a function of one variable that changes its sign between two points.
#pragma once

#include <boost/math/tools/toms748_solve.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

namespace embolink {

// To full precision; f(low) and f(high) have different signs, or one of them is 0.
template <typename Function>
double bracketed_root(Function f, double low, double high) {
    std::uintmax_t iterations = 300;
    const boost::math::tools::eps_tolerance<double> tolerance{52};
    const auto bracket = boost::math::tools::toms748_solve(f, low, high, tolerance, iterations);
    return (bracket.first + bracket.second) / 2;
}

// The tolerance of R's uniroot where its caller gives none.
inline constexpr double uniroot_tolerance = 0.0001220703125; // 2^-13, DBL_EPSILON^0.25

// Brent's zeroin (1973, as in Netlib and R's uniroot), step by step, so that a result which R
// leaves at a coarse tolerance can be met to the last digits.
template <typename Function>
double brent_root(Function f, double low, double high, double tolerance) {
    constexpr int limit = 1000;
    double a = low; // the last but one estimate
    double b = high;
    double fa = f(a);
    double fb = f(b);
    double c = a; // the root lies between b and c
    double fc = fa;
    for (int i = 0; i < limit; ++i) {
        const double previous_step = b - a;
        if (std::abs(fc) < std::abs(fb)) {
            a = b, b = c, c = a;
            fa = fb, fb = fc, fc = fa;
        }
        const double least =
            2 * std::numeric_limits<double>::epsilon() * std::abs(b) + tolerance / 2;
        double step = (c - b) / 2;
        if (std::abs(step) <= least || fb == 0) {
            break;
        }
        if (std::abs(previous_step) >= least && std::abs(fa) > std::abs(fb)) {
            const double width = c - b;
            double p = width * (fb / fa); // linear, when only two points differ
            double q = 1 - fb / fa;
            if (a != c) { // inverse quadratic
                const double ac = fa / fc;
                const double bc = fb / fc;
                const double ba = fb / fa;
                p = ba * (width * ac * (ac - bc) - (b - a) * (bc - 1));
                q = (ac - 1) * (bc - 1) * (ba - 1);
            }
            p > 0 ? q = -q : p = -p;
            if (p < 0.75 * width * q - std::abs(least * q) / 2 &&
                p < std::abs(previous_step * q / 2)) {
                step = p / q;
            }
        }
        if (std::abs(step) < least) {
            step = step > 0 ? least : -least;
        }
        a = b;
        fa = fb;
        b += step;
        fb = f(b);
        if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) {
            c = a;
            fc = fa;
        }
    }
    return b;
}

} // namespace embolink
