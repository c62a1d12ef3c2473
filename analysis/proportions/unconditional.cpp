// Boschloo's and Barnard's tests. The supremum over the nuisance rate is searched on a grid and
// refined at every local maximum of it, so that it is the supremum and not the best grid value.
#include "analysis/proportions/unconditional.hpp"

#include "analysis/proportions/hypergeometric.hpp"

#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace embolink {
namespace {

// Tables whose order differs by round-off alone are equally extreme.
constexpr double tie = 1e-10;
constexpr int grid = 2000;

// The counts of the second row, from .. to - 1, that make a table with this count of the first row
// at least as extreme as the observed one.
struct Run {
    std::size_t from = 0;
    std::size_t to = 0;
};

// By the count of the first row. Mostly two runs, one at each end.
using Region = std::vector<std::vector<Run>>;

// `extreme`: larger is more so.
template <typename Extreme>
Region region_of(const TwoByTwo& table, Extreme extreme) {
    const double limit = extreme(table.first.events, table.second.events) - tie;
    Region region;
    for (int a = 0; a <= table.first.total; ++a) {
        region.emplace_back();
        bool inside = false;
        for (int b = 0; b <= table.second.total; ++b) {
            const bool counts = extreme(a, b) >= limit;
            const std::size_t at = static_cast<std::size_t>(b);
            if (counts && !inside) {
                region.back().push_back({at, at});
            }
            if (counts) {
                region.back().back().to = at + 1;
            }
            inside = counts;
        }
    }
    return region;
}

// Binomial probabilities of 0 .. n, by recurrence from the most likely count.
std::vector<double> binomial(int n, double p) {
    std::vector<double> out(static_cast<std::size_t>(n) + 1, 0);
    if (p <= 0 || p >= 1) {
        out[p <= 0 ? 0 : out.size() - 1] = 1;
        return out;
    }
    const std::size_t mode = static_cast<std::size_t>(std::min<double>(n, std::floor((n + 1) * p)));
    const double odds = p / (1 - p);
    out[mode] = 1;
    double sum = 1;
    for (std::size_t k = mode + 1; k < out.size(); ++k) {
        const double count = static_cast<double>(k);
        sum += out[k] = out[k - 1] * odds * (n - count + 1) / count;
    }
    for (std::size_t k = mode; k > 0; --k) {
        const double count = static_cast<double>(k);
        sum += out[k - 1] = out[k] / odds * count / (n - count + 1);
    }
    for (double& probability : out) {
        probability /= sum;
    }
    return out;
}

// Sums of the probabilities before and from each count on: a run at an end is one look-up, and its
// probability keeps its digits however small it is.
struct Sums {
    std::vector<double> probability;
    std::vector<double> before;
    std::vector<double> from;

    explicit Sums(std::vector<double> p)
        : probability(std::move(p)), before(probability.size() + 1, 0),
          from(probability.size() + 1, 0) {
        for (std::size_t k = 0; k < probability.size(); ++k) {
            before[k + 1] = before[k] + probability[k];
        }
        for (std::size_t k = probability.size(); k-- > 0;) {
            from[k] = from[k + 1] + probability[k];
        }
    }

    double of(const Run& run) const {
        if (run.from == 0) {
            return before[run.to];
        }
        if (run.to == probability.size()) {
            return from[run.from];
        }
        double sum = 0;
        for (std::size_t k = run.from; k < run.to; ++k) {
            sum += probability[k];
        }
        return sum;
    }
};

double probability(const Region& region, int second_total, double rate) {
    const std::vector<double> first = binomial(static_cast<int>(region.size()) - 1, rate);
    const Sums second(binomial(second_total, rate));
    double sum = 0;
    for (std::size_t a = 0; a < first.size(); ++a) {
        for (const Run& run : region[a]) {
            sum += first[a] * second.of(run);
        }
    }
    return sum;
}

UnconditionalTest supremum(const Region& region, int second_total) {
    std::vector<double> value;
    for (int i = 0; i <= grid; ++i) {
        value.push_back(probability(region, second_total, static_cast<double>(i) / grid));
    }
    const auto largest = std::ranges::max_element(value);
    UnconditionalTest best{*largest, static_cast<double>(largest - value.begin()) / grid};
    if (best.p > 1 - tie) { // every table is as extreme: 1 at any rate
        return {1, best.nuisance};
    }
    const double step = 1.0 / grid;
    for (std::size_t i = 1; i < grid; ++i) {
        // A peak so far below the best value has none above it within a step of the grid.
        if (value[i] < value[i - 1] || value[i] < value[i + 1] || value[i] < 0.99 * best.p) {
            continue;
        }
        const double at = static_cast<double>(i) * step;
        const auto [rate, negative] = boost::math::tools::brent_find_minima(
            [&](double p) { return -probability(region, second_total, p); },
            at - step,
            at + step,
            50);
        if (-negative > best.p) {
            best = {-negative, rate};
        }
    }
    return best;
}

bool too_large(const TwoByTwo& table) {
    return std::max(table.first.total, table.second.total) > largest_unconditional_total;
}

} // namespace

std::optional<UnconditionalTest> boschloo_test(const TwoByTwo& table) {
    if (too_large(table)) {
        return std::nullopt;
    }
    const auto extreme = [&](int a, int b) {
        return -fisher_test({{a, table.first.total}, {b, table.second.total}}).two_sided;
    };
    return supremum(region_of(table, extreme), table.second.total);
}

std::optional<UnconditionalTest> barnard_test(const TwoByTwo& table) {
    if (too_large(table)) {
        return std::nullopt;
    }
    const auto extreme = [&](int a, int b) {
        return std::abs(pooled_z({{a, table.first.total}, {b, table.second.total}}).value_or(0.0));
    };
    return supremum(region_of(table, extreme), table.second.total);
}

} // namespace embolink
