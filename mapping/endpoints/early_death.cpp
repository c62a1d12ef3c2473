// DEATH30 (R6.6): death within 30 days of any session of the course, in this order:
//   1. dead without a date: nobody can tell;
//   2. dead on a known day: within the days of some session, or not;
//   3. not known to be dead: alive when seen on or after the last day of the last session; else too
//      early to tell, or never followed so far.
#include "mapping/endpoints/trail.hpp"
#include "mapping/endpoints/vital_status.hpp"

#include <algorithm>

namespace embolink {
namespace {

Date last_day(const PatientCase& patient) {
    return plus_days(patient.course.sessions().back()->date,
                     patient.trial.windows.early_death.days);
}

bool within_days_of_a_session(const PatientCase& patient, Date died) {
    const auto sessions = patient.course.sessions();
    return std::any_of(sessions.begin(), sessions.end(), [&](const Session* session) {
        const int day = days_between(session->date, died);
        return day >= 0 && day <= patient.trial.windows.early_death.days;
    });
}

// R0.4: the day of a month is taken, and another day of it would have said otherwise.
bool hangs_on_imputation(const PatientCase& patient, const KnownDeath& death, bool early) {
    const auto& month = death.written;
    return death.imputed &&
           (within_days_of_a_session(patient, std::max(month->first, patient.t0())) != early ||
            within_days_of_a_session(patient, month->last) != early);
}

Derived finish_dead(Trail& trail, const PatientCase& patient, const KnownDeath& death) {
    cite_death(trail, death, "R6.6");
    if (!death.date) {
        return trail.finish(NotEvaluable{"death-date-unknown"});
    }
    const bool early = within_days_of_a_session(patient, *death.date);
    if (hangs_on_imputation(patient, death, early)) {
        trail.flag("date-imputed-day");
    }
    return trail.finish(Value{early, "", ""});
}

} // namespace

Derived derive_early_death(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    cite_course(trail, patient);
    trail.cite(imputation_origins(patient), "imputation", "R0.4");
    if (const auto death = known_death(patient)) {
        return finish_dead(trail, patient, *death);
    }
    const auto last = last_contact(patient);
    trail.cite(last.origins, "contact", "R6.6");
    auto entry = timeline_entry("contact", last.date, last.origins);
    entry.value = last.kind;
    trail.note_used(std::move(entry));
    const Date end = last_day(patient);
    if (last.date >= end) {
        return trail.finish(Value{false, "", ""});
    }
    return trail.finish(NotEvaluable{patient.as_of < end ? "window-open" : "follow-up-short"});
}

} // namespace embolink
