// OperationOutcome (FHIR R4): what a server says beside or instead of an answer.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink::fhir {

// Only FHIR's own words ever stand here; anything else is "other".
struct OutcomeIssue {
    std::string severity; // "fatal", "error", "warning", "information"
    std::string code;     // of IssueType: "not-found", "incomplete", ...

    std::string words() const { return severity + "/" + code; }

    friend bool operator==(const OutcomeIssue&, const OutcomeIssue&) = default;
};

// Each kind of issue once, in the order of the resource; empty: no OperationOutcome or none in it.
std::vector<OutcomeIssue> outcome_issues(const nlohmann::json& resource);

// Whether the issue says that the search it came with did not list everything: a failure, or one of
// the codes that mean "cut short".
bool says_incomplete(const OutcomeIssue& issue);

} // namespace embolink::fhir
