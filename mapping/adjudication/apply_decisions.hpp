// Decisions put into a patient's timeline: a response becomes an assessment of its imaging date
// (R4.4), a grade replaces that of its event (R6.4), an arm waits for its session (R3.5). What a
// decision is about is cited with it (R9.6).
#pragma once

#include "mapping/adjudication/adjudication.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/timeline/assemble.hpp"

#include <functional>
#include <string>
#include <vector>

namespace embolink {

struct DecisionFrame {
    const Terminology& terminology;
    // Whether the input has that resource, in whatever status.
    std::function<bool(const std::string& reference)> in_input;
    Date as_of;
};

// `patient`: where `built` came from. Facts that a decision is about and that lie after the cut
// leave it without effect and without an issue (R0.3); every other decision that cannot be used
// leaves one.
void apply_decisions(BuiltTimeline& built,
                     const PatientResources& patient,
                     const std::vector<const Adjudication*>& decisions,
                     const DecisionFrame& frame);

} // namespace embolink
