// The date of an imaging exam or report by R4.1, and the resources that gave it.
#pragma once

#include "mapping/timeline/timeline.hpp"

#include <optional>
#include <vector>

namespace embolink {

struct DatedImaging {
    PartialDate date;
    std::vector<Origin> origins; // the exam or report itself first, then the study that dates it
};

// ImagingStudy.started, also for a report that names the study (of several the latest, as for
// assessments); else the report's effective, else its issued. nullopt: no date.
std::optional<DatedImaging> date_imaging(const PatientTimeline& timeline, const Imaging& imaging);

// The studies and reports by which `imaging_date(timeline, assessment)` dates the assessment; the
// assessment itself is not among them.
std::vector<Origin> date_origins(const PatientTimeline& timeline, const Assessment& assessment);

} // namespace embolink
