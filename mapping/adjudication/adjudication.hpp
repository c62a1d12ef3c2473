// What a reader decided where the data leave it open: a response known from text, an arm, the grade
// of an adverse event, whether two patients are one (R3.5, R4.4, R9.5; contracts section 2). A
// decision is evidence like a resource: it has an origin, and records name it among their sources.
#pragma once

#include "mapping/facts/facts.hpp"
#include "mapping/issue.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace embolink {

enum class DecisionKind { response, arm, toxicity, identity };

struct Adjudication {
    Origin origin;       // "Adjudication/<hash>", "sha256:<hash>": of what it says
    std::string place;   // FILE:line, for issues alone
    std::string patient; // "Patient/<id>"
    DecisionKind kind = DecisionKind::response;
    std::optional<Date> date; // of what is decided, not of the decision
    std::string target;       // reference of what is decided, "" none
    // response: "CR", "PR", "SD", "PD", "NE"; arm: its code; toxicity: "0" to "5"; identity: "same"
    // or "different".
    std::string value;
    std::string term; // toxicity without a target: the CTCAE term in the reader's words
    std::string reader;
    std::string reason;
    std::optional<std::int64_t> decided_utc; // nullopt: before every dated one
    bool withdrawn = false;
};

// One row of a spreadsheet or one JSON object: cells by the names of contracts section 2.
struct DecisionRow {
    std::string place; // FILE:line
    std::map<std::string, std::string> cells;
};

// The row of one NDJSON line; an Issue when it is no object of plain values.
std::variant<DecisionRow, Issue> decision_row_from_json(std::string_view line, std::string place);

// Neither decision nor issue: nothing was decided yet. A row that cannot be understood is an Issue
// with its place, never a guess; both: the decision stands without something that the issue names.
// `digest` (SHA-256 hex of a text) comes from outside.
struct ReadDecision {
    std::optional<Adjudication> decision;
    std::optional<Issue> issue;
};

ReadDecision read_decision(const DecisionRow& row, std::string (*digest)(const std::string& text));

// Of several decisions about one thing the one decided last stands (contracts section 2); withdrawn
// ones do not count, and those they withdraw neither. Two that contradict each other and were
// decided at the same time are both left out. Sorted by patient and origin, whatever the order of
// the rows (R9.4).
struct StandingDecisions {
    std::vector<Adjudication> decisions;
    Issues issues; // what was overruled, withdrawn or left out
};

StandingDecisions standing_decisions(std::vector<Adjudication> all);

// What the Issue of a decision says of its place and patient.
Issue issue_of(const Adjudication& decision, Severity severity, IssueCode code, std::string text);

} // namespace embolink
