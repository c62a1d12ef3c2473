#include "mapping/endpoints/progression_case.hpp"

#include <algorithm>

namespace embolink {
namespace {

bool listed_first(const EndpointDefinition& definition, std::string_view a, std::string_view b) {
    const auto& events = definition.events;
    return std::find(events.begin(), events.end(), a) < std::find(events.begin(), events.end(), b);
}

} // namespace

const std::vector<JudgedAssessment>& ProgressionCase::assessments() const {
    return definition.clinical_progression ? clinical : patient.assessments;
}

bool ProgressionCase::is_event(const JudgedAssessment& assessment) const {
    const bool elsewhere = assessment.site == SiteFinding::other_stated;
    return assessment.category == ResponseCategory::progressive_disease &&
           !(definition.liver_progression && elsewhere);
}

const JudgedAssessment* ProgressionCase::first_progression(Date until) const {
    for (const auto& assessment : assessments()) {
        if (is_event(assessment) && assessment.date > t0() && assessment.date <= until) {
            return &assessment;
        }
    }
    return nullptr;
}

const JudgedAssessment* ProgressionCase::last_adequate(Date until,
                                                       const JudgedAssessment* before) const {
    const JudgedAssessment* last = nullptr;
    for (const auto& assessment : assessments()) {
        const bool in_time = assessment.date > t0() && assessment.date <= until;
        const bool earlier = before == nullptr || assessment.date < before->date;
        if (in_time && earlier && assessment.adequate()) {
            last = &assessment;
        }
    }
    return last;
}

ProgressionCase look_at(const PatientCase& patient, const EndpointDefinition& definition) {
    ProgressionCase one{
        patient, definition, std::nullopt, patient.as_of, known_death(patient), {}, {}};
    if (definition.therapy_cut) {
        one.therapy = first_new_therapy(patient);
        one.cut = one.therapy ? std::min(one.therapy->date, patient.as_of) : patient.as_of;
    }
    one.baseline.kind = BaselineImaging::present;
    if (definition.baseline_imaging) {
        one.baseline = find_baseline_imaging(patient);
    }
    if (definition.clinical_progression) {
        one.clinical = judge_assessments(
            patient.timeline, patient.t0(), patient.trial.windows, ClinicalProgression::counts);
    }
    return one;
}

std::optional<EventCandidate> first_event(const ProgressionCase& one) {
    std::optional<EventCandidate> event;
    if (const auto* progression = one.judged() ? one.first_progression(one.cut) : nullptr) {
        event = EventCandidate{progression->date, progression, false};
    }
    if (!one.death || !one.death->date || *one.death->date > one.cut) {
        return event;
    }
    const auto died = *one.death->date;
    const bool death_first =
        !event || died < event->date ||
        (died == event->date && listed_first(one.definition, death_word, progression_word));
    return death_first ? EventCandidate{died, nullptr, one.death->imputed} : event;
}

bool gap_too_long(const ProgressionCase& one, Date event, const JudgedAssessment* last) {
    const auto seen = last != nullptr ? last->date : one.t0();
    return one.definition.assessment_gap &&
           days_between(seen, event) > one.patient.trial.windows.assessment_gap.days;
}

} // namespace embolink
