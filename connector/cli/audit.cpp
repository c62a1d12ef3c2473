// `embolink audit`: statistics and report, from FHIR resources or from the files that `derive`
// wrote. Everything that the report shows is computed by analysis; here files are read and written.
#include "analysis/report/audit_report.hpp"
#include "connector/cli/audit_input.hpp"
#include "connector/cli/csv_folder.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

void check_options(const AuditOptions& options) {
    if (options.endpoints.empty() == options.cohort.inputs.empty()) {
        throw Error(ErrorKind::usage,
                    options.endpoints.empty() ? "nothing to audit is given"
                                              : "two things to audit are given",
                    "--endpoints and --input",
                    "give either --endpoints FILE (what derive wrote) or --input PATH (FHIR "
                    "resources)");
    }
    if (!options.endpoints.empty() && !options.cohort.adjudications.empty()) {
        throw Error(ErrorKind::usage,
                    "--adjudications goes with --input",
                    "--adjudications",
                    "leave it out: records that derive wrote hold the decisions already");
    }
    if (options.endpoints.empty() && !(options.timeline.empty() && options.issues.empty())) {
        throw Error(ErrorKind::usage,
                    "--timeline and --issues go with --endpoints",
                    "--timeline, --issues",
                    "leave them out: with --input the audit derives both itself");
    }
}

void audit(const AuditOptions& options, const CommonOptions& common) {
    check_options(options);
    const AuditInput input = options.endpoints.empty() ? audit_input_from_resources(options, common)
                                                       : audit_input_from_files(options, common);
    const AuditReport report = make_audit_report(input);
    write_audit(report, input.records, options.output, common.log());
    if (common.json) {
        OutputFile output("-");
        output.write(render_json(report));
        output.commit();
    }
}

} // namespace

std::filesystem::path write_audit(const AuditReport& report,
                                  const std::vector<EndpointRecord>& records,
                                  const std::filesystem::path& folder,
                                  const Log& log) {
    make_folder(folder);
    const std::filesystem::path page = folder / "report.html";
    write_file(page, render_html(report));
    write_file(folder / "report.json", render_json(report));
    write_csv_folder(folder, records);
    log.info(report.headline);
    for (const Sentence& answer : report.answers) {
        log.info(answer.topic + ": " + answer.text);
    }
    log.info("the report is " + page.string());
    return page;
}

void add_audit_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "audit", "compare the hospital's outcomes with the trial's: report.html and its data");
    auto options = std::make_shared<AuditOptions>();
    command->add_option("--output", options->output, "folder for the report")
        ->type_name("DIR")
        ->required();
    command->add_option("--endpoints", options->endpoints, "records that derive wrote")
        ->type_name("FILE");
    command->add_option("--timeline", options->timeline, "timeline that derive wrote")
        ->type_name("FILE");
    command->add_option("--issues", options->issues, "issues that derive wrote")->type_name("FILE");
    add_cohort_options(*command, options->cohort);
    command->footer("Examples:\n"
                    "  embolink audit --input export/ --site site.json --output audit/\n"
                    "  embolink audit --endpoints endpoints.ndjson --timeline timeline.ndjson "
                    "--site site.json --output audit/");
    command->callback([options, &common] { audit(*options, common); });
}

} // namespace embolink
