// The clinical vocabulary: what one resource says, once codes, units, dates and statuses have been
// understood. Readers (read_*.cpp) make facts out of JSON; the timeline orders them; the rules see
// nothing else. A fact never decides: it carries what the rules need to decide.
//
// References are reduced to "Type/id" ("DiagnosticReport/1#x" for contained ones) and not yet
// followed: what they point to may come later in the input.
#pragma once

#include "mapping/facts/report_finding.hpp"
#include "mapping/fhir/decimal.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/issue.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace embolink {

// Where a fact stands: what a record's source names.
struct Origin {
    std::string reference;
    std::string version;
    friend auto operator<=>(const Origin&, const Origin&) = default;
};

// R9.2. `candidate`: preliminary, registered, partial. `rejected` facts are kept only where a rule
// speaks of them (Procedure rows: R1.1, R1.3 not-performed); elsewhere the reader drops them with
// an issue.
enum class Standing { accepted, candidate, rejected };

// Concepts (concepts.hpp) that a CodeableConcept or a row as a whole carries: by a code, and those
// that only its text gives. Both sorted and unique.
struct ConceptSet {
    std::vector<std::string> by_code;
    std::vector<std::string> by_text;

    bool coded(std::string_view name) const;
    bool in_text(std::string_view name) const;

    bool has(std::string_view name) const { return coded(name) || in_text(name); }
};

// dateTime: start only (and end = start); Period: either side may be open.
struct When {
    std::optional<PartialDate> start;
    std::optional<PartialDate> end;
};

enum class LinkType { replaced_by, replaces, refer, seealso };

struct PatientLink {
    LinkType type;
    std::string other; // "Patient/2", or by identifier (logical_reference)
};

// Patient
struct Person {
    Origin origin;
    std::optional<PartialDate> birth;
    bool deceased = false;            // deceasedBoolean true or any deceasedDateTime
    std::optional<PartialDate> death; // deceasedDateTime
    std::vector<PatientLink> links;
    std::vector<std::string> identifiers; // as logical_reference writes them
    std::string sex;                      // administrative gender code, "" unknown
};

// Accepted Observation or Condition that says that the patient is dead (terminology 2.6).
struct DeathFinding {
    Origin origin;
    std::optional<PartialDate> date; // of the death, as far as it says
};

// How a row or finding names its site (R2.0, R4.7). `hepatic_stated`: code, bodySite, reason or
// text says liver; `other_stated`: it names another site and no hepatic one; `unstated`: none at
// all.
enum class SiteFinding { unstated, hepatic_stated, other_stated };

// Condition. `concepts` covers code, bodySite and histology extension together, one row = one
// tumour.
struct Diagnosis {
    Origin origin;
    Standing standing = Standing::accepted; // rejected: refuted, entered-in-error
    ConceptSet concepts;
    std::string
        adverse_term; // CTCAE term key of grading table when the code is one (R6.4), else ""
    std::optional<PartialDate> onset;    // onsetDateTime or onsetPeriod.start
    std::optional<PartialDate> recorded; // recordedDate
    // R4.7: where the tumour lies that a finding about this row is of; of a primary and of the
    // disease as a whole: unstated.
    SiteFinding lesion_site = SiteFinding::unstated;
};

enum class Lobe { unknown, left, right, both };

// Procedure: every row of any status, embolizations, therapies and all others (a contact).
struct ProcedureRow {
    Origin origin;
    std::string status;  // FHIR code as written
    When performed;      // performedDateTime, performedPeriod; performedString etc. leave it empty
    ConceptSet concepts; // of code, reasonCode, note, code.text together; sites apart below
    SiteFinding site = SiteFinding::unstated;
    Lobe lobe = Lobe::unknown;
    std::vector<std::string> reasons;               // references to Conditions (R2.0)
    std::vector<std::string> part_of;               // references
    std::vector<std::string> based_on;              // references to orders
    std::string encounter;                          // reference or ""
    std::vector<std::string> performers_and_places; // performer.actor and location references
    std::vector<std::string> performer_roles;       // coded as "system|code"
};

enum class DrugSource { administration, statement, dispense, request };

// What is known of a drug: concepts by code or by whole-word name.
struct DrugIdentity {
    ConceptSet concepts;
    bool known() const; // carries at least one drug concept; else R3.3's "unknown"
    std::string key; // a stable key of the ingredient for "the same drug" (R5.2): ATC/RxNorm code
                     // or folded name; "" when nothing names it
};

enum class Route { unstated, intra_arterial, other };

struct DrugEvent {
    Origin origin;
    DrugSource source = DrugSource::administration;
    std::string status;
    std::optional<PartialDate> start; // effective start; dispense: whenHandedOver else
                                      // whenPrepared; request: authoredOn
    std::optional<PartialDate> end;
    DrugIdentity drug;
    std::string medication_reference;        // resolved against Medication facts by the timeline
    std::optional<Origin> medication_origin; // what it led to, set by the timeline (R9.6 sources)
    Route route = Route::unstated;
    std::optional<Decimal> dose; // dose quantity per intake, with its unit
    std::string dose_unit;
    std::vector<std::string> part_of;
    std::string encounter; // context or encounter reference
    std::vector<std::string> performers_and_places;
    std::vector<std::string> performer_roles;
};

// Medication resource: what medication_reference leads to.
struct MedicationInfo {
    Origin origin;
    DrugIdentity drug;
};

// R4, best first. `unspecified_response` is R4.3's "improved".
enum class ResponseCategory {
    complete_response,
    partial_response,
    unspecified_response,
    stable_disease,
    progressive_disease,
    not_evaluable
};

// R4.2 precedence, best first (sums and adjudicated text have their places).
enum class AssessmentKind { structured_recist, coded_conclusion, diameter_sum, trend, adjudicated };

struct Assessment {
    Origin origin;
    Standing standing = Standing::accepted;
    AssessmentKind kind = AssessmentKind::structured_recist;
    ResponseCategory category = ResponseCategory::not_evaluable;
    bool new_lesion = false;      // a coded new lesion stands with it (R4.5)
    bool imaging_evidence = true; // trends: evidence type imaging (R4.3); true for other kinds
    bool laboratory_only = false; // trends: of the evidence types only laboratory ones (R5.7)
    // R4.7: of the finding, never the region that was imaged.
    SiteFinding site = SiteFinding::unstated;
    std::vector<std::string> focus;   // Conditions and BodyStructures that the finding is about
    std::vector<Origin> site_origins; // of those that gave the site, set by the timeline
    std::optional<PartialDate> effective;
    std::optional<PartialDate> issued;
    std::vector<std::string> imaging_studies; // ImagingStudy references (derivedFrom, imagingStudy)
    std::string report;                       // for a coded conclusion: the DiagnosticReport itself
    // R4.4: known from text alone; then a candidate whatever the status, and the category is no
    // more than what the text seems to say.
    std::optional<ReportFinding> finding;
    std::string text; // empty unless kept for readers
};

// The longest diameter of one lesion on one exam (R4.2, lesion sums).
struct TumourSize {
    Origin origin;
    Standing standing = Standing::accepted;
    std::string lesion; // what it is told by: its focus, else its body site; "" nothing
    Decimal millimetres;
    bool recist_1_0 = false; // measured by RECIST 1.0
    SiteFinding site = SiteFinding::unstated;
    std::vector<std::string> focus;   // as of an assessment
    std::vector<Origin> site_origins; // likewise
    std::optional<PartialDate> effective;
    std::optional<PartialDate> issued;
    std::vector<std::string> imaging_studies;
};

// BodyStructure, also a contained one: where a lesion lies (R4.7).
struct LesionPlace {
    Origin origin;
    SiteFinding site = SiteFinding::unstated;
};

// Which part of the body an exam or report shows: for R5.6's "liver or abdominal imaging".
enum class ImagingRegion { unstated, liver_or_abdomen, elsewhere };

// ImagingStudy (started) or an imaging DiagnosticReport (effective, else issued).
struct Imaging {
    Origin origin;
    Standing standing = Standing::accepted;
    bool is_report = false;
    ImagingRegion region = ImagingRegion::unstated;
    bool cross_sectional = false;             // CT, MR or PET by modality or code
    std::optional<PartialDate> date;          // started; reports: effective
    std::optional<PartialDate> issued;        // reports
    std::vector<std::string> imaging_studies; // reports: their studies
    std::vector<std::string> results;         // reports: result references
    bool has_coded_response = false;          // reports: a coded conclusion that is a response
    ReportFinding finding;                    // reports: what their text says (R4.4)
    std::string text;                         // reports: empty unless kept for readers
};

enum class Comparator { none, less, less_or_equal, greater, greater_or_equal };

// A normal range that holds for some patients only (R6.2), in the unit of the result's value.
struct PartialRange {
    std::string sex; // administrative gender, "" both
    std::optional<Decimal> from_years;
    std::optional<Decimal> to_years; // both inclusive, in completed years
    std::optional<Decimal> low;
    std::optional<Decimal> high;
};

// One numeric laboratory result in the analyte's canonical unit.
struct LabResult {
    Origin origin;
    Standing standing = Standing::accepted;
    std::string analyte;  // "5-HIAA", "CgA", or a grading-table key: "ALT", "bilirubin", ...
    std::string property; // series kind (R7.1): "rate-24h", "ratio-24h", "ratio-spot",
                          // "concentration-24h", "concentration-spot", "plasma", "mass", "molar",
                          // "unit"; "" for safety labs
    Decimal value;
    Comparator comparator = Comparator::none;
    std::string unit;                   // canonical; values and limits below are in it
    bool converted = false;             // R0.5: compare with tolerance
    std::optional<Decimal> lower_limit; // of the result's own normal range
    std::optional<Decimal> upper_limit;
    std::vector<PartialRange> partial_ranges; // then neither of both
    std::optional<PartialDate> effective;
    std::string specimen_reference; // its collection date is a contact
    std::string laboratory;         // performer or method that separates series (R7.1), "" unknown
    // "system|code" as the site's uln_tables write them, of the rows that any of its codings means.
    std::vector<std::string> limit_keys;
};

// Observation that describes tumour or liver (R10).
struct Characteristic {
    Origin origin;
    Standing standing = Standing::accepted;
    std::string kind;     // "ki-67", "histologic-grade", "liver-involvement", "new-lesion" (R4.5)
    std::string category; // "G1".."G3"; of the liver as coded; "" where there is a number
    std::optional<Decimal> percent;
    std::optional<Decimal> percent_high; // of a range: then `percent` is its lower end
    Comparator comparator = Comparator::none;
    std::optional<PartialDate> date;
    std::vector<std::string> imaging_studies; // of a new lesion
};

// AdverseEvent
struct ClinicalEvent {
    Origin origin;
    Standing standing = Standing::accepted;
    std::string term;         // CTCAE term key, else folded text or code for display
    std::optional<int> grade; // 1-5
    bool grade_from_severity = false;
    bool not_related = false;        // R6.4
    bool biliary_or_abscess = false; // R6.1 late-biliary
    std::optional<PartialDate> date;
};

enum class Priority { unstated, elective, urgent };

// Encounter.location: where the patient was, and when; planned and reserved places are none.
struct StayPlace {
    std::string place; // reference
    When when;         // as written; either side may be open
};

// Encounter, beside the contact that it is: admissions and readmissions (R6.4), how urgent (R10),
// where drugs were given (R3.2).
struct Stay {
    Origin origin;
    bool inpatient = false;
    bool current = false; // inpatient, without an end yet
    When when;            // as written; either side may be open
    Priority priority = Priority::unstated;
    std::vector<StayPlace> places;
};

// ServiceRequest: how urgent a procedure was ordered (R10).
struct Order {
    Origin origin;
    Priority priority = Priority::unstated;
    std::optional<PartialDate> authored;
};

// R5.8: something done with the patient. `current_inpatient`: an in-progress inpatient stay that
// counts to as_of.
struct Contact {
    Origin origin;
    std::string kind; // "encounter", "specimen", "result", "imaging", "administration", "procedure"
    When when;
    bool current_inpatient = false;
};

using Fact = std::variant<Person,
                          DeathFinding,
                          Diagnosis,
                          ProcedureRow,
                          DrugEvent,
                          MedicationInfo,
                          Assessment,
                          TumourSize,
                          LesionPlace,
                          Imaging,
                          LabResult,
                          Characteristic,
                          ClinicalEvent,
                          Contact,
                          Stay,
                          Order>;

// All that one resource version gives. The order of facts is that of the reader (deterministic).
struct ResourceFacts {
    SourceRef source;
    std::string version;
    std::string content_hash;
    std::string status; // FHIR status ("" where the type has none), for R9.3's rank
    // "Patient/<id>" as referenced, or by identifier (logical_reference); "" for Medication,
    // Specimen, ...
    std::string patient;
    std::optional<std::int64_t> last_updated_utc; // meta.lastUpdated
    std::optional<PartialDate> last_known;        // latest of meta.lastUpdated and issued (R0.3)
    std::vector<Fact> facts;
    // What the facts would be, had the status counted (R9.2); only where it does not. Evidence of
    // nothing: people are told what was left out.
    std::vector<Fact> not_counted;
    Issues issues;
};

} // namespace embolink
