// Whom a resource belongs to and what it points to: pure functions of parsed resources.
#pragma once

#include "connector/fhir/server_address.hpp"
#include "mapping/fhir/resource.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

// The patient of a resource as "Patient/<id>": `subject`, else `patient`, and of a Patient itself.
// nullopt: none is named, or one of another server.
std::optional<std::string> subject_of(const Resource& resource, const ServerAddress& server);

// Whether a chain of these patients may keep the resource. What belongs to nobody (Medication,
// Location) may; so may a Specimen that names no subject, which is optional in R4.
bool belongs_to(const Resource& resource,
                const std::set<std::string>& patients,
                const ServerAddress& server);

// References that the rules need and the searches by patient need not have returned: the drug, the
// specimen, members of a report or panel, the imaging study an Observation is derived from, the
// body structure it is about, the reason of a procedure, the row that another is part of, and
// places. Sorted, each once; contained, urn: and foreign references are none.
std::vector<std::string> references_to_hydrate(const Resource& resource,
                                               const ServerAddress& server);

} // namespace embolink::fhir
