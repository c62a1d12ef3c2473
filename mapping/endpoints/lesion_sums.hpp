// Responses by arithmetic: the sum of the longest diameters of the same lesions against the sum
// before the treatment and the smallest one since (R4.2, RECIST 1.1 section 4.3.1).
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/issue.hpp"
#include "mapping/timeline/timeline.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct LesionSum {
    Date date;
    std::optional<ResponseCategory> category; // PR, SD or PD; nullopt: nothing to compare with
    std::vector<Origin>
        origins; // the sizes of the date, then those of the sums they are compared with
    SiteFinding site = SiteFinding::unstated; // R4.7: of all its lesions, where they say the same
    std::vector<Origin> site_origins;         // what gives it beside `origins`
    std::string words; // "sum 62 mm, 90 mm before treatment, smallest 70 mm", or why not judged
};

// One for each day after T0 on which a lesion was measured:
//   1. the sum before treatment is that of the last day with sizes in R5.6's window; its lesions
//      are the ones that are followed, else those of the first day after T0;
//   2. a day on which one of them was not measured, or measured as two sizes, is not judged;
//   3. PD: 20 % and 5 mm above the smallest sum so far (by RECIST 1.0 without the 5 mm); else PR:
//      30 % below the sum before treatment; else SD. Without that sum only PD can be told.
std::vector<LesionSum>
lesion_sums(const PatientTimeline& timeline, Date t0, const TrialWindows& windows);

// One issue for each size whose day nothing tells, or that a day which is not judged leaves unused.
Issues unused_sizes(const PatientTimeline& timeline, Date t0, const TrialWindows& windows);

} // namespace embolink
