// What was known of the patient before T0 (R1.4): state of the disease, therapy of the liver
// arteries, and whether the feed reaches back far enough to tell.
#pragma once

#include "mapping/endpoints/assessments.hpp"
#include "mapping/endpoints/trial.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace embolink {

struct History {
    std::vector<std::string> flags; // one tier; prior-arterial-therapy or prior-therapy-unknown
    std::vector<RecordSource> sources;
};

// `assessments` judged with this T0. Progression counts for the tier up to T0 itself: a scan on the
// day of a therapy counts as before it (R5.2). A resection follows when it is later than T0.
History judge_history(const PatientTimeline& timeline,
                      const std::vector<JudgedAssessment>& assessments,
                      Date t0,
                      const TrialWindows& windows);

} // namespace embolink
