// The endpoint record: what the mapping says about one patient and one parameter, and why.
// Names are those of docs/contracts section "Endpoint record"; CDISC ADTTE terms in brackets.
//
// The trap to fence: ADaM CNSR is 0 for an event, survival software wants 1 for an event. A record
// therefore holds a variant and no number; CNSR is written only by the CSV export, event=1 only by
// analysis/report/dataset.cpp.
#pragma once

#include "mapping/records/date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace embolink {

// One resource version that decided a record. Rule R9.6.
struct RecordSource {
    std::string reference; // "Observation/123", "DiagnosticReport/1#contained-id"
    std::string version;   // meta.versionId as written, else "sha256:" + content hash
    std::string role;      // "start", "event", "censor", "baseline", "arm", "assessment", ...
    std::string rule;      // "R5.3"

    friend auto operator<=>(const RecordSource&, const RecordSource&) = default;
};

// A decimal as it is to be printed, e.g. "1.25"; exact, never a binary float (R0.5).
struct DecimalText {
    std::string text;
    friend auto operator<=>(const DecimalText&, const DecimalText&) = default;
};

struct Event {
    std::string reason; // EVNTDESC: "progression", "death"
    friend bool operator==(const Event&, const Event&) = default;
};

struct Censored {
    std::string reason; // CNSDTDSC: "last-adequate-assessment", ...
    friend bool operator==(const Censored&, const Censored&) = default;
};

struct Value {
    std::variant<std::string, bool, std::int64_t, DecimalText> value;
    std::string unit;   // empty: none
    std::string reason; // only on COHORT excluded
    friend bool operator==(const Value&, const Value&) = default;
};

struct NotEvaluable {
    std::string reason; // "death-date-unknown", "window-open", ...
    friend bool operator==(const NotEvaluable&, const NotEvaluable&) = default;
};

using RecordStatus = std::variant<Event, Censored, Value, NotEvaluable>;

struct EndpointRecord {
    std::string trial;         // "maire-2012"
    std::string trial_version; // of the trial file
    std::string rules_version; // names the rules and the hash of every definition used
    std::string patient;       // "Patient/<id>", the survivor of merge links (R9.5)
    // The clinical cut (R0.3). Empty: nothing is dated, so nothing was cut; then no record has a
    // T0.
    std::optional<Date> as_of;
    int course = 1;            // ordinal; only the first course makes records (R2.3)
    std::string param;         // "COHORT", "PFS", ...
    std::string arm;           // "HAE", "HACE", "HACE-DEB", "UNDETERMINED"; empty: excluded
    std::optional<Date> start; // T0 (STARTDT)
    RecordStatus status = NotEvaluable{};
    std::optional<Date> date; // analysis date (ADT)
    std::optional<int> days;  // date - start in whole days (AVAL)
    std::optional<Date> left; // PFS progressions: last date free of progression (R5.10)
    std::optional<Date> right;
    std::vector<std::string> flags;    // sorted, from the closed list of the rules
    std::vector<RecordSource> sources; // sorted by (reference, version, role, rule), unique
};

// `value` of the timeline line that tells a bound of the audit (R8.2): what the record named by
// `series` would be on `date`, and by `term` ("event", "censored"), if every open candidate were
// progression.
inline constexpr std::string_view all_candidates_progression = "all-candidates-progression";

// One dated fact as the rules used it: a line of `derive --timeline`.
struct TimelineEntry {
    std::string patient;
    std::optional<Date> date;
    // "session", "assessment", "marker", "toxicity", "therapy", "contact", "death",
    // "exclusion-evidence"
    std::string kind;
    std::string value;
    std::string unit;
    std::string x_uln;  // decimal text, empty when unknown
    std::string series; // R7.1 series key in words
    std::optional<int> grade;
    std::string term;
    std::vector<std::string> used_by; // params of the records that this fact decided
    std::string set_aside_because;    // rule and reason when it decided none
    // Of a fact that decided some: who looked at it and did not use it, "PFS: R5.2 after the cut".
    std::vector<std::string> set_aside_by;
    std::string source; // reference
};

} // namespace embolink
