// `embolink explain PATIENT`: the chain behind one patient's records in plain words.
#include "mapping/explain/explain.hpp"

#include "connector/cli/cohort_run.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace embolink {
namespace {

struct ExplainOptions {
    CohortOptions cohort;
    std::string patient;
    std::string param;
};

// The same chain for programs: the patient's records and timeline lines.
std::string
explain_json(const CohortRun& run, const std::string& patient, const std::string& param) {
    const DerivedCohort& cohort = run.cohort;
    nlohmann::json out{{"records", nlohmann::json::array()},
                       {"timeline", nlohmann::json::array()},
                       {"open_items", nlohmann::json::array()}};
    const std::string reference =
        patient.rfind("Patient/", 0) == 0 ? patient : "Patient/" + patient;
    for (const EndpointRecord& record : cohort.records) {
        if (record.patient == reference && (param.empty() || record.param == param)) {
            out["records"].push_back(nlohmann::json::parse(to_json_line(record)));
        }
    }
    for (const TimelineEntry& entry : cohort.timeline) {
        if (entry.patient == reference && is_told_for(entry, param, run.trial)) {
            out["timeline"].push_back(nlohmann::json::parse(to_json_line(entry)));
        }
    }
    for (const OpenItem& item : cohort.open_items) {
        if (item.patient == reference) {
            out["open_items"].push_back({{"date", item.date ? to_iso(*item.date) : ""},
                                         {"reference", item.reference},
                                         {"kind", to_string(item.kind)},
                                         {"proposed", item.proposed}});
        }
    }
    return out.dump(2) + "\n";
}

void check_param(const TrialDefinition& trial, const std::string& param) {
    std::string known;
    for (const EndpointDefinition& endpoint : trial.endpoints) {
        if (endpoint.param == param) {
            return;
        }
        known += (known.empty() ? "" : ", ") + endpoint.param;
    }
    throw Error(ErrorKind::usage,
                "no record is called \"" + param + "\"",
                "--param",
                "name one of: " + known);
}

void explain(const ExplainOptions& options, const CommonOptions& common) {
    const CohortRun run = run_cohort(options.cohort, common);
    if (!options.param.empty()) {
        check_param(run.trial, options.param);
    }
    const std::string words =
        explain_patient(run.cohort, options.patient, options.param, run.trial);
    if (words.empty()) {
        throw Error(ErrorKind::usage,
                    "this patient has no record",
                    options.patient,
                    "check the id; only patients with an embolization in the input get records, a "
                    "merged patient under the id that survives, and excluded ones only COHORT");
    }
    OutputFile output("-");
    output.write(common.json ? explain_json(run, options.patient, options.param) : words);
    output.commit();
}

} // namespace

void add_explain_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command =
        app.add_subcommand("explain", "why one patient's records say what they say, in words");
    auto options = std::make_shared<ExplainOptions>();
    command->add_option("PATIENT", options->patient, "Patient/<id> or the id alone")->required();
    command->add_option("--param", options->param, "one record only, for example PFS");
    add_cohort_options(*command, options->cohort);
    command->footer("Example:\n"
                    "  embolink explain Patient/17 --param PFS --input export/ --site site.json");
    command->callback([options, &common] { explain(*options, common); });
}

} // namespace embolink
