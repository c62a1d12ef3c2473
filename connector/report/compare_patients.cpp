#include "connector/report/compare_patients.hpp"

#include "mapping/endpoints/record_json.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace embolink {
namespace {

using RecordKey = std::tuple<std::string, int>; // param, course
using PatientRecords = std::map<RecordKey, const EndpointRecord*>;

std::map<std::string, PatientRecords> records_by_patient(const PastReport& past) {
    std::map<std::string, PatientRecords> out;
    for (const EndpointRecord& record : past.input.records) {
        out[record.patient][{record.param, record.course}] = &record;
    }
    return out;
}

// The chain that holds the patient in a run; null: none.
const PastDerivation* chain_of(const PastReport& past, const std::string& patient) {
    for (const PastDerivation& one : past.derivations) {
        if (std::binary_search(one.members.begin(), one.members.end(), patient)) {
            return &one;
        }
    }
    return nullptr;
}

std::string status_words(const EndpointRecord& record) {
    struct Words {
        std::string operator()(const Event& event) const { return event.reason; }

        std::string operator()(const Censored& censored) const {
            return "censored, " + censored.reason;
        }

        std::string operator()(const Value& value) const {
            return value_text(value) + (value.unit.empty() ? "" : " " + value.unit) +
                   (value.reason.empty() ? "" : ", " + value.reason);
        }

        std::string operator()(const NotEvaluable& none) const {
            return "not evaluable, " + none.reason;
        }
    };

    return std::visit(Words{}, record.status);
}

// What the record says, but for cut, versions and sources.
std::string record_words(const EndpointRecord& record) {
    std::string out = status_words(record);
    if (record.date) {
        out += " on " + to_iso(*record.date);
    }
    if (record.days) {
        out += " (day " + std::to_string(*record.days) + ")";
    }
    if (!record.arm.empty()) {
        out += ", " + record.arm;
    }
    if (record.start) {
        out += ", from " + to_iso(*record.start);
    }
    if (record.left && record.right) {
        out += ", between " + to_iso(*record.left) + " and " + to_iso(*record.right);
    }
    std::string flags;
    for (const std::string& flag : record.flags) {
        flags += (flags.empty() ? "" : " ") + flag;
    }
    return out + (flags.empty() ? "" : " [" + flags + "]");
}

using Versions = std::map<std::string, std::string>; // reference without fragment -> version

Versions sources_of(const EndpointRecord* record) {
    Versions out;
    if (record != nullptr) {
        for (const RecordSource& source : record->sources) {
            out[source.reference.substr(0, source.reference.find('#'))] = source.version;
        }
    }
    return out;
}

std::string version_words(const std::string& version) {
    constexpr std::size_t shown = 19; // "sha256:" and 12 digits
    return version.starts_with("sha256:") ? version.substr(0, shown) : version;
}

std::string change_words(const ChangedCopy& change) {
    const std::string run = " (run " + std::to_string(change.run) + ")";
    if (change.earlier.empty()) {
        return change.reference + " is new, version " + version_words(change.later) + run;
    }
    if (change.later.empty()) {
        const bool gone = change.reason == "deleted" || change.reason == "moved";
        return change.reference + " " +
               (change.reason == "deleted" ? "was deleted"
                : gone                     ? "is no longer found with this patient"
                                           : "is no evidence any more") +
               run;
    }
    return change.reference + " changed, version " + version_words(change.earlier) + " -> " +
           version_words(change.later) + run;
}

bool names_one_of(const std::string& reference, const std::set<std::string>& patients) {
    return std::any_of(patients.begin(), patients.end(), [&](const std::string& patient) {
        return reference == patient || reference.ends_with("/" + patient);
    });
}

// Looks for what moved the records of one patient.
class Causes {
public:
    Causes(const PastReport& earlier,
           const PastReport& later,
           const std::vector<ChangedCopy>& changed,
           const std::vector<Difference>& run_wide,
           const std::string& patient)
        : changed_(changed) {
        const PastDerivation* before = chain_of(earlier, patient);
        const PastDerivation* after = chain_of(later, patient);
        take_members(before, after);
        const auto left_alone = [](const PastReport& past, const PastDerivation* chain) {
            return chain != nullptr && past.left_alone.count(chain->derivation.chain) > 0;
        };
        if (left_alone(earlier, before) != left_alone(later, after)) {
            whole_.push_back(
                "the source gave nothing new of the patient in run " +
                std::to_string(left_alone(later, after) ? later.run.id : earlier.run.id));
        }
        for (const Difference& one : run_wide) {
            for (const char* cause :
                 {cause_cut, cause_program, cause_definitions, cause_site, cause_decisions}) {
                if (one.what == cause) {
                    run_wide_.push_back(one.what + std::string(": ") +
                                        (one.earlier.empty() ? "" : one.earlier + " -> ") +
                                        one.later);
                }
            }
        }
    }

    std::vector<std::string> of(const EndpointRecord* earlier, const EndpointRecord* later) const {
        std::vector<std::string> out = whole_;
        const Versions before = sources_of(earlier);
        const Versions after = sources_of(later);
        std::set<std::string> cited;
        for (const auto* sources : {&before, &after}) {
            for (const auto& [reference, version] : *sources) {
                cited.insert(reference);
            }
        }
        for (const std::string& reference : cited) {
            add_decision(out, reference, before, after);
        }
        for (const ChangedCopy& change : changed_) {
            if (cited.count(change.reference) > 0) {
                out.push_back(change_words(change));
            }
        }
        if (out.empty()) { // no record cites what was set aside
            out = resources();
        }
        // The cut moves with every pass; the others may move any record and are named beside it.
        for (const std::string& cause : run_wide_) {
            if (out.empty() || !cause.starts_with(cause_cut)) {
                out.push_back(cause);
            }
        }
        if (out.empty()) {
            out.push_back("nothing that is kept explains it");
        }
        return out;
    }

    std::vector<std::string> resources() const {
        std::vector<std::string> out;
        for (const ChangedCopy& change : changed_) {
            if (names_one_of(change.patient, members_)) {
                out.push_back(change_words(change));
            }
        }
        return out;
    }

private:
    void take_members(const PastDerivation* before, const PastDerivation* after) {
        std::set<std::string> then, now;
        if (before != nullptr) {
            then.insert(before->members.begin(), before->members.end());
        }
        if (after != nullptr) {
            now.insert(after->members.begin(), after->members.end());
        }
        members_ = then;
        members_.insert(now.begin(), now.end());
        if (before == nullptr || after == nullptr) {
            whole_.push_back(before == nullptr ? "the patient is new"
                                               : "nothing is kept of the patient any more");
            return;
        }
        for (const std::string& member : members_) {
            if (then.count(member) == 0) {
                whole_.push_back(member + " is linked now");
            } else if (now.count(member) == 0) {
                whole_.push_back(member + " is linked no longer");
            }
        }
    }

    static void add_decision(std::vector<std::string>& out,
                             const std::string& reference,
                             const Versions& before,
                             const Versions& after) {
        if (reference.starts_with("Adjudication/") &&
            before.count(reference) != after.count(reference)) {
            out.push_back("the decision " + reference +
                          (after.count(reference) > 0 ? " is new" : " stands no longer"));
        }
    }

    const std::vector<ChangedCopy>& changed_;
    std::set<std::string> members_; // of both runs
    std::vector<std::string> whole_;
    std::vector<std::string> run_wide_;
};

std::vector<RecordDifference>
compare_records(const PatientRecords& earlier, const PatientRecords& later, const Causes& causes) {
    std::set<RecordKey> keys;
    for (const PatientRecords* records : {&earlier, &later}) {
        for (const auto& [key, record] : *records) {
            keys.insert(key);
        }
    }
    std::vector<RecordDifference> out;
    for (const RecordKey& key : keys) {
        const auto find = [&](const PatientRecords& records) {
            const auto found = records.find(key);
            return found == records.end() ? nullptr : found->second;
        };
        const EndpointRecord* before = find(earlier);
        const EndpointRecord* after = find(later);
        RecordDifference difference;
        difference.param = std::get<0>(key);
        difference.earlier = before == nullptr ? "" : record_words(*before);
        difference.later = after == nullptr ? "" : record_words(*after);
        difference.same_result = difference.earlier == difference.later;
        if (!difference.same_result || sources_of(before) != sources_of(after)) {
            difference.because = causes.of(before, after);
            out.push_back(std::move(difference));
        }
    }
    return out;
}

} // namespace

std::vector<PatientDifference> compare_patients(const PastReport& earlier,
                                                const PastReport& later,
                                                const std::vector<ChangedCopy>& changed,
                                                const std::vector<Difference>& run_wide) {
    std::map<std::string, PatientRecords> before = records_by_patient(earlier);
    std::map<std::string, PatientRecords> after = records_by_patient(later);
    std::set<std::string> patients;
    for (const auto* records : {&before, &after}) {
        for (const auto& [patient, list] : *records) {
            patients.insert(patient);
        }
    }
    std::vector<PatientDifference> out;
    for (const std::string& patient : patients) {
        const Causes causes(earlier, later, changed, run_wide, patient);
        std::vector<RecordDifference> records =
            compare_records(before[patient], after[patient], causes);
        if (!records.empty()) {
            out.push_back({patient, causes.resources(), std::move(records)});
        }
    }
    return out;
}

} // namespace embolink
