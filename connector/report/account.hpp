// What a run's report was made with, beside the derivations: enough to make it again and to tell
// whether that is the same, and what of it another run had otherwise. Nothing of a patient.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "connector/pull/derive_chain.hpp"
#include "connector/report/report_files.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

struct ReportAccount {
    AuditSettings settings;
    std::string language = "en";
    int threshold = 0;      // of an export
    std::size_t chains = 0; // derivations that it read
    // SHA-256 of each, shortened: what compare names when they differ.
    std::map<std::string, std::string> definitions; // by file
    std::map<std::string, std::string> site;        // by key of the site file
    std::string decisions;                          // of all decisions of readers; "" none
    std::map<std::string, std::string> files;       // SHA-256 of each file of the report, by name
};

ReportAccount make_account(const AuditSettings& settings,
                           const DerivationSetup& setup,
                           const std::string& language,
                           std::size_t chains,
                           const std::vector<ReportFile>& files);

std::map<std::string, std::string> hashes_of(const std::vector<ReportFile>& files);

// One JSON object, and back. Throws Error (store) when the text is not what to_json made.
std::string to_json(const ReportAccount& account);
ReportAccount account_from_json(const std::string& text);

} // namespace embolink
