// Which drugs were given in the context of a session (R3.2): for the arm, and for what is no new
// therapy (R5.2).
#pragma once

#include "mapping/site.hpp"
#include "mapping/timeline/sessions.hpp"

#include <optional>

namespace embolink {

// `partOf` names a row of the session.
bool is_part_of(const DrugEvent& drug, const Session& session);

struct SuiteFinding {
    bool in_suite = false;
    std::optional<Origin> encounter; // the one whose places decided, either way
};

// The same encounter, and by somebody or at a place that the site file lists as interventional. The
// date is the caller's to ask. R4's MedicationAdministration has no location: it is where the
// encounter had the patient at that time; where that tells no place, and the administration itself
// names nobody, where the row of the session was performed, unless the clock says that it was not
// under way.
SuiteFinding find_suite(const DrugEvent& drug,
                        const Session& session,
                        const PatientTimeline& timeline,
                        const InterventionalSuite& suite);

} // namespace embolink
