// TOX3 (R6.5): was there a toxicity of grade 3 or more in the windows after the sessions?
//   true             a fact of at least grade 3, whatever is still to come;
//   window-open      none yet, and a window has not run its days;
//   no-safety-data   all windows closed, nothing in any that could be graded;
//   false            otherwise.
#include "mapping/endpoints/toxicity_facts.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace embolink {
namespace {

constexpr int severe_grade = 3;

// The fact that speaks loudest: severe before not, then the one that needs no flag, the higher
// grade, the earlier date.
bool speaks_louder(const GradedFact& a, const GradedFact& b) {
    const auto key = [](const GradedFact& fact) {
        return std::tuple(fact.least < severe_grade,
                          fact.least >= severe_grade && (fact.at_least || fact.from_severity),
                          -fact.least,
                          fact.at_least || fact.from_severity,
                          fact.date,
                          fact.origin,
                          fact.term);
    };
    return key(a) < key(b);
}

const GradedFact* loudest(const std::vector<GradedFact>& facts) {
    const auto found = std::min_element(facts.begin(), facts.end(), speaks_louder);
    return found == facts.end() ? nullptr : &*found;
}

void flag_grade(Trail& trail, const GradedFact& fact) {
    if (fact.at_least) {
        trail.flag("grade-at-least");
    }
    if (fact.from_severity) {
        trail.flag("grade-from-severity");
    }
}

void cite_fact(Trail& trail, const PatientCase& patient, const GradedFact& fact) {
    trail.cite(fact.origin, "toxicity", "R6.5");
    if (fact.limit_of_site && patient.timeline.person) {
        trail.cite(patient.timeline.person->origin, "limits", "R6.2");
    }
}

// A "false" rests on every window: the worst of each, and what could have been severe after all.
void cite_windows(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts) {
    std::map<std::size_t, const GradedFact*> worst;
    for (const auto& fact : facts.graded) {
        auto& kept = worst[fact.window];
        if (kept == nullptr || speaks_louder(fact, *kept)) {
            kept = &fact;
        }
    }
    for (const auto& [window, fact] : worst) {
        cite_fact(trail, patient, *fact);
    }
}

// Flags of a "false": a grade that may be severe after all, or a worst grade that a severity gave.
void flag_absence(Trail& trail, const PatientCase& patient, const ToxicityFacts& facts) {
    for (const auto& fact : facts.graded) {
        if (fact.at_least) {
            trail.flag("grade-at-least");
            cite_fact(trail, patient, fact);
        }
    }
    if (const auto* worst = loudest(facts.graded)) {
        flag_grade(trail, *worst);
    }
}

void note_facts(Trail& trail, const ToxicityFacts& facts) {
    for (const auto& fact : facts.graded) {
        auto entry = timeline_entry("toxicity", fact.date, {fact.origin});
        entry.term = fact.term;
        entry.grade = fact.least;
        entry.x_uln = fact.x_uln;
        trail.note_used(std::move(entry));
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

Derived judge(Trail& trail,
              const PatientCase& patient,
              const std::vector<ToxicityWindow>& windows,
              const ToxicityFacts& facts) {
    cite_course(trail, patient);
    note_facts(trail, facts);
    const auto* worst = loudest(facts.graded);
    cite_windows(trail, patient, facts);
    if (worst != nullptr && worst->least >= severe_grade) {
        flag_grade(trail, *worst);
        return trail.finish(Value{true, "", ""});
    }
    const bool any_open =
        std::any_of(windows.begin(), windows.end(), [&](const ToxicityWindow& window) {
            return window.open(patient.as_of);
        });
    if (any_open) {
        return trail.finish(NotEvaluable{"window-open"});
    }
    if (worst == nullptr) {
        return trail.finish(NotEvaluable{"no-safety-data"});
    }
    flag_absence(trail, patient, facts);
    return trail.finish(Value{false, "", ""});
}

} // namespace

Derived derive_grade3_toxicity(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto windows = toxicity_windows(patient);
    const auto facts = toxicity_facts(patient, windows);
    auto derived = judge(trail, patient, windows, facts);
    derived.issues = ungradable_issues(patient, facts);
    return derived;
}

} // namespace embolink
