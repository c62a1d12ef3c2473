// Small values as JSON, and the parts of report.json that stand in files of their own.
#pragma once

#include "analysis/report/audit_report.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink {

// null when there is none.
nlohmann::json maybe(const std::optional<double>& value);
nlohmann::json maybe(const std::optional<int>& value);
nlohmann::json maybe(const std::optional<bool>& value);

// [lower, upper] or null; infinite limits become null.
nlohmann::json interval_json(const std::optional<Interval>& interval);
nlohmann::json counted(const std::vector<Counted>& list);
nlohmann::json text_or_null(const std::string& text); // null when empty

// Beside the verdict: one-sample log-rank, probabilities, margin, factors, weighted arms.
nlohmann::json beside_json(const AuditReport& report);

// Toxicity, monitoring, marker courses, lanes of patients.
nlohmann::json course_json(const AuditReport& report);

// Embolizations by month, completeness, causes of missing or doubtful figures.
nlohmann::json data_json(const AuditReport& report);

// "r_check": what check.R recomputes.
nlohmann::json checks_json(const AuditReport& report);

} // namespace embolink
