#include "analysis/survival/log_rank.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace embolink {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Deaths and subjects leaving, by group, at one time of one stratum.
struct Leaving {
    std::vector<double> events;
    std::vector<double> all;
};

// Adds one stratum's observed, expected and variance to the result. Times run forward because the
// weight S(t-) does.
void add_stratum(LogRankResult& result,
                 const std::map<double, Leaving>& times,
                 std::vector<double> at_risk,
                 double rho) {
    const std::size_t k = at_risk.size();
    double total = 0;
    for (const double r : at_risk) {
        total += r;
    }
    double survival = 1;
    for (const auto& [time, leaving] : times) {
        double events = 0;
        for (const double d : leaving.events) {
            events += d;
        }
        if (events > 0) {
            const double weight = rho == 0 ? 1.0 : std::pow(survival, rho);
            const double hypergeometric =
                total > 1 ? weight * weight * events * (total - events) / (total - 1) : 0;
            for (std::size_t i = 0; i < k; ++i) {
                const double share = at_risk[i] / total;
                result.observed[i] += weight * leaving.events[i];
                result.expected[i] += weight * events * share;
                for (std::size_t j = 0; j < k; ++j) {
                    const double other = at_risk[j] / total;
                    result.variance[i][j] +=
                        hypergeometric * share * ((i == j ? 1.0 : 0.0) - other);
                }
            }
            survival *= (total - events) / total;
        }
        for (std::size_t i = 0; i < k; ++i) {
            at_risk[i] -= leaving.all[i];
            total -= leaving.all[i];
        }
    }
}

// x' A^-1 x by Gaussian elimination with pivoting; empty when A is singular.
std::optional<double> quadratic_form(Matrix a, std::vector<double> x) {
    const std::vector<double> right = x;
    const std::size_t n = x.size();
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) {
        largest = std::max(largest, a[i][i]);
    }
    for (std::size_t c = 0; c < n; ++c) {
        std::size_t pivot = c;
        for (std::size_t r = c + 1; r < n; ++r) {
            pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
        }
        if (std::abs(a[pivot][c]) <= 1e-10 * largest) { // what round-off leaves of a zero
            return std::nullopt;
        }
        std::swap(a[c], a[pivot]);
        std::swap(x[c], x[pivot]);
        for (std::size_t r = c + 1; r < n; ++r) {
            const double factor = a[r][c] / a[c][c];
            for (std::size_t j = c; j < n; ++j) {
                a[r][j] -= factor * a[c][j];
            }
            x[r] -= factor * x[c];
        }
    }
    double form = 0;
    for (std::size_t c = n; c-- > 0;) {
        for (std::size_t j = c + 1; j < n; ++j) {
            x[c] -= a[c][j] * x[j];
        }
        x[c] /= a[c][c];
        form += x[c] * right[c];
    }
    return form;
}

void finish(LogRankResult& result) {
    std::vector<std::size_t> used; // groups that were ever at risk of an event
    for (std::size_t i = 0; i < result.expected.size(); ++i) {
        if (result.expected[i] > 0) {
            used.push_back(i);
        }
    }
    result.degrees_of_freedom = static_cast<int>(used.size()) - 1;
    if (used.empty()) {
        result.outcome = LogRankOutcome::no_events;
        return;
    }
    Matrix variance;
    std::vector<double> difference;
    for (std::size_t i = 1; i < used.size(); ++i) {
        difference.push_back(result.observed[used[i]] - result.expected[used[i]]);
        variance.emplace_back();
        for (std::size_t j = 1; j < used.size(); ++j) {
            variance.back().push_back(result.variance[used[i]][used[j]]);
        }
    }
    if (used.size() >= 2) {
        result.chi_square = quadratic_form(std::move(variance), std::move(difference));
    }
    if (!result.chi_square) {
        result.outcome = LogRankOutcome::no_comparison;
        return;
    }
    const boost::math::chi_squared reference{static_cast<double>(result.degrees_of_freedom)};
    result.p = cdf(complement(reference, std::max(0.0, *result.chi_square)));
    if (result.observed.size() == 2) {
        result.z_first =
            (result.observed[0] - result.expected[0]) / std::sqrt(result.variance[0][0]);
    }
}

} // namespace

LogRankResult log_rank(const LogRankInput& input) {
    const std::size_t k = static_cast<std::size_t>(input.groups);
    LogRankResult result;
    result.n.assign(k, 0);
    result.observed.assign(k, 0);
    result.expected.assign(k, 0);
    result.variance.assign(k, std::vector<double>(k, 0));

    const std::vector<double> time = merge_tied_times(input.data.time);
    std::map<int, std::map<double, Leaving>> strata;
    std::map<int, std::vector<double>> at_risk;
    for (std::size_t i = 0; i < time.size(); ++i) {
        const int stratum = input.strata.empty() ? 0 : input.strata[i];
        const std::size_t g = static_cast<std::size_t>(input.group[i]);
        Leaving& leaving = strata[stratum][time[i]];
        leaving.events.resize(k);
        leaving.all.resize(k);
        leaving.all[g] += 1;
        leaving.events[g] += input.data.event[i] != 0 ? 1 : 0;
        at_risk[stratum].resize(k);
        at_risk[stratum][g] += 1;
        ++result.n[g];
    }
    for (const auto& [stratum, times] : strata) {
        add_stratum(result, times, at_risk[stratum], input.rho);
    }
    finish(result);
    return result;
}

} // namespace embolink
