#include "analysis/comparison/non_inferiority.hpp"

#include "analysis/comparison/fixed_time.hpp"
#include "analysis/proportions/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

NonInferiority non_inferiority(double local,
                               const Interval& local_interval,
                               double published,
                               const Interval& interval_of_published,
                               double margin) {
    NonInferiority out;
    out.difference = local - published;
    out.interval = mover_difference(local, local_interval, published, interval_of_published);
    out.shown = out.interval.lower > -margin;
    // Even a local rate known exactly and equal to the published one would not do.
    out.testable = interval_of_published.upper - published < margin;
    return out;
}

Interval published_or_exact_interval(double rate, double effective_n, double confidence) {
    const auto log_log = published_interval(published_estimate(rate, effective_n), confidence);
    if (log_log) {
        return *log_log;
    }
    const int n = std::max(1, static_cast<int>(std::floor(effective_n)));
    return clopper_pearson({rate >= 1 ? n : 0, n}, confidence);
}

} // namespace embolink
