// Tries out the server that is read: what `check` prints and what a pass goes by.
#pragma once

#include "connector/core/config.hpp"
#include "connector/fhir/client.hpp"
#include "connector/fhir/probe.hpp"
#include "connector/pull/derive_chain.hpp"

#include <vector>

namespace embolink {

struct ServerFindings {
    fhir::Capability capability;
    fhir::ServerHabits habits;
    std::vector<fhir::CheckLine> lines;
};

// Reads the CapabilityStatement and tries each search. Throws Error when the server cannot be
// reached, refuses access or is none of FHIR R4; single searches that fail are lines.
asio::awaitable<ServerFindings>
learn_habits(fhir::Client& client, const Config& config, const DerivationSetup& setup);

// Throws Error (http) that names what the loop cannot do without, if anything.
void require_essential(const ServerFindings& findings, const std::string& base_url);

} // namespace embolink
