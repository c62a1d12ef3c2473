// The sections of report.html, each from the report's figures alone. Markup out, nothing computed.
#pragma once

#include "analysis/report/audit_report.hpp"

#include <string>

namespace embolink {

std::string answer_section(const AuditReport& report);   // the question, the answers, the picture
std::string verdict_section(const AuditReport& report);  // R8 in full, sensitivity
std::string patients_section(const AuditReport& report); // estimand, flow, follow-up
std::string survival_section(const AuditReport& report); // PFS and OS in figures, HAE beside HACE
std::string outcome_section(const AuditReport& report);  // response, toxicity, markers
std::string quality_section(const AuditReport& report);  // flags, issues, what is not shown
std::string method_section(const AuditReport& report);   // methods, assumptions, versions, hashes

} // namespace embolink
