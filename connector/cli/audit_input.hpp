// What the audit report is made from, gathered from resources or from the files of `derive`.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "connector/cli/cohort_run.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace embolink {

struct AuditOptions {
    CohortOptions cohort; // --input: the audit derives itself; --as-of must fit given endpoints
    std::string output;
    std::string endpoints;
    std::string timeline;
    std::string issues;
    std::string language = "en"; // of report.html
    bool for_outside = false;    // --export
    std::string export_key;      // file of the hospital's secret
    // Of past runs, in the database that the configuration names.
    std::string config;
    std::int64_t replay = 0;           // 0: none
    std::vector<std::int64_t> compare; // two runs, or none
    std::string format = "text";       // of the comparison: "text", "json"
};

// Both throw Error.
AuditInput audit_input_from_resources(const AuditOptions& options, const CommonOptions& common);
AuditInput audit_input_from_files(const AuditOptions& options, const CommonOptions& common);

} // namespace embolink
