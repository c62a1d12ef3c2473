// The table of readers and what happens before any of them looks: own output, test data and
// restricted resources are dropped (R9.1, R9.5, R9.6), versions and the patient are noted.

#include "mapping/facts/fact_reader.hpp"

#include "mapping/definitions.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/facts/reading.hpp"
#include "mapping/fhir/resource_types.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink {

namespace {

struct ReaderRow {
    std::string_view type;
    void (*read)(const Reading&);
    const char* patient; // element that names the patient; "" none
    // A status that counts, or the element that says in place of `status` that nothing does; ""
    // none.
    std::string_view counting;
};

constexpr std::array<ReaderRow, 16> readers = {{
    {"Patient", read_patient, "", ""},
    {"Condition", read_condition, "subject", "verificationStatus"},
    {"Procedure", read_procedure, "subject", ""},
    {"MedicationAdministration", read_medication_administration, "subject", "completed"},
    {"MedicationStatement", read_medication_statement, "subject", "completed"},
    {"MedicationDispense", read_medication_dispense, "subject", "completed"},
    {"MedicationRequest", read_medication_request, "subject", "completed"},
    {"Medication", read_medication, "", ""},
    {"Observation", read_observation, "subject", "final"},
    {"DiagnosticReport", read_diagnostic_report, "subject", "final"},
    {"BodyStructure", read_body_structure, "patient", ""},
    {"ImagingStudy", read_imaging_study, "subject", "available"},
    {"AdverseEvent", read_adverse_event, "subject", "modifierExtension"},
    {"Encounter", read_encounter, "subject", "finished"},
    {"Specimen", read_specimen, "subject", ""},
    {"ServiceRequest", read_service_request, "subject", ""},
}};

const ReaderRow* reader_of(std::string_view type) {
    const auto row = std::ranges::find(readers, type, &ReaderRow::type);
    return row == readers.end() ? nullptr : &*row;
}

// R9.3's rank needs one status word; Conditions and AdverseEvents have theirs elsewhere.
std::string status_of(const Field& root, std::string_view type) {
    if (type == "Condition") {
        const CodedText status = read_coded_text(root.at("verificationStatus"));
        return status.codings.empty() ? std::string{} : status.codings.front().code;
    }
    if (type == "AdverseEvent") {
        for (const Field& extension : root.all("modifierExtension")) {
            if (extension.at("url").text().ends_with("/status")) {
                return extension.at("valueCode").text();
            }
        }
        return {};
    }
    if (type == "Patient") {
        return {};
    }
    return root.at("status").text();
}

std::optional<std::int64_t> utc_of(const std::optional<PartialDate>& date) {
    if (!date) {
        return std::nullopt;
    }
    return date->utc_seconds ? date->utc_seconds
                             : std::optional<std::int64_t>{
                                   std::int64_t{date->first.time_since_epoch().count()} * 86400};
}

// A modifier extension may turn the meaning around; FHIR forbids to go on without knowing it
// (R4 extensibility, "Modifier Extensions"). Only the adverse event profile's status is known.
bool has_unknown_modifier(const Field& root, std::string_view type) {
    return std::ranges::any_of(root.all("modifierExtension"), [&](const Field& extension) {
        return type != "AdverseEvent" || !extension.at("url").text().ends_with("/status");
    });
}

Dropped dropped_for(const Resource& resource, IssueSink& issues) {
    if (resource.deleted) {
        return Dropped::deleted;
    }
    if (is_own_output(resource)) {
        return Dropped::own_output;
    }
    const std::string expression = resource.source.type + ".meta.security";
    if (is_test_data(resource)) {
        issues.add(Severity::fatal,
                   IssueCode::security,
                   expression,
                   "R9.5: labelled as test data, left out");
        return Dropped::test_data;
    }
    if (is_restricted(resource)) {
        issues.add(Severity::fatal,
                   IssueCode::security,
                   expression,
                   "R9.6: labelled as restricted, left out");
        return Dropped::restricted;
    }
    return Dropped::no;
}

void note_versions(const Field& root, ResourceFacts& facts) {
    const Field updated = root.at("meta").at("lastUpdated");
    const std::optional<PartialDate> last_updated = updated.date();
    facts.last_updated_utc = utc_of(last_updated);
    facts.last_known = last_updated;
    if (const Field issued = root.at("issued")) {
        const auto date = issued.date();
        if (date && (!facts.last_known || *facts.last_known < *date)) {
            facts.last_known = date;
        }
    }
}

std::string patient_of(const Field& root, const ReaderRow& reader, const SourceRef& source) {
    if (reader.type == "Patient") {
        return source.reference();
    }
    if (*reader.patient == '\0') {
        return {};
    }
    const char* element = root.has(reader.patient) ? reader.patient : "patient";
    return root.at(element).patient_reference();
}

// Reads the resource once more as if its status counted. Where nothing was left out for its status
// this gives nothing, as before.
void note_not_counted(const Resource& resource,
                      const ReadContext& context,
                      const ReaderRow& reader,
                      ResourceFacts& facts) {
    nlohmann::json body = *resource.body;
    if (reader.type == "Condition" || reader.type == "AdverseEvent") {
        body.erase(std::string{reader.counting});
    } else {
        body["status"] = reader.counting;
    }
    IssueSink ignored;
    const FieldScope scope{ignored, context.zone, resource.source.reference()};
    reader.read(Reading{context,
                        scope,
                        Field{scope, &body, resource.source.type},
                        {resource.source.reference(), facts.version},
                        facts.not_counted});
}

void read(const Resource& resource,
          const ReadContext& context,
          const ReaderRow& reader,
          IssueSink& issues,
          ResourceFacts& facts) {
    const FieldScope scope{issues, context.zone, resource.source.reference()};
    const Field root{scope, resource.body.get(), resource.source.type};
    note_versions(root, facts);
    facts.patient = patient_of(root, reader, resource.source);
    facts.status = status_of(root, reader.type);
    if (resource.source.id.empty()) {
        root.report_missing("id", Severity::fatal, "a resource without id cannot be traced");
        return;
    }
    if (*reader.patient != '\0' && !facts.patient.starts_with("Patient/") &&
        !facts.patient.starts_with("urn:") && !is_logical(facts.patient) &&
        reader.type != "Specimen") {
        root.report_missing(reader.patient, Severity::fatal, "names no patient");
        return;
    }
    if (has_unknown_modifier(root, reader.type)) {
        issues.add(Severity::fatal,
                   IssueCode::business_rule,
                   resource.source.type + ".modifierExtension",
                   "an unknown modifier may turn the meaning around");
        return;
    }
    reader.read(
        Reading{context, scope, root, {resource.source.reference(), facts.version}, facts.facts});
    if (facts.facts.empty() && !reader.counting.empty()) {
        note_not_counted(resource, context, reader, facts);
    }
}

// Types that no rule reads are only counted; one that FHIR R4 does not have is a fault of the feed.
// Whose it is must be known: an opted-out patient leaves no issue (R9.6).
void note_unsupported(const Resource& resource,
                      const ReadContext& context,
                      IssueSink& issues,
                      ResourceFacts& facts) {
    if (is_r4_resource_type(resource.source.type)) {
        return;
    }
    IssueSink ignored;
    const FieldScope scope{ignored, context.zone, resource.source.reference()};
    const Field root{scope, resource.body.get(), resource.source.type};
    facts.patient = root.at(root.has("subject") ? "subject" : "patient").reference();
    issues.add(Severity::information,
               IssueCode::not_supported,
               "resourceType",
               "a resource type that FHIR R4 does not have, left out");
}

} // namespace

ReadResult read_facts(const Resource& resource, const ReadContext& context) {
    ReadResult result;
    result.facts.source = resource.source;
    result.facts.version = resource.version();
    result.facts.content_hash = resource.content_hash;
    IssueSink issues;
    const ReaderRow* reader = reader_of(resource.source.type);
    result.dropped = dropped_for(resource, issues);
    if (result.dropped == Dropped::no && reader == nullptr) {
        result.dropped = Dropped::unsupported_type;
        note_unsupported(resource, context, issues, result.facts);
    }
    if (result.dropped == Dropped::no) {
        read(resource, context, *reader, issues, result.facts);
    } else if (reader != nullptr) {
        // Whose it was is still known: counts are per patient, and test patients are dropped whole.
        IssueSink ignored;
        const FieldScope scope{ignored, context.zone, resource.source.reference()};
        const Field root{scope, resource.body.get(), resource.source.type};
        result.facts.patient = patient_of(root, *reader, resource.source);
        note_versions(root, result.facts);
        result.facts.status = resource.deleted ? "deleted" : status_of(root, reader->type);
    }
    result.facts.issues = issues.take();
    for (Issue& issue : result.facts.issues) {
        issue.reference = resource.source.reference();
        issue.version = result.facts.version;
        // An identifier is shown nowhere.
        issue.patient = is_logical(result.facts.patient) ? "" : result.facts.patient;
    }
    return result;
}

} // namespace embolink
