// `embolink check`: does it work against this server? Reads only.
#include "connector/cli/command.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/pull/learn_habits.hpp"
#include "connector/pull/pass_setup.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/pull/watched_run.hpp"
#include "connector/write_back/target_looks.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

using nlohmann::json;

struct CheckOptions {
    std::string config;
    PassOptions pass;
};

const char* word(const fhir::CheckLine& line) {
    switch (line.result) {
    case fhir::CheckResult::works:
        return "works";
    case fhir::CheckResult::worked_around:
        return "worked around";
    case fhir::CheckResult::fails:
        return line.essential ? "FAILS" : "not there";
    }
    return "";
}

// The target is tried, too: its CapabilityStatement tells whether it takes transactions.
asio::awaitable<void>
check_target(ServerSession& target, const Config& config, std::vector<fhir::CheckLine>& lines) {
    const std::string& base_url = config.target.server.base_url;
    const fhir::Answer metadata = co_await target.client().get(base_url + "/metadata");
    const fhir::Capability capability = fhir::read_capability(metadata, base_url);
    const bool applies = config.write_back.mode == WriteMode::apply;
    const bool writes = !capability.denies("Observation") && !capability.denies("Provenance");
    lines.push_back({"target: Observation and Provenance",
                     writes ? fhir::CheckResult::works : fhir::CheckResult::fails,
                     applies,
                     writes ? "declared" : "the server declares no such resources"});
    lines.push_back({"target: transaction Bundles",
                     capability.transaction ? fhir::CheckResult::works : fhir::CheckResult::fails,
                     false,
                     capability.transaction ? "declared" : "not declared; only a write will tell"});
}

// What a target may hold is looked up before anything is sent: with as much as it wants to be told.
asio::awaitable<void>
check_look(ServerSession& target, const Config& config, std::vector<fhir::CheckLine>& lines) {
    const std::string nobody = "00000000-0000-0000-0000-000000000000";
    fhir::CheckLine line{"target: Observation by identifier",
                         fhir::CheckResult::fails,
                         config.write_back.mode == WriteMode::apply,
                         ""};
    for (const LookForm form : {LookForm::identifier, LookForm::category, LookForm::of_patient}) {
        http::Request request =
            outcome_search(config.target.server.base_url, nobody, form, "Patient/embolink-check");
        const fhir::Answer answer = co_await target.client().ask(std::move(request));
        if (answer.status == 200) {
            line.result = form == LookForm::identifier ? fhir::CheckResult::works
                                                       : fhir::CheckResult::worked_around;
            line.detail = form == LookForm::identifier ? ""
                          : form == LookForm::category
                              ? "asked by identifier and category"
                              : "asked by identifier, category and patient";
            break;
        }
        line.detail = fhir::refusal_words(answer);
        if (answer.status != 400 && answer.status != 422) {
            break;
        }
    }
    lines.push_back(line);
}

asio::awaitable<void> check_servers(const Config& config,
                                    const DerivationSetup& setup,
                                    const Log& log,
                                    asio::any_io_executor executor,
                                    ServerFindings& findings) {
    ServerSession source(executor, config.source.server, log);
    findings = co_await learn_habits(source.client(), config, setup);
    ServerSession target(executor, config.target.server, log);
    co_await check_target(target, config, findings.lines);
    co_await check_look(target, config, findings.lines);
}

ServerFindings find_out(const Config& config, const DerivationSetup& setup, const Log& log) {
    ServerFindings findings;
    WatchedRun watched;
    watched.run(check_servers(config, setup, log, watched.executor(), findings), [] {});
    return findings;
}

void print_lines(const ServerFindings& findings) {
    OutputFile output("-");
    for (const fhir::CheckLine& line : findings.lines) {
        char text[64];
        std::snprintf(text, sizeof text, "%-14s %-40s ", word(line), line.what.c_str());
        output.line(text + line.detail);
    }
    output.commit();
}

void print_json(const ServerFindings& findings) {
    json lines = json::array();
    for (const fhir::CheckLine& line : findings.lines) {
        lines.push_back({{"what", line.what},
                         {"result", word(line)},
                         {"essential", line.essential},
                         {"detail", line.detail}});
    }
    const json all = {{"software", findings.capability.software},
                      {"fhir_version", findings.capability.fhir_version},
                      {"checks", lines}};
    OutputFile output("-");
    output.line(all.dump(2));
    output.commit();
}

void check(const CheckOptions& options, const CommonOptions& common) {
    const Config config = load_config(options.config);
    const Log log = common.log();
    const DerivationSetup setup = pass_setup(config, options.pass, current_instant(), common.log());
    const ServerFindings findings = find_out(config, setup, log);
    log.info("the source is " +
             (findings.capability.software.empty() ? std::string("a server without a name")
                                                   : findings.capability.software) +
             ", FHIR " + findings.capability.fhir_version);
    common.json ? print_json(findings) : print_lines(findings);
    for (const fhir::CheckLine& line : findings.lines) {
        if (line.essential && line.result == fhir::CheckResult::fails) {
            throw Error(ErrorKind::check,
                        "a pass would not work against this server",
                        config.source.server.base_url,
                        "mend what is marked FAILS above, with the server's owner");
        }
    }
}

} // namespace

void add_check_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "check", "connects, authenticates and tries each search that a pass needs; writes nothing");
    auto options = std::make_shared<CheckOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--definitions",
                     options->pass.definitions,
                     "folder of definition files that replaces the built-in ones")
        ->type_name("DIR");
    command->footer("Exit code 1 when something fails that a pass cannot do without.\n"
                    "Example:\n"
                    "  embolink check --config config.json");
    command->callback([options, &common] { check(*options, common); });
}

} // namespace embolink
