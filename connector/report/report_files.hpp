// A report as the files that it is made of. Their bytes hang on the report and the records alone,
// so that a past report can be made again and compared.
#pragma once

#include "analysis/report/audit_report.hpp"
#include "connector/core/log.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace embolink {

struct ReportFile {
    std::string name; // "report.html"
    std::string text;
};

// The three CSV files of contracts section 3 and the R script that checks them.
std::vector<ReportFile> csv_files(const std::vector<EndpointRecord>& records);

// Of the internal report. The page is in `language` ("en", "fr"); everything else is in English.
std::vector<ReportFile> report_files(const AuditReport& report,
                                     const std::vector<EndpointRecord>& records,
                                     const std::string& language);

// What may leave the department; `threshold` and `secret` as make_export. The page is in
// `language`.
std::vector<ReportFile> export_files(const AuditReport& report,
                                     int threshold,
                                     const std::string& secret,
                                     const std::string& language);

// Makes the folder when it is missing; each file whole or not at all, mode 0600. Throws Error
// (output).
void write_files(const std::filesystem::path& folder, const std::vector<ReportFile>& files);

// As write_files, but refuses a folder that holds an internal report: it is to be passed on whole.
void write_export(const std::filesystem::path& folder, const std::vector<ReportFile>& files);

// Says on the log what the report answers and where it is.
void tell_report(const AuditReport& report, const std::filesystem::path& page, const Log& log);

} // namespace embolink
