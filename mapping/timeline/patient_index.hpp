// Current resources grouped by patient: merge links united, test data, restricted and opted-out
// patients left out whole (R9.5, R9.6).
#pragma once

#include "mapping/timeline/assemble.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace embolink {

struct PatientIndex {
    std::vector<PatientResources> patients; // sorted by patient reference
    MedicationIndex medications;
    std::set<std::string> opted_out_members; // "Patient/<id>"
    std::size_t opted_out = 0;               // patients, a link group counted once
    std::size_t own_output = 0;              // resources, by their current version
    std::size_t test_data = 0;               // resources, those of test patients included
    std::size_t restricted = 0;              // likewise
    std::size_t unsupported_type = 0;
    Issues issues; // of all current resources but those of opted-out patients
};

// A Patient resource that is test data or restricted takes all resources of that patient with it:
// half a patient (no death, no links) would give wrong records. An opt-out holds for the whole link
// group and leaves no issue, only the count. `current` must outlive the result.
PatientIndex index_patients(const CurrentFacts& current,
                            const std::set<std::string>& opt_out,
                            const std::vector<IdentityDecision>& decisions = {});

} // namespace embolink
