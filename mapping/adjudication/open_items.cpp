#include "mapping/adjudication/open_items.hpp"

#include "mapping/endpoints/candidates.hpp"
#include "mapping/endpoints/clinical_grading.hpp"
#include "mapping/endpoints/toxicity_facts.hpp"

#include <algorithm>
#include <set>

namespace embolink {
namespace {

void add_responses(std::vector<OpenItem>& items, const PatientCase& patient) {
    for (const auto& candidate :
         unresolved_candidates(patient.timeline, patient.t0(), patient.trial.windows)) {
        if (candidate.date <= patient.as_of) {
            items.push_back({patient.timeline.patient,
                             candidate.date,
                             candidate.origin.reference,
                             DecisionKind::response,
                             candidate.proposal,
                             candidate.text});
        }
    }
}

void add_arm(std::vector<OpenItem>& items, const PatientCase& patient, const std::string& arm) {
    if (arm == patient.trial.undetermined_arm) {
        items.push_back({patient.timeline.patient,
                         patient.t0(),
                         patient.course.sessions().front()->rows.front()->origin.reference,
                         DecisionKind::arm,
                         "",
                         ""});
    }
}

// In a window of the course, to the day: nothing else is graded.
bool in_window(const std::vector<ToxicityWindow>& windows,
               const std::optional<PartialDate>& date,
               Date as_of) {
    return date && date->to_the_day() && date->first <= as_of &&
           std::any_of(windows.begin(), windows.end(), [&](const ToxicityWindow& window) {
               return date->first >= window.first && date->first <= window.last;
           });
}

// "" when the grade is sure, or there is nothing to grade.
std::string doubtful_grade(const ClinicalGrade& grade, bool has_grade) {
    if (!has_grade) {
        return "no grade";
    }
    const std::string number = grade.grade ? std::to_string(*grade.grade) : "";
    return number.empty()        ? ""
           : grade.at_least      ? "at least " + number
           : grade.from_severity ? number + " by severity"
                                 : "";
}

void add_toxicity(std::vector<OpenItem>& items, const PatientCase& patient) {
    const auto windows = toxicity_windows(patient);
    const auto add = [&](const Origin& origin,
                         const std::optional<PartialDate>& date,
                         const std::string& proposal) {
        if (!proposal.empty() && in_window(windows, date, patient.as_of)) {
            items.push_back({patient.timeline.patient,
                             date->first,
                             origin.reference,
                             DecisionKind::toxicity,
                             proposal,
                             ""});
        }
    };
    for (const auto& event : patient.timeline.events) {
        if (!event.not_related) {
            add(event.origin,
                event.date,
                doubtful_grade(grade_event(patient.grading, event), event.grade.has_value()));
        }
    }
    for (const auto& condition : patient.timeline.diagnoses) {
        if (!condition.adverse_term.empty()) {
            add(condition.origin,
                condition.onset,
                doubtful_grade(grade_condition(patient.grading, condition), true));
        }
    }
}

// Values and readmissions that are graded at their least: those that could turn a record, on either
// scale (R6.3).
void add_least_grades(std::vector<OpenItem>& items, const PatientCase& patient) {
    const auto windows = toxicity_windows(patient);
    std::set<std::string> listed;
    for (const auto scale : {GradingScale::limit_of_normal, GradingScale::own_baseline}) {
        const auto facts = toxicity_facts(patient, windows, scale).graded;
        int worst = 0;
        for (const GradedFact& fact : facts) {
            worst = std::max(worst, fact.least);
        }
        for (const GradedFact& fact : facts) {
            const bool event = fact.kind == ToxicityKind::clinical && fact.term != readmission_term;
            const bool telling = fact.at_least && (fact.least == worst || fact.most > worst);
            if (!event && telling && listed.insert(fact.origin.reference).second) {
                items.push_back({patient.timeline.patient,
                                 fact.date,
                                 fact.origin.reference,
                                 DecisionKind::toxicity,
                                 "at least " + std::to_string(fact.least),
                                 ""});
            }
        }
    }
}

} // namespace

std::vector<OpenItem> open_items(const PatientCase& patient, const std::string& arm) {
    std::vector<OpenItem> items;
    add_responses(items, patient);
    add_arm(items, patient, arm);
    add_toxicity(items, patient);
    add_least_grades(items, patient);
    std::sort(items.begin(), items.end());
    return items;
}

std::vector<OpenItem> open_identities(const PatientTimeline& timeline) {
    std::vector<OpenItem> items;
    for (const Origin& origin : timeline.identity_origins) {
        if (origin.reference != timeline.patient && origin.reference.starts_with("Patient/")) {
            items.push_back({timeline.patient,
                             std::nullopt,
                             origin.reference,
                             DecisionKind::identity,
                             "same or different",
                             ""});
        }
    }
    // The other half is not in the input: nobody can be the same as he, so that only "different"
    // would count.
    const auto links = timeline.person ? timeline.person->links : std::vector<PatientLink>{};
    for (const PatientLink& link : links) {
        const bool merge = link.type == LinkType::replaced_by || link.type == LinkType::replaces;
        const bool present =
            std::any_of(timeline.identity_origins.begin(),
                        timeline.identity_origins.end(),
                        [&](const Origin& origin) { return origin.reference == link.other; });
        if (merge && !present && link.other.starts_with("Patient/")) {
            items.push_back({timeline.patient,
                             std::nullopt,
                             link.other,
                             DecisionKind::identity,
                             "different",
                             ""});
        }
    }
    std::sort(items.begin(), items.end());
    return items;
}

std::string to_string(DecisionKind kind) {
    switch (kind) {
    case DecisionKind::response:
        return "response";
    case DecisionKind::arm:
        return "arm";
    case DecisionKind::toxicity:
        return "toxicity";
    case DecisionKind::identity:
        return "identity";
    }
    return "";
}

} // namespace embolink
