#include "mapping/endpoints/toxicity_facts.hpp"

#include "mapping/endpoints/clinical_grading.hpp"
#include "mapping/endpoints/lab_grading.hpp"
#include "mapping/endpoints/limits.hpp"

#include <algorithm>
#include <optional>

namespace embolink {
namespace {

constexpr int severe_grade = 3;

// The window of the nearest session before the date (R6.1): the windows do not overlap.
std::optional<std::size_t> window_of(const std::vector<ToxicityWindow>& windows, Date date) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (date >= windows[i].first && date <= windows[i].last) {
            return i;
        }
    }
    return std::nullopt;
}

// R6.2: on the day of a session only a value known to be drawn after the puncture is one of the
// window; every other is the session's baseline.
bool drawn_after(const LabResult& lab, const Session& session) {
    const auto& drawn = lab.effective->utc_seconds;
    return drawn && session.puncture_utc && *drawn > *session.puncture_utc;
}

// A bound may leave open whether the grade is below 1 or severe: then it tells nothing.
bool decides_nothing(const LabGrade& grade) {
    return grade.least == 0 && grade.most >= severe_grade;
}

void add_laboratory_value(ToxicityFacts& facts,
                          const PatientCase& patient,
                          const LabResult& lab,
                          const LabTerm& term,
                          std::size_t window) {
    const auto date = lab.effective->first;
    const auto limits = normal_limits(patient, lab);
    const auto grade = grade_laboratory_value(term, lab, limits);
    if (!grade || decides_nothing(*grade)) {
        const auto* reason =
            grade ? "R6.3 a bound that decides nothing" : "R6.2 no limit or another unit";
        facts.set_aside.push_back({date, term.term, reason, lab.origin, !grade});
        return;
    }
    GradedFact fact;
    fact.date = date;
    fact.window = window;
    fact.term = term.term;
    fact.least = grade->least;
    fact.at_least = grade->least > 0 && !grade->certain();
    if (limits.upper) {
        fact.x_uln =
            with_comparator(lab.comparator, to_significant(*divide(lab.value, *limits.upper), 6));
    }
    fact.origin = lab.origin;
    fact.limit_of_site = limits.from_site_table;
    facts.graded.push_back(std::move(fact));
}

void add_laboratory(ToxicityFacts& facts,
                    const PatientCase& patient,
                    const std::vector<ToxicityWindow>& windows) {
    for (const auto& lab : patient.timeline.labs) {
        const auto* term = patient.grading.lab_for(lab.analyte);
        const bool usable = term != nullptr && lab.standing == Standing::accepted &&
                            lab.effective && lab.effective->to_the_day() &&
                            lab.effective->first <= patient.as_of;
        const auto window = usable ? window_of(windows, lab.effective->first) : std::nullopt;
        if (!window) {
            continue;
        }
        if (lab.effective->first == windows[*window].first &&
            !drawn_after(lab, *windows[*window].session)) {
            continue;
        }
        add_laboratory_value(facts, patient, lab, *term, *window);
    }
}

void add_clinical(ToxicityFacts& facts,
                  const std::vector<ToxicityWindow>& windows,
                  Date date,
                  const std::string& term,
                  const ClinicalGrade& grade,
                  const Origin& origin) {
    const auto window = window_of(windows, date);
    if (!window) {
        facts.set_aside.push_back({date, term, "R6.1 outside every window", origin, false});
        return;
    }
    if (!grade.grade) {
        facts.set_aside.push_back({date, term, grade.set_aside_because, origin, false});
        return;
    }
    GradedFact fact;
    fact.date = date;
    fact.window = *window;
    fact.term = term;
    fact.least = *grade.grade;
    fact.at_least = grade.at_least;
    fact.from_severity = grade.from_severity;
    fact.origin = origin;
    facts.graded.push_back(std::move(fact));
}

void add_events(ToxicityFacts& facts,
                const PatientCase& patient,
                const std::vector<ToxicityWindow>& windows) {
    for (const auto& event : patient.timeline.events) {
        if (event.standing != Standing::accepted || !event.date ||
            event.date->first > patient.as_of) {
            continue;
        }
        if (!event.date->to_the_day()) {
            facts.set_aside.push_back(
                {event.date->first, event.term, "R6.1 no day", event.origin, false});
            continue;
        }
        add_clinical(facts,
                     windows,
                     event.date->first,
                     event.term,
                     grade_event(patient.grading, event),
                     event.origin);
    }
    for (const auto& condition : patient.timeline.diagnoses) {
        const bool dated = condition.onset && condition.onset->to_the_day() &&
                           condition.onset->first <= patient.as_of;
        if (condition.adverse_term.empty() || condition.standing != Standing::accepted || !dated) {
            continue;
        }
        add_clinical(facts,
                     windows,
                     condition.onset->first,
                     condition.adverse_term,
                     grade_condition(patient.grading, condition),
                     condition.origin);
    }
}

} // namespace

std::vector<ToxicityWindow> toxicity_windows(const PatientCase& patient) {
    std::vector<ToxicityWindow> windows;
    const auto days = patient.trial.windows.toxicity.days;
    for (const auto* session : patient.course.sessions()) {
        windows.push_back({session->date, plus_days(session->date, days), session});
    }
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto next = i + 1 < windows.size() ? std::optional(windows[i + 1].first)
                                                 : patient.course.retreatment;
        if (next) {
            windows[i].last = std::min(windows[i].last, plus_days(*next, -1));
        }
    }
    return windows;
}

ToxicityFacts toxicity_facts(const PatientCase& patient,
                             const std::vector<ToxicityWindow>& windows) {
    ToxicityFacts facts;
    add_laboratory(facts, patient, windows);
    add_events(facts, patient, windows);
    return facts;
}

} // namespace embolink
