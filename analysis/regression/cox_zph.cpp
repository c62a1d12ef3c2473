#include "analysis/regression/cox_zph.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/regression/cox_sweep.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

// Number of subjects at each distinct time, and of events.
struct TimeCounts {
    std::vector<double> subjects;
    std::vector<double> events;
};

TimeCounts time_counts(const CoxDesign& design) {
    const std::size_t times = design.time.size();
    TimeCounts out{std::vector<double>(times, 0), std::vector<double>(times, 0)};
    for (std::size_t i = 0; i < design.size(); ++i) {
        out.subjects[design.rank[i]] += 1;
        out.events[design.rank[i]] += design.event[i];
    }
    return out;
}

// g at each distinct time.
std::vector<double>
transformed(const CoxDesign& design, const TimeCounts& counts, TimeTransform transform) {
    std::vector<double> out;
    double before = 0; // subjects with earlier times
    double survival = 1;
    for (std::size_t j = 0; j < design.time.size(); ++j) {
        switch (transform) {
        case TimeTransform::identity:
            out.push_back(design.time[j]);
            break;
        case TimeTransform::log:
            out.push_back(std::log(design.time[j]));
            break;
        case TimeTransform::km:
            out.push_back(1 - survival);
            break;
        case TimeTransform::rank:
            out.push_back(before + (counts.subjects[j] + 1) / 2);
            break;
        }
        const double at_risk = static_cast<double>(design.size()) - before;
        survival *= (at_risk - counts.events[j]) / at_risk;
        before += counts.subjects[j];
    }
    return out;
}

// Centred at the mean over events and divided by the largest deviation, which no test changes by.
// Empty when it is infinite at an event, or the same at all of them.
std::vector<double> centred(std::vector<double> g, const TimeCounts& counts, double events) {
    double mean = 0;
    for (std::size_t j = 0; j < g.size(); ++j) {
        mean += counts.events[j] > 0 ? g[j] * counts.events[j] / events : 0;
    }
    double largest = 0;
    for (std::size_t j = 0; j < g.size(); ++j) {
        g[j] -= mean;
        largest = counts.events[j] > 0 ? std::max(largest, std::abs(g[j])) : largest;
    }
    if (!std::isfinite(mean) || !(largest > 0)) {
        return {};
    }
    for (double& value : g) {
        value /= largest;
    }
    return g;
}

// The information of (beta, change) and the score of the change.
class ChangeInformation {
public:
    ChangeInformation(const CoxDesign& design, std::span<const double> g)
        : design_(design), g_(g), constant_(square(design)), mixed_(square(design)),
          change_(square(design)), score_(design.covariates(), 0) {
        for (std::size_t i = 0; i < design.size(); ++i) {
            for (std::size_t j = 0; j < score_.size() && design.event[i] != 0; ++j) {
                score_[j] += g[design.rank[i]] * design.weight[i] * design.x(i, j);
            }
        }
    }

    void death(const double*, double, double) {}

    void risk_set(const RiskSums<0>& sums, double weight, std::uint32_t rank) {
        const double g = g_[rank];
        const double* second = sums.second();
        for (std::size_t i = 0; i < score_.size(); ++i) {
            const double mean = sums.first(i) / sums.total();
            score_[i] -= g * weight * mean;
            for (std::size_t j = 0; j <= i; ++j) {
                const double variance = weight * (*second++ - mean * sums.first(j)) / sums.total();
                constant_(i, j) += variance;
                mixed_(i, j) += g * variance;
                change_(i, j) += g * g * variance;
            }
        }
    }

    const std::vector<double>& score() const { return score_; }

    // The information of the change of `covariates`, all coefficients being free:
    // C - B' A^-1 B.
    std::optional<Matrix> of_change(const std::vector<std::size_t>& estimated,
                                    const std::vector<std::size_t>& changing) const {
        Matrix a(estimated.size(), estimated.size());
        for (std::size_t i = 0; i < estimated.size(); ++i) {
            for (std::size_t j = 0; j < estimated.size(); ++j) {
                a(i, j) = symmetric(constant_, estimated[i], estimated[j]);
            }
        }
        const Cholesky decomposed = cholesky(a, 1e-15);
        if (decomposed.rank < estimated.size()) {
            return std::nullopt;
        }
        Matrix out(changing.size(), changing.size());
        for (std::size_t j = 0; j < changing.size(); ++j) {
            std::vector<double> column;
            for (const std::size_t i : estimated) {
                column.push_back(symmetric(mixed_, i, changing[j]));
            }
            const std::vector<double> solved = solve(decomposed, column);
            for (std::size_t i = 0; i < changing.size(); ++i) {
                double explained = 0;
                for (std::size_t k = 0; k < estimated.size(); ++k) {
                    explained += symmetric(mixed_, estimated[k], changing[i]) * solved[k];
                }
                out(i, j) = symmetric(change_, changing[i], changing[j]) - explained;
            }
        }
        return out;
    }

private:
    static Matrix square(const CoxDesign& design) {
        return {design.covariates(), design.covariates()};
    }

    static double symmetric(const Matrix& lower, std::size_t i, std::size_t j) {
        return i >= j ? lower(i, j) : lower(j, i);
    }

    const CoxDesign& design_;
    std::span<const double> g_;
    Matrix constant_; // lower triangles
    Matrix mixed_;
    Matrix change_;
    std::vector<double> score_;
};

std::optional<CoxTest> test_of(const ChangeInformation& information,
                               const std::vector<std::size_t>& estimated,
                               const std::vector<std::size_t>& changing) {
    const auto matrix = information.of_change(estimated, changing);
    if (!matrix) {
        return std::nullopt;
    }
    std::vector<double> score;
    for (const std::size_t j : changing) {
        score.push_back(information.score()[j]);
    }
    const auto statistic = quadratic_form(*matrix, score, 1e-12);
    return statistic ? std::optional{chi_square_test(*statistic, static_cast<int>(changing.size()))}
                     : std::nullopt;
}

} // namespace

std::optional<Zph>
cox_zph(const CoxDesign& design, const CoxFit& fit, Ties ties, TimeTransform transform) {
    const TimeCounts counts = time_counts(design);
    const std::vector<double> g =
        centred(transformed(design, counts, transform), counts, design.events);
    if (g.empty()) {
        return std::nullopt;
    }
    ChangeInformation information(design, g);
    sweep<0>(design, fit.scaled_beta, ties, information);
    std::vector<std::size_t> estimated;
    for (std::size_t i = 0; i < fit.beta.size(); ++i) {
        if (fit.beta[i]) {
            estimated.push_back(i);
        }
    }
    Zph out;
    for (const std::size_t i : estimated) {
        const auto test = test_of(information, estimated, {i});
        if (!test) {
            return std::nullopt;
        }
        out.each.push_back({i, *test});
    }
    const auto global = test_of(information, estimated, estimated);
    if (!global) {
        return std::nullopt;
    }
    out.global = *global;
    return out;
}

} // namespace embolink
