#include "analysis/monitoring/cusum.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

double monitoring_weight(const MonitoredCase& one, double odds_ratio) {
    const double expected = std::log1p(one.expected * (odds_ratio - 1));
    return (one.event != 0 ? std::log(odds_ratio) : 0.0) - expected;
}

double with_odds_ratio(double probability, double odds_ratio) {
    return odds_ratio * probability / (1 - probability + odds_ratio * probability);
}

Cusum cusum(const std::vector<MonitoredCase>& cases, double odds_ratio, double limit) {
    Cusum out;
    double value = 0;
    for (const MonitoredCase& one : cases) {
        out.weight.push_back(monitoring_weight(one, odds_ratio));
        value = std::max(0.0, value + out.weight.back());
        if (value >= limit && !out.first_signal) {
            out.first_signal = out.value.size();
        }
        out.value.push_back(value);
    }
    return out;
}

Sprt sprt(const std::vector<MonitoredCase>& cases, double odds_ratio, double alpha, double beta) {
    Sprt out;
    out.upper = std::log((1 - beta) / alpha);
    out.lower = std::log(beta / (1 - alpha));
    double value = 0;
    for (const MonitoredCase& one : cases) {
        value += monitoring_weight(one, odds_ratio);
        if (!out.first_cross && (value >= out.upper || value <= out.lower)) {
            out.first_cross = out.log_ratio.size();
            out.decision =
                value >= out.upper ? SprtDecision::unacceptable : SprtDecision::acceptable;
        }
        out.log_ratio.push_back(value);
    }
    return out;
}

std::vector<double> vlad(const std::vector<MonitoredCase>& cases) {
    std::vector<double> out;
    double value = 0;
    for (const MonitoredCase& one : cases) {
        value += one.expected - one.event;
        out.push_back(value);
    }
    return out;
}

} // namespace embolink
