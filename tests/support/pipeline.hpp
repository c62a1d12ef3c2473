// What derivation tests need to run the mapping without files: the embedded definitions, the trial
// and resources made from JSON values.
#pragma once

#include "mapping/definitions.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json_fwd.hpp>

namespace embolink::test {

// Loaded once; hashes are those of a cheap stand-in digest, good enough to tell contents apart.
const Definitions& test_definitions();
const TrialDefinition& test_trial(); // maire-2012

Resource resource_of(const nlohmann::json& json);

} // namespace embolink::test
