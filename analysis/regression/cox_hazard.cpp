#include "analysis/regression/cox_hazard.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

// Sums over a set of rows: weighted risk, and weighted risk times covariates.
struct FirstSums {
    double total = 0;
    std::vector<double> first;

    void add(std::span<const double> x, double risk) {
        total += risk;
        for (std::size_t j = 0; j < x.size(); ++j) {
            first[j] += risk * x[j];
        }
    }
};

void add_steps(TiedRows& rows,
               const FirstSums& at_risk,
               const FirstSums& dying,
               double death_weight,
               Ties ties) {
    const std::size_t p = at_risk.first.size();
    rows.mean.assign(p, 0);
    rows.drift.assign(p, 0);
    rows.drift_of_dying.assign(p, 0);
    const int steps = ties == Ties::efron ? static_cast<int>(rows.events) : 1;
    for (int l = 0; l < steps; ++l) {
        const double left = static_cast<double>(l) / steps;
        const double total = at_risk.total - left * dying.total;
        const double hazard = death_weight / steps / total;
        rows.hazard += hazard;
        rows.hazard_of_dying += hazard * (1 - left);
        for (std::size_t j = 0; j < p; ++j) {
            const double mean = (at_risk.first[j] - left * dying.first[j]) / total;
            rows.mean[j] += mean / steps;
            rows.drift[j] += mean * hazard;
            rows.drift_of_dying[j] += mean * hazard * (1 - left);
        }
    }
}

} // namespace

Risks risks(const CoxDesign& design, std::span<const double> beta) {
    Risks out{linear_predictors(design, beta), 0};
    constexpr double most = 700; // exp overflows a little above
    out.lowered_by = std::max(0.0, *std::ranges::max_element(out.row) - most);
    for (double& r : out.row) {
        r = std::exp(r - out.lowered_by);
    }
    return out;
}

std::vector<TiedRows>
hazard_steps(const CoxDesign& design, std::span<const double> risk, Ties ties) {
    std::vector<TiedRows> out;
    const std::size_t p = design.covariates();
    for (std::size_t s = design.stratum.size(); s-- > 0;) {
        FirstSums at_risk{0, std::vector<double>(p, 0)};
        for (std::size_t i = design.stratum_begin[s + 1]; i > design.stratum_begin[s];) {
            TiedRows rows;
            rows.end = i;
            rows.stratum = s;
            const std::uint32_t rank = design.rank[i - 1];
            FirstSums dying{0, std::vector<double>(p, 0)};
            double death_weight = 0;
            for (; i > design.stratum_begin[s] && design.rank[i - 1] == rank; --i) {
                const double weighted = design.weight[i - 1] * risk[i - 1];
                at_risk.add(design.x.row(i - 1), weighted);
                if (design.event[i - 1] != 0) {
                    dying.add(design.x.row(i - 1), weighted);
                    death_weight += design.weight[i - 1];
                    rows.events += 1;
                }
            }
            rows.begin = i;
            if (rows.events > 0) {
                add_steps(rows, at_risk, dying, death_weight, ties);
            }
            out.push_back(std::move(rows));
        }
    }
    std::ranges::reverse(out);
    return out;
}

} // namespace embolink
