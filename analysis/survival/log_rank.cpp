#include "analysis/survival/log_rank.hpp"

#include "analysis/linear/cholesky.hpp"
#include "analysis/survival/time_order.hpp"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace embolink {
namespace {

// The sums of one stratum after the other; `variance` is the lower triangle, row by row.
struct Sums {
    std::vector<double> observed;
    std::vector<double> expected;
    std::vector<double> variance;
};

double weight_at(const LogRankWeight& weight, double survival, double at_risk) {
    switch (weight.family) {
    case LogRankFamily::fleming_harrington:
        return weight.rho == 0 ? 1.0 : std::pow(survival, weight.rho);
    case LogRankFamily::gehan:
        return at_risk;
    case LogRankFamily::tarone_ware:
        return std::sqrt(at_risk);
    }
    return 1;
}

// One event time: `events` by group and in total, `at_risk` likewise just before it.
struct EventTime {
    std::span<const double> events;
    double all_events = 0;
    std::span<const double> at_risk;
    double all_at_risk = 0;
};

void add_event_time(Sums& sums, const EventTime& at, double weight) {
    const double n = at.all_at_risk;
    const double d = at.all_events;
    const double hypergeometric = n > 1 ? weight * weight * d * (n - d) / (n - 1) : 0;
    const double each = 1 / n;
    std::size_t cell = 0;
    for (std::size_t i = 0; i < at.at_risk.size(); ++i) {
        const double share = at.at_risk[i] * each;
        sums.observed[i] += weight * at.events[i];
        sums.expected[i] += weight * d * share;
        for (std::size_t j = 0; j < i; ++j) {
            sums.variance[cell++] -= hypergeometric * share * (at.at_risk[j] * each);
        }
        sums.variance[cell++] += hypergeometric * share * (1 - share);
    }
}

// Group and event of every position in one array, so that the pass reads memory in order.
std::vector<std::uint32_t> subjects_in_order(const LogRankInput& input,
                                             const std::vector<std::uint32_t>& subject) {
    std::vector<std::uint32_t> packed(subject.size());
    for (std::size_t i = 0; i < packed.size(); ++i) {
        packed[i] =
            static_cast<std::uint32_t>(input.group[i]) * 2U + (input.data.event[i] != 0 ? 1U : 0U);
    }
    std::vector<std::uint32_t> out(subject.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = packed[subject[i]];
    }
    return out;
}

// Adds one stratum. Times run forward because the weight S(t-) does.
void add_stratum(Sums& sums,
                 const LogRankWeight& weight,
                 std::span<const std::uint32_t> subjects, // group * 2 + event
                 std::span<const std::uint32_t> rank) {
    const std::size_t groups = sums.observed.size();
    std::vector<double> at_risk(groups, 0);
    for (const std::uint32_t subject : subjects) {
        at_risk[subject / 2] += 1;
    }
    std::vector<double> events(groups, 0);
    std::vector<double> leaving(groups, 0);
    double total = static_cast<double>(subjects.size());
    double survival = 1;
    for (std::size_t i = 0; i < subjects.size();) {
        const std::uint32_t now = rank[i];
        std::ranges::fill(events, 0);
        std::ranges::fill(leaving, 0);
        double all_events = 0;
        const std::size_t first = i;
        for (; i < subjects.size() && rank[i] == now; ++i) {
            const double event = subjects[i] % 2;
            events[subjects[i] / 2] += event;
            leaving[subjects[i] / 2] += 1;
            all_events += event;
        }
        if (all_events > 0) {
            add_event_time(
                sums, {events, all_events, at_risk, total}, weight_at(weight, survival, total));
            survival *= (total - all_events) / total;
        }
        for (std::size_t g = 0; g < groups; ++g) {
            at_risk[g] -= leaving[g];
        }
        total -= static_cast<double>(i - first);
    }
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
    if (used.size() < 2) {
        result.outcome = LogRankOutcome::no_comparison;
        return;
    }
    Matrix variance(used.size() - 1, used.size() - 1);
    std::vector<double> difference(used.size() - 1);
    for (std::size_t i = 1; i < used.size(); ++i) {
        difference[i - 1] = result.observed[used[i]] - result.expected[used[i]];
        for (std::size_t j = 1; j < used.size(); ++j) {
            variance(i - 1, j - 1) = result.variance[used[i]][used[j]];
        }
    }
    result.chi_square = quadratic_form(variance, difference);
    if (!result.chi_square) {
        result.outcome = LogRankOutcome::singular_variance;
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
    const StratifiedOrder order = by_stratum(time_order(input.data.time), input.strata);
    Sums sums{std::vector<double>(k, 0),
              std::vector<double>(k, 0),
              std::vector<double>(k * (k + 1) / 2, 0)};
    const std::vector<std::uint32_t> subjects = subjects_in_order(input, order.subject);
    for (std::size_t s = 0; s < order.strata(); ++s) {
        const std::size_t from = order.begin[s];
        const std::size_t size = order.begin[s + 1] - from;
        add_stratum(sums,
                    input.weight,
                    std::span{subjects}.subspan(from, size),
                    std::span{order.rank}.subspan(from, size));
    }
    LogRankResult result;
    result.n.assign(k, 0);
    for (const int g : input.group) {
        ++result.n[static_cast<std::size_t>(g)];
    }
    result.observed = std::move(sums.observed);
    result.expected = std::move(sums.expected);
    result.variance.assign(k, std::vector<double>(k, 0));
    std::size_t cell = 0;
    for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j <= i; ++j, ++cell) {
            result.variance[i][j] = sums.variance[cell];
            result.variance[j][i] = sums.variance[cell];
        }
    }
    finish(result);
    return result;
}

std::optional<LogHazardRatio> peto_log_hazard_ratio(const LogRankResult& result) {
    if (result.outcome != LogRankOutcome::tested || result.observed.size() != 2) {
        return std::nullopt;
    }
    const double variance = result.variance[0][0];
    return LogHazardRatio{(result.observed[0] - result.expected[0]) / variance,
                          1 / std::sqrt(variance)};
}

} // namespace embolink
