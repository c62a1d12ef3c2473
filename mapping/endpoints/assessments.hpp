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
    // R4.7, of a progression: in the liver when any finding that decided is, elsewhere only when
    // all are.
    SiteFinding site = SiteFinding::unstated;
    std::vector<Origin> site_origins; // what gives it beside `origins`
    std::string basis;                // in words, where no single resource says it: a lesion sum
    bool adequate() const;            // R5.4: CR, PR, SD, PD, response-unspecified
};

// R4.3, R5.7: progression that a clinician recorded without images counts in PFS-ITT alone, with
// the same precedence.
enum class ClinicalProgression { set_aside, counts };

// Assessments before T0 count for R1.4, those after it for R4-R5. `t0` absent: no R4.5.
// Sorted by date. Superseded same-date assessments are left out (R4.2).
std::vector<JudgedAssessment>
judge_assessments(const PatientTimeline& timeline,
                  std::optional<Date> t0,
                  const TrialWindows& windows,
                  ClinicalProgression clinical = ClinicalProgression::set_aside);

// One issue for each accepted response that counts anywhere and that no date places: none known, or
// a year only (R0.4 imputes no year).
Issues unplaced_assessments(const PatientTimeline& timeline);

// R4.3: a trend without imaging evidence is no imaging assessment.
bool seen_on_images(const Assessment& assessment);

// Accepted (R9.2: candidates never) and imaging based.
bool is_assessment(const Assessment& assessment);

} // namespace embolink
