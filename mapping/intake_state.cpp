#include "mapping/intake_state.hpp"

#include "mapping/endpoints/cohort.hpp"
#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <iterator>

namespace embolink {

bool has_candidate_row(const PatientResources& patient) {
    return std::any_of(
        patient.resources.begin(), patient.resources.end(), [](const CurrentResource* resource) {
            return std::any_of(
                resource->facts.begin(), resource->facts.end(), [](const Fact& fact) {
                    const auto* row = std::get_if<ProcedureRow>(&fact);
                    return row != nullptr && is_candidate_row(*row);
                });
        });
}

std::vector<IdentityDecision> identity_decisions(const std::vector<Adjudication>& decisions) {
    std::vector<IdentityDecision> found;
    for (const Adjudication& decision : decisions) {
        if (decision.kind == DecisionKind::identity) {
            found.push_back(
                {decision.origin, decision.patient, decision.target, decision.value == "same"});
        }
    }
    return found;
}

DecisionsByPatient::DecisionsByPatient(const std::vector<Adjudication>& decisions) {
    for (const Adjudication& decision : decisions) {
        of_[decision.patient].push_back(&decision);
    }
}

std::vector<const Adjudication*>
DecisionsByPatient::of(const std::vector<std::string>& members) const {
    std::vector<const Adjudication*> all;
    for (const std::string& member : members) {
        if (const auto found = of_.find(member); found != of_.end()) {
            all.insert(all.end(), found->second.begin(), found->second.end());
        }
    }
    std::sort(all.begin(), all.end(), [](const Adjudication* a, const Adjudication* b) {
        return a->origin < b->origin;
    });
    return all;
}

Issues DecisionsByPatient::about_nobody(const PatientIndex& index) const {
    std::set<std::string> known = index.opted_out_members;
    for (const PatientResources& patient : index.patients) {
        known.insert(patient.identity.members.begin(), patient.identity.members.end());
    }
    Issues issues;
    for (const auto& [patient, decisions] : of_) {
        for (const Adjudication* decision : decisions) {
            const bool other_unknown = decision->kind == DecisionKind::identity &&
                                       decision->value == "same" &&
                                       known.count(decision->target) == 0;
            if (known.count(patient) == 0 || other_unknown) {
                issues.push_back(issue_of(*decision,
                                          Severity::error,
                                          IssueCode::not_found,
                                          "a decision about a patient who is not in the "
                                          "input; left out"));
            }
        }
    }
    return issues;
}

std::optional<PatientRecords> derive_indexed(const PatientResources& patient,
                                             const CohortFrame& frame) {
    if (!has_candidate_row(patient)) {
        return std::nullopt;
    }
    BuiltTimeline built = build_timeline(patient, frame.medications, frame.derivation.as_of);
    if (!is_candidate(built.timeline)) {
        return std::nullopt; // R0.3: the row is later than the cut
    }
    apply_decisions(
        built, patient, frame.decisions.of(patient.identity.members), frame.decision_frame);
    PatientRecords records = derive_patient(built.timeline, frame.derivation);
    records.issues.insert(records.issues.begin(),
                          std::make_move_iterator(built.issues.begin()),
                          std::make_move_iterator(built.issues.end()));
    return records;
}

} // namespace embolink
