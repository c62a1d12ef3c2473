// What every audit is made with, wherever its records come from.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "connector/core/site_file.hpp"
#include "mapping/endpoints/trial.hpp"
#include "mapping/issue.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace embolink {

// All but the cut, the rules version, inputs and intake.
AuditSettings audit_settings(const TrialDefinition& trial, const SiteFile& site);

// The windows that the trial's publication does not give, named in words.
std::vector<AssumedWindow> assumed_windows(const TrialWindows& windows);

// R9.6: of opted-out patients their number and nothing else. What is counted but says nothing about
// completeness (resources, patients) is no part of the flow. `counts`: by the names of
// counts_by_name.
std::vector<IntakeLine> intake_lines(const std::map<std::string, std::int64_t>& counts);

// Issues counted by severity, code, text and type of resource.
std::vector<IssueCount> count_issues(const Issues& issues);

} // namespace embolink
