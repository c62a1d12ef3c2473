// Response assessments as the rules judge them (R4.1-R4.5): one per imaging date.
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/timeline/timeline.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct JudgedAssessment {
    Date date;                      // imaging date, imputed where R0.4 says so
    ResponseCategory category;      // after R4.5
    std::vector<Origin> origins;    // every resource that decided category or date
    std::vector<std::string> flags; // same-date-conflict, trend-only, response-unspecified,
                                    // date-imputed-day, early-pd
    bool early_progression = false; // R4.5: was PD before T0 + 28 days, now NE
    std::string basis;              // in words, where no single resource says it: a lesion sum
    bool adequate() const;          // R5.4: CR, PR, SD, PD, response-unspecified
};

// Assessments before T0 count for R1.4, those after it for R4-R5. `t0` absent: no R4.5.
// Sorted by date. Superseded same-date assessments are left out (R4.2).
std::vector<JudgedAssessment> judge_assessments(const PatientTimeline& timeline,
                                                std::optional<Date> t0,
                                                const TrialWindows& windows);

// One issue for each accepted, imaging-based response that no date places: none known, or a year
// only (R0.4 imputes no year).
Issues unplaced_assessments(const PatientTimeline& timeline);

// R4.3: a trend without imaging evidence is no imaging assessment.
bool seen_on_images(const Assessment& assessment);

// Accepted (R9.2: candidates never) and imaging based.
bool is_assessment(const Assessment& assessment);

} // namespace embolink
