#include "mapping/rereading.hpp"

#include "mapping/intake_state.hpp"

#include <algorithm>
#include <map>

namespace embolink {

struct Rereading::Parts {
    Parts(const Intake::State& given, const TrialDefinition& for_trial, Date cut)
        : state(given), trial(for_trial), as_of(cut), standing(standing_decisions(given.decisions)),
          decisions(standing.decisions),
          index(index_patients(
              given.current, given.opt_out, identity_decisions(standing.decisions))) {
        for (std::size_t at = 0; at < index.patients.size(); ++at) {
            place_of[index.patients[at].identity.patient] = at;
            for (const std::string& member : index.patients[at].identity.members) {
                survivor_of[member] = index.patients[at].identity.patient;
            }
            note_medications(index.patients[at]);
        }
    }

    void note_medications(const PatientResources& patient) {
        for (const CurrentResource* resource : patient.resources) {
            for (const Fact& fact : resource->facts) {
                const auto* drug = std::get_if<DrugEvent>(&fact);
                if (drug != nullptr && !drug->medication_reference.empty()) {
                    given_to[drug->medication_reference].insert(patient.identity.patient);
                }
            }
        }
    }

    // Those that the patient was given: the index of all is too large to be copied for each.
    MedicationIndex medications_of(const PatientResources& patient) const {
        MedicationIndex own;
        for (const CurrentResource* resource : patient.resources) {
            for (const Fact& fact : resource->facts) {
                const auto* drug = std::get_if<DrugEvent>(&fact);
                const auto found = drug == nullptr
                                       ? index.medications.end()
                                       : index.medications.find(drug->medication_reference);
                if (found != index.medications.end()) {
                    own.insert(*found);
                }
            }
        }
        return own;
    }

    std::vector<EndpointRecord> derive(const PatientResources& patient,
                                       const MedicationIndex& medications,
                                       const ReadingFrame& frame) const {
        const DecisionFrame decision_frame{frame.definitions.terminology,
                                           [this](const std::string& reference) {
                                               return state.current.resources().count(reference) >
                                                      0;
                                           },
                                           as_of};
        const DerivationFrame derivation{
            trial, frame.definitions.grading, frame.site, frame.definitions.rules_version, as_of};
        auto records =
            derive_indexed(patient, {medications, decisions, decision_frame, derivation});
        return records ? std::move(records->records) : std::vector<EndpointRecord>{};
    }

    const Intake::State& state;
    const TrialDefinition& trial;
    Date as_of;
    StandingDecisions standing;
    DecisionsByPatient decisions;
    PatientIndex index;
    std::map<std::string, std::size_t> place_of;           // by surviving patient
    std::map<std::string, std::string> survivor_of;        // by member
    std::map<std::string, std::set<std::string>> given_to; // patients, by Medication
    std::map<std::string, std::vector<EndpointRecord>> before;
};

Rereading::Rereading(const Intake& intake, const TrialDefinition& trial, Date as_of)
    : parts_(std::make_unique<Parts>(intake.state(), trial, as_of)) {}

Rereading::~Rereading() = default;
Rereading::Rereading(Rereading&&) noexcept = default;

std::vector<std::string> Rereading::patients_of(const Resource& resource) const {
    const std::string reference = resource.source.reference();
    const auto current = parts_->state.current.resources().find(reference);
    if (current == parts_->state.current.resources().end() ||
        current->second.dropped != Dropped::no ||
        current->second.content_hash != resource.content_hash) {
        return {};
    }
    if (const auto users = parts_->given_to.find(reference); users != parts_->given_to.end()) {
        return {users->second.begin(), users->second.end()};
    }
    const auto survivor = parts_->survivor_of.find(current->second.patient);
    return survivor == parts_->survivor_of.end() ? std::vector<std::string>{}
                                                 : std::vector<std::string>{survivor->second};
}

const std::vector<EndpointRecord>& Rereading::before(const std::string& patient) {
    const auto known = parts_->before.find(patient);
    if (known != parts_->before.end()) {
        return known->second;
    }
    return parts_->before[patient] =
               parts_->derive(parts_->index.patients[parts_->place_of.at(patient)],
                              parts_->index.medications,
                              *parts_->state.frame);
}

std::vector<EndpointRecord> Rereading::after(const std::string& patient,
                                             const ReadingFrame& frame,
                                             const std::vector<Resource>& resources) const {
    PatientResources changed = parts_->index.patients[parts_->place_of.at(patient)];
    MedicationIndex medications = parts_->medications_of(changed);
    std::vector<std::unique_ptr<CurrentResource>> reread; // facts stay where they are
    for (const Resource& resource : resources) {
        const std::string reference = resource.source.reference();
        const CurrentResource& old = parts_->state.current.resources().at(reference);
        auto fresh = std::make_unique<CurrentResource>(old);
        ReadResult read =
            read_facts(resource, ReadContext{frame.definitions, frame.site, frame.zone, false});
        fresh->facts = std::move(read.facts.facts);
        fresh->issues = std::move(read.facts.issues);
        std::ranges::replace(
            changed.resources, &old, static_cast<const CurrentResource*>(fresh.get()));
        for (const Fact& fact : fresh->facts) {
            if (const auto* medication = std::get_if<MedicationInfo>(&fact)) {
                medications[medication->origin.reference] = medication;
            }
        }
        reread.push_back(std::move(fresh));
    }
    return parts_->derive(changed, medications, frame);
}

std::vector<std::string> changed_fields(const EndpointRecord& before, const EndpointRecord& after) {
    std::vector<std::string> fields;
    const auto note = [&](bool differs, const char* name) {
        if (differs) {
            fields.emplace_back(name);
        }
    };
    note(before.arm != after.arm, "arm");
    note(before.start != after.start, "start");
    note(before.status != after.status, "status");
    note(before.date != after.date, "date");
    note(before.days != after.days, "days");
    note(before.left != after.left, "left");
    note(before.right != after.right, "right");
    note(before.flags != after.flags, "flags");
    return fields;
}

std::vector<RecordChange> changes_between(const std::vector<EndpointRecord>& before,
                                          const std::vector<EndpointRecord>& after) {
    std::map<std::string, std::vector<const EndpointRecord*>> old_of;
    std::map<std::string, std::vector<const EndpointRecord*>> new_of;
    for (const EndpointRecord& record : before) {
        old_of[record.patient].push_back(&record);
        new_of[record.patient];
    }
    for (const EndpointRecord& record : after) {
        new_of[record.patient].push_back(&record);
    }
    const auto same = [](const std::vector<const EndpointRecord*>& list, const std::string& param) {
        return std::ranges::find_if(list,
                                    [&](const EndpointRecord* one) { return one->param == param; });
    };
    std::vector<RecordChange> changes;
    for (const auto& [patient, records] : new_of) {
        const auto& old = old_of[patient];
        for (const EndpointRecord* record : records) {
            const auto was = same(old, record->param);
            auto fields =
                was == old.end() ? std::vector<std::string>{"new"} : changed_fields(**was, *record);
            if (!fields.empty()) {
                changes.push_back({patient, record->param, std::move(fields)});
            }
        }
        for (const EndpointRecord* record : old) {
            if (same(records, record->param) == records.end()) {
                changes.push_back({patient, record->param, {"gone"}});
            }
        }
    }
    return changes;
}

} // namespace embolink
