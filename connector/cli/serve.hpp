// `embolink serve`, `embolink status` and `embolink subscriptions`: the service
// (connector/service), what its operator asks and tells it from another terminal, and what it keeps
// on the server.
#pragma once

#include "connector/cli/command.hpp"

namespace embolink {

// Like the other commands' functions in command.hpp.
void add_serve_command(CLI::App& app, const CommonOptions& common);
void add_status_command(CLI::App& app, const CommonOptions& common);
void add_subscriptions_command(CLI::App& app, const CommonOptions& common);

} // namespace embolink
