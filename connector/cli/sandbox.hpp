// `embolink sandbox`: the command that runs the demo FHIR server (connector/sandbox).
#pragma once

#include "connector/cli/command.hpp"

namespace embolink {

// Like the other commands' functions in command.hpp.
void add_sandbox_command(CLI::App& app, const CommonOptions& common);

} // namespace embolink
