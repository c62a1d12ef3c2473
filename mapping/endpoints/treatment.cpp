#include "mapping/endpoints/treatment.hpp"

namespace embolink {

std::optional<Treatment> find_treatment(const PatientTimeline& timeline,
                                        const TrialWindows& windows) {
    Treatment treatment;
    treatment.sessions = find_sessions(timeline);
    if (treatment.sessions.empty()) {
        return std::nullopt;
    }
    const Date t0 = treatment.sessions.front().date; // R3.1
    treatment.assessments = judge_assessments(timeline, t0, windows);
    // Those before T0 lie between no two rounds.
    for (const JudgedAssessment& assessment : treatment.assessments) {
        if (assessment.category == ResponseCategory::progressive_disease) {
            treatment.progressions.push_back(assessment.date);
        }
    }
    treatment.course = build_course(treatment.sessions, treatment.progressions, windows);
    return treatment;
}

// Rounds do not depend on the gap, only how many of them belong to the first course.
bool is_same_course(const Treatment& treatment, const TrialWindows& other) {
    const Course course = build_course(treatment.sessions, treatment.progressions, other);
    return course.rounds.size() == treatment.course.rounds.size();
}

} // namespace embolink
