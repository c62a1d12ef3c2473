#include "connector/fhir/outcome.hpp"

#include "connector/fhir/answer.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace embolink::fhir {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> severities = {"fatal", "error", "warning", "information"};

// FHIR R4 IssueType, the whole code system.
constexpr std::array<std::string_view, 31> codes = {
    "invalid",       "structure", "required",         "value",         "invariant",  "security",
    "login",         "unknown",   "expired",          "forbidden",     "suppressed", "processing",
    "not-supported", "duplicate", "multiple-matches", "not-found",     "deleted",    "too-long",
    "code-invalid",  "extension", "too-costly",       "business-rule", "conflict",   "transient",
    "lock-error",    "no-store",  "exception",        "timeout",       "incomplete", "throttled",
    "informational"};

template <std::size_t N>
std::string
known_word(const json& issue, const char* key, const std::array<std::string_view, N>& words) {
    const auto member = issue.find(key);
    if (member == issue.end() || !member->is_string()) {
        return "other";
    }
    const auto found = std::ranges::find(words, member->get_ref<const std::string&>());
    return found == words.end() ? "other" : std::string(*found);
}

} // namespace

std::vector<OutcomeIssue> outcome_issues(const json& resource) {
    std::vector<OutcomeIssue> found;
    if (!resource.is_object() || resource.value("resourceType", json()) != "OperationOutcome") {
        return found;
    }
    const auto issues = resource.find("issue");
    if (issues == resource.end() || !issues->is_array()) {
        return found;
    }
    for (const json& issue : *issues) {
        if (!issue.is_object()) {
            continue;
        }
        OutcomeIssue one{known_word(issue, "severity", severities),
                         known_word(issue, "code", codes)};
        if (std::ranges::find(found, one) == found.end()) {
            found.push_back(std::move(one));
        }
    }
    return found;
}

bool says_incomplete(const OutcomeIssue& issue) {
    constexpr std::array<std::string_view, 6> cut_short = {
        "incomplete", "timeout", "throttled", "too-costly", "transient", "exception"};
    return issue.severity == "fatal" || issue.severity == "error" ||
           std::ranges::find(cut_short, issue.code) != cut_short.end();
}

std::string outcome_words(const std::string& body) {
    const ParsedJson parsed = parse_json(body);
    if (!parsed.value) {
        return "";
    }
    std::string words;
    for (const OutcomeIssue& issue : outcome_issues(*parsed.value)) {
        words += (words.empty() ? "" : ", ") + issue.words();
    }
    return words;
}

std::string refusal_words(const Answer& answer) {
    const std::string words = outcome_words(answer.body);
    return "HTTP " + std::to_string(answer.status) + (words.empty() ? "" : " (" + words + ")");
}

bool is_html(const http::Headers& headers) {
    const std::string type = http::find_header(headers, "Content-Type").value_or("");
    return type.starts_with("text/html") || type.starts_with("application/xhtml");
}

} // namespace embolink::fhir
