// The sections of report.html, each from the report's figures alone. Markup out, nothing computed.
#pragma once

#include "analysis/report/audit_report.hpp"

#include <map>
#include <string>

namespace embolink {

std::string answer_section(const AuditReport& report);   // the question, the answers, the picture
std::string overview_section(const AuditReport& report); // every endpoint beside the trial
std::string patients_section(const AuditReport& report); // estimand, flow, follow-up
std::string data_section(const AuditReport& report);     // embolizations found, completeness
std::string survival_section(const AuditReport& report); // PFS, OS and HPFS in figures
std::string verdict_section(const AuditReport& report);  // R8 in full
std::string beside_section(const AuditReport& report);   // other tests, probabilities, the margin
std::string sensitivity_section(const AuditReport& report);
std::string outcome_section(const AuditReport& report); // response
std::string safety_section(const AuditReport& report);  // toxicity, its course
std::string marker_section(const AuditReport& report);  // baseline, change, course
std::string lanes_section(const AuditReport& report);   // each patient
std::string factors_section(const AuditReport& report); // prognostic factors, HAE beside HACE
std::string context_section(const AuditReport& report); // other published series
std::string quality_section(const AuditReport& report); // causes, flags, what is not shown
std::string method_section(const AuditReport& report);  // methods, assumptions, versions, hashes

// The ids of the patients' rows, by patient: what the links of the curves lead to.
std::map<std::string, std::string> patient_anchors(const AuditReport& report);

// The drawing class of a group: "hae", "hace", "all".
std::string group_style(const std::string& group);

} // namespace embolink
