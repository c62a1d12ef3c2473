// One patient's facts in order: versions resolved (R9.3), merged identities united (R9.5), drugs
// and imaging dates linked, and nothing later than the clinical cut (R0.3). The rules read this.
//
// What a comment says of a list is settled here: no rule asks again whether a fact is accepted or
// later than the cut.
//
// Every list is sorted by (date, origin) so that the order of the input changes no byte (R9.4).
#pragma once

#include "mapping/facts/facts.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// R3.5: what a reader decided about the arm of a session: the one of the target or date, else the
// first.
struct ArmDecision {
    Origin origin;
    std::string place; // FILE:line, for issues
    std::optional<Date> date;
    std::string target;
    std::string arm;
};

// R6.4: the grade that a reader gave a laboratory value or a stay in hospital.
struct GradeDecision {
    Origin origin;
    std::string place;  // FILE:line, for issues
    std::string target; // reference of the value or of the stay's first encounter
    int grade = 0;      // 0 to 5
};

// R9.2: what a resource would say, had its status counted.
struct NotCountedFact {
    Fact fact;
    std::string status; // as written
};

struct PatientTimeline {
    std::string patient;                  // survivor, "Patient/<id>"
    std::vector<std::string> identities;  // all, sorted; survivor included
    bool identity_unresolved = false;     // R9.5: unresolvable or contradictory merge link
    std::vector<Origin> identity_origins; // Patient resources whose links decided
    std::optional<Person> person;         // of the survivor; death from any identity that has it

    std::vector<DeathFinding> death_findings;
    std::vector<Diagnosis> diagnoses;       // accepted only
    std::vector<ProcedureRow> procedures;   // of every status (R1.1)
    std::vector<DrugEvent> drugs;           // medication_reference resolved into `drug`
    std::vector<Assessment> assessments;    // accepted and candidates; see imaging_date()
    std::vector<TumourSize> sizes;          // accepted; see imaging_date()
    std::vector<Imaging> imaging;           // accepted
    std::vector<Imaging> candidate_reports; // reports that are not final (R9.2): R8.2 alone asks
    std::vector<LabResult> labs;            // accepted, dated to the day
    std::vector<ClinicalEvent> events;      // accepted, dated
    std::vector<Contact> contacts;
    std::vector<Characteristic> characteristics; // accepted; dated, but for new lesions
    std::vector<Stay> stays;
    std::vector<Order> orders;
    std::vector<ArmDecision> arm_decisions;     // in order of origin
    std::vector<GradeDecision> grade_decisions; // likewise, one for a target

    // For people who ask what was left out; no rule reads it.
    std::vector<NotCountedFact> not_counted;

    // Dates of imaging studies by reference, for R4.1.
    std::map<std::string, PartialDate> study_dates;
    // Reports by the Observation that they name as result, for R4.1.
    std::map<std::string, std::vector<std::string>> reports_of_result;
    std::map<std::string, PartialDate> report_dates;  // effective
    std::map<std::string, PartialDate> report_issued; // issued
    // Imaging studies that a report names.
    std::map<std::string, std::vector<std::string>> report_studies;

    // What a fact rests on besides its own resource, by the fact's reference: the Medication behind
    // a drug row, the study or report that dates an assessment. Records name these as sources too
    // (R9.6).
    std::map<std::string, std::vector<Origin>> rests_on;
};

// R4.1: ImagingStudy.started, else DiagnosticReport.effective, else Observation.effective, else
// issued. Of several studies the latest one: an exam may name the older study it was compared with.
// nullopt: no date at all.
std::optional<PartialDate> imaging_date(const PatientTimeline& timeline,
                                        const Assessment& assessment);
std::optional<PartialDate> imaging_date(const PatientTimeline& timeline, const TumourSize& size);
std::optional<PartialDate> imaging_date(const PatientTimeline& timeline, const Imaging& imaging);
std::optional<PartialDate> imaging_date(const PatientTimeline& timeline,
                                        const Characteristic& new_lesion);

// The clinical date of a fact as the cut, R1.4's first fact and contacts see it; for a Period its
// start (an open start: its end). A Condition's recordedDate is none: R0.3 asks when it was, not
// when it was written down. nullopt: the fact has none.
std::optional<PartialDate> clinical_date(const Fact& fact);
std::optional<PartialDate> clinical_date(const DeathFinding& fact);
std::optional<PartialDate> clinical_date(const Diagnosis& fact);
std::optional<PartialDate> clinical_date(const ProcedureRow& fact);
std::optional<PartialDate> clinical_date(const DrugEvent& fact);
std::optional<PartialDate> clinical_date(const Imaging& fact);
std::optional<PartialDate> clinical_date(const LabResult& fact);
std::optional<PartialDate> clinical_date(const ClinicalEvent& fact);
std::optional<PartialDate> clinical_date(const Contact& fact);
std::optional<PartialDate> clinical_date(const Characteristic& fact);
std::optional<PartialDate> clinical_date(const Stay& fact);
std::optional<PartialDate> clinical_date(const Order& fact);

} // namespace embolink
