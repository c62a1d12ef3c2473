#include "analysis/regression/concordance.hpp"

#include <algorithm>
#include <vector>

namespace embolink {
namespace {

// Sums of weights by rank of score (Fenwick 1994).
class WeightTree {
public:
    explicit WeightTree(std::size_t ranks) : sums_(ranks + 1, 0) {}

    void add(std::size_t rank, double weight) {
        for (std::size_t i = rank + 1; i < sums_.size(); i += i & (~i + 1)) {
            sums_[i] += weight;
        }
        total_ += weight;
    }

    // Of ranks below `rank`.
    double below(std::size_t rank) const {
        double sum = 0;
        for (std::size_t i = rank; i > 0; i -= i & (~i + 1)) {
            sum += sums_[i];
        }
        return sum;
    }

    double total() const { return total_; }

private:
    std::vector<double> sums_;
    double total_ = 0;
};

void add_stratum(Concordance& out,
                 const CoxDesign& design,
                 std::span<const double> score,
                 std::size_t begin,
                 std::size_t end) {
    std::vector<double> sorted(score.begin() + static_cast<std::ptrdiff_t>(begin),
                               score.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    const auto rank_of = [&](std::size_t row) {
        return static_cast<std::size_t>(std::ranges::lower_bound(sorted, score[row]) -
                                        sorted.begin());
    };
    WeightTree longer(sorted.size()); // observed longer than the current time
    for (std::size_t i = end; i > begin;) {
        const std::size_t last = i;
        const std::uint32_t rank = design.rank[i - 1];
        for (; i > begin && design.rank[i - 1] == rank; --i) {
            if (design.event[i - 1] == 0) {
                longer.add(rank_of(i - 1), design.weight[i - 1]);
            }
        }
        for (std::size_t row = i; row < last; ++row) {
            if (design.event[row] == 0) {
                continue;
            }
            const std::size_t at = rank_of(row);
            const double lower = longer.below(at);
            const double up_to = longer.below(at + 1);
            out.concordant += design.weight[row] * lower;
            out.tied_score += design.weight[row] * (up_to - lower);
            out.discordant += design.weight[row] * (longer.total() - up_to);
        }
        for (std::size_t row = i; row < last; ++row) {
            if (design.event[row] != 0) {
                longer.add(rank_of(row), design.weight[row]);
            }
        }
    }
}

} // namespace

std::optional<double> Concordance::value() const {
    const double all = concordant + discordant + tied_score;
    return all > 0 ? std::optional{(concordant + tied_score / 2) / all} : std::nullopt;
}

Concordance concordance(const CoxDesign& design, std::span<const double> score) {
    Concordance out;
    for (std::size_t s = 0; s < design.stratum.size(); ++s) {
        add_stratum(out, design, score, design.stratum_begin[s], design.stratum_begin[s + 1]);
    }
    return out;
}

} // namespace embolink
