// `embolink derive`: FHIR resources in, endpoint records out. No server, no store.
#include "connector/cli/candidates_file.hpp"
#include "connector/cli/cohort_run.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/report/report_files.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

struct DeriveOptions {
    CohortOptions cohort;
    std::string output = "-";
    std::string timeline;
    std::string issues;
    std::string candidates;
    std::string format = "ndjson";
};

template <class T>
void write_lines(const std::string& path, const std::vector<T>& values) {
    OutputFile file(path);
    for (const T& value : values) {
        file.line(to_json_line(value));
    }
    file.commit();
}

void check_outputs(const DeriveOptions& options, const CommonOptions& common) {
    if (options.format == "csv" && options.output == "-") {
        throw Error(ErrorKind::usage,
                    "--format csv writes three files",
                    "--output",
                    "name the folder for them: --output DIR");
    }
    if (options.cohort.keep_report_text && options.candidates.empty()) {
        throw Error(ErrorKind::usage,
                    "--with-text writes a column of the list of open items",
                    "--with-text",
                    "name the list: --candidates FILE");
    }
    const int to_stdout = (options.candidates == "-" ? 1 : 0) + (options.output == "-" ? 1 : 0) +
                          (options.timeline == "-" ? 1 : 0) + (options.issues == "-" ? 1 : 0) +
                          (common.json ? 1 : 0);
    if (to_stdout > 1) {
        throw Error(ErrorKind::usage,
                    "two results are to go to standard output",
                    "--output, --timeline, --issues, --candidates or --json",
                    "name a file for all but one of them, for example --output endpoints.ndjson");
    }
}

void derive(const DeriveOptions& options, const CommonOptions& common) {
    check_outputs(options, common);
    const CohortRun run = run_cohort(options.cohort, common);
    if (!options.timeline.empty()) {
        write_lines(options.timeline, run.cohort.timeline);
    }
    if (!options.issues.empty()) {
        write_lines(options.issues, run.cohort.issues);
    }
    if (!options.candidates.empty()) {
        write_candidates(options.candidates,
                         run.cohort.open_items,
                         options.cohort.keep_report_text ? TextColumn::write
                                                         : TextColumn::leave_out);
    }
    if (options.format == "csv") {
        write_files(options.output, csv_files(run.cohort.records));
    } else {
        write_lines(options.output, run.cohort.records);
    }
    if (common.json) {
        OutputFile summary("-");
        summary.line(summary_json(run).dump(2));
        summary.commit();
    }
}

} // namespace

void add_derive_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "derive", "FHIR resources in, endpoint records out: no server, no database");
    auto options = std::make_shared<DeriveOptions>();
    add_cohort_options(*command, options->cohort);
    command->add_option("--output", options->output, "file for the records, or - (default)")
        ->type_name("FILE");
    command->add_option("--timeline", options->timeline, "file for every dated fact as it was used")
        ->type_name("FILE");
    command->add_option("--issues", options->issues, "file for what is wrong with the data")
        ->type_name("FILE");
    command
        ->add_option("--candidates",
                     options->candidates,
                     "file (CSV) for what a reader could decide; filled in, it goes back in by "
                     "--adjudications")
        ->type_name("FILE");
    command->add_flag(
        "--with-text", options->cohort.keep_report_text, "with the reports' text in that file");
    command
        ->add_option(
            "--format", options->format, "ndjson, or csv: three files in the folder OUTPUT")
        ->check(CLI::IsMember({"ndjson", "csv"}))
        ->capture_default_str();
    command->footer("Example:\n"
                    "  embolink derive --input export/ --site site.json --output endpoints.ndjson "
                    "\\\n      --timeline timeline.ndjson --issues issues.ndjson\n"
                    "  embolink derive --input export/ --candidates open.csv --output -\n"
                    "  embolink derive --input export/ --adjudications open.csv --output -");
    command->callback([options, &common] { derive(*options, common); });
}

} // namespace embolink
