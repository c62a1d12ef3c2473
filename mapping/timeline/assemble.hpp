// From current resources to the timelines of patients: identities united, Medications followed,
// assessments dated by their imaging, and nothing later than the clinical cut (R0.3).
#pragma once

#include "mapping/timeline/current_facts.hpp"
#include "mapping/timeline/identities.hpp"
#include "mapping/timeline/timeline.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

// Medication resources by reference; they belong to no patient.
using MedicationIndex = std::map<std::string, const MedicationInfo*>;

// All that one patient's timeline is made of; pointers into CurrentFacts.
struct PatientResources {
    Identity identity;
    std::vector<const CurrentResource*> resources; // by reference, of all members
};

struct BuiltTimeline {
    PatientTimeline timeline;
    Issues issues; // links that lead nowhere
};

// A fact whose clinical date is later than `as_of` is left out; of a partial date the first day it
// may mean decides (R0.3, R0.4). An undated fact stays. A death later than `as_of` does not exist.
BuiltTimeline
build_timeline(const PatientResources& patient, const MedicationIndex& medications, Date as_of);

// Puts every list back in order after something was added.
void sort_facts(PatientTimeline& timeline);

} // namespace embolink
