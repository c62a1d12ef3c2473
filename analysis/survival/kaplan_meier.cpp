#include "analysis/survival/kaplan_meier.hpp"

#include "analysis/survival/time_order.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

double weight_of(const SurvivalData& data, std::size_t i) {
    return data.weight.empty() ? 1.0 : data.weight[i];
}

void count_exit(KaplanMeierRow& row, const SurvivalData& data, std::size_t subject) {
    (data.event[subject] != 0 ? row.events : row.censored) += weight_of(data, subject);
}

// The estimate as it moves from time to time.
class Estimate {
public:
    // Fills in what follows from the number at risk and the events.
    void move(KaplanMeierRow& row) {
        if (row.events > 0 && row.at_risk > 0) {
            const double stay = row.at_risk - row.events;
            survival_ *= stay / row.at_risk;
            hazard_ += row.events / row.at_risk;
            hazard_variance_ += row.events / (row.at_risk * row.at_risk);
            if (greenwood_) {
                greenwood_ = stay > 0
                                 ? std::optional{*greenwood_ + row.events / (row.at_risk * stay)}
                                 : std::nullopt;
            }
        }
        row.survival = survival_;
        row.greenwood = greenwood_;
        row.cumulative_hazard = hazard_;
        row.hazard_variance = hazard_variance_;
    }

private:
    double survival_ = 1;
    double hazard_ = 0;
    double hazard_variance_ = 0;
    std::optional<double> greenwood_ = 0.0;
};

// Events and censored at the time of position `i`, which moves behind them.
KaplanMeierRow next_row(const SurvivalData& data, const TimeOrder& order, std::size_t& i) {
    const std::uint32_t rank = order.rank[i];
    KaplanMeierRow row;
    row.time = order.time[rank];
    for (; i < order.size() && order.rank[i] == rank; ++i) {
        count_exit(row, data, order.subject[i]);
    }
    return row;
}

// Weight at risk at every distinct time. It is added up from the last time, so that a risk set that
// ends in events alone is those events to the last bit and S becomes 0.
std::vector<double> weight_at_risk(const SurvivalData& data, const TimeOrder& order) {
    std::vector<double> out;
    for (std::size_t i = 0; i < order.size();) {
        const KaplanMeierRow row = next_row(data, order, i);
        out.push_back(row.events + row.censored);
    }
    for (std::size_t j = out.size(); j-- > 1;) {
        out[j - 1] += out[j];
    }
    return out;
}

std::vector<KaplanMeierRow> rows_of(const SurvivalData& data) {
    const TimeOrder order = time_order(data.time);
    const std::vector<double> weight =
        data.weight.empty() ? std::vector<double>{} : weight_at_risk(data, order);
    std::vector<KaplanMeierRow> rows;
    rows.reserve(order.time.size());
    Estimate estimate;
    for (std::size_t i = 0; i < order.size();) {
        const double at_risk =
            weight.empty() ? static_cast<double>(order.size() - i) : weight[rows.size()];
        KaplanMeierRow row = next_row(data, order, i);
        row.at_risk = at_risk;
        estimate.move(row);
        rows.push_back(row);
    }
    return rows;
}

// The same with delayed entry: ties of exits and entries are merged together, as R does. At risk on
// (entry, time]: who enters at a time is not yet at risk there. Only exits make a row.
std::vector<KaplanMeierRow> rows_with_entry(const SurvivalData& data) {
    const std::size_t n = data.size();
    std::vector<double> both = data.time;
    both.insert(both.end(), data.entry.begin(), data.entry.end());
    const TimeOrder order = time_order(both);
    std::vector<KaplanMeierRow> rows(order.time.size());
    std::vector<bool> exits(rows.size(), false);
    std::vector<double> entering(rows.size(), 0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t subject = order.subject[i] % n;
        const std::uint32_t rank = order.rank[i];
        if (order.subject[i] >= n) {
            entering[rank] += weight_of(data, subject);
        } else {
            exits[rank] = true;
            count_exit(rows[rank], data, subject);
        }
    }
    double remaining = 0;
    double to_enter = 0;
    for (std::size_t j = rows.size(); j-- > 0;) {
        remaining += rows[j].events + rows[j].censored;
        to_enter += entering[j];
        rows[j].at_risk = remaining - to_enter;
    }
    std::vector<KaplanMeierRow> kept;
    Estimate estimate;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        if (exits[j]) {
            rows[j].time = order.time[j];
            estimate.move(rows[j]);
            kept.push_back(rows[j]);
        }
    }
    return kept;
}

} // namespace

KaplanMeier kaplan_meier(const SurvivalData& data) {
    return {static_cast<int>(data.size()),
            data.entry.empty() ? rows_of(data) : rows_with_entry(data)};
}

std::optional<Interval> survival_interval(double survival,
                                          std::optional<double> greenwood,
                                          IntervalType type,
                                          double confidence) {
    if (!greenwood || survival <= 0) {
        return std::nullopt;
    }
    const double z = quantile(complement(boost::math::normal{}, (1 - confidence) / 2));
    const double half = z * std::sqrt(*greenwood); // on the scale of log S
    if (type == IntervalType::plain) {
        return Interval{std::max(0.0, survival - half * survival),
                        std::min(1.0, survival + half * survival)};
    }
    if (type == IntervalType::log) {
        return Interval{survival * std::exp(-half), std::min(1.0, survival * std::exp(half))};
    }
    if (survival >= 1) {
        return std::nullopt;
    }
    if (type == IntervalType::log_log) {
        const double log_s = std::log(survival);
        const double shift = std::exp(half / -log_s);
        return Interval{std::exp(log_s * shift), std::exp(log_s / shift)};
    }
    if (type == IntervalType::logit) {
        const double centre = std::log(survival / (1 - survival));
        const double shift = half / (1 - survival);
        return Interval{1 / (1 + std::exp(shift - centre)), 1 / (1 + std::exp(-shift - centre))};
    }
    const double centre = std::asin(std::sqrt(survival));
    const double shift = half / 2 * std::sqrt(survival / (1 - survival));
    const double low = std::sin(std::max(0.0, centre - shift));
    const double high =
        std::sin(std::min(boost::math::constants::half_pi<double>(), centre + shift));
    return Interval{low * low, high * high};
}

KaplanMeierAt at_time(const KaplanMeier& curve, double t) {
    KaplanMeierAt out;
    const auto after = std::ranges::upper_bound(curve.rows, t, {}, &KaplanMeierRow::time);
    const auto from = std::ranges::lower_bound(curve.rows, t, {}, &KaplanMeierRow::time);
    out.beyond_follow_up = from == curve.rows.end();
    out.at_risk = out.beyond_follow_up ? 0 : from->at_risk;
    out.bpcp_index = static_cast<std::size_t>(after - curve.rows.begin());
    if (after != curve.rows.begin()) {
        const KaplanMeierRow& row = *(after - 1);
        out.survival = row.survival;
        out.greenwood = row.greenwood;
        out.cumulative_hazard = row.cumulative_hazard;
    }
    return out;
}

Estimability estimability(const KaplanMeier& curve, double t, double minimum_at_risk) {
    if (curve.rows.empty()) {
        return Estimability::no_patients;
    }
    const KaplanMeierAt at = at_time(curve, t);
    // Once the last subject at risk had the event S is 0 and stays there.
    if (at.beyond_follow_up && at.survival > 0) {
        return Estimability::follow_up_short;
    }
    return at.at_risk < minimum_at_risk ? Estimability::few_at_risk : Estimability::estimable;
}

} // namespace embolink
