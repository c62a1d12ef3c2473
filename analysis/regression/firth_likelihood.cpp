// The derivative of the penalty, tr(I^-1 dI/db_r) / 2, needs third moments of the covariates in
// every risk set, but only contracted with V = I^-1. With q = x' V x it is, for one risk set with
// mean m,
//   E[q x_r] - 2 (V m)' E[x x_r] - m_r E[q] + 2 m_r m' V m,
// so that q as one more covariate (with coefficient 0) brings all that is needed.
#include "analysis/regression/firth_likelihood.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/regression/cox_sweep.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

class Penalty {
public:
    explicit Penalty(const Matrix& v) : v_(v), mean_(v.rows, 0), score_(v.rows, 0) {}

    void death(const double*, double, double) {}

    void risk_set(const RiskSums<0>& sums, double weight, std::uint32_t) {
        const std::size_t p = score_.size();
        const double share = 1 / sums.total();
        for (std::size_t i = 0; i < p; ++i) {
            mean_[i] = sums.first(i) * share;
        }
        const double q = sums.first(p) * share;
        const std::vector<double> vm = product(v_, mean_);
        const double of_mean = dot(vm, mean_);
        const double* second = sums.second();
        const auto moment = [&](std::size_t i, std::size_t j) {
            return second[std::max(i, j) * (std::max(i, j) + 1) / 2 + std::min(i, j)] * share;
        };
        for (std::size_t r = 0; r < p; ++r) {
            double mixed = 0;
            for (std::size_t i = 0; i < p; ++i) {
                mixed += vm[i] * moment(i, r);
            }
            score_[r] +=
                weight * (moment(p, r) - 2 * mixed - mean_[r] * q + 2 * mean_[r] * of_mean) / 2;
        }
    }

    const std::vector<double>& score() const { return score_; }

private:
    const Matrix& v_;
    std::vector<double> mean_;
    std::vector<double> score_;
};

// The design with q = x' V x as last covariate.
CoxDesign with_quadratic(const CoxDesign& design, const Matrix& v) {
    const std::size_t p = design.covariates();
    CoxDesign out = design;
    out.x = Matrix(design.size(), p + 1);
    for (std::size_t i = 0; i < design.size(); ++i) {
        const std::span<const double> x = design.x.row(i);
        std::ranges::copy(x, &out.x.values[i * (p + 1)]);
        out.x(i, p) = dot(x, product(v, x));
    }
    out.mean.push_back(0);
    out.scale.push_back(1);
    return out;
}

double largest_of(std::span<const double> values) {
    double largest = 0;
    for (const double v : values) {
        largest = std::max(largest, std::abs(v));
    }
    return largest;
}

class Maximiser {
public:
    Maximiser(const CoxDesign& design, Ties ties, std::optional<std::size_t> held)
        : design_(design), ties_(ties), held_(held) {}

    std::optional<FirthMaximum> run(std::vector<double> start) {
        auto at = firth_derivatives(design_, start, ties_);
        if (!at) {
            return std::nullopt;
        }
        FirthMaximum out{std::move(start), std::move(*at), false};
        double last = 0;
        bool slow = false;
        constexpr int most_steps = 200;
        for (int iteration = 0; iteration < most_steps && !out.converged; ++iteration) {
            std::vector<double> step = newton_step(out, slow);
            const double size = largest_of(step);
            slow = slow || (iteration > 0 && size > 0.2 * last);
            last = size;
            constexpr double most = 5; // mean absolute deviations
            for (double& s : step) {
                s *= size > most ? most / size : 1;
            }
            out.converged = !climb(out, step) || size <= 1e-11;
        }
        return out;
    }

private:
    std::vector<double> newton_step(const FirthMaximum& from, bool slow) const {
        Matrix curvature = from.at.information;
        if (slow) {
            if (const auto better = penalised_curvature(from.beta)) {
                curvature = *better;
            }
        }
        return solve(cholesky(curvature, thresholds(curvature)), from.at.score);
    }

    // The held coefficient takes no part.
    std::vector<double> thresholds(const Matrix& curvature) const {
        std::vector<double> out;
        for (std::size_t i = 0; i < curvature.rows; ++i) {
            out.push_back(held_ == i ? std::abs(curvature(i, i)) * 4 + 1 + 1e300
                                     : 1e-14 * std::abs(curvature(i, i)));
        }
        return out;
    }

    // Minus the second derivative of l* by central differences of its first. With few events it is
    // far from the information: with a single one it is twice as large, and steps with the
    // information alone would never converge. Empty when it is not positive definite.
    std::optional<Matrix> penalised_curvature(const std::vector<double>& beta) const {
        const std::size_t p = beta.size();
        constexpr double h = 1e-4;
        Matrix out(p, p);
        for (std::size_t j = 0; j < p; ++j) {
            std::vector<double> up = beta;
            std::vector<double> down = beta;
            up[j] += h;
            down[j] -= h;
            const auto above = firth_derivatives(design_, up, ties_);
            const auto below = firth_derivatives(design_, down, ties_);
            if (!above || !below) {
                return std::nullopt;
            }
            for (std::size_t i = 0; i < p; ++i) {
                out(i, j) = (below->score[i] - above->score[i]) / (2 * h);
            }
        }
        for (std::size_t i = 0; i < p; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                out(i, j) = out(j, i) = (out(i, j) + out(j, i)) / 2;
            }
        }
        const std::size_t free = held_ ? p - 1 : p;
        return cholesky(out, thresholds(out)).rank == free ? std::optional{out} : std::nullopt;
    }

    // Halves the step until l* does not fall; false when no part of it helps.
    bool climb(FirthMaximum& from, std::vector<double> step) const {
        for (int halving = 0; halving < 40; ++halving) {
            std::vector<double> next = from.beta;
            for (std::size_t i = 0; i < next.size(); ++i) {
                next[i] += step[i];
            }
            auto at = firth_derivatives(design_, next, ties_);
            const double slack = 1e-13 * (1 + std::abs(from.at.log_likelihood));
            if (at && at->log_likelihood >= from.at.log_likelihood - slack) {
                from.beta = std::move(next);
                from.at = std::move(*at);
                return true;
            }
            for (double& s : step) {
                s /= 2;
            }
        }
        return false;
    }

    const CoxDesign& design_;
    Ties ties_;
    std::optional<std::size_t> held_;
};

} // namespace

std::optional<FirthDerivatives>
firth_derivatives(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    CoxDerivatives plain = cox_derivatives(design, beta, ties);
    std::vector<double> threshold;
    for (std::size_t i = 0; i < plain.moments.size(); ++i) {
        threshold.push_back(std::max(1e-12 * plain.information(i, i), 1e-15 * plain.moments[i]));
    }
    const Cholesky decomposed = cholesky(plain.information, threshold);
    if (decomposed.rank < beta.size() || !std::isfinite(plain.log_likelihood)) {
        return std::nullopt;
    }
    const Matrix v = inverse(decomposed);
    std::vector<double> extended(beta.begin(), beta.end());
    extended.push_back(0);
    Penalty penalty(v);
    sweep<0>(with_quadratic(design, v), extended, ties, penalty);
    FirthDerivatives out{plain.log_likelihood + log_determinant(decomposed) / 2,
                         std::move(plain.score),
                         std::move(plain.information)};
    for (std::size_t i = 0; i < beta.size(); ++i) {
        out.score[i] += penalty.score()[i];
    }
    return out;
}

std::optional<FirthMaximum> maximise_firth(const CoxDesign& design,
                                           Ties ties,
                                           std::vector<double> start,
                                           std::optional<std::size_t> held) {
    return Maximiser(design, ties, held).run(std::move(start));
}

} // namespace embolink
