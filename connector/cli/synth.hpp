// `embolink synth`: the command that writes a synthetic hospital (connector/synth).
#pragma once

#include "connector/cli/command.hpp"

namespace embolink {

// Like the other commands' functions in command.hpp.
void add_synth_command(CLI::App& app, const CommonOptions& common);

} // namespace embolink
