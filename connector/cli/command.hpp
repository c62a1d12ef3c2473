// What all commands share: the options before or after the command's own, the log they speak to,
// and the functions that main calls to register each one.
#pragma once

#include "connector/core/log.hpp"
#include "connector/core/progress.hpp"

#include <string>

namespace CLI {
class App;
}

namespace embolink {

struct CommonOptions {
    std::string log_level = "info"; // debug, info, warning, error, off
    bool quiet = false;             // warnings and errors only, no progress
    bool json = false;              // a summary for programs on standard output

    Log log() const;

    ProgressStyle progress() const { return progress_style(quiet); }
};

// Each adds one command whose callback does the work, with these options, and throws Error.
// `common` is filled before any callback runs and must outlive the parse.
void add_derive_command(CLI::App& app, const CommonOptions& common);
void add_explain_command(CLI::App& app, const CommonOptions& common);
void add_unmapped_command(CLI::App& app, const CommonOptions& common);
void add_audit_command(CLI::App& app, const CommonOptions& common);
void add_run_command(CLI::App& app, const CommonOptions& common);
void add_release_command(CLI::App& app, const CommonOptions& common);
void add_check_command(CLI::App& app, const CommonOptions& common);
void add_analyze_command(CLI::App& app);
void add_validate_command(CLI::App& app, const CommonOptions& common);

} // namespace embolink
