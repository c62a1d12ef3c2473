// Charts of a sequence of cases, each with an outcome (1: event) and the probability that it was
// expected to have (statistics A11; METHODS.md, section 14). The probability comes from a risk
// model or is one constant: the trial supplies no case mix.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace embolink {

struct MonitoredCase {
    int event = 0;
    double expected = 0; // probability, 0 to 1
};

// Fewer cases than this are a run chart and no test (statistics A13).
inline constexpr std::size_t fewest_monitored_cases = 20;

// Log-likelihood ratio of one case for odds multiplied by `odds_ratio` (positive) against odds as
// expected: y log OR - log(1 - p + OR p), Steiner 2000.
double monitoring_weight(const MonitoredCase& one, double odds_ratio);

// The probability after its odds are multiplied.
double with_odds_ratio(double probability, double odds_ratio);

struct Cusum {
    std::vector<double> weight;
    std::vector<double> value;               // max(0, last + weight); goes on after a signal
    std::optional<std::size_t> first_signal; // index of the first value >= limit
};

Cusum cusum(const std::vector<MonitoredCase>& cases, double odds_ratio, double limit);

enum class SprtDecision {
    go_on,
    acceptable,  // the lower bound was reached first: as expected
    unacceptable // the upper bound: odds multiplied
};

// Wald's sequential probability ratio test with errors alpha (false alarm) and beta (missed).
struct Sprt {
    std::vector<double> log_ratio; // cumulative
    double upper = 0;              // log((1 - beta) / alpha)
    double lower = 0;              // log(beta / (1 - alpha))
    std::optional<std::size_t> first_cross;
    SprtDecision decision = SprtDecision::go_on;
};

Sprt sprt(const std::vector<MonitoredCase>& cases, double odds_ratio, double alpha, double beta);

// Variable life-adjusted display: cumulative expected less observed events; it falls with harm.
std::vector<double> vlad(const std::vector<MonitoredCase>& cases);

} // namespace embolink
