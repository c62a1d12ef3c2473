#include "mapping/endpoints/course.hpp"

#include "mapping/endpoints/trail.hpp"
#include "mapping/endpoints/vital_status.hpp"

#include <algorithm>
#include <cstdint>
#include <variant>

namespace embolink {

namespace {

// R3.5: between HAE and HACE; an undetermined session is none, and beads are an arm of their own.
// Only sessions of this course are asked: only the first course makes records (R2.3), and what
// follows it is `retreatment`.
bool is_crossover(const TrialDefinition& trial,
                  const std::string& first,
                  const std::string& later) {
    const auto listed = [&](const std::string& arm) {
        return std::find(trial.crossover.begin(), trial.crossover.end(), arm) !=
               trial.crossover.end();
    };
    return first != later && listed(first) && listed(later);
}

void judge_crossover(Trail& trail,
                     const TrialDefinition& trial,
                     const std::vector<ArmFinding>& arms) {
    for (const ArmFinding& finding : arms) {
        for (const RecordSource& source : finding.sources) {
            trail.cite({source.reference, source.version}, "arm", "R3.5");
        }
        if (is_crossover(trial, arms.front().arm, finding.arm)) {
            trail.flag("crossover");
        }
    }
}

void judge_interval(Trail& trail, const PatientCase& patient) {
    const auto& rounds = patient.course.rounds;
    const TrialWindows& windows = patient.trial.windows;
    const int days = days_between(rounds[0].date(), rounds[1].date());
    if (days >= windows.interval_min.days && days <= windows.interval_max.days) {
        trail.flag("interval-conform");
    }
    if (rounds.size() > 2) {
        trail.flag("more-than-two-rounds");
    }
}

bool within_gap(const PatientCase& patient, Date date) {
    return date > patient.t0() &&
           days_between(patient.t0(), date) <= patient.trial.windows.course_gap.days;
}

bool died_in_gap(Trail& trail, const PatientCase& patient) {
    const auto death = known_death(patient);
    if (!death || !death->date || days_between(patient.t0(), *death->date) < 0 ||
        days_between(patient.t0(), *death->date) > patient.trial.windows.course_gap.days) {
        return false;
    }
    trail.cite(death->origins, "death", "R2.4");
    return true;
}

bool progressed_in_gap(Trail& trail, const PatientCase& patient) {
    for (const JudgedAssessment& assessment : patient.assessments) {
        if (assessment.category == ResponseCategory::progressive_disease &&
            within_gap(patient, assessment.date)) {
            trail.cite(assessment.origins, "assessment", "R2.4");
            return true;
        }
    }
    return false;
}

// R2.4 asks for TOX3, so it is derived here too, whether or not the trial file lists it.
bool had_grade3_toxicity(Trail& trail, const PatientCase& patient) {
    EndpointDefinition definition;
    definition.param = "TOX3";
    definition.kind = "grade3-toxicity";
    const Derived toxicity = derive_grade3_toxicity(patient, definition);
    const auto* value = std::get_if<Value>(&toxicity.record.status);
    const bool* grade3 = value == nullptr ? nullptr : std::get_if<bool>(&value->value);
    if (grade3 == nullptr || !*grade3) {
        return false;
    }
    for (const RecordSource& source : toxicity.record.sources) {
        if (source.role != "session" && source.role != "retreatment") {
            trail.cite({source.reference, source.version}, "toxicity", "R2.4");
        }
    }
    return true;
}

// R2.4: why there was no second round, as far as the data say.
void judge_single_round(Trail& trail, const PatientCase& patient) {
    trail.flag("single-round");
    bool explained = false;
    const auto explain = [&](bool holds, const char* flag) {
        if (holds) {
            trail.flag(flag);
            explained = true;
        }
    };
    explain(died_in_gap(trail, patient), "single-round-death");
    explain(progressed_in_gap(trail, patient), "single-round-progression");
    explain(had_grade3_toxicity(trail, patient), "single-round-toxicity");
    const Date gap_end = plus_days(patient.t0(), patient.trial.windows.course_gap.days);
    if (!explained && patient.as_of < gap_end) {
        trail.flag("single-round-pending");
    }
}

} // namespace

Derived derive_course(const PatientCase& patient,
                      const EndpointDefinition& definition,
                      const std::vector<ArmFinding>& arms) {
    Trail trail(patient, definition);
    cite_course(trail, patient);
    judge_crossover(trail, patient.trial, arms);
    if (patient.course.rounds.size() > 1) {
        judge_interval(trail, patient);
    } else {
        judge_single_round(trail, patient);
    }
    if (patient.course.retreatment) {
        trail.flag("retreatment");
    }
    if (patient.course.laterality_unknown) {
        trail.flag("laterality-unknown");
    }
    return trail.finish(Value{static_cast<std::int64_t>(patient.course.rounds.size()), "", ""});
}

} // namespace embolink
