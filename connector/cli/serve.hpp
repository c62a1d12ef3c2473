// `embolink serve` and `embolink status`: the service (connector/service), and what its operator
// asks and tells it from another terminal. They meet in the database.
#pragma once

#include "connector/cli/command.hpp"

namespace embolink {

// Like the other commands' functions in command.hpp.
void add_serve_command(CLI::App& app, const CommonOptions& common);
void add_status_command(CLI::App& app, const CommonOptions& common);

} // namespace embolink
