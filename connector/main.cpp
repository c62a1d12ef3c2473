// embolink: reads the FHIR record of patients with hepatic artery embolization, derives the
// endpoints of a trial, and audits the hospital's outcomes against that trial.
//
// The composition root: registers the commands, runs the one that was asked for, and turns what
// stopped it into an exit code. Nothing else catches.
#include "connector/cli/command.hpp"
#include "connector/cli/sandbox.hpp"
#include "connector/cli/serve.hpp"
#include "connector/cli/synth.hpp"
#include "connector/cli/usage_error.hpp"
#include "connector/core/about.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/log.hpp"
#include "connector/core/log_format.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

namespace {

using namespace embolink;

std::string version_text() {
    return "embolink " + software_version() + "\n\n" + std::string(intended_use_en) + "\n\n" +
           std::string(intended_use_fr);
}

void add_common_options(CLI::App& app, CommonOptions& common) {
    app.set_version_flag("--version", version_text());
    app.add_option("--log-level", common.log_level, "how much is said on standard error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
        ->capture_default_str();
    app.add_flag("--quiet", common.quiet, "warnings and errors only, no progress");
    app.add_flag("--json", common.json, "a summary for programs on standard output");
}

int run(int argc, char** argv) {
    CLI::App app("Derives trial endpoints from FHIR records of patients with hepatic artery "
                 "embolization,\nand audits a hospital's outcomes against the trial.",
                 "embolink");
    CommonOptions common;
    // Common options may stand after the command; commands added later inherit this.
    app.fallthrough();
    add_common_options(app, common);
    add_derive_command(app, common);
    add_explain_command(app, common);
    add_unmapped_command(app, common);
    add_audit_command(app, common);
    add_check_command(app, common);
    add_run_command(app, common);
    add_serve_command(app, common);
    add_status_command(app, common);
    add_subscriptions_command(app, common);
    add_release_command(app, common);
    add_analyze_command(app);
    add_validate_command(app, common);
    add_synth_command(app, common);
    add_sandbox_command(app, common);
    app.require_subcommand(1);
    app.footer("Example:\n"
               "  embolink synth --output demo && embolink audit --input demo/resources \\\n"
               "      --site demo/site.json --output demo/audit\n"
               "Exit codes: 0 done, 1 a check failed, 2 wrong usage or configuration,\n"
               "  3 input unreadable, 4 results not written, or server, network or store failed,\n"
               "  130 interrupted.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) {
            throw usage_error(app, error);
        }
        return app.exit(error); // prints the help or the version that was asked for
    }
    return 0;
}

// Where the log is JSON (of the service) whoever collects it reads nothing else.
void tell(const Error& error) {
    if (log_format() == LogFormat::text) {
        std::fputs(describe(error).c_str(), stderr);
        return;
    }
    const LogTag where("where", error.where());
    const LogTag remedy("do", error.remedy());
    Log(LogLevel::error).error(error.what());
}

} // namespace

int main(int argc, char** argv) {
    catch_interrupts();
    try {
        return run(argc, argv);
    } catch (const Error& error) {
        tell(error);
        return exit_code(error.kind());
    } catch (const std::bad_alloc&) {
        tell(Error(ErrorKind::output,
                   "out of memory",
                   "",
                   "give NDJSON instead of one large Bundle, or more memory"));
        return exit_code(ErrorKind::output);
    } catch (const std::exception& error) {
        // Ours to mend: texts of the standard library never hold patient data.
        tell(Error(ErrorKind::output,
                   std::string("internal error: ") + error.what(),
                   "",
                   "report this with the command line, without any patient data"));
        return exit_code(ErrorKind::output);
    }
}
