#include "connector/cli/audit_input.hpp"

#include "connector/core/about.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/pull/line_reader.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <filesystem>
#include <stdexcept>
#include <tuple>

namespace embolink {
namespace {

constexpr std::size_t line_limit = std::size_t{16} * 1024 * 1024;

// What was fixed beforehand, and what the department knows of itself.
void take_site(AuditSettings& settings, const SiteAudit& audit) {
    if (audit.plan) {
        settings.plan = AnalysisPlan{audit.plan->text, audit.plan->sha256, audit.plan->date};
    }
    if (audit.margin) {
        settings.margin = DeclaredMargin{audit.margin->value, audit.margin->date};
    }
    settings.procedure_counts = audit.procedure_counts;
    settings.owners = audit.owners;
}

AuditSettings settings_for(const TrialDefinition& trial, const SiteFile& site) {
    AuditSettings settings;
    settings.analysis_dates.assign(site.config.analysis_dates.begin(),
                                   site.config.analysis_dates.end());
    settings.site_name = site.config.name;
    settings.software_version = software_version();
    settings.trial_version = trial.version;
    settings.assumed_windows = assumed_windows(trial.windows);
    settings.early_progression_days = trial.windows.early_progression.days;
    take_site(settings, site.audit);
    settings.intended_use_en = intended_use_en;
    settings.intended_use_fr = intended_use_fr;
    settings.reference = published_reference(trial.id);
    return settings;
}

struct ReadLines {
    InputHash hash;
    std::size_t lines = 0;
};

// Every line of a file that derive wrote. Throws Error (input) at the first that it did not.
template <class Use>
ReadLines read_lines(const std::string& path, const std::string& what, const Use& use) {
    ByteSource source(path);
    LineReader reader(source, line_limit);
    ReadLines read;
    while (const std::optional<Line> line = reader.next()) {
        throw_if_interrupted();
        if (!line->too_long && line->text.empty()) {
            continue;
        }
        try {
            if (line->too_long) {
                throw std::invalid_argument("longer than any line of it can be");
            }
            use(line->text);
        } catch (const std::invalid_argument& fault) {
            throw Error(ErrorKind::input,
                        "this is not a line of " + what + ": " + fault.what(),
                        path + ":" + std::to_string(line->number),
                        "give the file that `embolink derive` wrote");
        }
        ++read.lines;
    }
    if (!source.fault().empty()) {
        throw Error(ErrorKind::input, source.fault(), path, "fetch or derive the file again");
    }
    const std::filesystem::path file(path);
    read.hash = {path == "-" ? "standard input" : file.filename().string(), source.sha256()};
    return read;
}

// All records must be of one run: one trial, one cut, one set of definitions.
void check_one_run(const std::vector<EndpointRecord>& records, const AuditOptions& options) {
    const EndpointRecord& first = records.front();
    for (const EndpointRecord& record : records) {
        if (std::tie(record.trial, record.as_of, record.rules_version, record.trial_version) !=
            std::tie(first.trial, first.as_of, first.rules_version, first.trial_version)) {
            throw Error(ErrorKind::input,
                        "the records come from different runs (trial, as_of or rules_version)",
                        options.endpoints,
                        "give the records of one `embolink derive`");
        }
    }
    if (!options.cohort.as_of.empty() && parse_as_of(options.cohort.as_of) != first.as_of) {
        throw Error(ErrorKind::usage,
                    first.as_of ? "the records were cut at " + to_iso(*first.as_of)
                                : "the records have no cut: nothing in them is dated",
                    "--as-of",
                    "leave --as-of out, or derive again with the date you want");
    }
}

// What all records say of the run that made them. Versions are empty where there is no record.
struct RunStamp {
    std::string trial;
    std::string trial_version;
    std::string rules_version;
    std::optional<Date> as_of;
};

// An input without any embolization gives no record: then what the options say is all there is.
RunStamp run_of(const std::vector<EndpointRecord>& records,
                const AuditOptions& options,
                const CommonOptions& common) {
    if (records.empty()) {
        common.log().warning("there is no endpoint record in " + options.endpoints +
                             ": no patient to report on");
        RunStamp stamp;
        stamp.trial = options.cohort.trial;
        if (!options.cohort.as_of.empty()) {
            stamp.as_of = parse_as_of(options.cohort.as_of);
        }
        return stamp;
    }
    check_one_run(records, options);
    const EndpointRecord& first = records.front();
    return {first.trial, first.trial_version, first.rules_version, first.as_of};
}

} // namespace

std::vector<AssumedWindow> assumed_windows(const TrialWindows& windows) {
    struct Named {
        const WindowDays& window;
        const char* name;
        const char* rule;
    };

    const Named all[] = {
        {windows.round_other_lobe, "sessions on different lobes form one round within", "R2.2"},
        {windows.round_unknown_lobe, "sessions on the same or an unknown lobe within", "R2.2"},
        {windows.course_gap, "longest gap between rounds of one course", "R2.3"},
        {windows.interval_min, "shortest conform interval between two rounds", "R2.4"},
        {windows.interval_max, "longest conform interval between two rounds", "R2.4"},
        {windows.tier_lookback, "look back for progression before treatment", "R1.4"},
        {windows.tier_resection, "liver resection that undoes an earlier progression", "R1.4"},
        {windows.history_needed, "history needed to know of earlier therapy", "R1.4"},
        {windows.baseline_imaging, "baseline imaging before treatment", "R5.6"},
        {windows.assessment_gap, "longest gap between assessments before an event", "R5.3"},
        {windows.stable_disease_min, "stable disease counts from day", "R4.6"},
        {windows.early_progression, "progression counts from day", "R4.5"},
        {windows.toxicity, "toxicity window after each session", "R6.1"},
        {windows.late_biliary, "late biliary events", "R6.1"},
        {windows.laboratory_baseline, "laboratory baseline before a session", "R6.2"},
        {windows.marker_baseline, "tumour marker baseline before treatment", "R7.2"},
    };
    std::vector<AssumedWindow> out;
    for (const Named& named : all) {
        if (named.window.assumed) {
            out.push_back({named.name, named.window.days, named.rule});
        }
    }
    return out;
}

namespace {

// R9.6: of opted-out patients their number and nothing else. What is counted but says nothing about
// completeness (resources, patients) is no part of the flow.
std::vector<IntakeLine> intake_lines(const std::map<std::string, std::int64_t>& counts) {
    static const std::pair<const char*, const char*> words[] = {
        {"opted_out", "patients who opted out"},
        {"failed", "patients whose newest data the source did not give"},
        {"restricted", "resources labelled as restricted"},
        {"test_data", "resources labelled as test data"},
        {"older_versions", "superseded or repeated versions of resources"},
        {"own_output", "resources that this software wrote"}};
    std::vector<IntakeLine> lines;
    for (const auto& [name, what] : words) {
        const auto found = counts.find(name);
        if (found != counts.end() && found->second > 0) {
            lines.push_back({what, static_cast<int>(found->second)});
        }
    }
    return lines;
}

} // namespace

namespace {

// Of "Observation/123"; nothing of "FILE:line".
std::string type_of(const std::string& reference) {
    const auto slash = reference.find('/');
    return slash == std::string::npos || reference.find(':') != std::string::npos
               ? ""
               : reference.substr(0, slash);
}

} // namespace

std::vector<IssueCount> count_issues(const Issues& issues) {
    std::map<std::tuple<std::string, std::string, std::string, std::string>, int> counts;
    for (const Issue& issue : issues) {
        ++counts[{to_string(issue.severity),
                  to_string(issue.code),
                  issue.text,
                  type_of(issue.reference)}];
    }
    std::vector<IssueCount> out;
    for (const auto& [key, count] : counts) {
        out.push_back(
            {std::get<0>(key), std::get<1>(key), std::get<2>(key), count, std::get<3>(key)});
    }
    return out;
}

AuditInput audit_input_from_resources(const AuditOptions& options, const CommonOptions& common) {
    CohortOptions cohort = options.cohort;
    cohort.course_gaps = {180, 210};
    CohortRun run = run_cohort(cohort, common);
    AuditInput input;
    input.settings = settings_for(run.trial, run.site);
    input.settings.as_of = run.as_of;
    input.settings.rules_version = run.definitions.rules_version;
    input.settings.intake = intake_lines(counts_by_name(run.cohort.counts));
    for (const InputDigest& digest : run.stream.digests) {
        input.settings.inputs.push_back({digest.name, digest.sha256});
    }
    input.records = std::move(run.cohort.records);
    input.timeline = std::move(run.cohort.timeline);
    input.issues = count_issues(run.cohort.issues);
    for (OtherDerivation& other : run.otherwise) {
        input.otherwise.push_back({other.label, std::move(other.records)});
    }
    return input;
}

AuditInput audit_input_from_files(const AuditOptions& options, const CommonOptions& common) {
    AuditInput input;
    const ReadLines records =
        read_lines(options.endpoints, "endpoint records", [&](std::string_view line) {
            input.records.push_back(record_from_json_line(line));
        });
    const RunStamp run = run_of(input.records, options, common);
    const SiteFile site = load_site_file(options.cohort.site);
    const Definitions definitions =
        load_all_definitions(options.cohort.definitions, site.config.content_hash);
    const TrialDefinition& trial = find_trial(definitions, run.trial);
    if (!run.rules_version.empty() && definitions.rules_version != run.rules_version) {
        common.log().warning("the records were derived with other definitions or another site file "
                             "than those of this call");
    }
    input.settings = settings_for(trial, site);
    input.settings.as_of = run.as_of;
    input.settings.rules_version =
        run.rules_version.empty() ? definitions.rules_version : run.rules_version;
    if (!run.trial_version.empty()) {
        input.settings.trial_version = run.trial_version;
    }
    input.settings.inputs.push_back(records.hash);
    if (!options.timeline.empty()) {
        std::vector<TimelineEntry> timeline;
        const ReadLines read =
            read_lines(options.timeline, "a timeline", [&](std::string_view line) {
                timeline.push_back(timeline_from_json_line(line));
            });
        input.settings.inputs.push_back(read.hash);
        input.timeline = std::move(timeline);
    }
    if (!options.issues.empty()) {
        Issues issues;
        const ReadLines read = read_lines(options.issues, "issues", [&](std::string_view line) {
            issues.push_back(issue_from_json_line(line));
        });
        input.settings.inputs.push_back(read.hash);
        input.issues = count_issues(issues);
    }
    return input;
}

AuditInput audit_input_from_store(const std::vector<Derivation>& derivations,
                                  const DerivationSetup& setup,
                                  std::map<std::string, std::int64_t> counts,
                                  const std::set<std::string>& left_alone) {
    AuditInput input;
    input.settings = settings_for(setup.trial, setup.site);
    input.settings.as_of = setup.as_of;
    input.settings.rules_version = setup.definitions.rules_version;
    input.timeline.emplace();
    Issues issues;
    Sha256 hash; // of the records, which name every version that decided them
    for (const Derivation& derivation : derivations) {
        for (const std::string& line : derivation.records) {
            input.records.push_back(record_from_json_line(line));
            if (left_alone.count(derivation.chain) == 0) {
                input.records.back().as_of = setup.as_of;
            }
            hash.update(to_json_line(input.records.back()) + "\n");
        }
        for (const auto& [name, count] : derivation.counts) {
            counts[name] += count;
        }
        for (const std::string& line : derivation.timeline) {
            input.timeline->push_back(timeline_from_json_line(line));
        }
        for (const std::string& line : derivation.issues) {
            issues.push_back(issue_from_json_line(line));
        }
    }
    input.settings.inputs.push_back({"records in the store", hash.finish()});
    input.settings.intake = intake_lines(counts);
    input.issues = count_issues(issues);
    return input;
}

} // namespace embolink
