// From the command line to derived records: what `derive`, `explain` and `audit --input` have in
// common.
#pragma once

#include "connector/cli/command.hpp"
#include "connector/core/site_file.hpp"
#include "connector/pull/resource_stream.hpp"
#include "mapping/derive.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct CohortOptions {
    std::string trial = "maire-2012";
    std::string as_of; // YYYY-MM-DD; "": rule R0.3's default
    std::vector<std::string> inputs;
    std::string site;                       // path of the site file, "" none
    std::string definitions;                // folder, "" the built-in ones
    std::vector<std::string> adjudications; // files of readers' decisions
    bool keep_report_text = false;          // for the list that goes to readers
    // Longest gaps between rounds of one course (R2.3) with which to derive besides, in days: the
    // audit asks whether a delayed second session changes its answer.
    std::vector<int> course_gaps;
};

// Adds --trial, --as-of, --input, --site, --definitions and --adjudications. `options` must outlive
// the parse.
void add_cohort_options(CLI::App& command, CohortOptions& options);

struct CohortRun {
    SiteFile site;
    Definitions definitions;
    TrialDefinition trial;
    DerivedCohort cohort;          // its as_of means nothing when the one below is empty
    StreamSummary stream;          // its digests name the files of decisions, too
    std::size_t decisions = 0;     // of readers, withdrawn and overruled ones included
    std::optional<Date> as_of;     // empty: not given, and no candidate has a dated fact
    bool as_of_by_default = false; // not given by the user
};

// Reads everything, derives every patient, and says on the log what the cut is and what was found.
// Throws Error.
CohortRun run_cohort(const CohortOptions& options, const CommonOptions& common);

// The two halves of run_cohort, for commands that watch what is read or derive otherwise.
struct CohortSetup {
    CohortRun run; // site, definitions, trial; the cut, once everything is read
    ZoneRule zone;
    Intake intake;
};

using ResourceWatch = std::function<void(const Resource&)>;

CohortSetup set_up_cohort(const CohortOptions& options, const CommonOptions& common);
void read_cohort(CohortSetup& setup,
                 const CohortOptions& options,
                 const CommonOptions& common,
                 const ResourceWatch& watch = {});

// Throws Error (config) when the site maps a code to a name that no definition has.
void check_site_names(const SiteConfig& site, const Terminology& terminology);

// Throws Error (usage) when the text is not a date.
Date parse_as_of(const std::string& text);

// The trial of that id; throws Error (usage) with the ids that exist.
const TrialDefinition& find_trial(const Definitions& definitions, const std::string& id);

// The numbers of the summary, for people and programs alike.
struct CohortCounts {
    int included = 0;
    int excluded = 0;
    std::map<std::string, int> exclusion_reasons;
    std::map<std::string, int> arms;   // of the included
    std::map<std::string, int> issues; // by severity
};

CohortCounts count_cohort(const std::vector<EndpointRecord>& records, const Issues& issues);

// `--json`
nlohmann::json summary_json(const CohortRun& run);

} // namespace embolink
