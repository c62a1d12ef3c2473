// The report of a past run, made again from what the database keeps of it (Store::keep_report):
// the records as they were derived then, whatever was corrected since.
#pragma once

#include "analysis/report/audit_report.hpp"
#include "connector/report/account.hpp"
#include "connector/store/report_archive.hpp"

#include <string>
#include <vector>

namespace embolink {

struct PastReport {
    RunRow run;
    ReportAccount account;
    std::vector<PastDerivation> derivations;       // what is left of those that it read
    std::map<std::string, std::string> left_alone; // KeptReport
    AuditInput input;
    AuditReport report;
    std::vector<ReportFile> files; // of the internal report
    // Why `files` are not byte for byte those of the run; empty: they are. Told by the hashes of
    // the files; the rest are reasons.
    std::vector<std::string> differences;
    std::string remedy; // with differences
};

// Throws Error (usage) naming the runs that have a report when this one has none; Error (store).
PastReport load_past_report(ReportArchive& archive, RunId run);

// Throws Error (check) when it cannot be made again exactly.
void require_exact(const PastReport& past);

} // namespace embolink
