// Adverse events, Conditions and readmissions in the windows (R6.4).
#pragma once

#include "mapping/endpoints/toxicity_facts.hpp"

namespace embolink {

void add_clinical_toxicity(ToxicityFacts& facts,
                           const PatientCase& patient,
                           const std::vector<ToxicityWindow>& windows);

} // namespace embolink
