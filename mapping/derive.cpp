// Intake keeps the current version of every resource as facts; each derivation groups them by
// patient and walks the candidates in the order of their references.
#include "mapping/derive.hpp"

#include "mapping/intake_state.hpp"
#include "mapping/timeline/performed.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace embolink {

std::shared_ptr<const ReadingFrame> make_reading_frame(const Definitions& definitions,
                                                       const SiteConfig& site,
                                                       ZoneRule zone,
                                                       ReportTexts texts) {
    return std::make_shared<const ReadingFrame>(definitions, site, std::move(zone), texts);
}

namespace {

// Later than every date of a record: nothing is cut.
const Date no_cut = Date{std::chrono::year{9999} / std::chrono::December / 31};

void sort_unique(Issues& issues) {
    std::sort(issues.begin(), issues.end());
    issues.erase(std::unique(issues.begin(), issues.end()), issues.end());
}

// R0.3's default: the newest date that is not later than the input can know.
class NewestDate {
public:
    explicit NewestDate(std::optional<Date> limit) : limit_(limit) {}

    void look_at(const std::optional<PartialDate>& date) {
        if (date && (!limit_ || date->first <= *limit_) && (!newest_ || *newest_ < date->first)) {
            newest_ = date->first;
        }
    }

    template <class List>
    void look_at_performed(const List& list) {
        for (const auto& fact : list) {
            if (is_performed(fact)) {
                look_at(clinical_date(fact));
            }
        }
    }

    void look_at_patient(const PatientTimeline& timeline) {
        look_at_performed(timeline.diagnoses);
        look_at_performed(timeline.procedures);
        look_at_performed(timeline.drugs);
        look_at_performed(timeline.imaging);
        look_at_performed(timeline.labs);
        look_at_performed(timeline.events);
        for (const Contact& contact : timeline.contacts) {
            look_at(contact.when.start);
            look_at(contact.when.end); // R5.8: an inpatient encounter counts to its end
        }
        for (const Assessment& assessment : timeline.assessments) {
            if (assessment.standing == Standing::accepted) {
                look_at(imaging_date(timeline, assessment));
            }
        }
        for (const TumourSize& size : timeline.sizes) {
            look_at(imaging_date(timeline, size));
        }
        if (timeline.person) {
            look_at(timeline.person->death);
        }
        for (const DeathFinding& finding : timeline.death_findings) {
            look_at(finding.date);
        }
    }

    std::optional<Date> newest() const { return newest_; }

private:
    std::optional<Date> limit_;
    std::optional<Date> newest_;
};

IntakeCounts counts_of(const CurrentFacts& current, const PatientIndex& index) {
    IntakeCounts counts;
    counts.resources = current.taken();
    counts.older_versions = current.older_versions();
    counts.own_output = index.own_output;
    counts.test_data = index.test_data;
    counts.restricted = index.restricted;
    counts.unsupported_type = index.unsupported_type;
    counts.opted_out = index.opted_out;
    counts.patients = index.patients.size();
    return counts;
}

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

} // namespace

Intake::Intake(std::shared_ptr<const ReadingFrame> frame)
    : state_(std::make_unique<State>(std::move(frame))) {}

Intake::~Intake() = default;
Intake::Intake(Intake&&) noexcept = default;

void Intake::add(const Resource& resource) {
    const ReadingFrame& frame = *state_->frame;
    ReadResult read = read_facts(
        resource,
        ReadContext{frame.definitions, frame.site, frame.zone, frame.texts == ReportTexts::keep});
    state_->current.add(std::move(read.facts), read.dropped);
}

void Intake::opt_out(const std::string& patient) {
    state_->opt_out.insert(patient);
}

void Intake::adjudicate(Adjudication decision) {
    state_->decisions.push_back(std::move(decision));
}

void Intake::follow(const Intake& other) {
    state_->opt_out.insert(other.state_->opt_out.begin(), other.state_->opt_out.end());
    state_->decisions.insert(
        state_->decisions.end(), other.state_->decisions.begin(), other.state_->decisions.end());
}

void Intake::add_issue(Issue issue) {
    state_->input_issues.push_back(std::move(issue));
}

std::optional<Date> Intake::default_as_of() const {
    const PatientIndex index =
        index_patients(state_->current,
                       state_->opt_out,
                       identity_decisions(standing_decisions(state_->decisions).decisions));
    NewestDate newest(state_->current.newest_known());
    for (const PatientResources& patient : index.patients) {
        if (has_candidate_row(patient)) {
            newest.look_at_patient(build_timeline(patient, index.medications, no_cut).timeline);
        }
    }
    return newest.newest();
}

DerivedCohort
Intake::derive(const TrialDefinition& trial, Date as_of, const std::vector<int>& other_gaps) const {
    StandingDecisions standing = standing_decisions(state_->decisions);
    PatientIndex index =
        index_patients(state_->current, state_->opt_out, identity_decisions(standing.decisions));
    DerivedCohort cohort;
    cohort.as_of = as_of;
    cohort.counts = counts_of(state_->current, index);
    cohort.issues = state_->input_issues;
    append(cohort.issues, std::move(index.issues));
    append(cohort.issues, std::move(standing.issues));
    const DecisionsByPatient decisions(standing.decisions);
    append(cohort.issues, decisions.about_nobody(index));
    const Definitions& definitions = state_->frame->definitions;
    const DecisionFrame decision_frame{definitions.terminology,
                                       [&](const std::string& reference) {
                                           return state_->current.resources().count(reference) > 0;
                                       },
                                       as_of};
    DerivationFrame frame{
        trial, definitions.grading, state_->frame->site, definitions.rules_version, as_of};
    for (const int days : other_gaps) {
        frame.other_gaps.push_back(with_course_gap(trial, days));
    }
    cohort.otherwise.resize(other_gaps.size());
    const CohortFrame shared{index.medications, decisions, decision_frame, frame};
    for (const PatientResources& patient : index.patients) {
        auto records = derive_indexed(patient, shared);
        if (!records) {
            continue;
        }
        ++cohort.counts.candidates;
        for (const Adjudication* decision : decisions.of(patient.identity.members)) {
            cohort.decisions.push_back({patient.identity.patient, *decision});
        }
        append(cohort.records, std::move(records->records));
        append(cohort.timeline, std::move(records->timeline));
        append(cohort.issues, std::move(records->issues));
        append(cohort.open_items, std::move(records->open_items));
        for (std::size_t i = 0; i < other_gaps.size(); ++i) {
            append(cohort.otherwise[i], std::move(records->otherwise[i]));
        }
    }
    sort_unique(cohort.issues);
    return cohort;
}

} // namespace embolink
