// `embolink run`: one whole pass over the hospital's server.
#include "connector/cli/command.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/pull/pipeline.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

struct RunOptions {
    std::string config;
    PassOptions pass;
};

std::string written_words(const PassSummary& summary) {
    const WriteCounts& counts = summary.written;
    const auto of = [](int number, const char* word) {
        return std::to_string(number) + " " + word;
    };
    const int changes = counts.created + counts.updated + counts.retracted;
    if (changes == 0) {
        return "the target holds what is derived; nothing to write";
    }
    return std::string(summary.dry_run ? "dry run, nothing was written: " : "written: ") +
           of(counts.created, "new, ") + of(counts.updated, "changed, ") +
           of(counts.retracted, "taken back");
}

void tell(const PassSummary& summary, const Log& log) {
    log.info("as of " + to_iso(summary.as_of) + ": " + std::to_string(summary.patients) +
             " patients pulled (" + std::to_string(summary.pulled.added) + " resources new, " +
             std::to_string(summary.pulled.changed) + " changed, " +
             std::to_string(summary.retracted) + " gone), " + std::to_string(summary.derived) +
             " derived");
    log.info(written_words(summary));
    for (const auto& [state, count] : summary.held) {
        log.warning(std::to_string(count) + " outcomes wait: " + state);
    }
}

void run(const RunOptions& options, const CommonOptions& common) {
    const Config config = load_config(options.config);
    const Log log = common.log();
    for (const std::string& key : config.site.notices) {
        log.warning("the site's \"" + key + "\" has no effect in this version");
    }
    const PassSummary summary = run_pass(config, options.pass, common);
    tell(summary, log);
    if (common.json) {
        OutputFile output("-");
        output.line(to_json(summary).dump(2));
        output.commit();
    }
    if (summary.failed > 0) {
        throw Error(ErrorKind::http,
                    std::to_string(summary.failed) +
                        " patients could not be pulled; of all others everything is done",
                    config.source.server.base_url,
                    "the warnings name the searches, --log-level debug the patients; run again "
                    "when the server answers for them");
    }
}

} // namespace

void add_run_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "run", "one whole pass: pull changes, derive, write back as configured, audit");
    auto options = std::make_shared<RunOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command->add_option("--as-of",
                        options->pass.as_of,
                        "clinical cut, YYYY-MM-DD; default: today in the site's zone");
    command
        ->add_option("--definitions",
                     options->pass.definitions,
                     "folder of definition files that replaces the built-in ones")
        ->type_name("DIR");
    command->footer("Repeating it changes nothing; a pass that was stopped is safe to run again.\n"
                    "Example:\n"
                    "  embolink run --config config.json");
    command->callback([options, &common] { run(*options, common); });
}

} // namespace embolink
