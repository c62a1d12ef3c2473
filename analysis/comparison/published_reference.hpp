// A published Kaplan-Meier rate with the uncertainty that its trial must have had (statistics A8).
// The trial printed no interval; how many patients the rate is worth is an assumption with a name.
#pragma once

#include "analysis/interval.hpp"

#include <optional>

namespace embolink {

// A rate in [0, 1] and the variance of its estimate. A rate of 0 or 1 has no usable variance: tests
// that need one are undefined there.
struct PublishedEstimate {
    double rate = 0;
    double variance = 0; // of the rate itself

    std::optional<double> log_variance() const; // variance of log(rate)
};

// The rate as if from `effective_n` uncensored patients (Peto): variance p (1 - p) / n.
PublishedEstimate published_estimate(double rate, double effective_n);

// The weighted mean of two independent estimates with weights summing to 1 (rule R8.1: 12/26 and
// 14/26), an unrandomised summary that is ours and not the trial's.
PublishedEstimate pooled_estimate(const PublishedEstimate& first,
                                  double first_weight,
                                  const PublishedEstimate& second,
                                  double second_weight);

// Log-log interval of the estimate; empty for a rate of 0 or 1.
std::optional<Interval> published_interval(const PublishedEstimate& estimate,
                                           double confidence = default_confidence);

} // namespace embolink
