#include "connector/cli/synth.hpp"

#include "connector/core/error.hpp"
#include "connector/synth/synth.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace embolink {
namespace {

struct SynthCommand {
    synth::SynthOptions options;
    std::string output;
};

std::string joined_names() {
    std::string text;
    for (const std::string& name : synth::scenario_names())
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

// CLI11 would read "-1" as the largest number there is.
std::string whole_number(const std::string& text) {
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "" : "\"" + text + "\" is no whole number from 0 on";
}

// What the generator would refuse is wrong usage; told apart here from a folder that cannot be
// written.
void check_scenario(const std::string& name) {
    const std::vector<std::string> names = synth::scenario_names();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw Error(ErrorKind::usage,
                    "there is no scenario \"" + name + "\"",
                    "--scenario",
                    "choose one of: " + joined_names());
}

synth::SynthSummary generate(const SynthCommand& command, const CommonOptions& common) {
    Progress progress(common.progress(), "synth", "patients");
    try {
        return synth::generate_hospital(
            command.options, command.output, [&progress](std::size_t done, std::size_t total) {
                progress.update(static_cast<double>(done) / static_cast<double>(total), done);
            });
    } catch (const std::runtime_error& error) {
        throw Error(ErrorKind::output,
                    error.what(),
                    command.output,
                    "give a folder that can be written and has room to --output");
    }
}

void run_synth(const SynthCommand& command, const CommonOptions& common) {
    check_scenario(command.options.scenario);
    const synth::SynthSummary summary = generate(command, common);
    common.log().info(
        "synthetic hospital \"" + summary.scenario + "\", seed " + std::to_string(summary.seed) +
        ": " + std::to_string(summary.cohort_patients) + " patients and " +
        std::to_string(summary.other_patients) + " others, " + std::to_string(summary.resources) +
        " resource lines, " + std::to_string(summary.truth_records) +
        " expected records, analysis date " + summary.analysis_date);
    if (summary.adjudications)
        common.log().info("readers' decisions (for --adjudications) in " +
                          summary.adjudications->string());
    if (!common.json)
        return;
    nlohmann::ordered_json json;
    json["scenario"] = summary.scenario;
    json["seed"] = summary.seed;
    json["cohort_patients"] = summary.cohort_patients;
    json["other_patients"] = summary.other_patients;
    json["resources"] = summary.resources;
    json["truth_records"] = summary.truth_records;
    json["undecidable"] = summary.undecidable;
    json["analysis_date"] = summary.analysis_date;
    if (summary.adjudications)
        json["adjudications"] = summary.adjudications->string();
    std::cout << json.dump(2) << '\n';
}

} // namespace

void add_synth_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "synth",
        "make a synthetic hospital: FHIR resources of invented patients, the records "
        "expected of them, and a site file");
    auto state = std::make_shared<SynthCommand>();
    command->add_option("--scenario", state->options.scenario, "one of: " + joined_names())
        ->type_name("NAME")
        ->capture_default_str();
    command
        ->add_option(
            "--patients", state->options.patients, "patients in the cohort, from 1 to 10000000")
        ->check(CLI::Range(1, 10'000'000))
        ->type_name("N");
    command
        ->add_option("--seed", state->options.seed, "seed of all draws, a whole number from 0 on")
        ->check(whole_number)
        ->type_name("S");
    command
        ->add_option(
            "--dirty",
            state->options.dirty,
            "0: clean; 1: duplicates, corrections, instants, missing meta; 2: also other\n"
            "spellings of numbers and units, aliases of code systems, local codes, responses\n"
            "in words and lesion sizes, readers' decisions, patients treated shortly before\n"
            "the data cut; 3: also rows that do not count (in error, cancelled, test data,\n"
            "of nobody ...)")
        ->check(CLI::Range(0, 3))
        ->type_name("LEVEL")
        ->capture_default_str();
    command->add_option("--output", state->output, "folder to write to")
        ->type_name("DIR")
        ->required();
    command->footer("A scenario's values are defaults; --patients and --seed override them.\n"
                    "Example:\n"
                    "  embolink synth --scenario audit_60 --output hospital/\n"
                    "  embolink synth --scenario audit_60 --dirty 2 --output hospital/\n"
                    "  embolink derive --input hospital/resources --site hospital/site.json \\\n"
                    "      --adjudications hospital/adjudications.csv --output -");
    command->callback([state, &common] { run_synth(*state, common); });
}

} // namespace embolink
