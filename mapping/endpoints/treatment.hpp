// The sessions of one patient, the first course that they make, and the assessments that may end
// it.
#pragma once

#include "mapping/endpoints/assessments.hpp"
#include "mapping/timeline/sessions.hpp"

#include <optional>
#include <vector>

namespace embolink {

// What the course of a patient with at least one session rests on. Points into the timeline.
struct Treatment {
    std::vector<Session> sessions;
    std::vector<JudgedAssessment> assessments; // dated from the first session (R4.5)
    std::vector<Date> progressions;            // radiological, after the first session (R2.3)
    Course course;
};

// nullopt: no row qualifies as a session (R2.0).
std::optional<Treatment> find_treatment(const PatientTimeline& timeline,
                                        const TrialWindows& windows);

// Whether windows that differ from those of `treatment` in the gap between rounds alone (R2.3) make
// the same first course, and the same end of it.
bool is_same_course(const Treatment& treatment, const TrialWindows& other);

} // namespace embolink
