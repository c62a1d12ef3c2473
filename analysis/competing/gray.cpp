// The score compares, at every time t with an event of the cause, the events of group i with the
// share of its adjusted risk set R_i = n_i (1 - F_i(t-)) / S_i(t-) in all of them. The variance is
// that of Gray 1988, section 4, in the form that his program uses: integrals over the
// subdistribution of each group with the tie factor 1 - (d - 1)/(n - 1).
#include "analysis/competing/gray.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/survival/time_order.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>

namespace embolink {
namespace {

// One group along time. "Before" is just before the current time.
struct GroupState {
    double at_risk = 0;
    double survival_before = 1;
    double incidence_before = 0;
    double survival = 1;
    double incidence = 0;
    double ours = 0;   // events of the cause at the current time
    double others = 0; // other events
    double censored = 0;

    bool present() const { return at_risk > 0; }

    // n_i / S_i(t-)
    double scaled_risk() const { return at_risk / survival_before; }
};

// The sums that make the variance: with a_ik the derivative of score i by the hazard of group k at
// the current time and c_ik its integral so far,
//   V_ij = sum over k, t of (a_ik - f_k c_ik)(a_jk - f_k c_jk) q_k  (events of the cause), and
//          sum over k, t of g_k c_ik g_k c_jk q_k                   (other events),
// completed at the end with c_ik at the last time.
struct VarianceSums {
    Matrix total; // groups x groups, of which the last row and column are not used
    Matrix cross; // groups x groups: by i and k
    std::vector<double> plain;
    Matrix c;

    explicit VarianceSums(std::size_t groups)
        : total(groups, groups), cross(groups, groups), plain(groups, 0), c(groups, groups) {}

    // `lever_i` for each i, factor and q of group k.
    void add(std::size_t k, const std::vector<double>& lever, double factor, double q) {
        plain[k] += factor * factor * q;
        for (std::size_t i = 0; i < lever.size(); ++i) {
            cross(i, k) += lever[i] * factor * q;
            for (std::size_t j = 0; j < lever.size(); ++j) {
                total(i, j) += lever[i] * lever[j] * q;
            }
        }
    }

    double completed(std::size_t i, std::size_t j) const {
        double sum = total(i, j);
        for (std::size_t k = 0; k < plain.size(); ++k) {
            sum += c(i, k) * c(j, k) * plain[k] + c(i, k) * cross(j, k) + c(j, k) * cross(i, k);
        }
        return sum;
    }
};

class Gray {
public:
    explicit Gray(std::size_t groups) : states_(groups), score_(groups, 0), sums_(groups) {}

    std::vector<GroupState>& states() { return states_; }

    // Moves over the current time, whose events stand in the states.
    void step() {
        double ours = 0;
        double others = 0;
        double risk = 0;     // sum of n_i / S_i
        double adjusted = 0; // sum of R_i
        for (GroupState& g : states_) {
            ours += g.ours;
            others += g.others;
            if (!g.present()) {
                continue;
            }
            g.survival = g.survival_before * (g.at_risk - g.ours - g.others) / g.at_risk;
            g.incidence = g.incidence_before + g.survival_before * g.ours / g.at_risk;
            risk += g.scaled_risk();
            adjusted += g.scaled_risk() * (1 - g.incidence_before);
        }
        if (ours + others > 0) {
            const double pooled = pooled_before_ + ours / risk;
            add_score(ours, adjusted);
            add_variance(ours, risk, pooled);
            pooled_before_ = pooled;
        }
        for (GroupState& g : states_) {
            g.survival_before = g.survival;
            g.incidence_before = g.incidence;
            g.at_risk -= g.ours + g.others + g.censored;
            g.ours = g.others = g.censored = 0;
        }
    }

    GrayTest result() const {
        const std::size_t free = states_.size() - 1;
        GrayTest out;
        out.score.assign(score_.begin(), score_.end() - 1);
        out.variance = Matrix(free, free);
        for (std::size_t i = 0; i < free; ++i) {
            for (std::size_t j = 0; j < free; ++j) {
                out.variance(i, j) = sums_.completed(i, j);
            }
        }
        out.degrees_of_freedom = static_cast<int>(free);
        return out;
    }

private:
    void add_score(double ours, double adjusted) {
        for (std::size_t i = 0; i < states_.size(); ++i) {
            const GroupState& g = states_[i];
            if (g.present()) {
                score_[i] += g.ours - ours * g.scaled_risk() * (1 - g.incidence_before) / adjusted;
            }
        }
    }

    // Row k of the derivatives a_ik at the current time.
    Matrix derivatives(double risk) const {
        const std::size_t groups = states_.size();
        Matrix a(groups, groups);
        for (std::size_t i = 0; i < groups; ++i) {
            for (std::size_t k = 0; k < groups; ++k) {
                if (states_[i].present() && states_[k].present()) {
                    const double share = states_[k].scaled_risk() / risk;
                    a(i, k) = states_[i].scaled_risk() * ((i == k ? 1 : 0) - share);
                }
            }
        }
        return a;
    }

    void add_variance(double ours, double risk, double pooled) {
        const Matrix a = derivatives(risk);
        const double hazard = ours / (risk * (1 - pooled_before_));
        for (std::size_t cell = 0; ours > 0 && cell < a.values.size(); ++cell) {
            sums_.c.values[cell] += a.values[cell] * hazard;
        }
        const std::size_t groups = states_.size();
        std::vector<double> lever(groups, 0);
        for (std::size_t k = 0; k < groups; ++k) {
            const GroupState& g = states_[k];
            if (!g.present()) {
                continue;
            }
            const double odds = g.survival > 0 ? (1 - pooled) / g.survival : 0;
            if (ours > 0) {
                const double factor = 1 - odds;
                const double tie = ours > 1 ? 1 - (ours - 1) / (risk * g.survival_before - 1) : 1;
                for (std::size_t i = 0; i < groups; ++i) {
                    lever[i] = a(i, k) - factor * sums_.c(i, k);
                }
                sums_.add(k, lever, factor, tie * g.survival_before * ours / (risk * g.at_risk));
            }
            if (g.others > 0 && g.survival > 0) {
                const double tie = g.others > 1 ? 1 - (g.others - 1) / (g.at_risk - 1) : 1;
                const double before = g.survival_before / g.at_risk;
                for (std::size_t i = 0; i < groups; ++i) {
                    lever[i] = odds * sums_.c(i, k);
                }
                sums_.add(k, lever, -odds, tie * before * before * g.others);
            }
        }
    }

    std::vector<GroupState> states_;
    std::vector<double> score_;
    VarianceSums sums_;
    double pooled_before_ = 0;
};

} // namespace

GrayTest gray_test(const CompetingData& data, std::span<const int> group, int groups, int cause) {
    const TimeOrder order = time_order_as_given(data.time);
    Gray gray(static_cast<std::size_t>(groups));
    for (const int g : group) {
        gray.states()[static_cast<std::size_t>(g)].at_risk += 1;
    }
    for (std::size_t i = 0; i < order.size();) {
        const std::uint32_t rank = order.rank[i];
        for (; i < order.size() && order.rank[i] == rank; ++i) {
            const std::size_t subject = order.subject[i];
            GroupState& g = gray.states()[static_cast<std::size_t>(group[subject])];
            const int what = data.cause[subject];
            (what == 0 ? g.censored : what == cause ? g.ours : g.others) += 1;
        }
        gray.step();
    }
    GrayTest out = gray.result();
    constexpr double dependent = 1e-7; // what is left of a column, as in R's qr
    out.chi_square = quadratic_form(out.variance, out.score, dependent);
    if (out.chi_square) {
        const boost::math::chi_squared reference{static_cast<double>(out.degrees_of_freedom)};
        out.p = cdf(complement(reference, std::max(0.0, *out.chi_square)));
    }
    return out;
}

} // namespace embolink
