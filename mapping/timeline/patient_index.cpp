#include "mapping/timeline/patient_index.hpp"

#include "mapping/fhir/fields.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace embolink {

namespace {

bool is_patient_reference(const std::string& reference) {
    return reference.starts_with("Patient/") || reference.starts_with("urn:");
}

// Patients by identifier; one that several have names nobody.
class Directory {
public:
    explicit Directory(const CurrentFacts& current) {
        for (const auto& [reference, resource] : current.resources()) {
            for (const Fact& fact : resource.facts) {
                if (const auto* person = std::get_if<Person>(&fact)) {
                    for (const std::string& identifier : person->identifiers) {
                        holders_[identifier].insert(reference);
                    }
                }
            }
        }
    }

    // What the reference means: itself, or the one Patient that has the identifier; "" nobody.
    std::string patient_of(const std::string& reference) const {
        if (!is_logical(reference)) {
            return reference;
        }
        const auto found = holders_.find(reference);
        return found == holders_.end() || found->second.size() != 1 ? std::string{}
                                                                    : *found->second.begin();
    }

private:
    std::map<std::string, std::set<std::string>> holders_;
};

// Why all resources of a patient are left out.
using WithheldPatients = std::map<std::string, Dropped>;

WithheldPatients find_withheld(const CurrentFacts& current) {
    WithheldPatients withheld;
    for (const auto& [reference, resource] : current.resources()) {
        const bool dropped =
            resource.dropped == Dropped::test_data || resource.dropped == Dropped::restricted;
        if (dropped && reference.starts_with("Patient/")) {
            withheld.emplace(reference, resource.dropped);
        }
    }
    return withheld;
}

// With the links of each leading to Patients; `made` owns those that were named by identifier.
KnownPatients find_patients(const CurrentFacts& current,
                            const WithheldPatients& withheld,
                            const Directory& directory,
                            std::deque<Person>& made) {
    KnownPatients patients;
    for (const auto& [reference, resource] : current.resources()) {
        const std::string patient = directory.patient_of(resource.patient);
        if (resource.dropped != Dropped::no || !is_patient_reference(patient) ||
            withheld.count(patient) > 0) {
            continue;
        }
        const Person*& person = patients[patient];
        for (const Fact& fact : resource.facts) {
            if (const auto* found = std::get_if<Person>(&fact)) {
                made.push_back(*found);
                for (PatientLink& link : made.back().links) {
                    link.other = directory.patient_of(link.other);
                }
                person = &made.back();
            }
        }
    }
    return patients;
}

Issue issue_of(const CurrentResource& resource,
               const std::string& reference,
               IssueCode code,
               const std::string& element,
               const std::string& text) {
    return {code == IssueCode::security ? Severity::fatal : Severity::warning,
            code,
            reference.substr(0, reference.find('/')) + element,
            reference,
            resource.version,
            text,
            is_logical(resource.patient) ? "" : resource.patient};
}

class Indexer {
public:
    Indexer(const CurrentFacts& current,
            const std::set<std::string>& opt_out,
            const std::vector<IdentityDecision>& decisions)
        : current_(current), directory_(current), withheld_(find_withheld(current)) {
        place_patients(opt_out, decisions);
    }

    PatientIndex run() {
        for (const auto& [reference, resource] : current_.resources()) {
            const std::string patient = directory_.patient_of(resource.patient);
            if (opted_out_.count(patient) > 0) {
                continue; // R9.6: only the count
            }
            add_issues(reference, resource);
            count_dropped(reference, resource, patient);
            if (resource.dropped == Dropped::no) {
                place(resource, patient);
            }
            if (patient.empty() && is_logical(resource.patient)) {
                index_.issues.push_back(nobody(resource, reference));
            }
        }
        return std::move(index_);
    }

private:
    void place_patients(const std::set<std::string>& opt_out,
                        const std::vector<IdentityDecision>& decisions) {
        std::deque<Person> made;
        const KnownPatients patients = find_patients(current_, withheld_, directory_, made);
        std::set<std::vector<std::string>> opted_out_groups;
        for (Identity& identity : resolve_identities(patients, decisions)) {
            const bool out =
                std::any_of(identity.group.begin(),
                            identity.group.end(),
                            [&](const std::string& member) { return opt_out.count(member) > 0; });
            if (out) {
                opted_out_.insert(identity.group.begin(), identity.group.end());
                opted_out_groups.insert(identity.group);
                continue;
            }
            if (!identity.unresolved) {
                note_missing_patient(identity, patients);
            }
            for (const std::string& member : identity.members) {
                place_of_[member] = index_.patients.size();
            }
            index_.patients.push_back({std::move(identity), {}});
        }
        index_.opted_out = opted_out_groups.size();
        index_.opted_out_members = opted_out_;
    }

    void note_missing_patient(const Identity& identity, const KnownPatients& patients) {
        const auto found = patients.find(identity.patient);
        if (found != patients.end() && found->second == nullptr) {
            index_.issues.push_back({Severity::warning,
                                     IssueCode::not_found,
                                     "Patient",
                                     identity.patient,
                                     "",
                                     "the Patient resource is not in the input: death, age and "
                                     "merge links are unknown",
                                     identity.patient});
        }
    }

    void add_issues(const std::string& reference, const CurrentResource& resource) {
        index_.issues.insert(index_.issues.end(), resource.issues.begin(), resource.issues.end());
        if (resource.version_conflict) {
            index_.issues.push_back(issue_of(resource,
                                             reference,
                                             IssueCode::conflict,
                                             ".meta.lastUpdated",
                                             "version-conflict: different contents with the same "
                                             "lastUpdated; status rank, then hash chose (R9.3)"));
        }
    }

    void count_dropped(const std::string& reference,
                       const CurrentResource& resource,
                       const std::string& patient) {
        Dropped why = resource.dropped;
        const auto withheld = withheld_.find(patient);
        if (why == Dropped::no && withheld != withheld_.end()) {
            why = withheld->second;
            index_.issues.push_back(issue_of(resource,
                                             reference,
                                             IssueCode::security,
                                             "",
                                             "left out with its patient, who is labelled as test "
                                             "data or restricted (R9.5, R9.6)"));
        }
        switch (why) {
        case Dropped::no:
        case Dropped::deleted: // the input's issue tells of it
            return;
        case Dropped::own_output:
            ++index_.own_output;
            return;
        case Dropped::test_data:
            ++index_.test_data;
            return;
        case Dropped::restricted:
            ++index_.restricted;
            return;
        case Dropped::unsupported_type:
            ++index_.unsupported_type;
            return;
        }
    }

    void place(const CurrentResource& resource, const std::string& patient) {
        for (const Fact& fact : resource.facts) {
            if (const auto* medication = std::get_if<MedicationInfo>(&fact)) {
                index_.medications.emplace(medication->origin.reference, medication);
            }
        }
        const auto found = place_of_.find(patient);
        if (found != place_of_.end()) {
            index_.patients[found->second].resources.push_back(&resource);
        }
    }

    static Issue nobody(const CurrentResource& resource, const std::string& reference) {
        return {Severity::fatal,
                IssueCode::not_found,
                reference.substr(0, reference.find('/')) + ".subject",
                reference,
                resource.version,
                "R9.5: an identifier that names no single Patient of the input, left out",
                ""};
    }

    const CurrentFacts& current_;
    Directory directory_;
    WithheldPatients withheld_;
    std::set<std::string> opted_out_;
    std::map<std::string, std::size_t> place_of_;
    PatientIndex index_;
};

} // namespace

PatientIndex index_patients(const CurrentFacts& current,
                            const std::set<std::string>& opt_out,
                            const std::vector<IdentityDecision>& decisions) {
    return Indexer(current, opt_out, decisions).run();
}

} // namespace embolink
