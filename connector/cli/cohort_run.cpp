#include "connector/cli/cohort_run.hpp"

#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/pull/decision_file.hpp"
#include "connector/pull/derive_chain.hpp"
#include "connector/pull/identifiers.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

// "HACE 20, HAE 18"
std::string listed(const std::map<std::string, int>& counts) {
    std::string out;
    for (const auto& [name, count] : counts) {
        out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
    }
    return out;
}

// Opt-outs that the site file names by an identifier: known once the Patient resource is read.
void resolve_opt_out(const Resource& resource,
                     const std::set<std::string>& wanted,
                     std::set<std::string>& met,
                     Intake& intake) {
    if (wanted.empty() || resource.source.type != "Patient") {
        return;
    }
    for (const std::string& identifier : identifiers_of(*resource.body)) {
        if (wanted.count(identifier) > 0) {
            intake.opt_out(resource.source.reference());
            met.insert(identifier);
        }
    }
}

StreamSummary read_all(const CohortOptions& options,
                       const CommonOptions& common,
                       const SiteFile& site,
                       const ResourceWatch& watch,
                       Intake& intake) {
    const std::vector<Input> inputs = find_inputs(options.inputs);
    std::uint64_t total = 0;
    for (const Input& input : inputs) {
        total += input.bytes;
    }
    Progress progress(common.progress(), "reading", "resources");
    StreamOptions stream;
    stream.progress = [&](const StreamProgress& now) {
        const double share =
            total == 0 ? -1.0 : static_cast<double>(now.bytes) / static_cast<double>(total);
        progress.update(share, now.resources);
    };
    std::set<std::string> met;
    std::string first_fault;
    ResourceSink sink;
    sink.resource = [&](const Resource& resource) {
        resolve_opt_out(resource, site.opt_out_identifiers, met, intake);
        intake.add(resource);
        if (watch) {
            watch(resource);
        }
    };
    sink.issue = [&](Issue issue) {
        if (first_fault.empty() && issue.severity == Severity::fatal) {
            first_fault = issue.reference + ": " + issue.text;
        }
        intake.add_issue(std::move(issue));
    };
    StreamSummary summary = read_resources(inputs, sink, stream);
    if (summary.resources == 0 && summary.faults > 0) {
        throw Error(ErrorKind::input,
                    "the input holds no readable FHIR resource, and " +
                        counted(summary.faults, "fault", "faults"),
                    "first at " + first_fault,
                    "give FHIR R4 JSON: NDJSON, a Bundle, single resources, or a folder of them");
    }
    if (met.size() < site.opt_out_identifiers.size()) {
        common.log().warning(
            counted(site.opt_out_identifiers.size() - met.size(), "opt-out", "opt-outs") +
            " of the site file named by an identifier that no Patient of the input carries");
    }
    return summary;
}

// Decisions of readers, and what is wrong with the files of them.
void read_decisions(CohortRun& run,
                    const CohortOptions& options,
                    const CommonOptions& common,
                    Intake& intake) {
    for (const std::string& path : options.adjudications) {
        DecisionFile file = read_decision_file(path);
        run.decisions += file.decisions.size();
        common.log().info(counted(file.decisions.size(), "decision", "decisions") +
                          " of readers in " + file.digest.name + ", " +
                          counted(file.undecided, "row", "rows") + " not decided yet");
        if (!file.issues.empty()) {
            common.log().warning(counted(file.issues.size(), "row", "rows") + " of " +
                                 file.digest.name + " cannot be used as they are, first " +
                                 file.issues.front().reference + ": " + file.issues.front().text +
                                 " (--issues FILE lists them)");
        }
        run.stream.digests.push_back(file.digest);
        for (Adjudication& decision : file.decisions) {
            intake.adjudicate(std::move(decision));
        }
        for (Issue& issue : file.issues) {
            intake.add_issue(std::move(issue));
        }
    }
}

// Where no candidate has a dated fact every cut gives the same records; none of them names one.
void derive_at_cut(CohortRun& run, const std::vector<int>& course_gaps, const Intake& intake) {
    if (run.as_of) {
        run.cohort = intake.derive(run.trial, *run.as_of, course_gaps);
        return;
    }
    run.cohort = intake.derive(run.trial, Date{});
    for (EndpointRecord& record : run.cohort.records) {
        record.as_of.reset();
    }
}

std::string cut_words(const CohortRun& run) {
    if (!run.as_of) {
        return "no data cut: the input holds no dated embolization (--as-of sets a cut)";
    }
    return "as of " + to_iso(*run.as_of) +
           (run.as_of_by_default ? " (newest clinical date of the candidates; --as-of sets another)"
                                 : "");
}

void tell(const CohortRun& run, const CommonOptions& common) {
    const Log log = common.log();
    const DerivedCohort& cohort = run.cohort;
    log.info(cut_words(run));
    const CohortCounts counts = count_cohort(cohort.records, cohort.issues);
    log.info(counted(cohort.counts.resources, "resource", "resources") + " of " +
             counted(cohort.counts.patients, "patient", "patients") + ", " +
             counted(cohort.counts.candidates, "candidate", "candidates") +
             " with an embolization");
    log.info(
        std::to_string(counts.included) + " included" +
        (counts.arms.empty() ? "" : " (" + listed(counts.arms) + ")") + ", " +
        std::to_string(counts.excluded) + " excluded" +
        (counts.exclusion_reasons.empty() ? "" : " (" + listed(counts.exclusion_reasons) + ")"));
    log.info(counted(cohort.records.size(), "record", "records") + "; " +
             counted(cohort.issues.size(), "issue", "issues") + " with the data" +
             (counts.issues.empty() ? "" : " (" + listed(counts.issues) + ")"));
    if (run.stream.faults > 0) {
        log.warning(counted(run.stream.faults, "part", "parts") +
                    " of the input could not be read and are left out; --issues FILE lists them");
    }
}

} // namespace

void add_cohort_options(CLI::App& command, CohortOptions& options) {
    command.add_option("--trial", options.trial, "the trial whose endpoints are derived")
        ->capture_default_str();
    command.add_option(
        "--as-of", options.as_of, "clinical cut, YYYY-MM-DD; default: newest clinical date");
    command
        .add_option("--input",
                    options.inputs,
                    "FHIR R4 resources: an NDJSON file, a Bundle, a folder of them, plain or .gz, "
                    "or - for standard input; may be given again")
        ->type_name("PATH");
    command.add_option("--site", options.site, "site file (see deploy/site.example.json)")
        ->type_name("FILE");
    command
        .add_option("--definitions",
                    options.definitions,
                    "folder of definition files that replaces the built-in ones")
        ->type_name("DIR");
    command
        .add_option("--adjudications",
                    options.adjudications,
                    "readers' decisions: the list of derive --candidates, filled in (CSV), or "
                    "NDJSON; may be given again")
        ->type_name("FILE");
}

Date parse_as_of(const std::string& text) {
    const std::optional<Date> date = date_from_iso(text);
    if (!date) {
        throw Error(ErrorKind::usage,
                    "\"" + text + "\" is not a date",
                    "--as-of",
                    "write it as YYYY-MM-DD, for example 2024-12-31");
    }
    return *date;
}

const TrialDefinition& find_trial(const Definitions& definitions, const std::string& id) {
    const auto found = definitions.trials.find(id);
    if (found != definitions.trials.end()) {
        return found->second;
    }
    std::string known;
    for (const auto& [name, trial] : definitions.trials) {
        known += (known.empty() ? "" : ", ") + name;
    }
    throw Error(
        ErrorKind::usage, "no trial is called \"" + id + "\"", "--trial", "name one of: " + known);
}

void check_site_names(const SiteConfig& site, const Terminology& terminology) {
    std::set<std::string> unknown;
    for (const SiteCode& code : site.codes) {
        if (!terminology.knows(code.concept_name, code.target_system)) {
            unknown.insert("code " + code.code + " to \"" + code.concept_name + "\"");
        }
    }
    for (const SitePhrase& phrase : site.phrases) {
        if (!terminology.knows(phrase.concept_name, phrase.target_system)) {
            unknown.insert("text \"" + phrase.phrase + "\" to \"" + phrase.concept_name + "\"");
        }
    }
    for (const SiteSpelling& spelling : site.unit_spellings) {
        if (!terminology.knows_unit(spelling.unit)) {
            unknown.insert("unit " + spelling.written + " to \"" + spelling.unit + "\"");
        }
    }
    if (unknown.empty()) {
        return;
    }
    std::string where = "concept_maps, value_sets or drugs of the site file:";
    for (const std::string& line : unknown) {
        where += "\n" + line;
    }
    throw Error(ErrorKind::config,
                "the site file maps codes to names that no definition has",
                where,
                "use a name of mapping/definitions/CodeSystem-concepts.json, a CTCAE term of "
                "mapping/definitions/grading/ctcae-v5.json, a unit of "
                "mapping/definitions/units.json, or, where group.target is a public code system, "
                "a code of it that mapping/ENCODINGS.md lists");
}

CohortSetup set_up_cohort(const CohortOptions& options, const CommonOptions& common) {
    if (options.inputs.empty()) {
        throw Error(ErrorKind::usage,
                    "no input is given",
                    "--input",
                    "name a file or folder of FHIR resources, or - for standard input");
    }
    CohortRun run;
    if (!options.as_of.empty()) {
        run.as_of = parse_as_of(options.as_of);
    }
    run.as_of_by_default = !run.as_of.has_value();
    run.site = load_site_file(options.site);
    for (const std::string& key : run.site.notices) {
        common.log().warning("the site file's \"" + key + "\" has no effect in this version");
    }
    const ZoneRule zone = zone_rule(run.site.config.time_zone);
    run.definitions = load_all_definitions(options.definitions, run.site.config.content_hash);
    check_site_names(run.site.config, run.definitions.terminology);
    run.trial = find_trial(run.definitions, options.trial);
    Intake intake(
        make_reading_frame(run.definitions,
                           run.site.config,
                           zone,
                           options.keep_report_text ? ReportTexts::keep : ReportTexts::forget));
    return {std::move(run), zone, std::move(intake)};
}

void read_cohort(CohortSetup& setup,
                 const CohortOptions& options,
                 const CommonOptions& common,
                 const ResourceWatch& watch) {
    CohortRun& run = setup.run;
    run.stream = read_all(options, common, run.site, watch, setup.intake);
    read_decisions(run, options, common, setup.intake);
    if (!run.as_of) {
        run.as_of = setup.intake.default_as_of();
    }
    throw_if_interrupted();
}

CohortRun run_cohort(const CohortOptions& options, const CommonOptions& common) {
    CohortSetup setup = set_up_cohort(options, common);
    read_cohort(setup, options, common);
    common.log().debug("everything is read; deriving the records");
    derive_at_cut(setup.run, options.course_gaps, setup.intake);
    throw_if_interrupted();
    tell(setup.run, common);
    return std::move(setup.run);
}

CohortCounts count_cohort(const std::vector<EndpointRecord>& records, const Issues& issues) {
    CohortCounts counts;
    for (const EndpointRecord& record : records) {
        const auto* value = std::get_if<Value>(&record.status);
        if (record.param != "COHORT" || value == nullptr) {
            continue;
        }
        const auto* word = std::get_if<std::string>(&value->value);
        if (word != nullptr && *word == "included") {
            ++counts.included;
            ++counts.arms[record.arm];
        } else {
            ++counts.excluded;
            ++counts.exclusion_reasons[value->reason];
        }
    }
    for (const Issue& issue : issues) {
        ++counts.issues[to_string(issue.severity)];
    }
    return counts;
}

json summary_json(const CohortRun& run) {
    const DerivedCohort& cohort = run.cohort;
    const CohortCounts counts = count_cohort(cohort.records, cohort.issues);
    json inputs = json::array();
    for (const InputDigest& digest : run.stream.digests) {
        inputs.push_back({{"name", digest.name}, {"sha256", digest.sha256}});
    }
    json summary = counts_by_name(cohort.counts);
    summary.update({{"trial", run.trial.id},
                    {"trial_version", run.trial.version},
                    {"rules_version", run.definitions.rules_version},
                    {"as_of", run.as_of ? json(to_iso(*run.as_of)) : json(nullptr)},
                    {"as_of_by_default", run.as_of_by_default},
                    {"inputs", inputs},
                    {"files", run.stream.files},
                    {"unreadable", run.stream.faults},
                    {"included", counts.included},
                    {"excluded", counts.excluded},
                    {"exclusion_reasons", counts.exclusion_reasons},
                    {"arms", counts.arms},
                    {"records", cohort.records.size()},
                    {"adjudications", run.decisions},
                    {"open_items", cohort.open_items.size()},
                    {"issues", counts.issues}});
    return summary;
}

} // namespace embolink
