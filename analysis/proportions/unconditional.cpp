// Boschloo's and Barnard's tests. The supremum over the nuisance rate is searched on a grid and
// refined at every local maximum of it, so that it is the supremum and not the best grid value.
#include "analysis/proportions/unconditional.hpp"

#include "analysis/proportions/hypergeometric.hpp"

#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace embolink {
namespace {

// Tables whose order differs by round-off alone are equally extreme.
constexpr double tie = 1e-10;
constexpr int grid = 2000;

// Which tables are at least as extreme; by x1, then x2.
using Region = std::vector<std::vector<bool>>;

// `extreme`: larger is more so.
template <typename Extreme>
Region region_of(const TwoByTwo& table, Extreme extreme) {
    const double limit = extreme(table.first.events, table.second.events) - tie;
    Region region;
    for (int a = 0; a <= table.first.total; ++a) {
        region.emplace_back();
        for (int b = 0; b <= table.second.total; ++b) {
            region.back().push_back(extreme(a, b) >= limit);
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

double probability(const Region& region, double rate) {
    const std::vector<double> first = binomial(static_cast<int>(region.size()) - 1, rate);
    const std::vector<double> second = binomial(static_cast<int>(region.front().size()) - 1, rate);
    double sum = 0;
    for (std::size_t a = 0; a < first.size(); ++a) {
        double row = 0;
        for (std::size_t b = 0; b < second.size(); ++b) {
            row += region[a][b] ? second[b] : 0;
        }
        sum += first[a] * row;
    }
    return sum;
}

UnconditionalTest supremum(const Region& region) {
    std::vector<double> value;
    for (int i = 0; i <= grid; ++i) {
        value.push_back(probability(region, static_cast<double>(i) / grid));
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
            [&](double p) { return -probability(region, p); }, at - step, at + step, 50);
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
    return supremum(region_of(table, extreme));
}

std::optional<UnconditionalTest> barnard_test(const TwoByTwo& table) {
    if (too_large(table)) {
        return std::nullopt;
    }
    const auto extreme = [&](int a, int b) {
        return std::abs(pooled_z({{a, table.first.total}, {b, table.second.total}}).value_or(0.0));
    };
    return supremum(region_of(table, extreme));
}

} // namespace embolink
