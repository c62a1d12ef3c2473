// Best overall response and what follows from it (R4.3, R4.6):
//   1. the readings after T0 up to the first of progression, new therapy (both inclusive) and
//   as_of;
//   2. the best category that may count: CR, PR, then SD or a response of unknown kind from the day
//      that stable disease needs, then PD; none: NE;
//   3. objective response and disease control read off it.
// A reading on T0 itself was made before the treatment and is no response to it. Confirmed best
// response asks for the repetition of CR or PR among the same readings.
#include "mapping/endpoints/candidates.hpp"
#include "mapping/endpoints/response_words.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <utility>

namespace embolink {
namespace {

struct BestResponse {
    ResponseCategory category = ResponseCategory::not_evaluable; // never unspecified_response
    const JudgedAssessment* deciding = nullptr;
    std::vector<const JudgedAssessment*> readings; // of step 1, in order
    const JudgedAssessment* unspecified = nullptr; // R4.3: the first, where no CR or PR is known
    const JudgedAssessment* early = nullptr;       // R4.5: the first early progression
    std::optional<NewTherapy> therapy;             // what ended the search, if it did
    Date end;

    bool any_response() const {
        return category == ResponseCategory::complete_response ||
               category == ResponseCategory::partial_response;
    }
};

void set_end(BestResponse& best, const PatientCase& patient) {
    best.end = patient.as_of;
    best.therapy = first_new_therapy(patient);
    if (best.therapy) {
        best.end = std::min(best.end, best.therapy->date);
    }
    for (const auto& assessment : patient.assessments) {
        if (assessment.category == ResponseCategory::progressive_disease &&
            assessment.date > patient.t0() && assessment.date <= best.end) {
            // A therapy of the same day ends the search on the day that progression ends it.
            best.end = assessment.date;
            best.therapy.reset();
            return;
        }
    }
}

// R4.6: stable disease, and by R4.3 a response of unknown kind, count from this day.
bool long_enough(const PatientCase& patient, const JudgedAssessment& assessment) {
    return days_between(patient.t0(), assessment.date) >=
           patient.trial.windows.stable_disease_min.days;
}

// The category that the reading can give the record; NE: none.
ResponseCategory counted(const PatientCase& patient, const JudgedAssessment& assessment) {
    switch (assessment.category) {
    case ResponseCategory::stable_disease:
    case ResponseCategory::unspecified_response:
        return long_enough(patient, assessment) ? ResponseCategory::stable_disease
                                                : ResponseCategory::not_evaluable;
    default:
        return assessment.category;
    }
}

// Of readings that give the same category the one with the fewest doubts decides.
bool better(const PatientCase& patient, const JudgedAssessment& a, const JudgedAssessment& b) {
    return std::pair(counted(patient, a), a.flags.size()) <
           std::pair(counted(patient, b), b.flags.size());
}

BestResponse find_best(const PatientCase& patient) {
    BestResponse best;
    set_end(best, patient);
    for (const auto& assessment : patient.assessments) {
        if (assessment.date <= patient.t0() || assessment.date > best.end) {
            continue;
        }
        best.readings.push_back(&assessment);
        if (best.deciding == nullptr || better(patient, assessment, *best.deciding)) {
            best.deciding = &assessment;
        }
        if (best.unspecified == nullptr &&
            assessment.category == ResponseCategory::unspecified_response) {
            best.unspecified = &assessment;
        }
        if (best.early == nullptr && assessment.early_progression) {
            best.early = &assessment;
        }
    }
    if (best.deciding != nullptr) {
        best.category = counted(patient, *best.deciding);
    }
    if (best.any_response()) {
        best.unspecified = nullptr;
    }
    return best;
}

void flag_reading(Trail& trail, const JudgedAssessment& assessment) {
    for (const auto& flag : assessment.flags) {
        // These records have no date, and R4.5 has a condition of its own.
        if (flag != "date-imputed-day" && flag != "early-pd") {
            trail.flag(flag);
        }
    }
}

// What ended the search.
void cite_end(Trail& trail, const PatientCase& patient, const BestResponse& best) {
    if (!best.therapy) {
        return;
    }
    trail.cite(best.therapy->origins, "therapy", "R5.2");
    if (patient.course.retreatment == best.therapy->date) {
        cite_course(trail, patient);
    }
}

enum class Use { used, set_aside };

void note_reading(Trail& trail, const JudgedAssessment& reading, Use use) {
    auto entry = timeline_entry("assessment", reading.date, reading.origins);
    entry.value = response_word(reading.category);
    entry.series = reading.basis;
    if (use == Use::used) {
        trail.note_used(std::move(entry));
    } else {
        trail.note_set_aside(std::move(entry),
                             reading.early_progression
                                 ? "R4.5 progression too early without a new lesion"
                             : reading.adequate() ? "R4.6 too early for stable disease"
                                                  : "R4.6 not evaluable");
    }
}

void cite_best(Trail& trail, const PatientCase& patient, const BestResponse& best) {
    for (const auto* reading : best.readings) {
        const bool decides = reading == best.deciding || reading == best.unspecified;
        const bool used = decides || counted(patient, *reading) != ResponseCategory::not_evaluable;
        note_reading(trail, *reading, used ? Use::used : Use::set_aside);
        if (used || reading->early_progression) {
            trail.cite(reading->origins, "assessment", used ? "R4.6" : "R4.5");
        }
    }
    cite_end(trail, patient, best);
    if (best.category == ResponseCategory::not_evaluable && best.early != nullptr) {
        trail.flag("early-pd");
    }
}

// R4.4: what may be a response and was decided by nobody.
void flag_unresolved(Trail& trail, const PatientCase& patient) {
    for (const auto& candidate :
         unresolved_candidates(patient.timeline, patient.t0(), patient.trial.windows)) {
        if (candidate.response && candidate.imaging) {
            trail.flag("response-candidate-unresolved");
            trail.cite(candidate.origin, "candidate", rule_of(candidate));
            trail.note_set_aside(candidate_entry(candidate), why_unresolved(candidate));
        }
    }
}

} // namespace

Derived derive_best_response(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto best = find_best(patient);
    cite_best(trail, patient, best);
    flag_unresolved(trail, patient);
    if (best.category != ResponseCategory::not_evaluable) {
        flag_reading(trail, *best.deciding);
    }
    if (best.unspecified != nullptr) { // R4.3: it may have been CR or PR
        trail.flag("response-unspecified");
    }
    return trail.finish(Value{response_word(best.category), "", ""});
}

Derived derive_objective_response(const PatientCase& patient,
                                  const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto best = find_best(patient);
    cite_best(trail, patient, best);
    flag_unresolved(trail, patient);
    if (best.unspecified != nullptr) {
        trail.flag("response-unspecified");
        return trail.finish(NotEvaluable{"response-unspecified"});
    }
    if (best.category == ResponseCategory::not_evaluable) {
        return trail.finish(NotEvaluable{"no-assessment"});
    }
    flag_reading(trail, *best.deciding);
    return trail.finish(Value{best.any_response(), "", ""});
}

Derived derive_disease_control(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto best = find_best(patient);
    cite_best(trail, patient, best);
    flag_unresolved(trail, patient);
    if (best.category == ResponseCategory::not_evaluable) {
        if (best.unspecified != nullptr) { // R4.3: only before stable disease counts
            trail.flag("response-unspecified");
        }
        return trail.finish(NotEvaluable{"no-assessment"});
    }
    flag_reading(trail, *best.deciding);
    const bool controlled = best.category != ResponseCategory::progressive_disease;
    if (!controlled && best.unspecified != nullptr) {
        trail.flag("response-unspecified");
    }
    return trail.finish(Value{controlled, "", ""});
}

namespace {

// R4.3: what a response of unknown kind is taken for: its lower bound, stable disease, or the
// response that it may have been.
enum class Unspecified { stable, response };

bool at_least(const JudgedAssessment& reading, ResponseCategory level, Unspecified how) {
    const bool unknown_kind = reading.category == ResponseCategory::unspecified_response;
    return reading.category <= level || (unknown_kind && how == Unspecified::response);
}

struct Confirmation {
    const JudgedAssessment* first = nullptr;
    const JudgedAssessment* second = nullptr;

    std::size_t doubts() const { return first->flags.size() + second->flags.size(); }
};

// The repetition with the fewest doubts: far enough apart, between them nothing but readings as
// good and at most one that is not evaluable.
std::optional<Confirmation> find_confirmation(const PatientCase& patient,
                                              const std::vector<const JudgedAssessment*>& readings,
                                              ResponseCategory level,
                                              Unspecified how) {
    std::optional<Confirmation> found;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        int unreadable = 0;
        if (!at_least(*readings[i], level, how)) {
            continue;
        }
        for (std::size_t j = i + 1; j < readings.size() && unreadable <= 1; ++j) {
            if (!readings[j]->adequate()) {
                ++unreadable;
                continue;
            }
            if (!at_least(*readings[j], level, how)) {
                break;
            }
            const Confirmation one{readings[i], readings[j]};
            const bool apart = days_between(one.first->date, one.second->date) >=
                               patient.trial.windows.response_confirmation.days;
            if (apart && (!found || one.doubts() < found->doubts())) {
                found = one;
            }
        }
    }
    return found;
}

struct Confirmed {
    ResponseCategory category = ResponseCategory::not_evaluable;
    std::vector<const JudgedAssessment*> deciding;
};

// Without a repetition: stable disease by any reading free of progression that is late enough, then
// progression.
Confirmed unconfirmed(const PatientCase& patient,
                      const std::vector<const JudgedAssessment*>& readings) {
    Confirmed result;
    for (const auto* reading : readings) {
        const bool progression = reading->category == ResponseCategory::progressive_disease;
        const bool stable = reading->adequate() && !progression && long_enough(patient, *reading);
        const auto category = stable        ? ResponseCategory::stable_disease
                              : progression ? ResponseCategory::progressive_disease
                                            : ResponseCategory::not_evaluable;
        const bool better = category < result.category;
        const bool surer = category == result.category && !result.deciding.empty() &&
                           reading->flags.size() < result.deciding.front()->flags.size();
        if (better || surer) {
            result = {category, {reading}};
        }
    }
    return result;
}

Confirmed find_confirmed(const PatientCase& patient,
                         const std::vector<const JudgedAssessment*>& readings,
                         Unspecified how) {
    for (const auto level :
         {ResponseCategory::complete_response, ResponseCategory::partial_response}) {
        if (const auto pair = find_confirmation(patient, readings, level, how)) {
            return {level, {pair->first, pair->second}};
        }
    }
    return unconfirmed(patient, readings);
}

// What may be, or may have been, a response (R4.3).
bool may_respond(const JudgedAssessment* reading) {
    return at_least(*reading, ResponseCategory::partial_response, Unspecified::response);
}

// All readings up to the end: between two responses one that is not evaluable counts, too.
void cite_readings(Trail& trail, const PatientCase& patient, const BestResponse& best) {
    const auto& readings = best.readings;
    for (auto reading = readings.begin(); reading != readings.end(); ++reading) {
        const bool between = std::any_of(readings.begin(), reading, may_respond) &&
                             std::any_of(reading, readings.end(), may_respond);
        const bool used = between || counted(patient, **reading) != ResponseCategory::not_evaluable;
        note_reading(trail, **reading, used ? Use::used : Use::set_aside);
        trail.cite(
            (*reading)->origins, "assessment", (*reading)->early_progression ? "R4.5" : "R4.6");
    }
    cite_end(trail, patient, best);
}

} // namespace

Derived derive_confirmed_response(const PatientCase& patient,
                                  const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto best = find_best(patient);
    cite_readings(trail, patient, best);
    const auto surely = find_confirmed(patient, best.readings, Unspecified::stable);
    const auto perhaps = find_confirmed(patient, best.readings, Unspecified::response);
    for (const auto* reading : surely.deciding) {
        flag_reading(trail, *reading);
    }
    if (perhaps.category != surely.category) {
        trail.flag("response-unspecified");
    }
    return trail.finish(Value{response_word(surely.category), "", ""});
}

} // namespace embolink
