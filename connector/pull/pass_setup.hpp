// What a pass is made with: configuration, definitions, clinical cut.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/config.hpp"
#include "connector/pull/derive_chain.hpp"

#include <string>

namespace embolink {

struct PassOptions {
    std::string definitions; // folder, "" the built-in ones
    std::string as_of;       // YYYY-MM-DD, "" the day on which the pull began
};

// Throws Error (config, definition, usage).
DerivationSetup pass_setup(const Config& config, const PassOptions& options, Instant started);

} // namespace embolink
