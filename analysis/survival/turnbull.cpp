// Three steps. Turnbull's EM and the isotonic Newton step of Groeneboom (the hybrid of Wellner and
// Zhan 1997) come near and set masses to exactly 0; Newton's method on the remaining masses, with
// masses dropped at 0 and taken up where the gradient asks for it, gives the last digits. The
// optimum is where no gradient exceeds the number of subjects, and unique: among the innermost
// intervals each is the last of some observation.
#include "analysis/survival/turnbull.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/survival/interval_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>

namespace embolink {
namespace {

// At one time a closed left end comes first, then right ends (closed), then open left ends.
enum class End : std::uint8_t { closed_left, right, open_left };

struct Endpoint {
    double time = 0;
    End end = End::right;

    auto operator<=>(const Endpoint&) const = default;
};

Endpoint left_of(const IntervalCensored& data, std::size_t i) {
    return {data.left[i], data.left[i] == data.right[i] ? End::closed_left : End::open_left};
}

Endpoint right_of(const IntervalCensored& data, std::size_t i) {
    return {data.right[i], End::right};
}

// Left ends and right ends of the innermost intervals.
struct Innermost {
    std::vector<Endpoint> left;
    std::vector<Endpoint> right;

    std::size_t size() const { return left.size(); }
};

Innermost innermost(const IntervalCensored& data) {
    std::vector<Endpoint> ends;
    for (std::size_t i = 0; i < data.left.size(); ++i) {
        ends.push_back(left_of(data, i));
        ends.push_back(right_of(data, i));
    }
    std::ranges::sort(ends);
    Innermost out;
    for (std::size_t e = 1; e < ends.size(); ++e) {
        if (ends[e - 1].end != End::right && ends[e].end == End::right) {
            out.left.push_back(ends[e - 1]);
            out.right.push_back(ends[e]);
        }
    }
    return out;
}

std::vector<IntervalCell> cells_of(const IntervalCensored& data, const Innermost& intervals) {
    std::map<std::pair<std::size_t, std::size_t>, double> counts;
    for (std::size_t i = 0; i < data.left.size(); ++i) {
        const auto first = std::ranges::lower_bound(intervals.left, left_of(data, i));
        const auto beyond = std::ranges::upper_bound(intervals.right, right_of(data, i));
        counts[{static_cast<std::size_t>(first - intervals.left.begin()),
                static_cast<std::size_t>(beyond - intervals.right.begin()) - 1}] += 1;
    }
    std::vector<IntervalCell> cells;
    for (const auto& [range, count] : counts) {
        cells.push_back({range.first, range.second, count});
    }
    return cells;
}

double excess(const IntervalLikelihood& likelihood, const Masses& mass) {
    const Masses gradient = likelihood.gradient(mass);
    return *std::ranges::max_element(gradient) / likelihood.subjects() - 1;
}

// Newton on the masses `support`; maximises log-likelihood - n * sum of masses, whose optimum has
// sum 1.
class Newton {
public:
    Newton(const IntervalLikelihood& likelihood, Masses& mass)
        : likelihood_(likelihood), mass_(mass) {
        for (std::size_t j = 0; j < mass.size(); ++j) {
            if (mass[j] > 0) {
                support_.push_back(j);
            }
        }
    }

    std::size_t support() const { return support_.size(); }

    // Whether the optimum was reached.
    bool run() {
        constexpr int most_steps = 500;
        for (int step = 0; step < most_steps; ++step) {
            if (!move() && !take_up()) {
                return true;
            }
        }
        return false;
    }

private:
    // The negative Hessian: cells weigh count / p^2 on the block of their supported intervals.
    Matrix curvature() const {
        const std::size_t s = support_.size();
        const std::vector<double> p = likelihood_.probabilities(mass_);
        Matrix sums(s, s); // by first and last supported interval
        for (std::size_t c = 0; c < p.size(); ++c) {
            const IntervalCell& cell = likelihood_.cells()[c];
            const auto first = std::ranges::lower_bound(support_, cell.first) - support_.begin();
            const auto beyond = std::ranges::upper_bound(support_, cell.last) - support_.begin();
            sums(static_cast<std::size_t>(first), static_cast<std::size_t>(beyond) - 1) +=
                cell.count / (p[c] * p[c]);
        }
        for (std::size_t a = 0; a < s; ++a) { // add up over first <= a and last >= b
            for (std::size_t b = s; b-- > 0;) {
                sums(a, b) += (a > 0 ? sums(a - 1, b) : 0) + (b + 1 < s ? sums(a, b + 1) : 0) -
                              (a > 0 && b + 1 < s ? sums(a - 1, b + 1) : 0);
            }
        }
        Matrix out(s, s);
        for (std::size_t a = 0; a < s; ++a) {
            for (std::size_t b = a; b < s; ++b) {
                out(a, b) = out(b, a) = sums(a, b);
            }
        }
        return out;
    }

    double objective(const Masses& mass) const {
        double total = 0;
        for (const double m : mass) {
            total += m;
        }
        return likelihood_.log_likelihood(mass) - likelihood_.subjects() * total;
    }

    // One step; false when there is nothing to gain.
    bool move() {
        const Masses gradient = likelihood_.gradient(mass_);
        std::vector<double> slope;
        for (const std::size_t j : support_) {
            slope.push_back(gradient[j] - likelihood_.subjects());
        }
        const std::vector<double> direction = solve(cholesky(curvature(), 1e-15), slope);
        double largest = 0;
        for (const double d : direction) {
            largest = std::max(largest, std::abs(d));
        }
        return largest <= 1e-7 ? finish(direction) : climb(direction);
    }

    // The last step: Newton's error is the square of this one. The likelihood is too flat here to
    // tell a better point. Always false: nothing more to gain.
    bool finish(const std::vector<double>& direction) {
        for (std::size_t a = 0; a < support_.size(); ++a) {
            mass_[support_[a]] = std::max(0.0, mass_[support_[a]] + direction[a]);
        }
        return false;
    }

    // As far along `direction` as masses stay positive; drops the mass that stops it at 0.
    bool climb(const std::vector<double>& direction) {
        double length = 1;
        std::size_t blocking = support_.size();
        for (std::size_t a = 0; a < support_.size(); ++a) {
            const double to_zero = -mass_[support_[a]] / direction[a];
            if (direction[a] < 0 && to_zero < length) {
                length = to_zero;
                blocking = a;
            }
        }
        const double before = objective(mass_);
        for (int halving = 0; halving < 40; ++halving, length /= 2) {
            Masses next = mass_;
            for (std::size_t a = 0; a < support_.size(); ++a) {
                next[support_[a]] = std::max(0.0, next[support_[a]] + length * direction[a]);
            }
            const bool at_boundary = halving == 0 && blocking < support_.size();
            if (at_boundary) {
                next[support_[blocking]] = 0;
            }
            if (objective(next) > before) {
                mass_ = next;
                if (at_boundary) {
                    support_.erase(support_.begin() + static_cast<std::ptrdiff_t>(blocking));
                }
                return true;
            }
        }
        return false;
    }

    // Adds the interval that the likelihood asks for most.
    bool take_up() {
        const Masses gradient = likelihood_.gradient(mass_);
        const auto most = std::ranges::max_element(gradient);
        const auto j = static_cast<std::size_t>(most - gradient.begin());
        const auto at = std::ranges::lower_bound(support_, j);
        const bool inside = at != support_.end() && *at == j;
        if (inside || *most <= likelihood_.subjects() * (1 + 1e-11)) {
            return false;
        }
        support_.insert(at, j);
        return true;
    }

    const IntervalLikelihood& likelihood_;
    Masses& mass_;
    std::vector<std::size_t> support_;
};

} // namespace

Turnbull turnbull(const IntervalCensored& data) {
    const Innermost intervals = innermost(data);
    const IntervalLikelihood likelihood(
        cells_of(data, intervals), intervals.size(), static_cast<double>(data.left.size()));
    Masses mass(intervals.size(), 1 / static_cast<double>(intervals.size()));
    constexpr std::size_t dense = 1500; // masses that Newton's matrix may have
    bool near = false;
    for (int round = 0; round < 5000 && !near; ++round) {
        em_step(likelihood, mass);
        isotonic_step(likelihood, mass);
        const auto positive =
            static_cast<std::size_t>(std::ranges::count_if(mass, [](double m) { return m > 0; }));
        near = excess(likelihood, mass) <= (positive <= dense ? 1e-3 : 1e-9);
    }
    Newton newton(likelihood, mass);
    Turnbull out;
    out.converged = newton.support() <= dense ? newton.run() : near;
    for (std::size_t j = 0; j < mass.size(); ++j) {
        if (mass[j] > 0) {
            out.masses.push_back({intervals.left[j].time, intervals.right[j].time, mass[j]});
        }
    }
    out.log_likelihood = likelihood.log_likelihood(mass);
    return out;
}

} // namespace embolink
