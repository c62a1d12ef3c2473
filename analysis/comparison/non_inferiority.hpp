// Whether a local rate may be called no worse than a published one by more than a margin
// (statistics A13; METHODS.md, section 12). A margin must have been declared before the data were
// read, and "not inferior" is never "equivalent".
#pragma once

#include "analysis/comparison/published_reference.hpp"
#include "analysis/interval.hpp"

namespace embolink {

struct NonInferiority {
    double difference = 0; // local less published: negative is worse
    Interval interval;     // of the difference, from both uncertainties
    bool shown = false;    // the whole interval lies above -margin
    // The published rate alone leaves so much room below that no local data could show it: its
    // interval reaches further than the margin above the rate.
    bool testable = true;
};

// `margin` positive, on the scale of the rate. The intervals are those of each rate; MOVER puts
// them together.
NonInferiority non_inferiority(double local,
                               const Interval& local_interval,
                               double published,
                               const Interval& interval_of_published,
                               double margin);

// Interval of a published rate worth `effective_n` patients: log-log, and where that is undefined
// (a rate of 0 or 1) Clopper-Pearson for that number, rounded down.
Interval published_or_exact_interval(double rate,
                                     double effective_n,
                                     double confidence = default_confidence);

} // namespace embolink
