// The audit's input from what passes have stored: of the pass that is under way, or of a past one.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "connector/pull/derive_chain.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace embolink {

// Of a pass. `counts`: what the pull left out before anything could be derived, by the names of
// counts_by_name; those of the derivations are added.
AuditSettings store_settings(const std::vector<Derivation>& derivations,
                             const DerivationSetup& setup,
                             std::map<std::string, std::int64_t> counts);

// Every record gets the cut of `settings`, whenever it was derived, but for the chains of
// `left_alone`, which keep their own (YYYY-MM-DD). The hash of the records takes the place of
// `settings.inputs`. Throws Error (store) when the database holds something that is no record.
AuditInput audit_input_from_store(const std::vector<Derivation>& derivations,
                                  AuditSettings settings,
                                  const std::map<std::string, std::string>& left_alone);

} // namespace embolink
