// A fault in a patient's data, kept and reported; it never stops a run (FHIR OperationOutcome
// terms).
#pragma once

#include <string>
#include <vector>

namespace embolink {

// What the reader may still rely on:
//   information  nothing is wrong, but somebody may want to know
//   warning      the result is usable as it is
//   error        this fact was left out, everything else of the resource stands
//   fatal        this resource was left out
enum class Severity { information, warning, error, fatal };

// The part of FHIR's IssueType that data faults need.
enum class IssueCode {
    structure,     // not JSON, not a resource, wrong element type
    required,      // an element that the rules need is absent
    value,         // an element has a content that cannot be read (date, number)
    code_invalid,  // a code, unit or term that no definition knows
    not_found,     // a reference that leads nowhere in the input
    conflict,      // two versions or two facts contradict each other ("version-conflict")
    business_rule, // readable, but a rule sets it aside
    not_supported, // a kind of resource that FHIR R4 does not have
    duplicate,     // the same thing twice
    security       // test data, restricted labels
};

// Contracts section 4. `text` names elements and rules, never a patient's values.
struct Issue {
    Severity severity = Severity::warning;
    IssueCode code = IssueCode::value;
    std::string expression; // FHIRPath-like: "Observation.referenceRange[0].high"
    std::string reference;  // "Observation/123"; for unreadable input "FILE:line"
    std::string version;
    std::string text;
    std::string patient; // "Patient/<id>" when known

    friend auto operator<=>(const Issue&, const Issue&) = default;
};

using Issues = std::vector<Issue>;

std::string to_string(Severity severity); // "information", "warning", "error", "fatal"
std::string to_string(IssueCode code);    // FHIR's spelling: "code-invalid", "business-rule", ...

} // namespace embolink
