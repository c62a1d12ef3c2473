// Path-aware reading of one resource's JSON: real data has objects where arrays belong, numbers as
// strings and references in five shapes. A Field knows where it stands, so that an issue can say
// so; it never throws and never shows a value.
#pragma once

#include "mapping/fhir/decimal.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/issue.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// Where issues of one resource go; `reference`, `version` and `patient` are filled in later by
// read_facts for all of them.
class IssueSink {
public:
    void add(Severity severity, IssueCode code, std::string expression, std::string text);

    Issues take() { return std::move(issues_); }

private:
    Issues issues_;
};

// What the resource being read needs to be known by.
struct FieldScope {
    IssueSink& issues;
    const ZoneRule& zone;
    std::string self; // reference that "#x" is relative to: "DiagnosticReport/1"
};

// One element, or its absence. Lives no longer than the resource and the scope.
class Field {
public:
    Field(const FieldScope& scope, const nlohmann::json* value, std::string path)
        : scope_(&scope), value_(value), path_(std::move(path)) {}

    explicit operator bool() const { return value_ != nullptr; }

    const nlohmann::json* value() const { return value_; }

    // FHIRPath-like: "Observation.referenceRange[0].high".
    const std::string& path() const { return path_; }

    // The element of that name; an array of one is opened (warning), a longer one is an error and
    // counts as absent.
    Field at(const char* key) const;
    // All elements of that name; a single one that should be an array is taken (warning).
    std::vector<Field> all(const char* key) const;
    // All elements of that name where FHIR versions differ in one or several: no issue.
    std::vector<Field> each(const char* key) const;
    // All elements of that name whose `url` ends in `suffix` (extensions).
    std::vector<Field> extensions(std::string_view url_suffix) const;
    bool has(const char* key) const;

    std::string text() const;                // "" when absent; wrong type: error
    std::optional<bool> boolean() const;     // "true" as a string: warning
    std::optional<Decimal> number() const;   // "1.5" as a string: warning
    std::optional<PartialDate> date() const; // unreadable: error
    // Reduced to "Type/id": absolute URLs and versions are cut off, "#x" is "Self/id#x", urn:
    // stays. "" when there is no literal reference.
    std::string reference() const;
    std::vector<std::string> references(const char* key) const; // non-empty ones
    // Of a Patient: the literal reference; without one what `Reference.identifier` says, as
    // `logical_reference` writes it. "" when there is neither.
    std::string patient_reference() const;

    void report(Severity severity, IssueCode code, std::string text) const;
    // About a part that is absent: expression is path.key.
    void report_missing(const char* key, Severity severity, std::string text) const;

private:
    const FieldScope* scope_;
    const nlohmann::json* value_;
    std::string path_;
};

struct Coding {
    std::string system;
    std::string code;
    std::string display;
};

// A CodeableConcept: its codings and its text. A bare Coding in its place is taken (warning).
struct CodedText {
    std::vector<Coding> codings;
    std::string text;

    bool empty() const { return codings.empty() && text.empty(); }
};

CodedText read_coded_text(const Field& field);
Coding read_coding(const Field& field);

// How a reference by identifier is kept until all Patients are known: no one else shows it. "" when
// there is no value.
std::string logical_reference(const Field& identifier);
bool is_logical(std::string_view reference);

// See Field::reference.
std::string reduce_reference(std::string_view reference, std::string_view self);

} // namespace embolink
