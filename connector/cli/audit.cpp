// `embolink audit`: statistics and report, from FHIR resources or from the files that `derive`
// wrote. Everything that the report shows is computed by analysis; here files are read and written.
#include "analysis/report/audit_report.hpp"
#include "analysis/report/export.hpp"
#include "connector/cli/audit_input.hpp"
#include "connector/cli/audit_past.hpp"
#include "connector/cli/export_key.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/report/report_files.hpp"

#include <CLI/CLI.hpp>

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

void write_outside(const AuditReport& report,
                   const AuditOptions& options,
                   const CommonOptions& common) {
    const SiteFile site = load_site_file(options.cohort.site);
    const int threshold = site.audit.suppression.value_or(default_suppression);
    const std::string secret = export_secret(options.export_key);
    const std::vector<ReportFile> files = export_files(report, threshold, secret, options.language);
    write_export(options.output, files);
    common.log().info("the export is " + options.output +
                      "/export.html; counts are bands that begin at multiples of " +
                      std::to_string(band_step(threshold)));
    if (common.json) {
        OutputFile output("-");
        output.write(export_json(make_export(report, threshold, secret)));
        output.commit();
    }
}

void audit_given(const AuditOptions& options, const CommonOptions& common) {
    check_options(options);
    const AuditInput input = options.endpoints.empty() ? audit_input_from_resources(options, common)
                                                       : audit_input_from_files(options, common);
    const AuditReport report = make_audit_report(input);
    if (options.for_outside) {
        write_outside(report, options, common);
        return;
    }
    write_files(options.output, report_files(report, input.records, options.language));
    tell_report(report, std::filesystem::path(options.output) / "report.html", common.log());
    if (common.json) {
        OutputFile output("-");
        output.write(render_json(report));
        output.commit();
    }
}

void audit(const AuditOptions& options, const CommonOptions& common) {
    if (!options.compare.empty()) {
        compare_audits(options, common);
        return;
    }
    if (options.output.empty()) {
        throw Error(ErrorKind::usage,
                    "no folder for the report is given",
                    "--output",
                    "name a folder, for example --output audit/");
    }
    if (options.replay > 0) {
        replay_audit(options, common);
    } else {
        audit_given(options, common);
    }
}

// --config goes with one of the two, and nothing else of what is given does.
void add_past_options(CLI::App& command, AuditOptions& options, CLI::Option* language) {
    command.add_option("--config", options.config, "with --replay, --compare: the configuration")
        ->type_name("FILE");
    CLI::Option* replay =
        command
            .add_option("--replay",
                        options.replay,
                        "the report of this past run, byte for byte, whatever was corrected since "
                        "(`embolink status` lists runs)")
            ->type_name("RUN")
            ->check(CLI::PositiveNumber);
    CLI::Option* compare =
        command
            .add_option("--compare",
                        options.compare,
                        "what changed between the reports of two runs, and why; printed, and "
                        "written into --output when it is given")
            ->type_name("RUN RUN")
            ->expected(2)
            ->check(CLI::PositiveNumber)
            ->excludes(replay);
    command.add_option("--format", options.format, "of the comparison: text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->needs(compare);
    for (const char* given : {"--input",
                              "--endpoints",
                              "--timeline",
                              "--issues",
                              "--site",
                              "--as-of",
                              "--definitions",
                              "--adjudications"}) {
        CLI::Option* option = command.get_option(given);
        replay->excludes(option);
        compare->excludes(option);
    }
    replay->excludes(language);
}

} // namespace

void add_audit_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "audit", "compare the hospital's outcomes with the trial's: report.html and its data");
    auto options = std::make_shared<AuditOptions>();
    command->add_option("--output", options->output, "folder for the report")->type_name("DIR");
    command->add_option("--endpoints", options->endpoints, "records that derive wrote")
        ->type_name("FILE");
    command->add_option("--timeline", options->timeline, "timeline that derive wrote")
        ->type_name("FILE");
    command->add_option("--issues", options->issues, "issues that derive wrote")->type_name("FILE");
    CLI::Option* language =
        command->add_option("--language", options->language, "language of the page: en or fr")
            ->check(CLI::IsMember({"en", "fr"}))
            ->capture_default_str();
    command->add_flag("--export",
                      options->for_outside,
                      "for readers outside: counts as bands (site key suppression), no patient, no "
                      "date; the page in --language; writes export.html, export.json and "
                      "export.measure.json only");
    command
        ->add_option(
            "--export-key",
            options->export_key,
            "with --export: the hospital's secret, which shifts the bands' borders; made when "
            "it is not there. Keep it, the same for all exports, and pass it on to nobody")
        ->type_name("FILE");
    add_cohort_options(*command, options->cohort);
    add_past_options(*command, *options, language);
    command->footer("Examples:\n"
                    "  embolink audit --input export/ --site site.json --output audit/\n"
                    "  embolink audit --endpoints endpoints.ndjson --timeline timeline.ndjson "
                    "--site site.json --output audit/\n"
                    "  embolink audit --input export/ --site site.json --export "
                    "--export-key export.key --output outside/\n"
                    "  embolink audit --config config.json --replay 12 --output audit-12/\n"
                    "  embolink audit --config config.json --compare 12 15");
    command->callback([options, &common] { audit(*options, common); });
}

} // namespace embolink
