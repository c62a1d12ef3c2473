// A closed interval of a parameter: confidence limits, on the scale of the estimate.
#pragma once

namespace embolink {

struct Interval {
    double lower = 0;
    double upper = 0;
};

inline constexpr double default_confidence = 0.95; // two-sided level of every interval

} // namespace embolink
