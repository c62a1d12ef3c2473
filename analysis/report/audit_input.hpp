// What an audit needs from outside. The caller reads files and clocks; analysis only gets values.
#pragma once

#include "analysis/report/trial_reference.hpp"
#include "mapping/records/date.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// A window of the rules that the trial's abstract does not give (`"assumed": true`).
struct AssumedWindow {
    std::string name; // in words: "longest gap between assessments"
    int days = 0;
    std::string rule; // "R5.3"
};

// A file or stream that was read, or a definition that was used.
struct InputHash {
    std::string name;   // "endpoints.ndjson", never a directory of the machine
    std::string sha256; // lower-case hexadecimal
};

// Data-quality issues, counted by (severity, code, text).
struct IssueCount {
    std::string severity; // FHIR: "information", "warning", "error", "fatal"
    std::string code;     // FHIR issue type: "code-invalid", ...
    std::string text;     // of the issue; may be empty when only severity and code are counted
    int count = 0;
    std::string type; // of the resource, "Observation"; empty: not said
};

// What was left out before there were candidates: superseded versions, test data, opted-out
// patients (R9.6 wants their number and nothing else).
struct IntakeLine {
    std::string what; // in words
    int count = 0;
};

// The plan that the site fixed before the data were read: its text, if it gave one, and its hash.
struct AnalysisPlan {
    std::string text;
    std::string sha256; // lower-case hexadecimal
    Date date{};
};

// Non-inferiority margin in points of the rate, with the date on which it was fixed.
struct DeclaredMargin {
    double value = 0; // 0.15: 15 points
    Date date{};
};

// Records of the same patients, derived with another window of the rules (sensitivity analyses).
struct DerivedOtherwise {
    std::string label; // "later rounds up to 180 days belong to the course"
    std::vector<EndpointRecord> records;
};

struct AuditSettings {
    std::optional<Date> as_of;        // the clinical cut (R0.3); empty: nothing dated was found
    std::vector<Date> analysis_dates; // declared beforehand in the site file (R8.5)
    std::string site_name;            // empty: not stated
    std::string software_version;
    std::string rules_version;
    std::string trial_version;
    std::vector<InputHash> inputs;
    std::vector<IntakeLine> intake; // empty: not known
    std::vector<AssumedWindow> assumed_windows;
    // R4.5, needed for the candidate bound of R8.2 without a timeline.
    int early_progression_days = 28;
    std::optional<AnalysisPlan> plan;
    std::optional<DeclaredMargin> margin;
    std::map<std::string, int> procedure_counts; // by month "2024-01", the department's own
    std::map<std::string, std::string> owners;   // who mends faults of an area: "laboratory", ...
    std::string intended_use_en;                 // contracts section 8
    std::string intended_use_fr;
    TrialReference reference = published_reference("maire-2012");
};

struct AuditInput {
    AuditSettings settings;
    std::vector<EndpointRecord> records;
    // Absent: what cannot be shown without it is named in the report (contracts section 1).
    std::optional<std::vector<TimelineEntry>> timeline;
    std::vector<IssueCount> issues;
    std::vector<DerivedOtherwise> otherwise;
};

} // namespace embolink
