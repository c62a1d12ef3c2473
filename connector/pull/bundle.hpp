// One JSON value of an input to the FHIR resources in it: itself, the entries of a Bundle of any
// type (nested ones too), or the elements of an array.
//
// Inside a Bundle a reference may name an entry by its fullUrl (FHIR R4 Bundle, "Resolving
// references in bundles"; urn:uuid in transactions). Those become "Type/id", so that the same
// record reads the same from a Bundle and from NDJSON.
#pragma once

#include "mapping/fhir/resource.hpp"
#include "mapping/issue.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <string>

namespace embolink {

// What is found, in the order of the input. A resource may be the word that it was deleted
// (Resource::deleted).
struct ResourceSink {
    std::function<void(const Resource&)> resource;
    std::function<void(Issue)> issue;
};

// `place` names the value in issues: "FILE:12" or "FILE". Content hashes are computed here. Left
// out, each with an issue: what is no resource, has no id, is an OperationOutcome (a message of the
// server) or an entry that only asks for something (a search, a DELETE that is still to be done;
// one in a history tells what was done).
void unpack_resources(std::shared_ptr<const nlohmann::json> value,
                      const std::string& place,
                      const ResourceSink& sink);

} // namespace embolink
