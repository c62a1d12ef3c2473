#include "analysis/proportions/hypergeometric.hpp"

#include <algorithm>
#include <numeric>

namespace embolink {
namespace {

// P(x + 1) / P(x) / odds ratio, falling in x.
double step_up(const TwoByTwo& t, int events, int x) {
    const double first = t.first.total;
    const double second = t.second.total;
    return (first - x) * (events - x) / ((x + 1.0) * (second - events + x + 1.0));
}

int mode(const TwoByTwo& t, int events, int low, int high, double odds_ratio) {
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (step_up(t, events, middle) * odds_ratio >= 1) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

} // namespace

Hypergeometric hypergeometric(const TwoByTwo& margins, double odds_ratio) {
    const int events = margins.first.events + margins.second.events;
    Hypergeometric out;
    out.low = std::max(0, events - margins.second.total);
    const int high = std::min(events, margins.first.total);
    const int top = mode(margins, events, out.low, high, odds_ratio);
    std::vector<double>& p = out.probability;
    p.assign(static_cast<std::size_t>(high - out.low + 1), 0.0);
    const auto at = [&](int x) -> double& { return p[static_cast<std::size_t>(x - out.low)]; };
    at(top) = 1;
    for (int x = top; x < high && at(x) > 0; ++x) {
        at(x + 1) = at(x) * step_up(margins, events, x) * odds_ratio;
    }
    for (int x = top; x > out.low && at(x) > 0; --x) {
        at(x - 1) = at(x) / step_up(margins, events, x - 1) / odds_ratio;
    }
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& probability : p) {
        probability /= sum;
    }
    return out;
}

double Hypergeometric::at_most(int x) const {
    double sum = 0;
    for (int i = low; i <= std::min(x, high()); ++i) {
        sum += probability[static_cast<std::size_t>(i - low)];
    }
    return sum;
}

double Hypergeometric::at_least(int x) const {
    double sum = 0;
    for (int i = high(); i >= std::max(x, low); --i) {
        sum += probability[static_cast<std::size_t>(i - low)];
    }
    return sum;
}

double Hypergeometric::mean() const {
    double sum = 0;
    for (int i = low; i <= high(); ++i) {
        sum += i * probability[static_cast<std::size_t>(i - low)];
    }
    return sum;
}

} // namespace embolink
