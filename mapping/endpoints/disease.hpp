// What the Conditions of a patient say about the disease (R1.2, R1.3); judged per patient.
#pragma once

#include "mapping/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace embolink {

struct DiseaseFinding {
    std::string exclusion; // the first of R1.3's reasons about the disease; "" none
    bool liver_from_text = false;
    bool second_primary = false;
    std::vector<Origin> origins; // every Condition that speaks of a tumour
};

// 1. On one Condition a coded primary beats one that only its text names.
// 2. A midgut organ and a neuroendocrine histology may stand on two Conditions.
DiseaseFinding judge_disease(const PatientTimeline& timeline);

} // namespace embolink
