// Right-censored times as plain arrays. Times are in whole days wherever they come from records
// (Therneau: round-off breaks ties that integers keep); other units only in reference cases.
#pragma once

#include <cstddef>
#include <vector>

namespace embolink {

// One row per subject. `event` is 1 for an event, 0 for a censoring (never ADaM's CNSR). Negative
// times are not valid input; time 0 is. `entry` and `weight` are empty or as long as `time`.
struct SurvivalData {
    std::vector<double> time;
    std::vector<int> event;
    std::vector<double> entry;  // delayed entry: at risk on (entry, time]
    std::vector<double> weight; // replication weights

    std::size_t size() const { return time.size(); }
};

// Events and censorings swapped: Kaplan-Meier of this is the reverse estimate of follow-up
// (Schemper and Smith 1996).
SurvivalData reversed(const SurvivalData& data);

// The subjects of one group, in input order.
SurvivalData subset(const SurvivalData& data, const std::vector<int>& group, int which);

} // namespace embolink
