#include "mapping/issue.hpp"

namespace embolink {

std::string to_string(Severity severity) {
    switch (severity) {
    case Severity::information:
        return "information";
    case Severity::warning:
        return "warning";
    case Severity::error:
        return "error";
    case Severity::fatal:
        return "fatal";
    }
    return "error";
}

std::string to_string(IssueCode code) {
    switch (code) {
    case IssueCode::structure:
        return "structure";
    case IssueCode::required:
        return "required";
    case IssueCode::value:
        return "value";
    case IssueCode::code_invalid:
        return "code-invalid";
    case IssueCode::not_found:
        return "not-found";
    case IssueCode::conflict:
        return "conflict";
    case IssueCode::business_rule:
        return "business-rule";
    case IssueCode::not_supported:
        return "not-supported";
    case IssueCode::duplicate:
        return "duplicate";
    case IssueCode::security:
        return "security";
    }
    return "value";
}

} // namespace embolink
