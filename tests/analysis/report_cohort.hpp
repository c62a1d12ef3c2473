// A made-up cohort of endpoint records for the report's tests: counter-based uniforms, no real
// patient, no distribution that anything is tuned to.
#pragma once

#include "analysis/report/audit_input.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace embolink::testing {

struct CohortPlan {
    int patients = 60;
    std::uint64_t seed = 1;
    double hazard_per_month = 0.036; // of progression
    double undetermined = 0.08;
    double unread = 0.03; // share with an unread imaging report after the last scan
};

// All records of one patient in the order of contracts section 3; excluded candidates among them.
std::vector<EndpointRecord> made_up_records(const CohortPlan& plan);

// The records with their timeline, settings and a few issues; as_of is a declared analysis date.
AuditInput made_up_audit(const CohortPlan& plan);

// Single records for tables of cases.
EndpointRecord base_record(const std::string& patient, const std::string& param);
EndpointRecord
cohort_record(const std::string& patient, const std::string& arm, std::vector<std::string> flags);
EndpointRecord event_record(const std::string& patient, const std::string& param, int days);
EndpointRecord censored_record(const std::string& patient, const std::string& param, int days);

inline constexpr Date made_up_cut = Date{std::chrono::days{18993}};   // 2022-01-01
inline constexpr Date made_up_start = Date{std::chrono::days{16436}}; // 2015-01-01

} // namespace embolink::testing
