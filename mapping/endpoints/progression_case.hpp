// What PFS, HPFS and PFS-ITT look at (steps 1 to 4 of time_to_event.cpp), gathered once.
#pragma once

#include "mapping/endpoints/baseline_imaging.hpp"
#include "mapping/endpoints/patient_case.hpp"
#include "mapping/endpoints/vital_status.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace embolink {

// Event words of trial files and records.
inline constexpr std::string_view progression_word = "progression";
inline constexpr std::string_view death_word = "death";

// The patient and the definition must outlive it.
struct ProgressionCase {
    const PatientCase& patient;
    const EndpointDefinition& definition;
    std::optional<NewTherapy> therapy; // the cut, when it is one
    Date cut;
    std::optional<KnownDeath> death;
    BaselineFinding baseline;
    std::vector<JudgedAssessment> clinical; // R5.7: with those that no image shows

    Date t0() const { return patient.t0(); }

    bool judged() const { return baseline.kind != BaselineImaging::absent; }

    const std::vector<JudgedAssessment>& assessments() const;

    // Progression, and for HPFS (R4.7) not one that is only elsewhere.
    bool is_event(const JudgedAssessment& assessment) const;

    const JudgedAssessment* first_progression(Date until) const;

    // `before` a progression: earlier days only; up to a death or the cut: that day too.
    const JudgedAssessment* last_adequate(Date until, const JudgedAssessment* before) const;
};

// Steps 1 and 2.
ProgressionCase look_at(const PatientCase& patient, const EndpointDefinition& definition);

struct EventCandidate {
    Date date;
    const JudgedAssessment* progression = nullptr; // null: death
    bool imputed = false;
};

// Step 3. Deaths without a date are dealt with before.
std::optional<EventCandidate> first_event(const ProgressionCase& one);

// Step 4: whole days without any adequate assessment before the event; `last` null: since T0.
bool gap_too_long(const ProgressionCase& one, Date event, const JudgedAssessment* last);

} // namespace embolink
