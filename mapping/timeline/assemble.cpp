// Building one patient's timeline. The order of work matters in one place: imaging studies and
// reports are indexed before assessments are cut, because an assessment has the date of its imaging
// (R4.1) and lives or falls with it (R0.3).
#include "mapping/timeline/assemble.hpp"

#include "mapping/timeline/finding_places.hpp"
#include "mapping/timeline/performed.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

namespace embolink {

namespace {

bool exists_at(const std::optional<PartialDate>& date, Date as_of) {
    return !date || date->first <= as_of; // R0.3; R0.4: a month counts from its first day
}

// The reference of the resource that a contained one stands in.
std::string container_of(const std::string& reference) {
    return reference.substr(0, reference.find('#'));
}

struct Builder {
    const MedicationIndex& medications;
    Date as_of;
    BuiltTimeline built;
    std::vector<Person> persons;
    std::map<std::string, Origin> imaging_origins; // studies and reports, for rests_on
    std::vector<Assessment> assessments;           // before the cut
    std::vector<TumourSize> sizes;                 // likewise
    LesionPlaces places;

    PatientTimeline& timeline() { return built.timeline; }

    // R9.2: left out for the status of its resource.
    void note_not_counted(Fact fact, const std::string& status) {
        if (!exists_at(clinical_date(fact), as_of)) {
            return;
        }
        auto* drug = std::get_if<DrugEvent>(&fact);
        if (drug != nullptr && medications.count(drug->medication_reference) > 0) {
            *drug = follow_medication(std::move(*drug));
        }
        timeline().not_counted.push_back({std::move(fact), status});
    }

    // R0.3: what ends later is going on at the cut. A month has begun with its first day (R0.4).
    void cut_end(When& when) const {
        if (when.end && when.end->first > as_of) {
            when.end = PartialDate{Precision::day, as_of, as_of, std::nullopt};
        }
    }

    void operator()(const Person& fact) {
        Person person = fact;
        if (!exists_at(person.death, as_of)) {
            person.death.reset(); // R0.3: a later death does not exist yet
            person.deceased = false;
        }
        persons.push_back(std::move(person));
    }

    void operator()(const DeathFinding& fact) {
        if (exists_at(fact.date, as_of)) {
            timeline().death_findings.push_back(fact);
        }
    }

    void operator()(const Diagnosis& fact) {
        if (fact.standing == Standing::accepted && exists_at(fact.onset, as_of)) {
            timeline().diagnoses.push_back(fact);
        }
    }

    void operator()(const ProcedureRow& fact) {
        if (exists_at(clinical_date(fact), as_of)) {
            timeline().procedures.push_back(fact);
        }
    }

    void operator()(const DrugEvent& fact) {
        if (exists_at(fact.start, as_of)) {
            timeline().drugs.push_back(follow_medication(fact));
        }
    }

    void operator()(const MedicationInfo&) {}

    void operator()(const Assessment& fact) {
        if (fact.standing != Standing::rejected) {
            assessments.push_back(fact);
        }
    }

    void operator()(const TumourSize& fact) {
        if (fact.standing == Standing::accepted) {
            sizes.push_back(fact);
        }
    }

    void operator()(const LesionPlace& fact) { places.add(fact); }

    void operator()(const Imaging& fact) {
        if (fact.standing == Standing::accepted) {
            index_imaging(fact);
            timeline().imaging.push_back(fact);
        } else if (fact.is_report && fact.standing == Standing::candidate) {
            timeline().candidate_reports.push_back(fact);
        }
    }

    void operator()(const LabResult& fact) {
        const bool dated = fact.effective && fact.effective->to_the_day(); // R0.4
        if (fact.standing == Standing::accepted && dated && exists_at(fact.effective, as_of)) {
            timeline().labs.push_back(fact);
        }
    }

    void operator()(const ClinicalEvent& fact) {
        if (fact.standing == Standing::accepted && fact.date && exists_at(fact.date, as_of)) {
            timeline().events.push_back(fact);
        }
    }

    void operator()(const Contact& fact) {
        if (!exists_at(clinical_date(fact), as_of)) {
            return;
        }
        Contact contact = fact;
        cut_end(contact.when);
        timeline().contacts.push_back(std::move(contact));
    }

    void operator()(const Characteristic& fact) {
        if (fact.standing == Standing::accepted && exists_at(fact.date, as_of)) {
            timeline().characteristics.push_back(fact);
        }
    }

    void operator()(const Stay& fact) {
        if (!exists_at(clinical_date(fact), as_of)) {
            return;
        }
        Stay stay = fact;
        cut_end(stay.when);
        timeline().stays.push_back(std::move(stay));
    }

    void operator()(const Order& fact) {
        if (exists_at(fact.authored, as_of)) {
            timeline().orders.push_back(fact);
        }
    }

    DrugEvent follow_medication(DrugEvent drug) {
        if (drug.medication_reference.empty()) {
            return drug;
        }
        const auto found = medications.find(drug.medication_reference);
        if (found == medications.end()) {
            built.issues.push_back(
                {Severity::warning,
                 IssueCode::not_found,
                 container_of(drug.origin.reference).substr(0, drug.origin.reference.find('/')) +
                     ".medicationReference",
                 drug.origin.reference,
                 drug.origin.version,
                 drug.drug.known() ? "the Medication is not in the input: only the display names it"
                                   : "the Medication is not in the input: the drug stays unknown",
                 built.timeline.patient});
            return drug;
        }
        if (found->second->drug.known()) {
            drug.drug = found->second->drug; // the display is only a label of it
        } else {
            unite(drug.drug, found->second->drug);
        }
        if (container_of(drug.medication_reference) != container_of(drug.origin.reference)) {
            drug.medication_origin = found->second->origin;
            timeline().rests_on[drug.origin.reference].push_back(found->second->origin);
        }
        return drug;
    }

    static void unite(DrugIdentity& drug, const DrugIdentity& medication) {
        const auto merge = [](std::vector<std::string>& into,
                              const std::vector<std::string>& from) {
            into.insert(into.end(), from.begin(), from.end());
            std::sort(into.begin(), into.end());
            into.erase(std::unique(into.begin(), into.end()), into.end());
        };
        merge(drug.concepts.by_code, medication.concepts.by_code);
        merge(drug.concepts.by_text, medication.concepts.by_text);
        if (!medication.key.empty()) {
            drug.key = medication.key;
        }
    }

    void index_imaging(const Imaging& fact) {
        PatientTimeline& line = timeline();
        imaging_origins.emplace(fact.origin.reference, fact.origin);
        if (!fact.is_report) {
            if (fact.date) {
                line.study_dates.emplace(fact.origin.reference, *fact.date);
            }
            return;
        }
        if (fact.date) {
            line.report_dates.emplace(fact.origin.reference, *fact.date);
        }
        if (fact.issued) {
            line.report_issued.emplace(fact.origin.reference, *fact.issued);
        }
        if (!fact.imaging_studies.empty()) {
            line.report_studies.emplace(fact.origin.reference, fact.imaging_studies);
        }
        for (const std::string& result : fact.results) {
            line.reports_of_result[result].push_back(fact.origin.reference);
        }
    }

    // What gave a reading its date (R4.1), so that a record can name it. `report`: the one that it
    // names or stands in, "" none.
    void note_imaging_behind(const std::string& reading,
                             const std::vector<std::string>& imaging_studies,
                             const std::string& report) {
        PatientTimeline& line = timeline();
        std::set<std::string> behind(imaging_studies.begin(), imaging_studies.end());
        if (const auto found = line.reports_of_result.find(reading);
            found != line.reports_of_result.end()) {
            behind.insert(found->second.begin(), found->second.end());
        }
        behind.insert(report);
        const std::string container = container_of(reading);
        behind.insert(container);
        std::set<std::string> studies;
        for (const std::string& one : behind) {
            if (const auto found = line.report_studies.find(one);
                found != line.report_studies.end()) {
                studies.insert(found->second.begin(), found->second.end());
            }
        }
        behind.insert(studies.begin(), studies.end());
        behind.erase(container);
        for (const std::string& reference : behind) {
            if (const auto found = imaging_origins.find(reference);
                found != imaging_origins.end()) {
                line.rests_on[reading].push_back(found->second);
            }
        }
    }

    // R4.7: the site of the finding itself stands, else that of what it is about.
    template <class Finding>
    void follow_focus(Finding& finding) {
        if (finding.site != SiteFinding::unstated) {
            return;
        }
        const FocusSite found = places.site_of(finding.focus, timeline().diagnoses);
        finding.site = found.site;
        for (const Origin& origin : found.origins) {
            if (container_of(origin.reference) != container_of(finding.origin.reference)) {
                finding.site_origins.push_back(origin);
            }
        }
        if (found.structure_missing) {
            built.issues.push_back(
                {Severity::warning,
                 IssueCode::not_found,
                 container_of(finding.origin.reference)
                         .substr(0, finding.origin.reference.find('/')) +
                     ".focus",
                 finding.origin.reference,
                 finding.origin.version,
                 "R4.7: the BodyStructure is not in the input: it gives the finding no site",
                 built.timeline.patient});
        }
    }

    void cut_assessments() {
        for (Assessment& assessment : assessments) {
            if (exists_at(imaging_date(timeline(), assessment), as_of)) {
                note_imaging_behind(
                    assessment.origin.reference, assessment.imaging_studies, assessment.report);
                follow_focus(assessment);
                timeline().assessments.push_back(std::move(assessment));
            }
        }
        for (TumourSize& size : sizes) {
            if (exists_at(imaging_date(timeline(), size), as_of)) {
                note_imaging_behind(size.origin.reference, size.imaging_studies, "");
                follow_focus(size);
                timeline().sizes.push_back(std::move(size));
            }
        }
        // Only now: an assessment whose study is later than the cut must not fall back on an
        // earlier date of its own.
        const auto later = [&](const Imaging& fact) {
            return !exists_at(imaging_date(timeline(), fact), as_of);
        };
        std::erase_if(timeline().imaging, later);
        std::erase_if(timeline().candidate_reports, later);
    }

    // The survivor's resource; a death or birth that only another identity tells counts too.
    void unite_persons() {
        PatientTimeline& line = timeline();
        std::ranges::sort(persons, {}, &Person::origin);
        const auto own = std::find_if(persons.begin(), persons.end(), [&](const Person& person) {
            return person.origin.reference == line.patient;
        });
        if (own != persons.end()) {
            line.person = *own;
        } else if (!persons.empty()) {
            line.person = persons.front();
        } else {
            return;
        }
        for (const Person& other : persons) {
            if (!line.person->death && other.death) {
                line.person->death = other.death;
            }
            line.person->deceased = line.person->deceased || other.deceased;
            if (!line.person->birth) {
                line.person->birth = other.birth;
            }
            if (line.person->sex.empty()) {
                line.person->sex = other.sex;
            }
            if (other.origin.reference != line.person->origin.reference) {
                line.rests_on[line.person->origin.reference].push_back(other.origin);
            }
        }
    }
};

// Undated facts go last; equal dates by origin.
template <class List, class DateOfFact>
void sort_by_date(List& list, DateOfFact date_of) {
    std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
        const std::optional<PartialDate> date_a = date_of(a);
        const std::optional<PartialDate> date_b = date_of(b);
        const Date first_a = date_a ? date_a->first : Date::max();
        const Date first_b = date_b ? date_b->first : Date::max();
        return std::tie(first_a, a.origin) < std::tie(first_b, b.origin);
    });
}

} // namespace

void sort_facts(PatientTimeline& timeline) {
    const auto by_clinical_date = [](const auto& fact) { return clinical_date(fact); };
    sort_by_date(timeline.death_findings, by_clinical_date);
    sort_by_date(timeline.diagnoses, by_clinical_date);
    sort_by_date(timeline.procedures, by_clinical_date);
    sort_by_date(timeline.drugs, by_clinical_date);
    sort_by_date(timeline.assessments,
                 [&](const Assessment& assessment) { return imaging_date(timeline, assessment); });
    sort_by_date(timeline.sizes,
                 [&](const TumourSize& size) { return imaging_date(timeline, size); });
    sort_by_date(timeline.imaging, by_clinical_date);
    sort_by_date(timeline.candidate_reports, by_clinical_date);
    sort_by_date(timeline.labs, by_clinical_date);
    sort_by_date(timeline.events, by_clinical_date);
    sort_by_date(timeline.contacts, by_clinical_date);
    sort_by_date(timeline.characteristics, by_clinical_date);
    sort_by_date(timeline.stays, by_clinical_date);
    sort_by_date(timeline.orders, by_clinical_date);
}

BuiltTimeline
build_timeline(const PatientResources& patient, const MedicationIndex& medications, Date as_of) {
    Builder builder{medications, as_of, {}, {}, {}, {}, {}, {}};
    PatientTimeline& timeline = builder.timeline();
    timeline.patient = patient.identity.patient;
    timeline.identities = patient.identity.members;
    timeline.identity_unresolved = patient.identity.unresolved;
    timeline.identity_origins = patient.identity.link_origins;
    for (const CurrentResource* resource : patient.resources) {
        for (const Fact& fact : resource->facts) {
            std::visit(builder, fact);
            if (never_counts(fact)) {
                builder.note_not_counted(fact, resource->status);
            }
        }
        for (const Fact& fact : resource->not_counted) {
            builder.note_not_counted(fact, resource->status);
        }
    }
    builder.unite_persons();
    follow_reasons(timeline);
    builder.cut_assessments();
    sort_facts(timeline);
    return std::move(builder.built);
}

} // namespace embolink
