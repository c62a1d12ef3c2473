// One patient from timeline to records, in the order in which the rules depend on each other:
// sessions (R2.0, R2.1) give T0, T0 dates the assessments (R4.5), their progressions end the course
// (R2.3), and only then can somebody be included (R1).
#include "mapping/endpoints/derive_patient.hpp"

#include "mapping/endpoints/arm.hpp"
#include "mapping/endpoints/candidates.hpp"
#include "mapping/endpoints/cohort.hpp"
#include "mapping/endpoints/course.hpp"
#include "mapping/endpoints/endpoint.hpp"
#include "mapping/endpoints/history.hpp"
#include "mapping/endpoints/lesion_sums.hpp"
#include "mapping/endpoints/not_counted.hpp"
#include "mapping/endpoints/session_lines.hpp"
#include "mapping/endpoints/toxicity_facts.hpp"
#include "mapping/endpoints/trail.hpp"
#include "mapping/endpoints/treatment.hpp"
#include "mapping/endpoints/vital_status.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <variant>

namespace embolink {

namespace {

// The timeline as it would be if every open candidate were progression (R8.2).
PatientTimeline all_progression(const PatientTimeline& timeline,
                                const std::vector<UnresolvedCandidate>& candidates) {
    PatientTimeline bound = timeline;
    for (const UnresolvedCandidate& candidate : candidates) {
        Assessment progression;
        progression.origin = candidate.origin;
        progression.kind = AssessmentKind::adjudicated;
        progression.category = ResponseCategory::progressive_disease;
        progression.site =
            candidate.elsewhere_only ? SiteFinding::other_stated : SiteFinding::unstated;
        progression.effective =
            PartialDate{Precision::day, candidate.date, candidate.date, std::nullopt};
        bound.assessments.push_back(std::move(progression));
    }
    return bound;
}

class PatientDerivation {
public:
    PatientDerivation(const PatientTimeline& timeline, const DerivationFrame& frame)
        : timeline_(timeline), frame_(frame), treatment_(find_treatment(timeline, windows())) {}

    PatientRecords run() {
        derive();
        for (const TrialDefinition& other : frame_.other_gaps) {
            result_.otherwise.push_back(records_under(other));
        }
        add_bounds();
        append(result_.timeline, not_counted_lines(timeline_));
        result_.timeline = unite_lines(std::move(result_.timeline));
        return std::move(result_);
    }

private:
    void derive() {
        const CohortFinding cohort = judge_cohort(timeline_, course(), windows());
        result_.issues = cohort.issues;
        if (!cohort.included()) {
            add_excluded(cohort);
            return;
        }
        const PatientCase patient = case_under(frame_.trial);
        append(result_.issues, unplaced_assessments(timeline_));
        append(result_.issues, contradicting_deaths(timeline_));
        append(result_.issues, unused_sizes(timeline_, patient.t0(), windows()));
        judge_arms();
        note_unused_decisions();
        append(result_.issues, unused_grade_decisions(patient));
        add_included(cohort, patient);
        for (const EndpointDefinition& definition : frame_.trial.endpoints) {
            add_endpoint(patient, definition);
        }
        add_row_lines();
        append(result_.open_items, open_items(patient, arms_.front().arm));
    }

    // The same patient under another gap between rounds. Where that makes the same course, nothing
    // but what is said of the course itself asks for the gap (R2.3, R2.4).
    std::vector<EndpointRecord> records_under(const TrialDefinition& other) const {
        if (treatment_ && !is_same_course(*treatment_, other.windows)) {
            const DerivationFrame frame{
                other, frame_.grading, frame_.site, frame_.rules_version, frame_.as_of};
            PatientDerivation derivation(timeline_, frame);
            derivation.derive();
            return std::move(derivation.result_.records);
        }
        std::vector<EndpointRecord> records = result_.records;
        for (EndpointRecord& record : records) {
            const auto definition =
                std::ranges::find(other.endpoints, record.param, &EndpointDefinition::param);
            if (definition != other.endpoints.end() && definition->kind == "course") {
                record = finished(derive_course(case_under(other), *definition, arms_).record);
            }
        }
        return records;
    }

    PatientCase case_under(const TrialDefinition& trial) const {
        return {timeline_,
                treatment_->course,
                treatment_->assessments,
                trial,
                frame_.grading,
                frame_.site,
                frame_.as_of};
    }

    const TrialWindows& windows() const { return frame_.trial.windows; }

    const Course* course() const { return treatment_ ? &treatment_->course : nullptr; }

    // The first endpoint of every trial file (parse_trial).
    const EndpointDefinition& cohort_definition() const { return frame_.trial.endpoints.front(); }

    void judge_arms() {
        for (const Session* session : treatment_->course.sessions()) {
            arms_.push_back(judge_arm(*session, timeline_, frame_.trial, frame_.site));
            if (const ArmDecision* decision = decision_about(*session)) {
                arms_.back() = decided_arm(std::move(arms_.back()), *decision);
            }
            note_unknown_drugs(arms_.back());
            for (const Origin& origin : arms_.back().unknown_drugs) {
                result_.issues.push_back(
                    {Severity::warning,
                     IssueCode::code_invalid,
                     "MedicationAdministration.medication",
                     origin.reference,
                     origin.version,
                     "a drug of the session that no definition recognises: it cannot speak for an "
                     "arm (R3.3c)",
                     timeline_.patient});
            }
        }
    }

    // R3.3c: what left the arm open, by name where the records are explained.
    void note_unknown_drugs(const ArmFinding& arm) {
        for (const DrugEvent& drug : timeline_.drugs) {
            if (std::find(arm.unknown_drugs.begin(), arm.unknown_drugs.end(), drug.origin) !=
                arm.unknown_drugs.end()) {
                TimelineEntry entry;
                entry.kind = "therapy";
                entry.source = drug.origin.reference;
                entry.patient = timeline_.patient;
                if (drug.start && drug.start->to_the_day()) {
                    entry.date = drug.start->first;
                }
                entry.value = "drug of a session";
                entry.set_aside_because =
                    "R3.3c not recognised by any definition: it cannot speak for an arm";
                result_.timeline.push_back(std::move(entry));
            }
        }
    }

    // R3.5. Of several the one that names the session closest.
    const ArmDecision* decision_about(const Session& session) {
        const bool first = arms_.size() == 1;
        const ArmDecision* found = nullptr;
        int closest = 0;
        for (const ArmDecision& decision : timeline_.arm_decisions) {
            const bool by_row =
                std::any_of(session.rows.begin(), session.rows.end(), [&](const ProcedureRow* row) {
                    return row->origin.reference == decision.target;
                });
            const bool by_date =
                decision.target.empty() && decision.date && *decision.date == session.date;
            const bool by_default = decision.target.empty() && !decision.date && first;
            const int close = by_row ? 3 : by_date ? 2 : by_default ? 1 : 0;
            if (close > 0) {
                used_decisions_.insert(decision.origin);
            }
            if (close > closest && is_arm(decision)) {
                closest = close;
                found = &decision;
            }
        }
        return found;
    }

    bool is_arm(const ArmDecision& decision) const {
        return decision.arm == frame_.trial.undetermined_arm ||
               std::any_of(frame_.trial.arms.begin(),
                           frame_.trial.arms.end(),
                           [&](const ArmDefinition& arm) { return arm.code == decision.arm; });
    }

    // How the data told the arm no longer matters; they are cited all the same.
    static ArmFinding decided_arm(ArmFinding finding, const ArmDecision& decision) {
        finding.arm = decision.arm;
        finding.flags = {"arm-adjudicated"};
        finding.sources.push_back(
            {decision.origin.reference, decision.origin.version, "arm", "R3.5"});
        finding.unknown_drugs.clear();
        return finding;
    }

    void note_unused_decisions() {
        for (const ArmDecision& decision : timeline_.arm_decisions) {
            const bool used = used_decisions_.count(decision.origin) > 0;
            if (used && is_arm(decision)) {
                continue;
            }
            result_.issues.push_back(
                {Severity::error,
                 used ? IssueCode::code_invalid : IssueCode::not_found,
                 used ? "Adjudication.value" : "Adjudication.target",
                 decision.place,
                 decision.origin.version,
                 used ? "R3.5: no arm of the trial; the decision is left out"
                      : "R3.5: no session of the first course; the decision is left out",
                 timeline_.patient});
        }
    }

    // R8.2: the other bound of the audit, for each record that an open candidate may change.
    void add_bounds() {
        if (arms_.empty()) { // excluded, or without a session
            return;
        }
        std::vector<UnresolvedCandidate> open =
            unresolved_candidates(timeline_, treatment_->course.t0(), windows());
        std::erase_if(open, [&](const UnresolvedCandidate& candidate) {
            return !candidate.progression || !candidate.imaging;
        });
        if (open.empty()) {
            return;
        }
        const PatientTimeline bound = all_progression(timeline_, open);
        PatientDerivation derivation(bound, frame_);
        derivation.derive();
        for (const EndpointRecord& record : derivation.result_.records) {
            if (is_flagged(record.param) && record.date) {
                result_.timeline.push_back(bound_line(record, open.front()));
            }
        }
    }

    bool is_flagged(const std::string& param) const {
        return std::any_of(
            result_.records.begin(), result_.records.end(), [&](const EndpointRecord& record) {
                return record.param == param &&
                       std::find(record.flags.begin(),
                                 record.flags.end(),
                                 "pd-candidate-unresolved") != record.flags.end();
            });
    }

    TimelineEntry bound_line(const EndpointRecord& record, const UnresolvedCandidate& first) const {
        TimelineEntry entry = timeline_entry("assessment", *record.date, {first.origin});
        entry.patient = timeline_.patient;
        entry.value = std::string(all_candidates_progression);
        entry.series = record.param;
        entry.term = std::holds_alternative<Event>(record.status) ? "event" : "censored";
        entry.set_aside_because = "R8.2 bound: every open candidate taken as progression";
        return entry;
    }

    void add_excluded(const CohortFinding& cohort) {
        EndpointRecord record;
        record.param = cohort_definition().param;
        record.status = Value{"excluded", "", cohort.exclusion};
        record.sources = cohort.sources;
        finish(std::move(record));
        add_row_lines();
        append(result_.timeline, exclusion_lines(timeline_, cohort));
        if (timeline_.identity_unresolved) {
            append(result_.open_items, open_identities(timeline_));
        }
    }

    void add_included(const CohortFinding& cohort, const PatientCase& patient) {
        Trail trail(patient, cohort_definition());
        cite_course(trail, patient);
        EndpointRecord record = trail.finish(Value{"included", "", ""}).record;
        record.flags = cohort.flags;
        const History history =
            judge_history(timeline_, treatment_->assessments, patient.t0(), windows());
        const ArmFinding& arm = arms_.front();
        append(record.flags, history.flags);
        append(record.flags, arm.flags);
        append(record.sources, cohort.sources);
        append(record.sources, history.sources);
        append(record.sources, arm.sources);
        finish(std::move(record));
    }

    void add_endpoint(const PatientCase& patient, const EndpointDefinition& definition) {
        if (definition.kind == "cohort") {
            return; // stands already
        }
        Derived derived = definition.kind == "course" ? derive_course(patient, definition, arms_)
                                                      : derive_endpoint(patient, definition);
        for (TimelineEntry& note : derived.notes) {
            note.patient = timeline_.patient;
            result_.timeline.push_back(std::move(note));
        }
        append(result_.issues, derived.issues);
        finish(std::move(derived.record));
    }

    void add_row_lines() {
        std::vector<std::string> params;
        for (const EndpointRecord& record : result_.records) {
            const bool uses_course =
                record.param == cohort_definition().param ||
                std::any_of(record.sources.begin(),
                            record.sources.end(),
                            [](const RecordSource& source) { return source.role == "session"; });
            if (uses_course) {
                params.push_back(record.param);
            }
        }
        static const std::vector<Session> none;
        append(result_.timeline,
               row_lines(timeline_, treatment_ ? treatment_->sessions : none, course(), params));
    }

    // What a source rests on (its Medication, the study that dates it) is a source in the same
    // role.
    void add_foundations(std::vector<RecordSource>& sources) const {
        const std::size_t own = sources.size();
        for (std::size_t i = 0; i < own; ++i) {
            const auto found = timeline_.rests_on.find(sources[i].reference);
            if (found == timeline_.rests_on.end()) {
                continue;
            }
            for (const Origin& origin : found->second) {
                sources.push_back(
                    {origin.reference, origin.version, sources[i].role, sources[i].rule});
            }
        }
    }

    template <class T>
    static void append(std::vector<T>& to, const std::vector<T>& from) {
        to.insert(to.end(), from.begin(), from.end());
    }

    template <class T>
    static void sort_unique(std::vector<T>& list) {
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
    }

    EndpointRecord finished(EndpointRecord record) const {
        record.trial = frame_.trial.id;
        record.trial_version = frame_.trial.version;
        record.rules_version = frame_.rules_version;
        record.patient = timeline_.patient;
        record.as_of = frame_.as_of;
        record.arm = arms_.empty() ? "" : arms_.front().arm;
        if (treatment_) {
            record.start = treatment_->course.t0();
        }
        add_foundations(record.sources);
        sort_unique(record.sources);
        sort_unique(record.flags);
        return record;
    }

    void finish(EndpointRecord record) { result_.records.push_back(finished(std::move(record))); }

    const PatientTimeline& timeline_;
    const DerivationFrame& frame_;
    std::optional<Treatment> treatment_;
    std::vector<ArmFinding> arms_; // of each session of the course; empty: excluded
    std::set<Origin> used_decisions_;
    PatientRecords result_;
};

} // namespace

PatientRecords derive_patient(const PatientTimeline& timeline, const DerivationFrame& frame) {
    return PatientDerivation(timeline, frame).run();
}

} // namespace embolink
