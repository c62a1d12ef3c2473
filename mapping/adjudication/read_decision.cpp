// One row to one decision: strict, because a wrong decision is worse than none.
#include "mapping/adjudication/adjudication.hpp"
#include "mapping/adjudication/open_items.hpp"
#include "mapping/adjudication/written_date.hpp"
#include "mapping/fhir/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

using nlohmann::json;

struct Spelling {
    std::string_view written; // folded
    std::string_view meaning;
};

constexpr std::array<Spelling, 17> responses = {{
    {"cr", "CR"},
    {"rc", "CR"},
    {"complete response", "CR"},
    {"reponse complete", "CR"},
    {"pr", "PR"},
    {"rp", "PR"},
    {"partial response", "PR"},
    {"reponse partielle", "PR"},
    {"sd", "SD"},
    {"stable disease", "SD"},
    {"maladie stable", "SD"},
    {"pd", "PD"},
    {"progressive disease", "PD"},
    {"maladie progressive", "PD"},
    {"progression", "PD"},
    {"ne", "NE"},
    {"not evaluable", "NE"},
}};

constexpr std::array<std::string_view, 8> yes = {"true", "yes", "y", "oui", "ja", "1", "x", "vrai"};
constexpr std::array<std::string_view, 8> no = {"", "false", "no", "n", "non", "nein", "0", "faux"};

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The first of the names under which a cell may stand.
std::string cell(const DecisionRow& row, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (const auto found = row.cells.find(name); found != row.cells.end()) {
            return trimmed(found->second);
        }
    }
    return "";
}

std::string patient_of(const DecisionRow& row) {
    const std::string text = cell(row, {"patient"});
    return text.empty() || text.starts_with("Patient/") ? text : "Patient/" + text;
}

std::optional<DecisionKind> kind_of(const std::string& text) {
    const std::string word = fold(text);
    return word == "response"   ? std::optional{DecisionKind::response}
           : word == "arm"      ? std::optional{DecisionKind::arm}
           : word == "toxicity" ? std::optional{DecisionKind::toxicity}
           : word == "identity" ? std::optional{DecisionKind::identity}
                                : std::nullopt;
}

bool is_reference(const std::string& text) {
    const auto slash = text.find('/');
    return slash != std::string::npos && slash > 0 && slash + 1 < text.size() &&
           text.find_first_of(" \t\n") == std::string::npos;
}

// Thrown inside this file alone: the sentence of the issue.
struct Fault {
    const char* cell;
    IssueCode code;
    std::string text;
};

void take_value(Adjudication& decision, const std::string& written) {
    const std::string folded = fold(written);
    switch (decision.kind) {
    case DecisionKind::response: {
        const auto found = std::ranges::find(responses, folded, &Spelling::written);
        if (found == responses.end()) {
            throw Fault{
                "value", IssueCode::code_invalid, "R4.4: a response is CR, PR, SD, PD or NE"};
        }
        decision.value = found->meaning;
        return;
    }
    case DecisionKind::arm:
        decision.value = written;
        return;
    case DecisionKind::toxicity:
        if (written[0] < '0' || written[0] > '5' ||
            (written.size() > 1 && written[1] >= '0' && written[1] <= '9')) {
            throw Fault{"value", IssueCode::value, "R6.4: a grade is a number from 0 to 5"};
        }
        decision.value = written.substr(0, 1);
        decision.term = trimmed(written.substr(1));
        return;
    case DecisionKind::identity:
        if (folded != "same" && folded != "different") {
            throw Fault{
                "value", IssueCode::code_invalid, "R9.5: an identity is \"same\" or \"different\""};
        }
        decision.value = folded;
        return;
    }
}

void check_target(const Adjudication& decision) {
    if (!decision.target.empty() && !is_reference(decision.target)) {
        throw Fault{
            "target", IssueCode::value, "a target is a reference such as DiagnosticReport/1"};
    }
    const bool placed = !decision.target.empty() || decision.date.has_value();
    const bool needs_place =
        decision.kind == DecisionKind::response || decision.kind == DecisionKind::toxicity;
    if (needs_place && !placed) {
        throw Fault{
            "target", IssueCode::required, "neither a target nor a date: nothing to decide"};
    }
    if (decision.kind == DecisionKind::identity && !decision.target.starts_with("Patient/")) {
        throw Fault{"target", IssueCode::required, "R9.5: the target of an identity is a Patient"};
    }
    if (decision.kind == DecisionKind::identity && decision.target == decision.patient) {
        throw Fault{"target", IssueCode::value, "R9.5: a patient is no other than himself"};
    }
}

constexpr const char* unclear_date =
    "a date that is none or can be read in two ways; write YYYY-MM-DD";

// What is decided has a date of its own: then the one in the row, which a spreadsheet may have
// written anew, is only missing.
std::optional<Issue> take_dates(Adjudication& decision, const DecisionRow& row) {
    std::optional<Issue> issue;
    const std::string written = cell(row, {"date"});
    if (const auto date = parse_written_date(written)) {
        decision.date = date->date;
    } else if (!written.empty() && decision.target.empty()) {
        throw Fault{"date", IssueCode::value, unclear_date};
    } else if (!written.empty()) {
        issue = Issue{Severity::warning,
                      IssueCode::value,
                      "Adjudication.date",
                      row.place,
                      "",
                      std::string{unclear_date} + "; the decision stands for its target",
                      decision.patient};
    }
    const std::string decided = cell(row, {"decided_at"});
    if (const auto date = parse_written_date(decided)) {
        decision.decided_utc = date->utc_seconds;
    } else if (!decided.empty()) {
        throw Fault{"decided_at", IssueCode::value, unclear_date};
    }
    return issue;
}

void take_withdrawn(Adjudication& decision, const std::string& written) {
    const std::string word = fold(written);
    decision.withdrawn = std::ranges::find(yes, word) != yes.end();
    if (!decision.withdrawn && std::ranges::find(no, word) == no.end()) {
        throw Fault{"withdrawn", IssueCode::value, "withdrawn is yes or no"};
    }
}

// What it says, in one way of writing: the same decision in another file is the same decision.
std::string canonical(const Adjudication& decision) {
    return json{{"patient", decision.patient},
                {"kind", to_string(decision.kind)},
                {"date", decision.date ? to_iso(*decision.date) : ""},
                {"target", decision.target},
                {"value", decision.value},
                {"term", decision.term},
                {"reader", decision.reader},
                {"reason", decision.reason},
                {"decided", decision.decided_utc ? json(*decision.decided_utc) : json(nullptr)},
                {"withdrawn", decision.withdrawn}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

Issue fault_issue(const DecisionRow& row, const Fault& fault) {
    return {Severity::error,
            fault.code,
            std::string{"Adjudication."} + fault.cell,
            row.place,
            "",
            fault.text + "; the decision is left out",
            patient_of(row)};
}

ReadDecision understood(const DecisionRow& row, const std::string& value) {
    Adjudication decision;
    decision.place = row.place;
    decision.patient = patient_of(row);
    if (decision.patient.empty()) {
        throw Fault{"patient", IssueCode::required, "no patient"};
    }
    const auto kind = kind_of(cell(row, {"kind"}));
    if (!kind) {
        throw Fault{
            "kind", IssueCode::code_invalid, "a kind is response, arm, toxicity or identity"};
    }
    decision.kind = *kind;
    decision.target = cell(row, {"target", "reference"});
    decision.reader = cell(row, {"reader"});
    decision.reason = cell(row, {"reason"});
    take_value(decision, value);
    std::optional<Issue> issue = take_dates(decision, row);
    take_withdrawn(decision, cell(row, {"withdrawn"}));
    check_target(decision);
    if (decision.reader.empty()) {
        throw Fault{"reader", IssueCode::required, "nobody is named who decided"};
    }
    return {std::move(decision), std::move(issue)};
}

} // namespace

std::variant<DecisionRow, Issue> decision_row_from_json(std::string_view line, std::string place) {
    const auto refuse = [&](const char* text) {
        return Issue{Severity::error, IssueCode::structure, "Adjudication", place, "", text, ""};
    };
    const json value = json::parse(line, nullptr, false);
    if (!value.is_object()) {
        return refuse("not a JSON object; the decision is left out");
    }
    DecisionRow row{place, {}};
    for (const auto& [key, member] : value.items()) {
        if (member.is_string()) {
            row.cells[key] = member.get<std::string>();
        } else if (member.is_boolean() || member.is_number()) {
            row.cells[key] = member.dump();
        } else if (!member.is_null()) {
            return refuse("a member that is no plain value; the decision is left out");
        }
    }
    return row;
}

ReadDecision read_decision(const DecisionRow& row, std::string (*digest)(const std::string& text)) {
    const std::string value = cell(row, {"value", "decision"});
    if (value.empty()) {
        // An open item that nobody has decided yet; who signs something decides something.
        if (cell(row, {"reader"}).empty() && cell(row, {"reason"}).empty()) {
            return {};
        }
        return {std::nullopt,
                fault_issue(row, {"value", IssueCode::required, "signed, but without a decision"})};
    }
    try {
        ReadDecision read = understood(row, value);
        const std::string hash = digest(canonical(*read.decision));
        read.decision->origin = {"Adjudication/" + hash.substr(0, 16), "sha256:" + hash};
        return read;
    } catch (const Fault& fault) {
        return {std::nullopt, fault_issue(row, fault)};
    }
}

} // namespace embolink
