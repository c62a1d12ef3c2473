#include "mapping/endpoints/overall_survival.hpp"

#include "mapping/endpoints/trail.hpp"
#include "mapping/endpoints/vital_status.hpp"

namespace embolink {

Derived derive_overall_survival(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto death = known_death(patient);
    trail.cite(imputation_origins(patient), "imputation", "R0.4");
    if (!death) {
        const auto last = last_contact(patient);
        trail.cite(last.origins, "censor", "R5.8");
        auto entry = timeline_entry("contact", last.date, last.origins);
        entry.value = last.kind;
        trail.note_used(std::move(entry));
        return trail.finish(Censored{"last-known-alive"}, last.date);
    }
    cite_death(trail, *death, death->date ? "R5.8" : "R5.9");
    const auto died = death->date               ? death->date
                      : death->before_treatment ? std::optional(death->written->last)
                                                : std::nullopt;
    const auto after = died ? contact_after(patient, *died) : std::nullopt;
    if (after) {
        trail.flag("contact-after-death");
        trail.cite(after->origins, "contact", "R5.9");
        auto entry = timeline_entry("contact", after->date, after->origins);
        entry.value = after->kind;
        trail.note_set_aside(std::move(entry), "R5.9 after the recorded death");
    }
    if (!death->date) {
        return trail.finish(NotEvaluable{"death-date-unknown"});
    }
    if (death->imputed) {
        trail.flag("date-imputed-day");
    }
    return trail.finish(Event{"death"}, *death->date);
}

} // namespace embolink
