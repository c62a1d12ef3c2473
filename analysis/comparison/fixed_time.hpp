// Survival rates at one time point: two groups, or a local curve against a published rate with its
// uncertainty (statistics A8; METHODS.md, sections 9 and 10). Positive z: the first rate is higher,
// except for cloglog, whose sign is that of log(-log S) and so the reverse.
#pragma once

#include "analysis/comparison/published_reference.hpp"
#include "analysis/interval.hpp"

#include <optional>

namespace embolink {

// A rate and the variance of its logarithm (Greenwood).
struct FixedTimeRate {
    double survival = 1;
    std::optional<double> log_variance; // empty: infinite (S = 0) or unknown
};

FixedTimeRate rate_of(const PublishedEstimate& estimate);

// One statistic; empty parts of a comparison are undefined (a rate of 0 or 1, zero variance).
struct ZTest {
    double z = 0;
    double p = 1; // two-sided
    double chi_square = 0;
};

// The five transforms of Klein, Logan, Harhoff and Andersen 2007 for independent estimates.
struct FixedTimeComparison {
    std::optional<ZTest> naive;
    std::optional<ZTest> log;
    std::optional<ZTest> cloglog; // the recommended one
    std::optional<ZTest> arcsin;
    std::optional<ZTest> logit;
};

FixedTimeComparison compare_at_fixed_time(const FixedTimeRate& first, const FixedTimeRate& second);

// log S1 / log S2 with its interval; empty where cloglog is undefined.
struct HazardRatio {
    double estimate = 1;
    Interval interval;
};

std::optional<HazardRatio> cumulative_hazard_ratio(const FixedTimeRate& first,
                                                   const FixedTimeRate& second,
                                                   double confidence = default_confidence);

// Interval of first - second from the intervals of both (MOVER, Zou and Donner 2008); works at S =
// 1 with BPCP limits.
Interval mover_difference(double first,
                          const Interval& first_interval,
                          double second,
                          const Interval& second_interval);

} // namespace embolink
