// `embolink analyze CASE.json`: one statistical method on one data file. The computing is
// analysis's; here a file is read and an answer is written.
#include "analysis/cases/case.hpp"
#include "connector/cli/case_file.hpp"
#include "connector/cli/command.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink {
namespace {

struct AnalyzeOptions {
    std::string file;
    std::string output = "-";
};

nlohmann::json answer_of(const AnalyzeOptions& options) {
    const nlohmann::json object = parse_case(read_whole_file(options.file), options.file);
    try {
        return analyze_case(object);
    } catch (const CaseError& fault) {
        throw Error(ErrorKind::input,
                    fault.what(),
                    options.file + (fault.where().empty() ? "" : " " + fault.where()),
                    fault.remedy());
    }
}

void analyze(const AnalyzeOptions& options) {
    const nlohmann::json answer = answer_of(options);
    OutputFile output(options.output);
    output.line(answer.dump());
    output.commit();
}

} // namespace

void add_analyze_command(CLI::App& app) {
    std::string kinds;
    for (const std::string& kind : case_kinds()) {
        kinds += (kinds.empty() ? "" : ", ") + kind;
    }
    CLI::App* command =
        app.add_subcommand("analyze", "one statistical method on one data file, as JSON");
    auto options = std::make_shared<AnalyzeOptions>();
    command
        ->add_option(
            "CASE", options->file, R"(JSON: {"kind": ..., "input": {...}}; - is standard input)")
        ->required();
    command->add_option("--output", options->output, "file for the result, or - (default)")
        ->type_name("FILE");
    command->footer("Kinds: " + kinds +
                    ".\n"
                    "Prints {\"kind\", \"result\"}, or {\"kind\", \"refused\"} where the method "
                    "has no answer for the data.\n"
                    "Undefined is null, infinities are \"Inf\" and \"-Inf\".\n"
                    "Example:\n"
                    "  echo '{\"kind\": \"proportion\", \"input\": {\"x\": [5], \"n\": [26]}}' | "
                    "embolink analyze -");
    command->callback([options] { analyze(*options); });
}

} // namespace embolink
