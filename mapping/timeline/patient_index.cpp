#include "mapping/timeline/patient_index.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

namespace embolink {

namespace {

bool is_patient_reference(const std::string& reference) {
    return reference.starts_with("Patient/") || reference.starts_with("urn:");
}

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

KnownPatients find_patients(const CurrentFacts& current, const WithheldPatients& withheld) {
    KnownPatients patients;
    for (const auto& [reference, resource] : current.resources()) {
        if (resource.dropped != Dropped::no || !is_patient_reference(resource.patient) ||
            withheld.count(resource.patient) > 0) {
            continue;
        }
        const Person*& person = patients[resource.patient];
        for (const Fact& fact : resource.facts) {
            if (const auto* found = std::get_if<Person>(&fact)) {
                person = found;
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
            resource.patient};
}

class Indexer {
public:
    Indexer(const CurrentFacts& current,
            const std::set<std::string>& opt_out,
            const std::vector<IdentityDecision>& decisions)
        : current_(current), withheld_(find_withheld(current)) {
        place_patients(opt_out, decisions);
    }

    PatientIndex run() {
        for (const auto& [reference, resource] : current_.resources()) {
            if (opted_out_.count(resource.patient) > 0) {
                continue; // R9.6: only the count
            }
            add_issues(reference, resource);
            count_dropped(reference, resource);
            if (resource.dropped == Dropped::no) {
                place(resource);
            }
        }
        return std::move(index_);
    }

private:
    void place_patients(const std::set<std::string>& opt_out,
                        const std::vector<IdentityDecision>& decisions) {
        const KnownPatients patients = find_patients(current_, withheld_);
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

    void count_dropped(const std::string& reference, const CurrentResource& resource) {
        Dropped why = resource.dropped;
        const auto withheld = withheld_.find(resource.patient);
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

    void place(const CurrentResource& resource) {
        for (const Fact& fact : resource.facts) {
            if (const auto* medication = std::get_if<MedicationInfo>(&fact)) {
                index_.medications.emplace(medication->origin.reference, medication);
            }
        }
        const auto found = place_of_.find(resource.patient);
        if (found != place_of_.end()) {
            index_.patients[found->second].resources.push_back(&resource);
        }
    }

    const CurrentFacts& current_;
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
