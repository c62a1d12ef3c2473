// An endpoint record as a FHIR R4 Observation of the profiles in definitions/conformance. What goes
// where, and why, stands in INTERPRETATIONS.md, part "Written outcomes".
#pragma once

#include "mapping/outcomes/references.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

struct OutcomeContext {
    std::string identifier;         // UUID version 5 over outcome_name()
    std::string subject;            // the patient on the target, "Patient/1"
    std::string status;             // "preliminary", "final" or "amended"
    std::string software_version;   // "0.1.0"
    std::vector<std::string> notes; // the intended use, one per language
    ReferenceLink link;
    // The patient's COHORT record: its diagnoses become `focus`, the rows of the first session
    // `partOf`. Without one neither is written.
    const EndpointRecord* cohort = nullptr;
};

// Of a record for which is_written() holds. Same arguments, same bytes when dumped.
nlohmann::json outcome_observation(const EndpointRecord& record, const OutcomeContext& context);

// What is on the server, taken back: status entered-in-error, all else as it stands, so that who
// acted upon it can still see what it said (FHIR R4, Observation.status). The server's own meta
// elements are left out.
nlohmann::json retracted_observation(const nlohmann::json& current);

} // namespace embolink
