// The backward pass over a Cox design that all derivatives are made of: risk sets grow as time goes
// back, and tied deaths are taken out of them as Efron or Breslow does.
#pragma once

#include "analysis/regression/cox_design.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace embolink {

// The sums over a risk set of r = weight * exp(linear predictor): r, r x_i, and r x_i x_j for
// j <= i, row by row. P covariates when it is known while compiling, which lets the compiler
// unroll; 0 when it is not.
template <std::size_t P>
class RiskSums {
public:
    explicit RiskSums(std::size_t covariates) : p_(covariates) {
        if constexpr (P == 0) {
            sums_.resize(1 + p_ + p_ * (p_ + 1) / 2);
        }
        clear();
    }

    void clear() { sums_.fill(0); }

    void add(const double* x, double risk) {
        double* s = sums_.data();
        s[0] += risk;
        double* square = s + 1 + count();
        for (std::size_t i = 0; i < count(); ++i) {
            const double rx = risk * x[i];
            s[1 + i] += rx;
            for (std::size_t j = 0; j <= i; ++j) {
                *square++ += rx * x[j];
            }
        }
    }

    void add(const RiskSums& other, double share) {
        const double* from = other.sums_.data();
        double* to = sums_.data();
        const std::size_t size = 1 + count() + count() * (count() + 1) / 2;
        for (std::size_t i = 0; i < size; ++i) {
            to[i] += share * from[i];
        }
    }

    double total() const { return sums_.data()[0]; }

    double first(std::size_t i) const { return sums_.data()[1 + i]; }

    const double* second() const { return sums_.data() + 1 + count(); }

    std::size_t count() const { return P == 0 ? p_ : P; }

private:
    struct Dynamic : std::vector<double> {
        void fill(double value) { assign(size(), value); }
    };

    std::conditional_t<P == 0, Dynamic, std::array<double, 1 + P + P*(P + 1) / 2>> sums_;
    std::size_t p_;
};

// Calls visitor.death(x, linear_predictor, weight) for every event, and for every event time
// visitor.risk_set(sums, weight, rank): once with Breslow's ties, once for each of d tied deaths
// with Efron's, where 1/d, 2/d .. of the deaths stand in the sums.
template <std::size_t P, typename Visitor>
void sweep(const CoxDesign& design, std::span<const double> beta, Ties ties, Visitor& visitor) {
    const std::size_t p = P == 0 ? design.covariates() : P;
    RiskSums<P> at_risk(p);
    RiskSums<P> dying(p);
    for (std::size_t s = design.stratum.size(); s-- > 0;) {
        at_risk.clear();
        for (std::size_t i = design.stratum_begin[s + 1]; i > design.stratum_begin[s];) {
            const std::uint32_t rank = design.rank[i - 1];
            int deaths = 0;
            double death_weight = 0;
            const double* lone = nullptr; // the first death, until a second shows that it is tied
            double lone_risk = 0;
            for (; i > design.stratum_begin[s] && design.rank[i - 1] == rank; --i) {
                const double* x = design.x.values.data() + (i - 1) * p;
                double eta = design.offset.empty() ? 0 : design.offset[i - 1];
                for (std::size_t j = 0; j < p; ++j) {
                    eta += x[j] * beta[j];
                }
                const double weight = design.weight[i - 1];
                const double risk = weight * std::exp(eta);
                if (design.event[i - 1] == 0) {
                    at_risk.add(x, risk);
                    continue;
                }
                if (deaths == 0) {
                    lone = x;
                    lone_risk = risk;
                } else {
                    if (deaths == 1) {
                        dying.clear();
                        dying.add(lone, lone_risk);
                    }
                    dying.add(x, risk);
                }
                ++deaths;
                death_weight += weight;
                visitor.death(x, eta, weight);
            }
            if (deaths == 1) {
                at_risk.add(lone, lone_risk);
                visitor.risk_set(at_risk, death_weight, rank);
                continue;
            }
            const int steps = ties == Ties::efron ? deaths : std::min(deaths, 1);
            for (int step = 0; step < steps; ++step) {
                at_risk.add(dying, 1.0 / steps);
                visitor.risk_set(at_risk, death_weight / steps, rank);
            }
        }
    }
}

} // namespace embolink
