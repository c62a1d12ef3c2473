// `embolink audit`: statistics and report, from FHIR resources or from the files that `derive`
// wrote. Everything that the report shows is computed by analysis; here files are read and written.
#include "analysis/report/audit_report.hpp"
#include "analysis/report/export.hpp"
#include "analysis/report/translate.hpp"
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

// Nothing of the internal report goes into the same folder.
void write_export(const ExportReport& report,
                  const std::filesystem::path& folder,
                  const CommonOptions& common) {
    make_folder(folder);
    for (const char* internal : {"report.html", "report.json", "endpoints.csv"}) {
        if (std::filesystem::exists(folder / internal)) {
            throw Error(ErrorKind::usage,
                        "the folder holds an internal report",
                        (folder / internal).string(),
                        "give --export a folder of its own, which can be passed on whole");
        }
    }
    write_file(folder / "export.html", export_html(report));
    write_file(folder / "export.json", export_json(report));
    common.log().info("the export is " + (folder / "export.html").string() +
                      "; counts are bands of " + std::to_string(band_width(report.threshold)));
    if (common.json) {
        OutputFile output("-");
        output.write(export_json(report));
        output.commit();
    }
}

void audit(const AuditOptions& options, const CommonOptions& common) {
    check_options(options);
    const AuditInput input = options.endpoints.empty() ? audit_input_from_resources(options, common)
                                                       : audit_input_from_files(options, common);
    const AuditReport report = make_audit_report(input);
    if (options.for_outside) {
        const SiteFile site = load_site_file(options.cohort.site);
        const int threshold = site.audit.suppression.value_or(default_suppression);
        write_export(make_export(report, threshold), options.output, common);
        return;
    }
    write_audit(report, input.records, options.output, common.log(), options.language);
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
                                  const Log& log,
                                  const std::string& language) {
    make_folder(folder);
    const std::filesystem::path page = folder / "report.html";
    const std::string html = render_html(report);
    write_file(page, language == "fr" ? french_page(html).html : html);
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
    command->add_option("--language", options->language, "language of report.html: en or fr")
        ->check(CLI::IsMember({"en", "fr"}))
        ->capture_default_str();
    command->add_flag("--export",
                      options->for_outside,
                      "for readers outside: counts as bands (site key suppression), no patient, no "
                      "date; writes export.html and export.json only");
    add_cohort_options(*command, options->cohort);
    command->footer("Examples:\n"
                    "  embolink audit --input export/ --site site.json --output audit/\n"
                    "  embolink audit --endpoints endpoints.ndjson --timeline timeline.ndjson "
                    "--site site.json --output audit/\n"
                    "  embolink audit --input export/ --site site.json --export --output outside/");
    command->callback([options, &common] { audit(*options, common); });
}

} // namespace embolink
