// The parts of the torture table, and the trial-like data that the simulated ones draw: exponential
// times, censored uniformly between 12 and 48 months.
#pragma once

#include "analysis/survival/survival_data.hpp"
#include "tests/torture/line.hpp"

#include <cmath>
#include <random>

namespace embolink::torture {

inline constexpr double landmark = 24; // months
inline constexpr int sizes[] = {8, 14, 26, 60};

// 53 bits of a generator whose sequence the standard fixes: the same samples everywhere.
inline double uniform(std::mt19937_64& random) {
    return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

// `rate`: the true share without event at the landmark.
inline SurvivalData draw(std::mt19937_64& random, int n, double rate) {
    const double hazard = -std::log(rate) / landmark;
    SurvivalData data;
    for (int i = 0; i < n; ++i) {
        const double event = -std::log(uniform(random)) / hazard;
        const double end = 12 + 36 * uniform(random);
        data.time.push_back(std::min(event, end));
        data.event.push_back(event <= end ? 1 : 0);
    }
    return data;
}

Table coverage_of_intervals(); // of S(24) and of the median
Table errors_of_log_rank();    // no difference between two groups
Table errors_of_one_sample();  // the reference is the truth
Table errors_against_trial();  // the published rate is an estimate of the same truth
Table exact_proportions();     // coverage and error, enumerated
Table verdicts_of_hospitals(); // rule R8 under half-yearly looks: false alarms and power

} // namespace embolink::torture
