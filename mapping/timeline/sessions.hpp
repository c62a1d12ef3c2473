// Sessions, rounds and courses (R2) of one patient.
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/timeline/timeline.hpp"

#include <optional>
#include <vector>

namespace embolink {

// R2.1: qualifying rows of one patient that are one visit to the angiography suite.
struct Session {
    Date date;                                // first calendar day
    std::vector<const ProcedureRow*> rows;    // qualifying rows and same-day protective coils
    Lobe lobe = Lobe::unknown;                // both when left and right rows meet
    std::optional<std::int64_t> puncture_utc; // earliest start of a row that carries a time
    bool site_assumed = false;                // R2.0, flag site-assumed-hepatic
};

struct Round {
    std::vector<Session> sessions;

    Date date() const { return sessions.front().date; }
};

// The first course (R2.3), and what followed it.
struct Course {
    std::vector<Round> rounds;
    std::optional<Date> retreatment; // first session of a second course: a new therapy (R5.2)
    std::vector<Origin> retreatment_origins;
    bool laterality_unknown = false; // R2.2

    Date t0() const { return rounds.front().date(); }

    std::vector<const Session*> sessions() const; // in order
};

// Sessions in order of date; empty: none qualifies. Pointers point into `timeline`.
std::vector<Session> find_sessions(const PatientTimeline& timeline);

// `sessions` not empty. `progressions`: dates of radiological progression after T0 (R2.3).
Course build_course(const std::vector<Session>& sessions,
                    const std::vector<Date>& progressions,
                    const TrialWindows& windows);

} // namespace embolink
