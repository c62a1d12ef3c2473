// The iterations stop as those of R's coxph do, so that estimates without a finite value end at the
// same log-likelihood; where Newton's steps have become tiny they stop at once.
#include "analysis/regression/cox.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/regression/cox_likelihood.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// A column is left out when the columns before it explain all but 1e-11 of it, or when its own
// information is the round-off of a column that is constant within the risk sets.
std::vector<double> collinearity_thresholds(const CoxDerivatives& start) {
    double largest = 0;
    for (std::size_t i = 0; i < start.moments.size(); ++i) {
        largest = std::max(largest, start.information(i, i));
    }
    std::vector<double> out;
    for (std::size_t i = 0; i < start.moments.size(); ++i) {
        out.push_back(
            std::max({1e-11 * start.information(i, i), 1e-14 * start.moments[i], 1e-15 * largest}));
    }
    return out;
}

// Later the information of a coefficient that runs off to infinity may become tiny, which is no
// collinearity.
std::vector<double> later_thresholds(const Cholesky& start, const CoxDerivatives& now) {
    double largest = 0;
    for (std::size_t i = 0; i < start.used.size(); ++i) {
        largest = std::max(largest, now.information(i, i));
    }
    std::vector<double> out;
    for (const bool used : start.used) {
        out.push_back(used ? 1e-15 * largest : infinity);
    }
    return out;
}

bool all_finite(const CoxDerivatives& at) {
    const auto finite = [](double x) { return std::isfinite(x); };
    return std::isfinite(at.log_likelihood) && std::ranges::all_of(at.score, finite) &&
           std::ranges::all_of(at.information.values, finite);
}

double largest_of(std::span<const double> values) {
    double largest = 0;
    for (const double v : values) {
        largest = std::max(largest, std::abs(v));
    }
    return largest;
}

class Newton {
public:
    Newton(const CoxDesign& design, const CoxOptions& options)
        : design_(design), options_(options), beta_(design.covariates(), 0),
          at_(cox_derivatives(design, beta_, options.ties)),
          start_(cholesky(at_.information, collinearity_thresholds(at_))), decomposed_(start_),
          null_(at_), best_(at_.log_likelihood) {
        next_ = solve(start_, at_.score);
    }

    const CoxDerivatives& null() const { return null_; }

    const Cholesky& start() const { return start_; }

    // At the end: where the information was decomposed last.
    const Cholesky& decomposed() const { return decomposed_; }

    const std::vector<double>& score() const { return at_.score; }

    const std::vector<double>& beta() const { return beta_; }

    double log_likelihood() const { return best_; }

    int iterations() const { return iteration_; }

    // Whether the iterations converged.
    bool run() {
        for (iteration_ = 1; iteration_ <= options_.most_iterations; ++iteration_) {
            at_ = cox_derivatives(design_, next_, options_.ties);
            const bool finite = all_finite(at_);
            decomposed_ = cholesky(at_.information, later_thresholds(start_, at_));
            // 0 / 0 is no convergence: a likelihood of 1 has nothing left to converge to.
            if (finite && std::abs(1 - best_ / at_.log_likelihood) <= options_.tolerance) {
                beta_ = next_;
                best_ = at_.log_likelihood;
                return true;
            }
            if (!finite || at_.log_likelihood < best_) {
                halve();
            } else if (advance()) {
                return true;
            }
        }
        at_ = cox_derivatives(design_, beta_, options_.ties);
        best_ = at_.log_likelihood;
        decomposed_ = cholesky(at_.information, later_thresholds(start_, at_));
        return false;
    }

private:
    void halve() {
        halvings_ += 1; // more aggressive every time
        for (std::size_t i = 0; i < next_.size(); ++i) {
            next_[i] = (next_[i] + halvings_ * beta_[i]) / (halvings_ + 1);
        }
    }

    // True when the next step is so small that its square is below every digit.
    bool advance() {
        halvings_ = 0;
        best_ = at_.log_likelihood;
        const std::vector<double> step = solve(decomposed_, at_.score);
        beta_ = next_;
        for (std::size_t i = 0; i < next_.size(); ++i) {
            next_[i] += step[i];
        }
        if (best_ == 0 || largest_of(step) > 1e-11) {
            return false;
        }
        beta_ = next_;
        std::ranges::fill(at_.score, 0);
        return true;
    }

    const CoxDesign& design_;
    const CoxOptions& options_;
    std::vector<double> beta_; // best so far
    std::vector<double> next_;
    CoxDerivatives at_; // where the likelihood was computed last
    Cholesky start_;
    Cholesky decomposed_;
    CoxDerivatives null_;
    double best_;
    double halvings_ = 0;
    int iteration_ = 0;
};

CoxFit without_events(const CoxDesign& design) {
    const std::size_t p = design.covariates();
    CoxFit fit;
    fit.outcome = CoxOutcome::no_events;
    fit.n = static_cast<int>(design.size());
    fit.beta.resize(p);
    fit.variance = Matrix(p, p);
    fit.wald = CoxTest{};
    fit.scaled_beta.assign(p, 0);
    fit.infinite.assign(p, false);
    return fit;
}

// A coefficient whose next Newton step is still large when the likelihood has stopped to rise.
std::vector<bool> infinite_coefficients(const CoxFit& fit,
                                        const CoxDesign& design,
                                        std::span<const double> score,
                                        const Cholesky& decomposed,
                                        double tolerance,
                                        bool converged) {
    const std::vector<double> step = solve(decomposed, score);
    std::vector<bool> out(step.size(), false);
    for (std::size_t i = 0; i < step.size(); ++i) {
        const double in_unit = std::abs(step[i] * design.scale[i]);
        const double beta = std::abs(fit.scaled_beta[i] * design.scale[i]);
        const bool still_moving = in_unit > tolerance && in_unit > std::sqrt(tolerance) * beta;
        // A likelihood of 1 is reached to the last digit, and then nothing moves.
        constexpr double far = 10; // mean absolute deviations
        const bool ran_off = !converged && std::abs(fit.scaled_beta[i]) > far;
        out[i] = fit.beta[i] && (still_moving || ran_off);
    }
    return out;
}

} // namespace

double CoxFit::standard_error(std::size_t i) const {
    return std::sqrt(variance(i, i));
}

CoxTest chi_square_test(double statistic, int degrees_of_freedom) {
    if (degrees_of_freedom <= 0 || !(statistic > 0)) {
        return {statistic, 1};
    }
    const boost::math::chi_squared reference{static_cast<double>(degrees_of_freedom)};
    return {statistic, std::isinf(statistic) ? 0 : cdf(complement(reference, statistic))};
}

std::optional<CoxTest> wald_test(const CoxFit& fit, const Matrix& variance) {
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < fit.beta.size(); ++i) {
        if (fit.beta[i]) {
            used.push_back(i);
        }
    }
    if (used.empty()) {
        return std::nullopt;
    }
    Matrix part(used.size(), used.size());
    std::vector<double> beta;
    std::vector<double> threshold;
    for (std::size_t i = 0; i < used.size(); ++i) {
        beta.push_back(*fit.beta[used[i]]);
        for (std::size_t j = 0; j < used.size(); ++j) {
            part(i, j) = variance(used[i], used[j]);
        }
        threshold.push_back(1e-13 * part(i, i));
    }
    if (used.size() == 1 && part(0, 0) == 0 && beta[0] == 0) {
        return std::nullopt; // 0/0
    }
    const double statistic = dot(beta, solve(cholesky(part, threshold), beta));
    return chi_square_test(statistic, static_cast<int>(used.size()));
}

CoxFit cox_fit(const CoxDesign& design, const CoxOptions& options) {
    if (design.events == 0) {
        return without_events(design);
    }
    Newton newton(design, options);
    const bool converged = newton.run();
    CoxFit fit;
    fit.n = static_cast<int>(design.size());
    fit.events = design.events;
    fit.iterations = newton.iterations();
    fit.scaled_beta = newton.beta();
    // With a likelihood of 1 from the start R leaves the coefficients at 0 and not out.
    const bool nothing_to_explain = newton.null().log_likelihood == 0;
    for (std::size_t i = 0; i < design.covariates(); ++i) {
        const bool estimated = newton.start().used[i] || nothing_to_explain;
        fit.beta.push_back(estimated ? std::optional{fit.scaled_beta[i] * design.scale[i]}
                                     : std::nullopt);
    }
    fit.degrees_of_freedom = static_cast<int>(
        std::ranges::count_if(fit.beta, [](const auto& beta) { return beta.has_value(); }));
    fit.variance = scaled(inverse(newton.decomposed()), design.scale);
    fit.log_likelihood_null = newton.null().log_likelihood;
    fit.log_likelihood = newton.log_likelihood();
    const int df = fit.degrees_of_freedom;
    fit.likelihood_ratio = chi_square_test(2 * (fit.log_likelihood - fit.log_likelihood_null), df);
    fit.score =
        chi_square_test(dot(newton.null().score, solve(newton.start(), newton.null().score)), df);
    fit.wald = wald_test(fit, fit.variance);
    fit.infinite = infinite_coefficients(
        fit, design, newton.score(), newton.decomposed(), options.tolerance, converged);
    const bool monotone = std::ranges::find(fit.infinite, true) != fit.infinite.end();
    fit.outcome = !converged && !monotone ? CoxOutcome::not_converged
                  : monotone              ? CoxOutcome::monotone_likelihood
                                          : CoxOutcome::fitted;
    return fit;
}

} // namespace embolink
