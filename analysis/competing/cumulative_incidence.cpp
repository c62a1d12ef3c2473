#include "analysis/competing/cumulative_incidence.hpp"

#include "analysis/survival/time_order.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

// What happens at one distinct time: events by cause (element 0: censorings).
struct CauseTimes {
    std::vector<double> time;
    Matrix left;                 // time x (censored, cause 1 ..)
    std::vector<double> at_risk; // just before
};

CauseTimes cause_times(const CompetingData& data, const TimeOrder& order, int causes) {
    CauseTimes out;
    out.time = order.time;
    out.left = Matrix(order.time.size(), static_cast<std::size_t>(causes) + 1);
    for (std::size_t i = 0; i < order.size(); ++i) {
        out.left(order.rank[i], static_cast<std::size_t>(data.cause[order.subject[i]])) += 1;
    }
    double at_risk = static_cast<double>(data.size());
    for (std::size_t j = 0; j < out.time.size(); ++j) {
        out.at_risk.push_back(at_risk);
        for (const double left : out.left.row(j)) {
            at_risk -= left;
        }
    }
    return out;
}

double events_at(const CauseTimes& times, std::size_t j) {
    double events = 0;
    for (std::size_t k = 1; k < times.left.columns; ++k) {
        events += times.left(j, k);
    }
    return events;
}

// The infinitesimal jackknife: the derivative of every probability by each subject's weight,
// squared and summed. All who are still at risk share one derivative `shared`; of those who left
// only sums of products are kept, because one time changes each of them in the same linear way:
//   u_0 -> u_0 (1 - d/n),   u_k -> u_k + u_0 d_k/n.
class Jackknife {
public:
    explicit Jackknife(std::size_t states)
        : shared_(states, 0), left_squares_(states, 0), left_products_(states, 0),
          largest_(states, 0) {}

    // Events at one time; `before` are the probabilities just before it.
    void move(std::span<const double> left, double at_risk, double events, double no_event) {
        const double stay = 1 - events / at_risk;
        const double each = no_event / at_risk;
        for (std::size_t k = 1; k < shared_.size(); ++k) {
            const double hazard = left[k] / at_risk;
            left_squares_[k] += 2 * left_products_[k] * hazard + left_squares_[0] * hazard * hazard;
            left_products_[k] = (left_products_[k] + left_squares_[0] * hazard) * stay;
            shared_[k] += (shared_[0] - each) * hazard;
        }
        left_squares_[0] *= stay * stay;
        shared_[0] = (shared_[0] - each) * stay;
        for (std::size_t k = 1; k < shared_.size(); ++k) {
            leave(left[k], k, each);
        }
        shared_[0] += each; // those who stay
    }

    // Censored after the events of the time.
    void censor(double censored) { leave(censored, 0, 0); }

    // Where everybody had the event the variance ends at 0, of which round-off leaves a trace.
    double error(std::size_t state, double still_at_risk) {
        const double u = shared_[state];
        const double variance = left_squares_[state] + still_at_risk * u * u;
        largest_[state] = std::max(largest_[state], variance);
        constexpr double trace = 1e-13;
        return variance > trace * largest_[state] ? std::sqrt(variance) : 0;
    }

private:
    // `count` subjects leave with the shared derivative, which is larger by `extra` in `state`.
    void leave(double count, std::size_t state, double extra) {
        if (count == 0) {
            return;
        }
        const double u0 = shared_[0];
        left_squares_[0] += count * u0 * u0;
        for (std::size_t k = 1; k < shared_.size(); ++k) {
            const double uk = shared_[k] + (state == k ? extra : 0);
            left_squares_[k] += count * uk * uk;
            left_products_[k] += count * u0 * uk;
        }
    }

    std::vector<double> shared_;
    std::vector<double> left_squares_;  // by state: sum of u^2
    std::vector<double> left_products_; // by state: sum of u_0 u_k; element 0 not used
    std::vector<double> largest_;       // variance so far, by state
};

} // namespace

AalenJohansen aalen_johansen(const CompetingData& data, int causes) {
    const CauseTimes times = cause_times(data, time_order(data.time), causes);
    const std::size_t states = static_cast<std::size_t>(causes) + 1;
    AalenJohansen out{times.time,
                      Matrix(times.time.size(), states),
                      Matrix(times.time.size(), states),
                      times.at_risk};
    std::vector<double> probability(states, 0);
    probability[0] = 1;
    Jackknife jackknife(states);
    for (std::size_t j = 0; j < times.time.size(); ++j) {
        const double n = times.at_risk[j];
        const double events = events_at(times, j);
        if (events > 0) {
            jackknife.move(times.left.row(j), n, events, probability[0]);
            for (std::size_t k = 1; k < states; ++k) {
                probability[k] += probability[0] * times.left(j, k) / n;
            }
            probability[0] *= (n - events) / n;
        }
        const double staying = n - events;
        for (std::size_t k = 0; k < states; ++k) {
            out.probability(j, k) = probability[k];
            out.error(j, k) = jackknife.error(k, staying);
        }
        jackknife.censor(times.left(j, 0));
    }
    return out;
}

CumulativeIncidence cumulative_incidence(const CompetingData& data, int cause) {
    const int causes = *std::ranges::max_element(data.cause);
    const CauseTimes times =
        cause_times(data, time_order_as_given(data.time), std::max(causes, cause));
    const auto column = static_cast<std::size_t>(cause);
    CumulativeIncidence out;
    out.last_time = times.time.back();
    double survival = 1;
    double incidence = 0;
    // Sums over the events so far: of t4^2 q, of t3 t4 q and of t3^2 q below.
    double squares = 0;
    double products = 0;
    double inverse_squares = 0;
    const auto add = [&](double events, double n, double inverse, double factor) {
        const double tie = events > 1 ? 1 - (events - 1) / (n - 1) : 1;
        const double q = survival * survival * tie * events / (n * n);
        squares += factor * factor * q;
        products += inverse * factor * q;
        inverse_squares += inverse * inverse * q;
    };
    for (std::size_t j = 0; j < times.time.size(); ++j) {
        const double n = times.at_risk[j];
        const double ours = times.left(j, column);
        const double others = events_at(times, j) - ours;
        const double after = survival * (n - ours - others) / n;
        incidence += survival * ours / n;
        if (others > 0 && after > 0) {
            add(others, n, 1 / after, incidence / after);
        }
        if (ours > 0) {
            const double inverse = after > 0 ? 1 / after : 0;
            add(ours, n, inverse, 1 + inverse * incidence);
            out.steps.push_back(
                {times.time[j],
                 incidence,
                 squares + incidence * incidence * inverse_squares - 2 * incidence * products});
        }
        survival = after;
    }
    return out;
}

IncidenceAt at_time(const CumulativeIncidence& curve, double t) {
    if (t > curve.last_time || t < 0) {
        return {};
    }
    const auto after =
        std::ranges::upper_bound(curve.steps, t, {}, &CumulativeIncidence::Step::time);
    if (after == curve.steps.begin()) {
        return {true, 0, 0};
    }
    return {true, (after - 1)->incidence, (after - 1)->variance};
}

} // namespace embolink
