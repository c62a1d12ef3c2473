// Who belongs to the cohort: the configured seed, and every patient whom an earlier pass has met.
#pragma once

#include "connector/pull/chain_pull.hpp"
#include "connector/pull/derive_chain.hpp"

#include <string>
#include <vector>

namespace embolink {

// References "Patient/<id>", sorted, each once. Throws Error: an unusable list (config), an
// identifier that several patients carry or none (as a warning in the log, by line number).
asio::awaitable<std::vector<std::string>>
cohort_patients(const PullFrame& frame, const Config& config, const DerivationSetup& setup);

} // namespace embolink
