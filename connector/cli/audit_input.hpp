// What the audit report is made from, gathered from resources or from the files of `derive`.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "analysis/report/audit_report.hpp"
#include "connector/cli/cohort_run.hpp"
#include "connector/pull/derive_chain.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace embolink {

struct AuditOptions {
    CohortOptions cohort; // --input: the audit derives itself; --as-of must fit given endpoints
    std::string output;
    std::string endpoints;
    std::string timeline;
    std::string issues;
    std::string language = "en"; // of report.html
    bool for_outside = false;    // --export
};

// Both throw Error.
AuditInput audit_input_from_resources(const AuditOptions& options, const CommonOptions& common);
AuditInput audit_input_from_files(const AuditOptions& options, const CommonOptions& common);

// From what a run has stored. Records of chains that no later day changes are as of `as_of`, too.
// `counts`: what the pull left out before anything could be derived, by the names of
// counts_by_name. `left_alone`: chains that could not be pulled, whose records keep their own cut.
AuditInput audit_input_from_store(const std::vector<Derivation>& derivations,
                                  const DerivationSetup& setup,
                                  std::map<std::string, std::int64_t> counts,
                                  const std::set<std::string>& left_alone);

// Writes the whole folder of a report and says on the log what it answers. The path of the page,
// which is in `language` ("en", "fr"); everything else is in English.
std::filesystem::path write_audit(const AuditReport& report,
                                  const std::vector<EndpointRecord>& records,
                                  const std::filesystem::path& folder,
                                  const Log& log,
                                  const std::string& language = "en");

// The windows that the trial's publication does not give, named in words.
std::vector<AssumedWindow> assumed_windows(const TrialWindows& windows);

// Issues counted by severity, code, text and type of resource.
std::vector<IssueCount> count_issues(const Issues& issues);

} // namespace embolink
