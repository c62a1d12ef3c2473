// Average run lengths. The distribution over the grid is followed case by case until the share that
// signals stays the same; from there on the run is geometric. The number of cases followed does not
// depend on how long the run is, and no large system is solved.
#include "analysis/monitoring/run_length.hpp"

#include "analysis/monitoring/cusum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace embolink {
namespace {

// A step in cells: `whole` of them with the share 1 - part, one more with the share part.
struct GridStep {
    std::ptrdiff_t whole = 0;
    double part = 0;
    double probability = 0;
};

class Chain {
public:
    Chain(const std::vector<CusumStep>& steps, double limit)
        : cells_(std::clamp<std::ptrdiff_t>(
              16384 / static_cast<std::ptrdiff_t>(steps.size()), 256, 2048)),
          state_(static_cast<std::size_t>(cells_), 0), next_(state_) {
        for (const CusumStep& step : steps) {
            const double length = step.size / limit * static_cast<double>(cells_);
            const double whole = std::floor(length + round_off);
            // A step beyond the whole grid ends the same wherever it begins.
            const double bound = static_cast<double>(cells_) + 1;
            steps_.push_back({static_cast<std::ptrdiff_t>(std::clamp(whole, -bound, bound)),
                              std::max(0.0, length - whole),
                              step.probability});
        }
        state_[0] = 1;
    }

    // One more case for those who have not signalled; the share of them that now does.
    double advance() {
        std::ranges::fill(next_, 0.0);
        double signalled = 0;
        for (std::ptrdiff_t from = 0; from < cells_; ++from) {
            const double mass = state_[static_cast<std::size_t>(from)];
            if (mass == 0) {
                continue;
            }
            for (const GridStep& step : steps_) {
                signalled += move(from + step.whole, step.part, mass * step.probability);
            }
        }
        const double left = std::accumulate(next_.begin(), next_.end(), 0.0);
        if (left > 0) {
            for (double& mass : next_) {
                mass /= left;
            }
        }
        state_.swap(next_);
        return signalled / (signalled + left);
    }

private:
    // Puts the mass between the cells `to` and to + 1; what of it signals.
    double move(std::ptrdiff_t to, double part, double mass) {
        if (to >= cells_) {
            return mass;
        }
        if (to < 0) {
            next_[0] += mass; // at most one cell short of 0
            return 0;
        }
        // The last cell keeps what lands above it and below the limit.
        const std::ptrdiff_t above = std::min(to + 1, cells_ - 1);
        next_[static_cast<std::size_t>(to)] += mass * (1 - part);
        next_[static_cast<std::size_t>(above)] += mass * part;
        return 0;
    }

    static constexpr double round_off = 1e-9; // of a cell

    std::ptrdiff_t cells_;
    std::vector<GridStep> steps_;
    std::vector<double> state_;
    std::vector<double> next_;
};

constexpr double infinity = std::numeric_limits<double>::infinity();

// With many different risks: the steps shared between the points of a lattice, so that their number
// does not grow with that of the cases. Their mean is kept. A step beyond the limit is as good as
// one to it.
std::vector<CusumStep> gathered(const std::vector<CusumStep>& steps, double limit) {
    constexpr std::size_t few = 64;
    constexpr double points = 256;
    if (steps.size() <= few) {
        return steps;
    }
    constexpr double last = points + 1;
    std::vector<CusumStep> lattice; // from one point beyond -limit to two beyond the limit
    for (double point = -last; point <= last + 1; ++point) {
        lattice.push_back({point / points * limit, 0});
    }
    for (const CusumStep& step : steps) {
        const double at = std::clamp(step.size / limit * points, -last, last) + last;
        const std::size_t below = static_cast<std::size_t>(at);
        const double part = at - std::floor(at);
        lattice[below].probability += step.probability * (1 - part);
        lattice[below + 1].probability += step.probability * part;
    }
    std::erase_if(lattice, [](const CusumStep& step) { return step.probability == 0; });
    return lattice;
}

} // namespace

std::vector<CusumStep>
cusum_steps(const std::vector<double>& expected, double odds_ratio, double true_odds_ratio) {
    std::vector<CusumStep> all;
    const double share = 1 / static_cast<double>(expected.size());
    for (const double p : expected) {
        const double truth = with_odds_ratio(p, true_odds_ratio);
        all.push_back({monitoring_weight({1, p}, odds_ratio), share * truth});
        all.push_back({monitoring_weight({0, p}, odds_ratio), share * (1 - truth)});
    }
    std::ranges::sort(all, {}, &CusumStep::size);
    std::vector<CusumStep> steps; // many cases share one expected probability
    for (const CusumStep& step : all) {
        if (steps.empty() || steps.back().size != step.size) {
            steps.push_back(step);
        } else {
            steps.back().probability += step.probability;
        }
    }
    return steps;
}

std::optional<double> average_run_length(const std::vector<CusumStep>& steps, double limit) {
    if (limit <= 0) {
        return 1; // the first case signals
    }
    const auto upwards = [](const CusumStep& s) { return s.size > 0 && s.probability > 0; };
    if (std::ranges::none_of(steps, upwards)) {
        return infinity;
    }
    constexpr int checked_every = 64;
    constexpr int longest = 100000;
    Chain chain(gathered(steps, limit), limit);
    double running = 1; // share that has not signalled
    double length = 0;
    double last_hazard = 0;
    for (int n = 1; n <= longest; ++n) {
        length += running;
        const double hazard = chain.advance();
        if (n % checked_every == 0) {
            const bool settled = hazard > 0 && std::abs(hazard - last_hazard) <= 1e-11 * hazard;
            if (settled) {
                return length + running * (1 - hazard) / hazard;
            }
            last_hazard = hazard;
        }
        running *= 1 - hazard;
        if (running <= 1e-15) {
            return length;
        }
    }
    return last_hazard > 0 ? std::nullopt : std::optional{infinity};
}

} // namespace embolink
