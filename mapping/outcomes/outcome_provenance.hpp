// Where a batch of written outcomes came from: exact input versions, software, rules (R9.6).
#pragma once

#include "mapping/outcomes/references.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

struct ProvenanceContext {
    std::vector<std::string> targets; // "Observation/55/_history/3", or "urn:uuid:..." in a Bundle
    std::string recorded;             // instant, "2026-11-25T19:04:05.123Z"
    std::string software_version;
    std::string verifier; // who signed off the targets, "" nobody
    ReferenceLink link;
};

// `records`: those that the targets were made of, and their patient's COHORT record, whose sources
// decided arm and T0 of them all. Of one patient: a Provenance about several would put them into
// each other's charts. Entities are unique and sorted by reference and version.
nlohmann::json outcome_provenance(const std::vector<EndpointRecord>& records,
                                  const ProvenanceContext& context);

} // namespace embolink
