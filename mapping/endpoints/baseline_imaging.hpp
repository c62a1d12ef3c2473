// R5.6: whether progression of a patient can be judged at all.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <vector>

namespace embolink {

enum class BaselineImaging {
    present,        // liver or abdominal imaging within the window before T0
    read_by_others, // only a RECIST-coded response or a lesion sum afterwards: its reader had one
    absent,         // neither, though the feed has imaging of the patient
    no_imaging_feed // neither, and no imaging resource of the patient at all
};

struct BaselineFinding {
    BaselineImaging kind = BaselineImaging::no_imaging_feed;
    std::vector<Origin> origins; // what shows it; empty for no_imaging_feed
};

BaselineFinding find_baseline_imaging(const PatientCase& patient);

} // namespace embolink
