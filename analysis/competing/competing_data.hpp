// Time to the first of several kinds of event.
#pragma once

#include <cstddef>
#include <vector>

namespace embolink {

// One row per subject. `cause` is 0 for a censoring, 1 .. k for the kind of event. Times are not
// negative.
struct CompetingData {
    std::vector<double> time;
    std::vector<int> cause;

    std::size_t size() const { return time.size(); }
};

} // namespace embolink
