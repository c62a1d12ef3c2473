#include "connector/cli/audit_input.hpp"

#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/pull/derive_chain.hpp"
#include "connector/pull/line_reader.hpp"
#include "connector/report/audit_settings.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <filesystem>
#include <stdexcept>
#include <tuple>

namespace embolink {
namespace {

constexpr std::size_t line_limit = std::size_t{16} * 1024 * 1024;

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

AuditInput audit_input_from_resources(const AuditOptions& options, const CommonOptions& common) {
    CohortOptions cohort = options.cohort;
    cohort.course_gaps.assign(other_course_gaps.begin(), other_course_gaps.end());
    CohortRun run = run_cohort(cohort, common);
    AuditInput input;
    input.settings = audit_settings(run.trial, run.site);
    input.settings.as_of = run.as_of;
    input.settings.rules_version = run.definitions.rules_version;
    input.settings.intake = intake_lines(counts_by_name(run.cohort.counts));
    for (const InputDigest& digest : run.stream.digests) {
        input.settings.inputs.push_back({digest.name, digest.sha256});
    }
    input.records = std::move(run.cohort.records);
    input.timeline = std::move(run.cohort.timeline);
    input.issues = count_issues(run.cohort.issues);
    for (std::size_t i = 0; i < run.cohort.otherwise.size(); ++i) {
        input.otherwise.push_back(
            {course_gap_words(other_course_gaps[i]), std::move(run.cohort.otherwise[i])});
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
    input.settings = audit_settings(trial, site);
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

} // namespace embolink
