// What a pass is made with: configuration, definitions, clinical cut.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/config.hpp"
#include "connector/core/log.hpp"
#include "connector/pull/derive_chain.hpp"

#include <set>
#include <string>

namespace embolink {

struct PassOptions {
    std::string definitions; // folder, "" the built-in ones
    std::string as_of;       // YYYY-MM-DD, "" the day on which the pull began
    // References of the only patients that the pass is about; empty: everybody. All others stay as
    // they were, and no report is made.
    std::set<std::string> only;
};

// Says on the log which decisions of readers cannot be used. Throws Error (config, definition,
// usage, input).
DerivationSetup
pass_setup(const Config& config, const PassOptions& options, Instant started, const Log& log);

} // namespace embolink
