// TOX, TOX-ULN and TOX3 (R6.5): the worst toxicity in the windows after the sessions, and whether
// it was of grade 3 or more.
//   a value        of at least grade 3, whatever is still to come;
//   window-open    none so far, and a window has not run its days;
//   no-safety-data all windows closed, nothing in any that could be graded;
//   a value        otherwise.
// TOX grades laboratory values against the patient's own baseline where v5 says so, the others
// against the limit of normal (R6.3).
#include "mapping/endpoints/limits.hpp"
#include "mapping/endpoints/toxicity_facts.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

namespace embolink {
namespace {

constexpr int severe_grade = 3;
constexpr int shown_digits = 6;

int doubts(const GradedFact& fact) {
    return (fact.at_least ? 1 : 0) + (fact.from_severity ? 1 : 0) + (fact.baseline_missing ? 1 : 0);
}

// The fact that speaks loudest on whether there was a severe toxicity: severe before not, then the
// one that needs no flag, the higher grade, the earlier date. The least is the loudest.
auto quietness(const GradedFact& fact) {
    const bool severe = fact.least >= severe_grade;
    return std::tuple(!severe,
                      severe ? doubts(fact) : 0,
                      -fact.least,
                      doubts(fact),
                      fact.date,
                      fact.origin,
                      fact.term);
}

int worst_grade(const std::vector<GradedFact>& facts) {
    int worst = 0;
    for (const auto& fact : facts) {
        worst = std::max(worst, fact.least);
    }
    return worst;
}

// Of the facts of that grade the one with the fewest doubts.
const GradedFact& surest(const std::vector<GradedFact>& facts, int grade) {
    return *std::ranges::min_element(facts, {}, [&](const GradedFact& fact) {
        return std::tuple(fact.least != grade, doubts(fact), fact.date, fact.origin);
    });
}

// Where the grade comes from.
void flag_source(Trail& trail, const GradedFact& fact) {
    if (fact.from_severity) {
        trail.flag("grade-from-severity");
    }
    if (fact.baseline_missing) {
        trail.flag("baseline-missing");
    }
}

void flag_grade(Trail& trail, const GradedFact& fact) {
    flag_source(trail, fact);
    if (fact.at_least) {
        trail.flag("grade-at-least");
    }
}

void cite_fact(Trail& trail, const PatientCase& patient, const GradedFact& fact) {
    trail.cite(fact.origin, "toxicity", "R6.5");
    if (fact.baseline != nullptr) {
        trail.cite(fact.baseline->origin, "baseline", "R6.2");
    }
    trail.cite(fact.stays, "stay", "R6.4");
    trail.cite(fact.decision, "toxicity", "R6.4");
    if (fact.limit_by_patient && patient.timeline.person) {
        trail.cite(patient.timeline.person->origin, "limits", "R6.2");
    }
}

// A "no" rests on every window: the loudest of each.
void cite_windows(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts) {
    std::map<std::size_t, std::vector<GradedFact>> of_window;
    for (const auto& fact : facts.graded) {
        of_window[fact.window].push_back(fact);
    }
    for (const auto& [window, graded] : of_window) {
        cite_fact(trail, patient, *std::ranges::min_element(graded, {}, quietness));
    }
}

// What may be of that grade or worse after all, where nothing surely is.
void flag_open_grades(Trail& trail,
                      const PatientCase& patient,
                      const ToxicityFacts& facts,
                      int grade) {
    for (const auto& fact : facts.graded) {
        if (fact.at_least && fact.most >= grade) {
            trail.flag("grade-at-least");
            cite_fact(trail, patient, fact);
        }
    }
}

// What decides may be several facts with as few doubts as `one`, each of another kind: which of
// them comes first in time or by name says nothing, so all of their doubts stand. `least`: the
// grade that is to be reached, and no more of it matters.
template <class Flag>
void flag_equals(Trail& trail,
                 const PatientCase& patient,
                 const ToxicityFacts& facts,
                 const GradedFact& one,
                 int least,
                 Flag flag) {
    for (const auto& fact : facts.graded) {
        if (doubts(one) > 0 && fact.least >= least && doubts(fact) == doubts(one)) {
            flag(trail, fact);
            cite_fact(trail, patient, fact);
        }
    }
}

std::string series_of(const GradedFact& fact) {
    return fact.kind == ToxicityKind::clinical ? "clinical"
           : fact.transient                    ? "laboratory, transient"
                                               : "laboratory";
}

// What a value was graded against (R6.2): no toxicity itself, and so without a grade.
TimelineEntry baseline_entry(const LabResult& baseline, const std::string& term) {
    auto entry = timeline_entry("toxicity", baseline.effective->first, {baseline.origin});
    entry.term = term;
    entry.value =
        with_comparator(baseline.comparator, to_significant(baseline.value, shown_digits));
    entry.unit = baseline.unit;
    entry.series = "baseline";
    return entry;
}

void note_facts(Trail& trail, const ToxicityFacts& facts) {
    for (const auto& fact : facts.graded) {
        auto entry = timeline_entry("toxicity", fact.date, {fact.origin});
        entry.term = fact.term;
        entry.grade = fact.least;
        entry.value = fact.value;
        entry.unit = fact.unit;
        entry.x_uln = fact.x_uln;
        entry.series = series_of(fact);
        trail.note_used(std::move(entry));
        if (fact.baseline != nullptr) {
            trail.note_used(baseline_entry(*fact.baseline, fact.term));
        }
    }
    for (const auto& fact : facts.set_aside) {
        auto entry = timeline_entry("toxicity", fact.date, {fact.origin});
        entry.term = fact.term;
        trail.note_set_aside(std::move(entry), fact.because);
    }
}

// R6.2: "else ungradable (issue)".
Issues ungradable_issues(const PatientCase& patient, const ToxicityFacts& facts) {
    Issues issues;
    for (const auto& fact : facts.set_aside) {
        if (fact.ungradable) {
            issues.push_back(
                {Severity::error,
                 IssueCode::required,
                 "Observation.referenceRange",
                 fact.origin.reference,
                 fact.origin.version,
                 "R6.2: no limit of normal for a value to be graded, or an unusable unit",
                 patient.timeline.patient});
        }
    }
    return issues;
}

// R6.5: why there is no grade yet, or never will be. "": there is one.
std::string not_evaluable(const PatientCase& patient,
                          const std::vector<ToxicityWindow>& windows,
                          const ToxicityFacts& facts) {
    if (worst_grade(facts.graded) >= severe_grade) {
        return "";
    }
    const bool any_open =
        std::any_of(windows.begin(), windows.end(), [&](const ToxicityWindow& window) {
            return window.open(patient.as_of);
        });
    return any_open ? "window-open" : facts.graded.empty() ? "no-safety-data" : "";
}

// R6.1: outside TOX and TOX3, but told of.
void flag_late(Trail& trail, const ToxicityFacts& facts) {
    for (const auto& fact : facts.set_aside) {
        if (fact.late) {
            trail.flag("late-biliary");
            trail.cite(fact.origin, "late-biliary", "R6.1");
        }
    }
}

// The terms of the worst grade by name; what is no term of the grading table has none that is fit
// to be shown.
void flag_terms(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts, int worst) {
    const auto& grading = patient.grading;
    for (const auto& fact : facts.graded) {
        if (worst == 0 || fact.least != worst) {
            continue;
        }
        const bool known = fact.kind == ToxicityKind::laboratory || !fact.stays.empty() ||
                           grading.clinical.count(fact.term) > 0;
        trail.flag("term:" + (known ? fact.term : std::string("other")));
        cite_fact(trail, patient, fact);
    }
}

Derived judge_worst(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts) {
    const int worst = worst_grade(facts.graded);
    flag_terms(trail, patient, facts, worst);
    flag_equals(trail, patient, facts, surest(facts.graded, worst), worst, flag_grade);
    if (worst == 0) { // no grade decides: what may be one after all does
        flag_open_grades(trail, patient, facts, 1);
    }
    return trail.finish(Value{std::int64_t{worst}, "", ""});
}

Derived judge_severe(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts) {
    const auto& worst = *std::ranges::min_element(facts.graded, {}, quietness);
    if (worst.least < severe_grade) {
        flag_equals(trail, patient, facts, worst, worst.least, flag_source);
        flag_open_grades(trail, patient, facts, severe_grade);
    } else {
        flag_equals(trail, patient, facts, worst, severe_grade, flag_grade);
    }
    return trail.finish(Value{worst.least >= severe_grade, "", ""});
}

} // namespace

Derived derive_worst_toxicity(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto windows = toxicity_windows(patient);
    const auto facts = toxicity_facts(patient,
                                      windows,
                                      definition.own_baseline ? GradingScale::own_baseline
                                                              : GradingScale::limit_of_normal);
    cite_course(trail, patient);
    cite_windows(trail, patient, facts);
    note_facts(trail, facts);
    flag_late(trail, facts);
    const auto reason = not_evaluable(patient, windows, facts);
    auto derived =
        reason.empty() ? judge_worst(trail, patient, facts) : trail.finish(NotEvaluable{reason});
    derived.issues = ungradable_issues(patient, facts);
    return derived;
}

Derived derive_grade3_toxicity(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto windows = toxicity_windows(patient);
    const auto facts = toxicity_facts(patient, windows, GradingScale::limit_of_normal);
    cite_course(trail, patient);
    cite_windows(trail, patient, facts);
    note_facts(trail, facts);
    const auto reason = not_evaluable(patient, windows, facts);
    auto derived =
        reason.empty() ? judge_severe(trail, patient, facts) : trail.finish(NotEvaluable{reason});
    derived.issues = ungradable_issues(patient, facts);
    return derived;
}

} // namespace embolink
