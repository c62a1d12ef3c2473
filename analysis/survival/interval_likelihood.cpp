#include "analysis/survival/interval_likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

// Weighted isotonic regression by pooling adjacent violators.
std::vector<double> isotonic(const std::vector<double>& y, const std::vector<double>& weight) {
    struct Block {
        double mean = 0;
        double weight = 0;
        std::size_t size = 0;
    };

    std::vector<Block> blocks;
    for (std::size_t i = 0; i < y.size(); ++i) {
        Block block{y[i], weight[i], 1};
        while (!blocks.empty() && blocks.back().mean >= block.mean) {
            const Block& last = blocks.back();
            const double both = last.weight + block.weight;
            block = {(last.mean * last.weight + block.mean * block.weight) / both,
                     both,
                     last.size + block.size};
            blocks.pop_back();
        }
        blocks.push_back(block);
    }
    std::vector<double> out;
    for (const Block& block : blocks) {
        out.insert(out.end(), block.size, block.mean);
    }
    return out;
}

// One Newton step of the distribution function with the diagonal of its Hessian, kept monotone.
Masses isotonic_target(const IntervalLikelihood& likelihood, const Masses& mass) {
    const std::size_t steps = mass.size() - 1; // F at the end of every interval but the last
    const std::vector<double> p = likelihood.probabilities(mass);
    std::vector<double> slope(steps, 0);
    std::vector<double> curvature(steps, 0);
    for (std::size_t c = 0; c < p.size(); ++c) {
        const IntervalCell& cell = likelihood.cells()[c];
        const double pull = cell.count / p[c];
        if (cell.last < steps) {
            slope[cell.last] += pull;
            curvature[cell.last] += pull / p[c];
        }
        if (cell.first > 0) {
            slope[cell.first - 1] -= pull;
            curvature[cell.first - 1] += pull / p[c];
        }
    }
    double below = 0;
    for (std::size_t j = 0; j < steps; ++j) {
        below += mass[j];
        slope[j] = below + slope[j] / curvature[j];
    }
    const std::vector<double> target = isotonic(slope, curvature);
    Masses out(mass.size());
    double before = 0;
    for (std::size_t j = 0; j < steps; ++j) {
        const double at = std::clamp(target[j], 0.0, 1.0);
        out[j] = at - before;
        before = at;
    }
    out[steps] = 1 - before;
    return out;
}

} // namespace

std::vector<double> IntervalLikelihood::probabilities(const Masses& mass) const {
    std::vector<double> before(intervals_ + 1, 0);
    for (std::size_t j = 0; j < intervals_; ++j) {
        before[j + 1] = before[j] + mass[j];
    }
    std::vector<double> out;
    out.reserve(cells_.size());
    for (const IntervalCell& cell : cells_) {
        // A short cell is added up: a difference of two sums would lose its digits.
        double p = before[cell.last + 1] - before[cell.first];
        if (cell.last - cell.first < 8) {
            p = 0;
            for (std::size_t j = cell.first; j <= cell.last; ++j) {
                p += mass[j];
            }
        }
        out.push_back(p);
    }
    return out;
}

double IntervalLikelihood::log_likelihood(const Masses& mass) const {
    const std::vector<double> p = probabilities(mass);
    double sum = 0;
    for (std::size_t c = 0; c < cells_.size(); ++c) {
        sum +=
            p[c] > 0 ? cells_[c].count * std::log(p[c]) : -std::numeric_limits<double>::infinity();
    }
    return sum;
}

Masses IntervalLikelihood::gradient(const Masses& mass) const {
    const std::vector<double> p = probabilities(mass);
    Masses change(intervals_ + 1, 0);
    for (std::size_t c = 0; c < cells_.size(); ++c) {
        change[cells_[c].first] += cells_[c].count / p[c];
        change[cells_[c].last + 1] -= cells_[c].count / p[c];
    }
    for (std::size_t j = 1; j < intervals_; ++j) {
        change[j] += change[j - 1];
    }
    change.pop_back();
    return change;
}

void em_step(const IntervalLikelihood& likelihood, Masses& mass) {
    const Masses gradient = likelihood.gradient(mass);
    for (std::size_t j = 0; j < mass.size(); ++j) {
        mass[j] *= gradient[j] / likelihood.subjects();
    }
}

// Moves towards the target as far as the likelihood rises.
void isotonic_step(const IntervalLikelihood& likelihood, Masses& mass) {
    if (mass.size() < 2) {
        return;
    }
    const Masses target = isotonic_target(likelihood, mass);
    const double before = likelihood.log_likelihood(mass);
    Masses next(mass.size());
    for (double share = 1; share > 1e-6; share /= 2) {
        for (std::size_t j = 0; j < mass.size(); ++j) {
            next[j] = share == 1 ? target[j] : mass[j] + share * (target[j] - mass[j]);
        }
        if (likelihood.log_likelihood(next) > before) {
            mass = next;
            return;
        }
    }
}

} // namespace embolink
