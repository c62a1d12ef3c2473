#include "mapping/endpoints/toxicity_facts.hpp"

#include "mapping/endpoints/clinical_toxicity.hpp"
#include "mapping/endpoints/lab_grading.hpp"
#include "mapping/endpoints/lab_order.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace embolink {
namespace {

constexpr int severe_grade = 3;
constexpr int significant_digits = 6;

// The window of the nearest session before the date (R6.1): the windows do not overlap.
std::optional<std::size_t> window_of(const std::vector<ToxicityWindow>& windows, Date date) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (date >= windows[i].first && date <= windows[i].last) {
            return i;
        }
    }
    return std::nullopt;
}

// A bound may leave open whether the grade is below 1 or severe: then it tells nothing.
bool decides_nothing(const LabResult& lab, const LabGrade& grade) {
    return lab.comparator != Comparator::none && grade.least == 0 && grade.most >= severe_grade;
}

// Grades the values of one session's window.
class LabGrader {
public:
    LabGrader(const PatientCase& patient, const ToxicityWindow& window, GradingScale scale)
        : patient_(patient), window_(window), scale_(scale) {}

    std::optional<LabGrade>
    grade(const LabTerm& term, const LabResult& lab, const NormalLimits& limits) const {
        return scale_ == GradingScale::limit_of_normal
                   ? grade_laboratory_value(term, lab, limits)
                   : grade_against_baseline(term, lab, limits, baseline(term));
    }

    std::optional<LabBaseline> baseline(const LabTerm& term) const {
        const bool asked =
            scale_ == GradingScale::own_baseline && term.baseline_rule != BaselineRule::none;
        return asked ? find_lab_baseline(patient_, term.analyte, *window_.session) : std::nullopt;
    }

    // R6.2: taken as normal.
    bool baseline_missing(const LabTerm& term) const {
        if (scale_ != GradingScale::own_baseline || term.baseline_rule == BaselineRule::none) {
            return false;
        }
        const auto found = baseline(term);
        return !found || (term.baseline_rule != BaselineRule::besides && !found->abnormal);
    }

private:
    const PatientCase& patient_;
    const ToxicityWindow& window_;
    GradingScale scale_;
};

// R6.5: a value of the same term, at most 14 days later, that is no more severe.
bool fell_again(const PatientCase& patient,
                const LabGrader& grader,
                const LabTerm& term,
                const LabResult& severe) {
    static constexpr std::array transaminases = {"ALT", "AST"};
    if (std::find(transaminases.begin(), transaminases.end(), term.analyte) ==
        transaminases.end()) {
        return false;
    }
    const int days = patient.trial.windows.transient_elevation.days;
    return std::any_of(
        patient.timeline.labs.begin(), patient.timeline.labs.end(), [&](const LabResult& later) {
            if (later.analyte != term.analyte || !drawn_earlier(severe, later) ||
                days_between(severe.effective->first, later.effective->first) > days) {
                return false;
            }
            const auto grade = grader.grade(term, later, normal_limits(patient, later));
            return grade && grade->most < severe_grade;
        });
}

void add_laboratory_value(ToxicityFacts& facts,
                          const PatientCase& patient,
                          const LabGrader& grader,
                          const LabResult& lab,
                          const LabTerm& term,
                          std::size_t window) {
    const auto date = lab.effective->first;
    const auto limits = normal_limits(patient, lab);
    const auto grade = grader.grade(term, lab, limits);
    const auto* decision = grade_decision(patient.timeline, lab.origin.reference);
    if (decision == nullptr && (!grade || decides_nothing(lab, *grade))) {
        const auto* reason =
            grade ? "R6.3 a bound that decides nothing" : "R6.2 no limit or another unit";
        facts.set_aside.push_back({date, term.term, reason, lab.origin, !grade, false});
        return;
    }
    GradedFact fact;
    fact.date = date;
    fact.window = window;
    fact.term = term.term;
    fact.kind = ToxicityKind::laboratory;
    if (grade) {
        fact.least = grade->least;
        fact.at_least = !grade->certain();
        fact.most = grade->most;
        fact.baseline_missing = grade->least > 0 && grader.baseline_missing(term);
    }
    fact.value = with_comparator(lab.comparator, to_significant(lab.value, significant_digits));
    fact.unit = lab.unit;
    if (limits.upper) {
        fact.x_uln = with_comparator(
            lab.comparator, to_significant(*divide(lab.value, *limits.upper), significant_digits));
    }
    fact.origin = lab.origin;
    fact.limit_by_patient = limits.depends_on_patient;
    if (const auto baseline = grader.baseline(term)) {
        fact.baseline = baseline->result;
        fact.limit_by_patient = fact.limit_by_patient || baseline->limit_by_patient;
    }
    if (decision != nullptr) {
        take_decision(fact, *decision);
    }
    fact.transient = fact.least >= severe_grade && fell_again(patient, grader, term, lab);
    facts.graded.push_back(std::move(fact));
}

void add_laboratory(ToxicityFacts& facts,
                    const PatientCase& patient,
                    const std::vector<ToxicityWindow>& windows,
                    GradingScale scale) {
    for (const auto& lab : patient.timeline.labs) {
        const auto* term = patient.grading.lab_for(lab.analyte);
        const auto window =
            term != nullptr ? window_of(windows, lab.effective->first) : std::nullopt;
        if (!window) {
            continue;
        }
        const auto& of_session = windows[*window];
        if (lab.effective->first == of_session.first &&
            !drawn_after_puncture(lab, *of_session.session)) {
            continue; // R6.2: the session's baseline
        }
        add_laboratory_value(
            facts, patient, LabGrader(patient, of_session, scale), lab, *term, *window);
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

const GradeDecision* grade_decision(const PatientTimeline& timeline, const std::string& reference) {
    const auto& decisions = timeline.grade_decisions;
    const auto found = std::find_if(decisions.begin(), decisions.end(), [&](const auto& decision) {
        return decision.target == reference;
    });
    return found == decisions.end() ? nullptr : &*found;
}

void take_decision(GradedFact& fact, const GradeDecision& decision) {
    fact.least = decision.grade;
    fact.at_least = false;
    fact.baseline_missing = false;
    fact.decision = {decision.origin};
}

ToxicityFacts toxicity_facts(const PatientCase& patient,
                             const std::vector<ToxicityWindow>& windows,
                             GradingScale scale) {
    ToxicityFacts facts;
    add_laboratory(facts, patient, windows, scale);
    add_clinical_toxicity(facts, patient, windows);
    return facts;
}

Issues unused_grade_decisions(const PatientCase& patient) {
    Issues issues;
    if (patient.timeline.grade_decisions.empty()) {
        return issues;
    }
    // Which scale the others are graded on does not matter to what a reader graded.
    const auto facts =
        toxicity_facts(patient, toxicity_windows(patient), GradingScale::limit_of_normal);
    for (const GradeDecision& decision : patient.timeline.grade_decisions) {
        const bool used =
            std::any_of(facts.graded.begin(), facts.graded.end(), [&](const GradedFact& fact) {
                return fact.decision == std::vector<Origin>{decision.origin};
            });
        if (!used) {
            issues.push_back({Severity::error,
                              IssueCode::not_found,
                              "Adjudication.target",
                              decision.place,
                              decision.origin.version,
                              "R6.4: no value or readmission that is graded in a window of the "
                              "course; the decision is left out",
                              patient.timeline.patient});
        }
    }
    return issues;
}

} // namespace embolink
