// PFS (R5), HPFS (R4.7) and PFS-ITT (R5.7), in this order:
//   1. the cut: as_of or the first new therapy (R5.2);
//   2. baseline imaging: without it progression cannot be judged (R5.6);
//   3. the first event: progression or death (R5.1), on one day in the order of the trial file;
//   4. the gap before it (R5.3);
//   5. else censoring (R5.4, R5.5).
// HPFS has progression in the liver in step 3, and progression elsewhere among the readings free of
// it. PFS-ITT has no therapy in step 1, neither of steps 2 and 4, and clinical progression in step
// 3.
// An undated death (R5.9) decides nothing once progression is known: nobody progresses after death.
#include "mapping/endpoints/baseline_imaging.hpp"
#include "mapping/endpoints/candidates.hpp"
#include "mapping/endpoints/overall_survival.hpp"
#include "mapping/endpoints/progression_case.hpp"
#include "mapping/endpoints/response_words.hpp"
#include "mapping/endpoints/therapy.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>

namespace embolink {
namespace {

// Flags of an assessment that say something of its category, for a record that the category
// decides.
void flag_category(Trail& trail, const JudgedAssessment& assessment) {
    for (const auto& flag : assessment.flags) {
        if (flag == "same-date-conflict" || flag == "trend-only") {
            trail.flag(flag);
        }
    }
}

// A censoring assessment decides by its date: what is open about it is open about the record.
void flag_censoring(Trail& trail, const JudgedAssessment& assessment) {
    for (const auto& flag : assessment.flags) {
        if (flag == "same-date-conflict" || flag == "response-unspecified" ||
            flag == "date-imputed-day") {
            trail.flag(flag);
        }
    }
}

void cite_therapy(Trail& trail, const ProgressionCase& one) {
    if (!one.therapy) {
        return;
    }
    trail.cite(one.therapy->origins, "therapy", "R5.2");
    if (one.patient.course.retreatment == one.therapy->date) {
        cite_course(trail, one.patient);
    }
}

void cite_baseline(Trail& trail, const ProgressionCase& one) {
    trail.cite(one.baseline.origins, "baseline", "R5.6");
    if (one.baseline.kind == BaselineImaging::read_by_others) {
        trail.flag("baseline-not-in-feed");
    }
    if (one.baseline.kind == BaselineImaging::no_imaging_feed) {
        trail.flag("no-imaging-in-feed");
    }
}

// R4.7: what tells the site of a progression.
void cite_site(Trail& trail, const ProgressionCase& one, const JudgedAssessment& assessment) {
    if (one.definition.liver_progression) {
        trail.cite(assessment.site_origins, "site", "R4.7");
    }
}

// R4.7: a progression without a site counts.
void flag_site(Trail& trail, const ProgressionCase& one, const JudgedAssessment& progression) {
    if (one.definition.liver_progression && progression.site == SiteFinding::unstated) {
        trail.flag("site-unspecified");
    }
}

// R4.5: an early progression that did not count.
void flag_early(Trail& trail, const ProgressionCase& one, Date until) {
    for (const auto& assessment : one.assessments()) {
        if (assessment.early_progression && assessment.date <= until) {
            trail.flag("early-pd");
            trail.cite(assessment.origins, "assessment", "R4.5");
        }
    }
}

// The therapy kept an early progression from being flagged: both are cited.
void cite_early_after_therapy(Trail& trail, const ProgressionCase& one) {
    for (const auto& assessment : one.assessments()) {
        if (assessment.early_progression && assessment.date > one.cut) {
            trail.cite(assessment.origins, "assessment", "R4.5");
            cite_therapy(trail, one);
        }
    }
}

// What was looked at up to the day that ended the search.
void cite_assessments(Trail& trail, const ProgressionCase& one, Date until) {
    flag_early(trail, one, until);
    for (const auto& assessment : one.assessments()) {
        const bool within = assessment.date > one.t0() && assessment.date <= until;
        if (within && assessment.adequate()) {
            trail.cite(assessment.origins, "assessment", "R4.2");
            cite_site(trail, one, assessment);
        }
    }
}

// R4.4, R8.2: what may say progression and was decided by nobody.
void flag_unresolved(Trail& trail, const ProgressionCase& one) {
    for (const auto& candidate :
         unresolved_candidates(one.patient.timeline, one.t0(), one.patient.trial.windows)) {
        // R4.3: what no image shows counts in PFS-ITT alone; R4.7: what is elsewhere not in HPFS.
        const bool elsewhere = one.definition.liver_progression && candidate.elsewhere_only;
        const bool counts = candidate.progression && !elsewhere &&
                            (candidate.imaging || one.definition.clinical_progression);
        if (counts) {
            trail.flag("pd-candidate-unresolved");
            trail.cite(candidate.origin, "candidate", rule_of(candidate));
            trail.note_set_aside(candidate_entry(candidate), why_unresolved(candidate));
        }
    }
}

// R5.2: an analogue's change that came before the end of the search would have cut it.
void flag_analogue(Trail& trail, const ProgressionCase& one, Date before) {
    if (!one.definition.therapy_cut || one.patient.trial.analogue_change_is_therapy) {
        return;
    }
    const auto change = first_analogue_change(one.patient);
    if (change && change->date < before) {
        trail.flag("ssa-changed");
        trail.cite(change->origins, "therapy", "R5.2");
        auto entry = timeline_entry("therapy", change->date, change->origins);
        entry.value = "somatostatin-analogue";
        trail.note_set_aside(std::move(entry), "R5.2 analogue change is no new therapy");
    }
}

enum class Search { complete, missed_assessments };

std::string
set_aside_reason(const ProgressionCase& one, const JudgedAssessment& assessment, Search search) {
    if (assessment.early_progression) {
        return "R4.5 progression too early without a new lesion";
    }
    if (assessment.date > one.cut) {
        return "R5.2 after the cut";
    }
    if (!assessment.adequate()) {
        return "R5.4 not adequate";
    }
    return search == Search::missed_assessments ? "R5.3 too long after the assessment before"
                                                : "R5.1 after the event";
}

void note_assessments(Trail& trail,
                      const ProgressionCase& one,
                      Date until,
                      Search search = Search::complete) {
    for (const auto& assessment : one.assessments()) {
        if (assessment.date <= one.t0() || assessment.date > one.patient.as_of) {
            continue;
        }
        auto entry = timeline_entry("assessment", assessment.date, assessment.origins);
        entry.value = response_word(assessment.category);
        entry.series = assessment.basis;
        if (one.judged() && assessment.adequate() && assessment.date <= until) {
            trail.note_used(std::move(entry));
        } else {
            trail.note_set_aside(std::move(entry),
                                 one.judged() ? set_aside_reason(one, assessment, search)
                                              : "R5.6 no baseline imaging");
        }
    }
}

void note_therapy(Trail& trail, const ProgressionCase& one, bool used) {
    if (!one.therapy) {
        return;
    }
    auto entry = timeline_entry("therapy", one.therapy->date, one.therapy->origins);
    entry.value = one.therapy->name;
    if (used) {
        trail.note_used(std::move(entry));
    } else {
        trail.note_set_aside(std::move(entry), "R5.1 after the event");
    }
}

// The contact that moved an imputed death may be a session: it is one of the course's only beside
// the others.
void cite_imputation(Trail& trail, const ProgressionCase& one) {
    const auto contacts = imputation_origins(one.patient);
    trail.cite(contacts, "imputation", "R0.4");
    for (const auto* session : one.patient.course.sessions()) {
        for (const auto* row : session->rows) {
            if (std::find(contacts.begin(), contacts.end(), row->origin) != contacts.end()) {
                cite_course(trail, one.patient);
            }
        }
    }
}

Derived finish_event(Trail& trail, const ProgressionCase& one, const EventCandidate& event) {
    cite_assessments(trail, one, event.date);
    flag_analogue(trail, one, event.date);
    note_assessments(trail, one, event.date);
    note_therapy(trail, one, false);
    if (event.progression == nullptr) {
        cite_death(trail, *one.death, "R5.1");
        if (event.imputed) {
            trail.flag("date-imputed-day");
        }
        return trail.finish(Event{std::string(death_word)}, event.date);
    }
    trail.cite(event.progression->origins, "event", "R5.1");
    trail.flags(event.progression->flags);
    flag_site(trail, one, *event.progression);
    const auto* last = one.last_adequate(event.date, event.progression);
    auto derived = trail.finish(Event{std::string(progression_word)}, event.date);
    if (one.definition.interval_bounds) { // R5.10
        derived.record.left = last != nullptr ? last->date : one.t0();
        derived.record.right = event.date;
    }
    return derived;
}

// R5.3: the event came after too long a time without an assessment.
Derived finish_missed(Trail& trail,
                      const ProgressionCase& one,
                      const EventCandidate& event,
                      const JudgedAssessment* last) {
    cite_assessments(trail, one, event.date);
    note_assessments(
        trail, one, last != nullptr ? last->date : one.t0(), Search::missed_assessments);
    note_therapy(trail, one, false);
    if (event.progression != nullptr) {
        trail.cite(event.progression->origins, "missed-event", "R5.3");
        flag_category(trail, *event.progression);
        flag_site(trail, one, *event.progression);
    } else {
        cite_death(trail, *one.death, "R5.3");
    }
    flag_analogue(trail, one, event.date);
    if (last == nullptr) {
        return trail.finish(Censored{"no-assessment"}, one.t0());
    }
    trail.cite(last->origins, "censor", "R5.3");
    flag_censoring(trail, *last);
    return trail.finish(Censored{"missed-assessments"}, last->date);
}

// Step 5.
Derived finish_censored(Trail& trail, const ProgressionCase& one) {
    cite_assessments(trail, one, one.cut);
    flag_analogue(trail, one, one.cut);
    cite_therapy(trail, one);
    if (one.therapy) {
        trail.flags(one.therapy->flags);
    }
    note_assessments(trail, one, one.cut);
    note_therapy(trail, one, true);
    const std::string therapy_reason = "new-anticancer-therapy";
    const auto* last = one.last_adequate(one.cut, nullptr);
    if (last == nullptr) {
        return trail.finish(Censored{one.therapy ? therapy_reason : "no-assessment"}, one.t0());
    }
    trail.cite(last->origins, "censor", "R5.4");
    flag_censoring(trail, *last);
    return trail.finish(Censored{one.therapy ? therapy_reason : "last-adequate-assessment"},
                        last->date);
}

// R5.6: only a death within the gap of T0 is an event.
Derived finish_without_baseline(Trail& trail, const ProgressionCase& one) {
    const auto event = first_event(one);
    if (event && !gap_too_long(one, event->date, nullptr)) {
        return finish_event(trail, one, *event);
    }
    if (one.death && one.death->date) {
        cite_death(trail, *one.death, "R5.6");
        // Then the cut kept it from being the event.
        if (one.therapy && !gap_too_long(one, *one.death->date, nullptr)) {
            cite_therapy(trail, one);
            trail.flags(one.therapy->flags);
        }
    }
    flag_early(trail, one, one.cut);
    cite_early_after_therapy(trail, one);
    note_assessments(trail, one, one.t0());
    return trail.finish(Censored{"no-baseline-imaging"}, one.t0());
}

Derived derive_progression_free(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto one = look_at(patient, definition);
    cite_baseline(trail, one);
    flag_unresolved(trail, one);
    cite_imputation(trail, one);
    if (one.death && !one.death->date) { // R5.9
        const auto* progression = one.judged() ? one.first_progression(patient.as_of) : nullptr;
        if (progression == nullptr) {
            cite_death(trail, *one.death, "R5.9");
            flag_early(trail, one, one.cut);
            cite_early_after_therapy(trail, one);
            note_assessments(trail, one, one.cut);
            return trail.finish(NotEvaluable{"death-date-unknown"});
        }
        trail.cite(progression->origins, "assessment", "R5.9");
        cite_site(trail, one, *progression);
        trail.cite(one.death->origins, "death", "R5.9");
    }
    if (!one.judged()) {
        return finish_without_baseline(trail, one);
    }
    const auto event = first_event(one);
    if (!event) {
        return finish_censored(trail, one);
    }
    const auto* last = one.last_adequate(event->date, event->progression);
    return gap_too_long(one, event->date, last) ? finish_missed(trail, one, *event, last)
                                                : finish_event(trail, one, *event);
}

} // namespace

Derived derive_time_to_event(const PatientCase& patient, const EndpointDefinition& definition) {
    const auto& events = definition.events;
    const bool progression =
        std::find(events.begin(), events.end(), progression_word) != events.end();
    return progression ? derive_progression_free(patient, definition)
                       : derive_overall_survival(patient, definition);
}

} // namespace embolink
