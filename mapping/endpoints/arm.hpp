// The arm of one session by the trial's evidence ladder (R3.2-R3.4). The arm of the patient is that
// of the first session of the first course; later sessions serve R3.5 alone.
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/site.hpp"
#include "mapping/timeline/sessions.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct ArmFinding {
    std::string arm;                // code of the trial's arm, or its undetermined one
    std::vector<std::string> flags; // arm-from-text, arm-by-charted-drugs, lipiodol-only
    // Everything that was looked at and could have decided otherwise: rows and drugs of the
    // session, so that the same sources give the same arm again (R9.6).
    std::vector<RecordSource> sources;
    // R3.3c: charted in the session, recognised neither as antineoplastic nor as anything else.
    std::vector<Origin> unknown_drugs;
};

// Arms are tried in the order of the trial file, the rungs of each in theirs; the first rung that
// holds decides. None: the trial's undetermined arm, never a guess (R3.4).
ArmFinding judge_arm(const Session& session,
                     const PatientTimeline& timeline,
                     const TrialDefinition& trial,
                     const SiteConfig& site);

struct SessionDrug {
    const DrugEvent* drug = nullptr;
    std::optional<Origin> encounter; // whose places told that it was in context
};

// Antineoplastics and all others that went into the artery on the date, or in the context of the
// session without a stated route (R3.2): what a vein got is none of the session's.
std::vector<SessionDrug>
session_drugs(const Session& session, const PatientTimeline& timeline, const SiteConfig& site);

} // namespace embolink
