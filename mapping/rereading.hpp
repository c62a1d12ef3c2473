// "What if": the records of some patients as they would be were some of their resources read in
// another frame, for example with one more row in the site's map. Everything else stays as it is
// in the Intake, so that only the patients concerned are derived again.
#pragma once

#include "mapping/derive.hpp"

#include <memory>
#include <string>
#include <vector>

namespace embolink {

class Rereading {
public:
    // Keeps views of both: neither may change or go while this lives.
    Rereading(const Intake& intake, const TrialDefinition& trial, Date as_of);
    ~Rereading();
    Rereading(Rereading&&) noexcept;
    Rereading& operator=(Rereading&&) = delete;

    // Patients after merge links ("Patient/<id>") whose records the resource may be part of,
    // sorted: one, or all who were given a Medication. Empty when it is not the current version or
    // was dropped, or when its patient was (R9.3, R9.5, R9.6).
    std::vector<std::string> patients_of(const Resource& resource) const;

    // As the Intake's own frame gives them; empty for somebody who is no candidate. Valid until the
    // next call.
    const std::vector<EndpointRecord>& before(const std::string& patient);

    // With those resources read in `frame`. `patient` as patients_of names it.
    std::vector<EndpointRecord> after(const std::string& patient,
                                      const ReadingFrame& frame,
                                      const std::vector<Resource>& resources) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// What differs between two records of one patient and param, by the names of contracts section 3;
// versions and sources apart. Empty: nothing.
std::vector<std::string> changed_fields(const EndpointRecord& before, const EndpointRecord& after);

// A record that another reading changes.
struct RecordChange {
    std::string patient;
    std::string param;
    std::vector<std::string> fields; // of changed_fields, or "new", or "gone"
    friend auto operator<=>(const RecordChange&, const RecordChange&) = default;
};

// Both sorted as derive gives them, of any number of patients. Sorted by patient, then by param in
// the order in which the records come.
std::vector<RecordChange> changes_between(const std::vector<EndpointRecord>& before,
                                          const std::vector<EndpointRecord>& after);

} // namespace embolink
