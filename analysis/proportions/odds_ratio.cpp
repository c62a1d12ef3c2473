#include "analysis/proportions/odds_ratio.hpp"

#include "analysis/numeric/roots.hpp"
#include "analysis/proportions/hypergeometric.hpp"

#include <limits>

namespace embolink {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Where `excess`, which rises with the odds ratio, is 0. Searched below 1 in the odds ratio, above
// 1 in its reciprocal.
template <typename Excess>
double odds_ratio_at(Excess excess, double tolerance) {
    const double at_one = excess(1.0);
    if (at_one == 0) {
        return 1;
    }
    constexpr double least = std::numeric_limits<double>::epsilon();
    if (at_one > 0) {
        const double smallest = excess(std::numeric_limits<double>::min());
        return brent_root(
            [&](double t) { return t <= 0 ? smallest : excess(t); }, 0.0, 1.0, tolerance);
    }
    return 1 / brent_root([&](double t) { return excess(1 / t); }, least, 1.0, tolerance);
}

} // namespace

std::optional<double> sample_odds_ratio(const TwoByTwo& table) {
    const auto odds = [](Proportion a, Proportion b) {
        return static_cast<double>(a.events) * (b.total - b.events);
    };
    const double above = odds(table.first, table.second);
    const double below = odds(table.second, table.first);
    if (below > 0) {
        return above / below;
    }
    return above > 0 ? std::optional{infinity} : std::nullopt;
}

ConditionalOddsRatio
conditional_odds_ratio(const TwoByTwo& table, double confidence, double tolerance) {
    const int x = table.first.events;
    const Hypergeometric central = hypergeometric(table);
    const double tail = (1 - confidence) / 2;
    ConditionalOddsRatio out{0, {0, infinity}};
    if (x > central.low) {
        out.interval.lower = odds_ratio_at(
            [&](double odds) { return hypergeometric(table, odds).at_least(x) - tail; }, tolerance);
    }
    if (x < central.high()) {
        out.interval.upper = odds_ratio_at(
            [&](double odds) { return tail - hypergeometric(table, odds).at_most(x); }, tolerance);
    }
    if (x > central.low && x == central.high()) {
        out.estimate = infinity;
    } else if (x > central.low) {
        out.estimate = odds_ratio_at(
            [&](double odds) { return hypergeometric(table, odds).mean() - x; }, tolerance);
    }
    return out;
}

} // namespace embolink
